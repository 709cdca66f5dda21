/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_JSON_OUT_H
#define CS_VIEW_JSON_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"

/*
 * Helpers to build JSON values. A value that could not be made (out of memory) sets @failed when it is put
 * into its container, so a builder checks once, at the end. Keys are string literals.
 */
struct json_out {
	bool failed;
};

/* json_put - object[key] = value; takes @value over */
void json_put(struct json_out *jo, json_t *object, const char *key, json_t *value);

/* json_push - append to an array; takes @value over */
void json_push(struct json_out *jo, json_t *array, json_t *value);

/* json_finish - CS_OK, @root in *@out; when something failed: CS_E_NOMEM, @root released, *@out NULL */
CS_NODISCARD enum cs_err json_finish(const struct json_out *jo, json_t *root, json_t **out);

/* json_hex - upper-case hex of @len bytes, at most 1024, with @sep between two (0: none) */
json_t *json_hex(const uint8_t *bytes, size_t len, char sep);

/* json_byte - one byte as two hex digits */
json_t *json_byte(uint8_t byte);

/* json_text - a string of our own (ASCII); null for NULL */
json_t *json_text(const char *text);

/* json_untrusted - a string from a card, a reader or a list, made valid UTF-8; null for NULL */
json_t *json_untrusted(const char *text);

/* json_count - a size, count or figure */
json_t *json_count(uint64_t value);

/* json_or_null - @value, or null where 0 stands for "unknown" */
json_t *json_or_null(uint64_t value);

/*
 * A line of JSON Lines on @stream, through a buffer that is kept from line to line.
 * Zero-initialise; json_line_release() at the end.
 */
struct json_line {
	char *buffer;
	size_t size;
	unsigned precision; /* significant digits of a number with a fraction, 0: as many as it takes */
};

/* json_line_write - CS_OK; CS_E_NOMEM; what the stream refuses shows in ferror() */
CS_NODISCARD enum cs_err json_line_write(struct json_line *line, const json_t *value, FILE *stream);
void json_line_release(struct json_line *line);

#endif

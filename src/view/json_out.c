/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/json_out.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "core/hex.h"
#include "view/term.h"

#define HEX_BYTES_MAX 1024
#define LINE_START    4096

void json_put(struct json_out *jo, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(object, key, value) != 0)
		jo->failed = true;
}

void json_push(struct json_out *jo, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		jo->failed = true;
}

enum cs_err json_finish(const struct json_out *jo, json_t *root, json_t **out)
{
	*out = root;
	if (root && !jo->failed)
		return CS_OK;
	json_decref(root);
	*out = NULL;
	return CS_E_NOMEM;
}

json_t *json_hex(const uint8_t *bytes, size_t len, char sep)
{
	char text[HEX_SPACED_SIZE(HEX_BYTES_MAX)];

	assert(len <= HEX_BYTES_MAX);
	return json_stringn_nocheck(text, hex_build(text, bytes, len, sep));
}

json_t *json_byte(uint8_t byte)
{
	return json_hex(&byte, 1, 0);
}

json_t *json_text(const char *text)
{
	return text ? json_string_nocheck(text) : json_null();
}

json_t *json_untrusted(const char *text)
{
	size_t len = text ? strlen(text) : 0;
	json_t *value;
	char *clean;

	if (!text)
		return json_null();
	clean = malloc(UTF8_CLEAN_SIZE(len));
	if (!clean)
		return NULL;
	value = json_stringn_nocheck(clean, utf8_clean(clean, UTF8_CLEAN_SIZE(len), text, len));
	free(clean);
	return value;
}

json_t *json_count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *json_or_null(uint64_t value)
{
	return value ? json_count(value) : json_null();
}

enum cs_err json_line_write(struct json_line *line, const json_t *value, FILE *stream)
{
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(line->precision);

	for (;;) {
		size_t need =
			line->buffer ? json_dumpb(value, line->buffer, line->size, flags) : LINE_START - 1;
		char *grown;

		if (need == 0)
			return CS_E_NOMEM;
		if (line->buffer && need < line->size) {
			line->buffer[need] = '\n';
			fwrite(line->buffer, 1, need + 1, stream);
			return CS_OK;
		}
		grown = realloc(line->buffer, need + 1);
		if (!grown)
			return CS_E_NOMEM;
		line->buffer = grown;
		line->size = need + 1;
	}
}

void json_line_release(struct json_line *line)
{
	free(line->buffer);
	*line = (struct json_line){.buffer = NULL};
}

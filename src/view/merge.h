/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_MERGE_H
#define CS_VIEW_MERGE_H

#include <stddef.h>
#include <stdio.h>

#include "core/err.h"

#define MERGE_LINE_MAX 1048576 /* bytes of a line; a longer one is cut into several */

/*
 * merge_line - a line of a program that runs on several hosts
 * A JSON object gets the host as its first key "host", replacing one of its own, when numbers keep 15 digits;
 * any other text is preceded by "HOST: " and made harmless by utf8_escape().
 * @line: @len bytes, without the end of line
 * Return: CS_OK; CS_E_NOMEM. A failed write stays for the caller in ferror(@out).
 */
CS_NODISCARD enum cs_err merge_line(FILE *out, const char *host, const char *line, size_t len);

/* Collects what comes in pieces into lines. Zero-initialise; @data is the merge's, released by merge_release.
 */
struct merge {
	char *data;
	size_t len;
};

/*
 * merge_feed - bytes as they come; each line that ends is passed to merge_line()
 * Return: CS_OK; CS_E_NOMEM: some of them are lost.
 */
CS_NODISCARD enum cs_err merge_feed(struct merge *m, FILE *out, const char *host, const char *data,
				    size_t len);

/* merge_release - what came last and had no end of line is passed on, too */
CS_NODISCARD enum cs_err merge_release(struct merge *m, FILE *out, const char *host);

#endif

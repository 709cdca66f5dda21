/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/merge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/utf8.h"

static enum cs_err put_text(FILE *out, const char *host, const char *line, size_t len)
{
	char *shown = malloc(UTF8_ESCAPE_SIZE(len));

	if (!shown)
		return CS_E_NOMEM;
	utf8_escape(shown, UTF8_ESCAPE_SIZE(len), line, len);
	fprintf(out, "%s: %s\n", host, shown);
	free(shown);
	return CS_OK;
}

/* A new object, so that the host stands first; the values are shared with the old one. */
static json_t *with_host(const char *host, json_t *object)
{
	json_t *all = json_object();
	json_t *value;
	const char *key;
	int rc;

	if (!all)
		return NULL;
	rc = json_object_set_new(all, "host", json_string(host));
	json_object_foreach(object, key, value)
	{
		if (strcmp(key, "host") != 0)
			rc |= json_object_set(all, key, value);
	}
	if (rc != 0) {
		json_decref(all);
		return NULL;
	}
	return all;
}

static enum cs_err put_rewritten(FILE *out, const char *host, const char *line, size_t len)
{
	json_t *object = json_loadb(line, len, JSON_ALLOW_NUL, NULL), *all;

	if (!object)
		return put_text(out, host, line, len);
	all = with_host(host, object);
	json_decref(object);
	if (!all)
		return CS_E_NOMEM;
	json_dumpf(all, out, JSON_COMPACT | JSON_REAL_PRECISION(15));
	json_decref(all);
	putc('\n', out);
	return CS_OK;
}

/* The rest of the line stays as it is written, because numbers would not survive being read. */
static enum cs_err put_object(FILE *out, const char *host, const char *line, size_t len, bool empty)
{
	json_t *name = json_string(host);

	if (!name)
		return CS_E_NOMEM;
	fputs("{\"host\":", out);
	json_dumpf(name, out, JSON_ENCODE_ANY);
	json_decref(name);
	if (!empty)
		putc(',', out);
	fwrite(line + 1, 1, len - 1, out);
	putc('\n', out);
	return CS_OK;
}

enum cs_err merge_line(FILE *out, const char *host, const char *line, size_t len)
{
	const size_t flags = JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
	json_t *object = len && line[0] == '{' ? json_loadb(line, len, flags, NULL) : NULL;
	bool empty, named;

	if (!object)
		return put_text(out, host, line, len);
	empty = json_object_size(object) == 0;
	named = json_object_get(object, "host") != NULL;
	json_decref(object);
	if (named || memchr(line, '\r', len))
		return put_rewritten(out, host, line, len);
	return put_object(out, host, line, len, empty);
}

static enum cs_err end_line(struct merge *m, FILE *out, const char *host)
{
	size_t len = m->len;

	if (len && m->data[len - 1] == '\r')
		len--;
	m->len = 0;
	return merge_line(out, host, m->data, len);
}

enum cs_err merge_feed(struct merge *m, FILE *out, const char *host, const char *data, size_t len)
{
	enum cs_err err = CS_OK;

	if (!m->data)
		m->data = malloc(MERGE_LINE_MAX);
	if (!m->data)
		return CS_E_NOMEM;
	while (len > 0 && err == CS_OK) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) : len;
		bool whole;

		if (n > 0 && m->len == MERGE_LINE_MAX)
			err = end_line(m, out, host);
		whole = end && n <= MERGE_LINE_MAX - m->len;
		if (n > MERGE_LINE_MAX - m->len)
			n = MERGE_LINE_MAX - m->len;
		memcpy(m->data + m->len, data, n);
		m->len += n;
		data += n + whole;
		len -= n + whole;
		if (whole && err == CS_OK)
			err = end_line(m, out, host);
	}
	return err;
}

enum cs_err merge_release(struct merge *m, FILE *out, const char *host)
{
	enum cs_err err = m->len ? end_line(m, out, host) : CS_OK;

	free(m->data);
	*m = (struct merge){0};
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

__attribute__((format(printf, 2, 0))) static const char *format_text(struct pool *pool, const char *format,
								     va_list args)
{
	va_list again;
	char *text = NULL;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);

	va_end(again);
	if (len >= 0)
		text = pool_take(pool, (size_t)len + 1);
	if (!text)
		return "";
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

void verdict_set(struct verdict *v, enum check_status status, const char *kase, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	v->status = status;
	v->kase = kase;
	v->detail = format_text(v->pool, format, args);
	va_end(args);
}

void verdict_evidence(struct verdict *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	pool_list_add(v->pool, &v->evidence, format_text(v->pool, format, args));
	va_end(args);
}

void verdict_remedy(struct verdict *v, bool as_root, const char *text, const char *command)
{
	assert(v->n_remedies < REMEDIES_MAX);
	v->remedy[v->n_remedies++] = (struct remedy){.text = text, .command = command, .as_root = as_root};
}

const char *verdict_clean(struct verdict *v, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	char *out = pool_take(v->pool, UTF8_ESCAPE_SIZE(len));

	if (!out)
		return "";
	utf8_escape(out, UTF8_ESCAPE_SIZE(len), text ? text : "", len);
	return out;
}

static bool is_plain_word(const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:@%/";

	return *text && text[strspn(text, plain)] == '\0';
}

const char *verdict_quote(struct verdict *v, const char *text)
{
	const char *clean = verdict_clean(v, text);
	char *out, *to;

	if (is_plain_word(clean))
		return clean;
	out = to = pool_take(v->pool, 4 * strlen(clean) + 3);
	if (!out)
		return "''";
	*to++ = '\'';
	for (; *clean; clean++) {
		if (*clean == '\'')
			to = memcpy(to, "'\\'", 3), to += 3;
		*to++ = *clean;
	}
	*to++ = '\'';
	return out;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/scard_priv.h"

#include <stdlib.h>
#include <string.h>

static size_t string_len(const char *list, size_t left)
{
	const char *end = memchr(list, '\0', left);

	return end ? (size_t)(end - list) : left;
}

enum cs_err scard_names_parse(struct scard_names *out, const char *list, size_t len)
{
	size_t n = 0, at = 0, l;

	*out = (struct scard_names){0};
	for (; at < len && (l = string_len(list + at, len - at)) > 0; at += l + 1)
		n++;
	if (n == 0)
		return CS_OK;
	out->name = calloc(n, sizeof(*out->name));
	if (!out->name)
		return CS_E_NOMEM;
	for (at = 0; out->n < n; at += l + 1) {
		l = string_len(list + at, len - at);
		out->name[out->n] = calloc(1, l + 1);
		if (!out->name[out->n]) {
			scard_names_release(out);
			return CS_E_NOMEM;
		}
		memcpy(out->name[out->n++], list + at, l);
	}
	return CS_OK;
}

void scard_names_release(struct scard_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct scard_names){0};
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/roster_priv.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_lowest_free(const struct roster *roster)
{
	size_t slot = 0, i = 0;

	while (i < roster->n) {
		if (roster->v[i].slot == slot) {
			slot++;
			i = 0;
		} else {
			i++;
		}
	}
	return slot;
}

static enum cs_err append(struct roster *roster, const char *name)
{
	struct roster_reader *v = roster->v;
	size_t cap = roster->cap ? 2 * roster->cap : 8;
	char *copy;

	if (roster->n == roster->cap) {
		v = realloc(v, cap * sizeof(*v));
		if (!v)
			return CS_E_NOMEM;
		roster->v = v;
		roster->cap = cap;
	}
	copy = strdup(name);
	if (!copy)
		return CS_E_NOMEM;
	v[roster->n] = (struct roster_reader){
		.name = copy,
		.slot = slot_lowest_free(roster),
		.fresh = true,
		.listed = true,
		.row = ROSTER_NO_ROW,
	};
	roster->n++;
	return CS_OK;
}

static struct roster_reader *unlisted_lookup(struct roster *roster, const char *name)
{
	for (size_t i = 0; i < roster->n; i++) {
		if (!roster->v[i].listed && strcmp(roster->v[i].name, name) == 0)
			return &roster->v[i];
	}
	return NULL;
}

enum cs_err roster_update(struct roster *roster, const struct scard_names *names)
{
	enum cs_err err = CS_OK;

	for (size_t i = 0; i < roster->n; i++)
		roster->v[i].listed = false;
	for (size_t i = 0; i < names->n && err == CS_OK; i++) {
		struct roster_reader *reader = unlisted_lookup(roster, names->name[i]);

		if (reader)
			reader->listed = true;
		else
			err = append(roster, names->name[i]);
	}
	return err;
}

void roster_drop(struct roster *roster)
{
	size_t kept = 0;

	for (size_t i = 0; i < roster->n; i++) {
		if (roster->v[i].listed)
			roster->v[kept++] = roster->v[i];
		else
			free(roster->v[i].name);
	}
	roster->n = kept;
}

void roster_release(struct roster *roster)
{
	for (size_t i = 0; i < roster->n; i++)
		free(roster->v[i].name);
	free(roster->v);
	*roster = (struct roster){0};
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/dbfiles.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIST "/smartcard_list.txt"

struct loader {
	struct carddb *db;
	carddb_report *report;
	void *data;
};

static const char *if_set(const char *s)
{
	return s && *s != '\0' ? s : NULL;
}

static enum cs_err refuse(const struct loader *l, const char *path, const char *message)
{
	struct carddb_problem problem = {.file = path, .message = message};

	if (l->report)
		l->report(l->data, &problem);
	return CS_E_NOT_FOUND;
}

static enum cs_err refuse_errno(const struct loader *l, const char *path, int why)
{
	char reason[128], message[160];

	if (strerror_r(why, reason, sizeof(reason)) != 0)
		snprintf(reason, sizeof(reason), "error %d", why);
	snprintf(message, sizeof(message), "can not be read: %s", reason);
	return refuse(l, path, message);
}

/* CS_E_NOT_FOUND when nothing of the file was loaded; that was reported then. */
static enum cs_err load(const struct loader *l, const char *path)
{
	enum cs_err err = carddb_load(l->db, path, l->report, l->data);

	switch (err) {
	case CS_OK:
	case CS_E_NOMEM:
		return err;
	case CS_E_TOO_LONG:
		return refuse(l, path, "is too large for a list");
	default:
		return refuse_errno(l, path, errno);
	}
}

static enum cs_err load_named(const struct loader *l, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return refuse_errno(l, path, errno);
	if (S_ISDIR(st.st_mode))
		return refuse(l, path, "is a directory");
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return refuse(l, path, "is not a regular file");
	return load(l, path);
}

/* Nobody named this file, so nobody may have to wait for it: no FIFO here. */
static enum cs_err load_found(const struct loader *l, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
			return CS_OK;
		return refuse_errno(l, path, errno);
	}
	if (S_ISFIFO(st.st_mode))
		return refuse(l, path, "is not a regular file");
	return load_named(l, path);
}

struct place {
	const char *base; /* NULL: no such place */
	const char *rest;
	bool shared; /* of the system: a user can not mend it */
};

/* What costs no entry is told only to who can mend it: distributions ship such lists for years. */
static void report_shared(void *data, const struct carddb_problem *problem)
{
	const struct loader *l = data;

	if (!problem->harmless)
		l->report(l->data, problem);
}

static enum cs_err load_place(const struct loader *l, const struct place *place)
{
	struct loader filtered = {.db = l->db, .report = report_shared, .data = (void *)(uintptr_t)l};
	size_t size;
	char *path;
	enum cs_err err;

	if (!place->base)
		return CS_OK;
	size = strlen(place->base) + strlen(place->rest) + 1;
	path = malloc(size);
	if (!path)
		return CS_E_NOMEM;
	snprintf(path, size, "%s%s", place->base, place->rest);
	err = load_found(place->shared && l->report ? &filtered : l, path);
	free(path);
	return err;
}

static struct place xdg(const char *dir, const char *rest, const char *home, const char *home_rest)
{
	if (dir && dir[0] == '/')
		return (struct place){dir, rest, false};
	return (struct place){home, home_rest, false};
}

static enum cs_err load_places(const struct loader *l, const struct dbfiles *where)
{
	const char *home = if_set(where->home);
	const char *root = where->root ? where->root : "";
	const struct place places[] = {
		xdg(where->xdg_data_home, "/cardscope" LIST, home, "/.local/share/cardscope" LIST),
		xdg(where->xdg_cache_home, LIST, home, "/.cache" LIST),
		{home, "/.smartcard_list.txt", false},
		{root, "/usr/local/share/pcsc" LIST, true},
		{root, "/usr/share/pcsc" LIST, true},
		{if_set(where->datadir), LIST, true},
	};
	enum cs_err err;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		err = load_place(l, &places[i]);
		if (err == CS_E_NOMEM)
			return err;
	}
	return CS_OK;
}

static enum cs_err load_given(const struct loader *l, const struct dbfiles *where)
{
	enum cs_err result = CS_OK;

	for (size_t i = 0; i < where->ngiven; i++) {
		enum cs_err err = load_named(l, where->given[i]);

		if (err == CS_E_NOMEM)
			return err;
		if (err != CS_OK)
			result = err;
	}
	return result;
}

enum cs_err dbfiles_load(struct carddb *db, const struct dbfiles *where, carddb_report *report, void *data)
{
	struct loader l = {.db = db, .report = report, .data = data};

	if (where->ngiven)
		return load_given(&l, where);
	if (if_set(where->smartcard_list) && load_named(&l, where->smartcard_list) == CS_E_NOMEM)
		return CS_E_NOMEM;
	return load_places(&l, where);
}

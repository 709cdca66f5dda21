/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/facts_priv.h"

#include <string.h>

#include "diag/access.h"
#include "diag/readerconf.h"

#define SERIAL_MAX 256 /* entries of all files */

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Names that editors and package managers leave behind; pcscd passes over hidden files only. */
static bool is_backup(const char *name)
{
	static const char *const ends[] = {"~",        ".bak",      ".orig",     ".old",       ".save",
					   ".swp",     ".dpkg-old", ".dpkg-new", ".dpkg-dist", ".rpmnew",
					   ".rpmsave", ".pacnew",   ".pacsave"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_with(name, ends[i]))
			return true;
	return name[0] == '#';
}

/* device_path - the part of DEVICENAME before what the driver wants to know beside it; NULL: no file */
static const char *device_path(struct facts *facts, const char *device)
{
	if (!device || device[0] != '/')
		return NULL;
	return pool_copy(&facts->pool, device, strcspn(device, ":"));
}

static void add_entry(struct facts *facts, const char *path, bool backup,
		      const struct readerconf_entry *entry)
{
	struct facts_serial *s = &facts->serial[facts->n_serial++];
	const char *device = device_path(facts, entry->device);

	*s = (struct facts_serial){.file = path,
				   .line = entry->line,
				   .friendly = entry->friendly,
				   .device = entry->device,
				   .library = entry->library,
				   .problem = entry->problem,
				   .problem_line = entry->problem_line,
				   .backup = backup};
	if (device) {
		facts_file_get(&facts->root, device, &s->device_file);
		s->daemon_may_open = access_daemon(facts, &s->device_file);
	}
	if (s->library)
		facts_file_get(&facts->root, s->library, &s->library_file);
}

static void add_file(struct facts *facts, const char *path, bool backup)
{
	struct readerconf *conf = pool_take(&facts->pool, sizeof(*conf));
	struct stat st;
	size_t len;
	const char *text;

	if (!path || !conf || !root_stat(&facts->root, path, true, &st) || !S_ISREG(st.st_mode))
		return;
	text = root_read(&facts->root, &facts->pool, path, &len);
	if (!text || readerconf_parse(conf, &facts->pool, text, len) == CS_E_NOMEM)
		return;
	for (size_t i = 0; i < conf->n && facts->n_serial < SERIAL_MAX; i++)
		add_entry(facts, path, backup, &conf->entry[i]);
}

void facts_serial_collect(struct facts *facts, const struct facts_options *options)
{
	const char *config = facts->daemon.config;
	struct pool_list names = {0};

	(void)options;
	facts->serial = pool_take(&facts->pool, SERIAL_MAX * sizeof(*facts->serial));
	if (!facts->serial)
		return;
	if (!root_list(&facts->root, &facts->pool, config, &names)) {
		add_file(facts, config, false);
		return;
	}
	for (size_t i = 0; i < names.n; i++)
		if (names.item[i][0] != '.')
			add_file(facts, pool_format(&facts->pool, "%s/%s", config, names.item[i]),
				 is_backup(names.item[i]));
}

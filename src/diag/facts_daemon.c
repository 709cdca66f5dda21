/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "diag/child.h"
#include "diag/facts_priv.h"
#include "diag/keyvalue.h"
#include "diag/unit.h"

#define NO_POLKIT      "--disable-polkit"
#define FEATURES       "usbdropdir=" /* stands in the line of them */
#define CONFIG         "configdir="  /* this, too */
#define CONFIG_DEFAULT "/etc/reader.conf.d"
#define POLKIT_LIBRARY "libpolkit-gobject"

static const char *const binaries[] = {
	"/usr/sbin/pcscd",      "/usr/bin/pcscd",     "/sbin/pcscd",     "/usr/local/sbin/pcscd",
	"/usr/local/bin/pcscd", "/usr/libexec/pcscd", "/opt/sbin/pcscd", "/run/current-system/sw/bin/pcscd",
};

static const char *const drop_dirs[] = {
	"/usr/lib/pcsc/drivers",       "/usr/lib64/pcsc/drivers", "/usr/lib/readers/usb",
	"/usr/local/lib/pcsc/drivers", "/var/lib/pcsc/drivers",
};

static const char *const args_files[] = {"/etc/default/pcscd", "/etc/sysconfig/pcscd", "/etc/conf.d/pcscd"};

static void collect_binaries(struct facts *facts)
{
	struct pool_list *list = &facts->daemon.binaries;
	struct stat st[sizeof(binaries) / sizeof(*binaries)];

	for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++) {
		size_t same = 0;

		if (!root_stat(&facts->root, binaries[i], false, &st[list->n]) ||
		    !S_ISREG(st[list->n].st_mode))
			continue;
		while (st[same].st_dev != st[list->n].st_dev || st[same].st_ino != st[list->n].st_ino)
			same++;
		if (same == list->n)
			pool_list_add(&facts->pool, list, binaries[i]);
	}
	facts->daemon.binary = list->n ? list->item[0] : NULL;
}

/* A line of text somewhere in a program's file that holds @piece. */
static const char *line_with(struct pool *pool, const char *bytes, size_t len, const char *piece)
{
	const char *start = facts_find(bytes, len, piece), *end = start;

	if (!start)
		return NULL;
	while (start > bytes && start[-1] >= ' ' && start[-1] <= '~')
		start--;
	while (end < bytes + len && *end >= ' ' && *end <= '~')
		end++;
	return pool_copy(pool, start, (size_t)(end - start));
}

/* "pcsc-lite version 1.9.9." and "Enabled features: ..." */
static void take_version(struct facts *facts, const char *said)
{
	struct facts_daemon *daemon = &facts->daemon;
	const char *version = said ? strstr(said, "version ") : NULL;
	const char *features = keyvalue_behind(said, "Enabled features:");

	if (version) {
		char *word = keyvalue_word(&facts->pool, version + strlen("version "));
		size_t len = word ? strlen(word) : 0;

		if (len && word[len - 1] == '.')
			word[len - 1] = '\0';
		daemon->version = word;
	}
	if (features) {
		features += strspn(features, " ");
		daemon->features = pool_copy(&facts->pool, features, strcspn(features, "\n"));
	}
}

/* Without running it: a message holds its version, and the line of features stands there as it is. */
static void take_version_of_file(struct facts *facts, const char *path)
{
	static const char name[] = "pcsc-lite ";
	struct facts_daemon *daemon = &facts->daemon;
	struct pool *pool = &facts->pool;
	size_t len;
	const char *bytes = root_read(&facts->root, pool, path, &len);
	const char *ready = bytes ? line_with(pool, bytes, len, "daemon ready") : NULL;
	const char *version = ready ? strstr(ready, name) : NULL;
	const char *features = bytes ? line_with(pool, bytes, len, FEATURES) : NULL;

	if (version)
		daemon->version = keyvalue_word(pool, version + sizeof(name) - 1);
	if (features)
		daemon->features = features + strspn(features, " ");
}

/* The file of the daemon that runs, else of the one that would; NULL: not known. It is only read: a process
 * may name any file. One that was replaced while it runs is "/usr/sbin/pcscd (deleted)". */
static const char *running_binary(struct facts *facts)
{
	const struct facts_daemon *daemon = &facts->daemon;
	const char *path = daemon->exe;
	struct stat st;

	if (!path && daemon->cmdline)
		path = keyvalue_word(&facts->pool, daemon->cmdline);
	if (!path || *path != '/')
		return daemon->binary;
	if (root_stat(&facts->root, path, false, &st) && S_ISREG(st.st_mode))
		return path;
	return daemon->binary && strncmp(path, daemon->binary, strlen(daemon->binary)) == 0 ? daemon->binary
											    : NULL;
}

static bool same_file(const struct facts *facts, const char *a, const char *b)
{
	struct stat one, other;

	return root_stat(&facts->root, a, false, &one) && root_stat(&facts->root, b, false, &other) &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static void collect_drop_dir(struct facts *facts)
{
	const char *given = facts->daemon.features ? strstr(facts->daemon.features, FEATURES) : NULL;

	if (given)
		facts->daemon.drop_dir = keyvalue_word(&facts->pool, given + strlen(FEATURES));
	for (size_t i = 0; !facts->daemon.drop_dir && i < sizeof(drop_dirs) / sizeof(*drop_dirs); i++)
		if (root_exists(&facts->root, drop_dirs[i]))
			facts->daemon.drop_dir = drop_dirs[i];
}

static void collect_args(struct facts *facts)
{
	struct facts_daemon *daemon = &facts->daemon;

	for (size_t i = 0; i < sizeof(args_files) / sizeof(*args_files); i++) {
		const char *text = root_read(&facts->root, &facts->pool, args_files[i], NULL);

		if (!text)
			continue;
		daemon->args_file = args_files[i];
		daemon->args = keyvalue_get(&facts->pool, text, "PCSCD_ARGS");
		daemon->env_filter = keyvalue_get(&facts->pool, text, "PCSCLITE_FILTER_IGNORE_READER_NAMES");
		return;
	}
}

/* The value of --config in a line of arguments; NULL: it is not given. */
static const char *config_of(struct pool *pool, const char *args)
{
	static const char *const forms[] = {"--config=", "--config ", "-c"};

	while (args && *args) {
		for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
			const char *value = args + strlen(forms[i]);

			if (strncmp(args, forms[i], strlen(forms[i])) == 0)
				return keyvalue_word(pool, value + strspn(value, " "));
		}
		args += strcspn(args, " ");
		args += strspn(args, " ");
	}
	return NULL;
}

/* The path is one of the daemon's namespace: of another's it says nothing here. */
static void collect_config(struct facts *facts)
{
	struct facts_daemon *daemon = &facts->daemon;
	bool runs = daemon->pid > 0 && daemon->cmdline && daemon->own_namespace != FACT_NO;
	const char *given = config_of(&facts->pool, runs ? daemon->cmdline : daemon->args);
	const char *built = daemon->features ? strstr(daemon->features, CONFIG) : NULL;

	if (!given && built)
		given = keyvalue_word(&facts->pool, built + strlen(CONFIG));
	daemon->config = given && *given == '/' ? given : CONFIG_DEFAULT;
}

/* Not every version names polkit among its features, but a program that asks it needs its library. A file
 * without a line of features is one that starts the program, and tells nothing. */
static enum fact uses_polkit(struct facts *facts, const char *binary)
{
	size_t len;
	const char *bytes = binary ? root_read(&facts->root, &facts->pool, binary, &len) : NULL;

	if (bytes && facts_find(bytes, len, POLKIT_LIBRARY))
		return FACT_YES;
	if (facts->daemon.features && strstr(facts->daemon.features, " polkit"))
		return FACT_YES;
	return bytes && len < ROOT_FILE_MAX && facts_find(bytes, len, FEATURES) ? FACT_NO : FACT_UNKNOWN;
}

/* A running daemon's own arguments count; else what it would be started with. */
static void collect_polkit(struct facts *facts, const char *binary)
{
	struct facts_daemon *daemon = &facts->daemon;

	if (daemon->pid > 0 && daemon->cmdline)
		daemon->polkit_disabled = fact_of(strstr(daemon->cmdline, NO_POLKIT) != NULL);
	else if ((daemon->args && strstr(daemon->args, NO_POLKIT)) ||
		 unit_mentions(facts, &daemon->service_unit, NO_POLKIT))
		daemon->polkit_disabled = FACT_YES;
	else if (daemon->args_file || daemon->service_unit.file)
		daemon->polkit_disabled = FACT_NO;
	daemon->polkit = daemon->polkit_disabled == FACT_YES ? FACT_NO : uses_polkit(facts, binary);
}

static void ask(struct facts *facts, const struct facts_options *options)
{
	const char *const argv[] = {facts->daemon.binary, "--version", NULL};
	struct child_result said = {0};
	struct child version, units;
	bool by_systemd = unit_can_ask(facts);
	int limit_ms = facts_child_ms(facts, options);

	if (facts->daemon.binary)
		child_start(&version, argv, limit_ms);
	if (by_systemd)
		unit_ask(&units, limit_ms);
	if (facts->daemon.binary && child_finish(&version, &facts->pool, &said) == CS_OK)
		take_version(facts, said.out);
	if (by_systemd && child_finish(&units, &facts->pool, &said) == CS_OK)
		unit_take(facts, said.out);
}

void facts_daemon_collect(struct facts *facts, const struct facts_options *options)
{
	struct facts_daemon *daemon = &facts->daemon;
	const char *running;

	collect_binaries(facts);
	collect_args(facts);
	unit_find(facts, "pcscd.socket", &daemon->socket_unit);
	unit_find(facts, "pcscd.service", &daemon->service_unit);
	facts_process_collect(facts);
	if (facts->root.live && options->ask_children)
		ask(facts, options);
	if (daemon->binary && !daemon->features)
		take_version_of_file(facts, daemon->binary);
	running = running_binary(facts);
	if (running && !(daemon->binary && same_file(facts, running, daemon->binary)))
		take_version_of_file(facts, running);
	collect_drop_dir(facts);
	collect_config(facts);
	collect_polkit(facts, running);
}

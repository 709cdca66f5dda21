/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/unit.h"

#include <string.h>

#include "diag/facts_priv.h"
#include "diag/keyvalue.h"

static const char *const dirs[] = {
	"/etc/systemd/system",     "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system",
};

void unit_find(struct facts *facts, const char *name, struct facts_unit *out)
{
	*out = (struct facts_unit){.name = name};
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		const char *path = pool_format(&facts->pool, "%s/%s", dirs[i], name);

		if (!path || !root_exists(&facts->root, path))
			continue;
		out->file = path;
		out->link = root_readlink(&facts->root, &facts->pool, path);
		return;
	}
}

static bool file_mentions(struct facts *facts, const char *path, const char *piece)
{
	const char *text = root_read(&facts->root, &facts->pool, path, NULL);

	return text && strstr(text, piece);
}

static bool drop_in_mentions(struct facts *facts, const char *dir, const char *piece)
{
	struct pool_list names;

	if (!dir || !root_list(&facts->root, &facts->pool, dir, &names))
		return false;
	for (size_t i = 0; i < names.n; i++)
		if (file_mentions(facts, pool_format(&facts->pool, "%s/%s", dir, names.item[i]), piece))
			return true;
	return false;
}

bool unit_mentions(struct facts *facts, const struct facts_unit *unit, const char *piece)
{
	if (unit->file && file_mentions(facts, unit->file, piece))
		return true;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		const char *dir = pool_format(&facts->pool, "%s/%s.d", dirs[i], unit->name);

		if (drop_in_mentions(facts, dir, piece))
			return true;
	}
	return false;
}

bool unit_can_ask(const struct facts *facts)
{
	return root_exists(&facts->root, "/run/systemd/system");
}

void unit_ask(struct child *child, int limit_ms)
{
	static const char *const argv[] = {
		"systemctl",
		"show",
		"--property=Id,LoadState,ActiveState,UnitFileState,Result,NeedDaemonReload",
		"pcscd.socket",
		"pcscd.service",
		"polkit.service",
		NULL};

	child_start(child, argv, limit_ms);
}

static const char *filled(char *value)
{
	return value && *value ? value : NULL;
}

static void take_block(struct facts *facts, const char *block)
{
	struct facts_unit *units[] = {&facts->daemon.socket_unit, &facts->daemon.service_unit};
	struct pool *pool = &facts->pool;
	const char *id = keyvalue_get(pool, block, "Id");
	const char *reload = keyvalue_get(pool, block, "NeedDaemonReload");

	if (id && strcmp(id, "polkit.service") == 0)
		facts->polkit.unit_state = filled(keyvalue_get(pool, block, "ActiveState"));
	for (size_t i = 0; id && i < sizeof(units) / sizeof(*units); i++) {
		struct facts_unit *unit = units[i];

		if (strcmp(id, unit->name) != 0)
			continue;
		unit->load_state = filled(keyvalue_get(pool, block, "LoadState"));
		unit->active_state = filled(keyvalue_get(pool, block, "ActiveState"));
		unit->unit_file_state = filled(keyvalue_get(pool, block, "UnitFileState"));
		unit->result = filled(keyvalue_get(pool, block, "Result"));
		if (reload)
			unit->need_reload = fact_of(strcmp(reload, "yes") == 0);
	}
}

/* One block of lines a unit, an empty line between two. */
void unit_take(struct facts *facts, const char *said)
{
	while (said && *said) {
		const char *end = strstr(said, "\n\n");
		size_t len = end ? (size_t)(end - said) : strlen(said);

		take_block(facts, pool_copy(&facts->pool, said, len));
		said += len + (end ? 2 : 0);
	}
}

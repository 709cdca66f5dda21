/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/access.h"

#include <stdlib.h>
#include <string.h>

#include "diag/facts_priv.h"

#define UNIT_ADDITIONS "/etc/systemd/system/pcscd.service.d"

struct account {
	unsigned long uid, gid;
};

/* field - the @n-th part of a line of passwd or group; @len 0 when it has none */
static const char *field(const char *line, unsigned n, size_t *len)
{
	const char *end = line + strcspn(line, "\n");

	while (n-- && line < end) {
		line += strcspn(line, ":\n");
		if (line < end)
			line++;
	}
	*len = strcspn(line, ":\n");
	return line;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

static bool field_is(const char *line, unsigned n, const char *value)
{
	size_t len;
	const char *text = field(line, n, &len);

	return len == strlen(value) && memcmp(text, value, len) == 0;
}

static bool account_get(struct facts *facts, const char *name, struct account *out)
{
	const char *passwd = root_read(&facts->root, &facts->pool, "/etc/passwd", NULL);
	size_t len;

	for (const char *line = passwd; line && *line; line = next_line(line)) {
		if (!field_is(line, 0, name))
			continue;
		out->uid = strtoul(field(line, 2, &len), NULL, 10);
		out->gid = strtoul(field(line, 3, &len), NULL, 10);
		return true;
	}
	return false;
}

static bool is_member(const char *members, size_t len, const char *name)
{
	const size_t want = strlen(name);

	while (len) {
		const char *comma = memchr(members, ',', len);
		const size_t part = comma ? (size_t)(comma - members) : len;

		if (part == want && memcmp(members, name, want) == 0)
			return true;
		members += comma ? part + 1 : part;
		len -= comma ? part + 1 : part;
	}
	return false;
}

static enum fact in_group(struct facts *facts, const char *name, unsigned long gid)
{
	const char *group = root_read(&facts->root, &facts->pool, "/etc/group", NULL);
	size_t len;

	if (!group)
		return FACT_UNKNOWN;
	for (const char *line = group; *line; line = next_line(line)) {
		if (strtoul(field(line, 2, &len), NULL, 10) != gid || len == 0)
			continue;
		line = field(line, 3, &len);
		if (is_member(line, len, name))
			return FACT_YES;
	}
	return FACT_NO;
}

/* in_process - whether the running daemon is in a group; its own list is newer than that of /etc/group */
static enum fact in_process(struct facts *facts, unsigned long gid)
{
	const char *path = pool_format(&facts->pool, "/proc/%ld/status", (long)facts->daemon.pid);
	const char *text =
		facts->daemon.pid > 0 && path ? root_read(&facts->root, &facts->pool, path, NULL) : NULL;
	const char *at = text ? strstr(text, "\nGroups:") : NULL;
	const char *own = text ? strstr(text, "\nGid:") : NULL;
	char *end;

	if (!at || !own)
		return FACT_UNKNOWN;
	strtoul(own + strlen("\nGid:"), &end, 10);
	if (strtoul(end, NULL, 10) == gid)
		return FACT_YES;
	for (at += strlen("\nGroups:"); *at == ' ' || *at == '\t'; at = end) {
		const unsigned long group = strtoul(at, &end, 10);

		if (end == at)
			break;
		if (group == gid)
			return FACT_YES;
	}
	return FACT_NO;
}

/*
 * unit_user - User= of the service unit; "root" when the unit does not say; NULL when it may be told
 * otherwise in an addition, or gets groups there
 */
static const char *unit_user(struct facts *facts)
{
	const char *unit = facts->daemon.service_unit.file;
	const char *text = unit ? root_read(&facts->root, &facts->pool, unit, NULL) : NULL;

	if (!text || strstr(text, "\nSupplementaryGroups=") || root_exists(&facts->root, UNIT_ADDITIONS))
		return NULL;
	for (const char *line = text; *line; line = next_line(line))
		if (strncmp(line, "User=", 5) == 0)
			return pool_copy(&facts->pool, line + 5, strcspn(line + 5, " \t\r\n"));
	return "root";
}

const char *access_daemon_user(struct facts *facts)
{
	return facts->daemon.user ? facts->daemon.user : unit_user(facts);
}

enum fact access_daemon(struct facts *facts, const struct facts_file *file)
{
	const char *user = file->exists == FACT_YES ? access_daemon_user(facts) : NULL;
	const enum fact others = fact_of((file->mode & 06) == 06), group = fact_of((file->mode & 060) == 060);
	struct account account;
	enum fact member;

	if (!user)
		return FACT_UNKNOWN;
	if (strcmp(user, "root") == 0)
		return FACT_YES;
	if (!account_get(facts, user, &account))
		return others == FACT_YES ? FACT_YES : FACT_UNKNOWN;
	if (file->uid == account.uid)
		return fact_of((file->mode & 0600) == 0600);
	member = in_process(facts, file->gid);
	if (member == FACT_UNKNOWN)
		member = file->gid == account.gid ? FACT_YES : in_group(facts, user, file->gid);
	if (member == FACT_UNKNOWN)
		return group == others ? group : FACT_UNKNOWN;
	return member == FACT_YES ? group : others;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "diag/facts_priv.h"
#include "diag/keyvalue.h"

#define SESSION_MAX 32 /* characters of a session's number */

/* Names of the groups in "Gid:" and "Groups:" of a status file. */
static void collect_groups(struct facts *facts, const char *status)
{
	const char *own = keyvalue_behind(status, "Gid:"), *more = keyvalue_behind(status, "Groups:");
	unsigned long first;
	const char *text;

	if (!own || !more)
		return;
	first = strtoul(own, NULL, 10);
	text = facts_id_name(facts, "/etc/group", first);
	for (;;) {
		unsigned long id;
		char *end;

		more += strspn(more, " \t");
		if (!isdigit((unsigned char)*more) || !text)
			break;
		id = strtoul(more, &end, 10);
		more = end;
		if (id != first)
			text = pool_format(&facts->pool, "%s %s", text,
					   facts_id_name(facts, "/etc/group", id));
	}
	facts->user.groups = text;
}

/* The path in the line of /proc/self/cgroup that begins with "N:@controller:". */
static const char *cgroup_path(struct pool *pool, const char *text, const char *controller)
{
	for (const char *line = text; line; line = keyvalue_next_line(line)) {
		const char *at = line + strcspn(line, ":\n");
		size_t len = strlen(controller);

		if (*at != ':' || strncmp(at + 1, controller, len) != 0 || at[1 + len] != ':')
			continue;
		at += 2 + len;
		return pool_copy(pool, at, strcspn(at, "\n"));
	}
	return NULL;
}

/* The unified hierarchy, or where systemd or elogind keep their own. */
static void collect_cgroup(struct facts *facts)
{
	static const char *const controllers[] = {"", "name=systemd", "name=elogind"};
	const char *text = root_read(&facts->root, &facts->pool, "/proc/self/cgroup", NULL);

	for (size_t i = 0; i < sizeof(controllers) / sizeof(*controllers); i++) {
		const char *path = cgroup_path(&facts->pool, text, controllers[i]);

		if (path && (!facts->user.cgroup || strcmp(facts->user.cgroup, "/") == 0))
			facts->user.cgroup = path;
	}
}

static bool ends_with(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len > n && memcmp(text + len - n, end, n) == 0;
}

/* The innermost component of the control group that names a unit. */
static const char *unit_of(struct pool *pool, const char *cgroup)
{
	const char *unit = NULL;
	size_t unit_len = 0;

	for (const char *at = cgroup; at && *at;) {
		size_t len;

		at += strspn(at, "/");
		len = strcspn(at, "/");
		if (ends_with(at, len, ".scope") || ends_with(at, len, ".service")) {
			unit = at;
			unit_len = len;
		}
		at += len;
	}
	return unit ? pool_copy(pool, unit, unit_len) : NULL;
}

/* It becomes part of a path. */
static bool is_session(const char *id)
{
	size_t n = 0;

	while (isalnum((unsigned char)id[n]))
		n++;
	return n > 0 && n <= SESSION_MAX && id[n] == '\0';
}

/* The word between @before and @after somewhere in the control group's path. */
static char *between(struct pool *pool, const char *cgroup, const char *before, const char *after)
{
	const char *start = cgroup ? strstr(cgroup, before) : NULL, *end;

	if (!start)
		return NULL;
	start += strlen(before);
	end = strstr(start, after);
	return end ? pool_copy(pool, start, (size_t)(end - start)) : NULL;
}

/*
 * As polkit finds it: the session whose scope the process is in; for what the user's own service manager
 * started, the session that the user's display is in. The environment counts only where the control group
 * says nothing, as it is inherited by what has left the session.
 */
static const char *session_of(struct facts *facts)
{
	struct pool *pool = &facts->pool;
	const char *cgroup = facts->user.cgroup, *id, *uid, *text;

	id = between(pool, cgroup, "/session-", ".scope");
	if (id)
		return id;
	uid = between(pool, cgroup, "/user@", ".service");
	if (uid) {
		text = root_read(&facts->root, pool, pool_format(pool, "/run/systemd/users/%s", uid), NULL);
		return keyvalue_get(pool, text, "DISPLAY");
	}
	if (facts->user.unit || !facts->env.session_id || !is_session(facts->env.session_id))
		return NULL;
	id = facts->env.session_id;
	return root_exists(&facts->root, pool_format(pool, "/run/systemd/sessions/%s", id)) ? id : NULL;
}

static enum fact truth_of(const char *value)
{
	if (!value)
		return FACT_UNKNOWN;
	return fact_of(strcmp(value, "1") == 0 || strcmp(value, "yes") == 0);
}

static void collect_session(struct facts *facts)
{
	struct facts_user *user = &facts->user;
	struct pool *pool = &facts->pool;
	const char *text;

	user->session = session_of(facts);
	if (!user->session || !is_session(user->session)) {
		user->session = NULL;
		return;
	}
	text = root_read(&facts->root, pool, pool_format(pool, "/run/systemd/sessions/%s", user->session),
			 NULL);
	user->session_active = truth_of(keyvalue_get(pool, text, "ACTIVE"));
	user->session_remote = truth_of(keyvalue_get(pool, text, "REMOTE"));
	user->session_state = keyvalue_get(pool, text, "STATE");
	user->session_class = keyvalue_get(pool, text, "CLASS");
	user->session_seat = keyvalue_get(pool, text, "SEAT");
	user->session_service = keyvalue_get(pool, text, "SERVICE");
	user->session_user = keyvalue_get(pool, text, "USER");
}

/* Of a user of another root: the sixth field of its passwd. */
static const char *home_of(struct facts *facts)
{
	const char *text, *line;

	if (facts->root.live || !facts->user.name)
		return facts->env.home;
	text = root_read(&facts->root, &facts->pool, "/etc/passwd", NULL);
	line = keyvalue_behind(text, pool_format(&facts->pool, "%s:", facts->user.name));
	for (int i = 0; line && i < 4; i++) {
		line += strcspn(line, ":\n");
		line = *line == ':' ? line + 1 : NULL;
	}
	return line ? pool_copy(&facts->pool, line, strcspn(line, ":\n")) : NULL;
}

static void collect_home(struct facts *facts)
{
	const char *home = home_of(facts);

	if (home && *home == '/')
		facts->scdaemon_conf =
			root_read(&facts->root, &facts->pool,
				  pool_format(&facts->pool, "%s/.gnupg/scdaemon.conf", home), NULL);
}

void facts_user_collect(struct facts *facts, const struct facts_options *options)
{
	struct facts_user *user = &facts->user;
	struct pool *pool = &facts->pool;
	const char *seat;

	(void)options;
	if (user->uid != FACT_NO_UID)
		user->name = facts_user_name(facts, user->uid);
	collect_groups(facts, root_read(&facts->root, pool, "/proc/self/status", NULL));
	collect_cgroup(facts);
	user->unit = unit_of(pool, user->cgroup);
	collect_session(facts);
	collect_home(facts);
	seat = root_read(&facts->root, pool, "/run/systemd/seats/seat0", NULL);
	user->active_session = keyvalue_get(pool, seat, "ACTIVE");
}

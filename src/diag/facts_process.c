/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which process the daemon is, and in what state. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "diag/facts_priv.h"
#include "diag/keyvalue.h"

#define COMM         "pcscd"
#define START_COLUMN 20 /* of the start time in /proc/PID/stat, counted behind the name */

static char *proc_read(struct facts *facts, pid_t pid, const char *file, size_t *len)
{
	const char *path = pool_format(&facts->pool, "/proc/%ld/%s", (long)pid, file);

	return root_read(&facts->root, &facts->pool, path, len);
}

/* More than one number: it lives in a namespace below ours, a container's daemon. */
static bool in_namespace_below(const char *status)
{
	const char *numbers = keyvalue_behind(status, "NSpid:");
	size_t n = 0;

	while (numbers) {
		numbers += strspn(numbers, " \t");
		if (!isdigit((unsigned char)*numbers))
			break;
		n++;
		numbers += strspn(numbers, "0123456789");
	}
	return n > 1;
}

static bool is_daemon(struct facts *facts, pid_t pid)
{
	size_t len;
	const char *comm = proc_read(facts, pid, "comm", &len);

	return comm && strncmp(comm, COMM, strlen(COMM)) == 0 && strchr("\n", comm[strlen(COMM)]);
}

/* One of ours before one of a container; those count only when there is no other. */
static pid_t scan(struct facts *facts)
{
	struct pool_list names;
	pid_t other = 0;

	if (!root_list(&facts->root, &facts->pool, "/proc", &names))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		pid_t pid = (pid_t)strtol(names.item[i], NULL, 10);

		if (pid <= 0 || !is_daemon(facts, pid))
			continue;
		if (!in_namespace_below(proc_read(facts, pid, "status", NULL)))
			return pid;
		other = pid;
	}
	if (other)
		return other;
	return facts->host.hidepid == FACT_YES || names.n == ROOT_DIR_MAX ? -1 : 0;
}

static pid_t find(struct facts *facts)
{
	const struct facts_socket *socket = &facts->socket;
	bool have_peer = socket->wire_known && socket->wire.have_peer;
	pid_t pid = socket->pid_alive == FACT_YES ? (pid_t)strtol(socket->pid_file, NULL, 10) : 0;

	if (pid > 0 && is_daemon(facts, pid))
		return pid;
	if (have_peer && socket->wire.peer_pid == 0)
		return -1;
	if (have_peer && strcmp(socket->wire.peer_comm, COMM) == 0)
		return socket->wire.peer_pid;
	return scan(facts);
}

static const char *cmdline_of(struct facts *facts, pid_t pid)
{
	size_t len;
	char *text = proc_read(facts, pid, "cmdline", &len);

	for (size_t i = 0; text && i + 1 < len; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	return text && *text ? text : NULL;
}

const char *facts_process_start(struct facts *facts, const char *pid)
{
	const char *path = pool_format(&facts->pool, "/proc/%s/stat", pid);
	const char *stat = path ? root_read(&facts->root, &facts->pool, path, NULL) : NULL;
	const char *at = stat ? strrchr(stat, ')') : NULL;

	for (int i = 0; at && i < START_COLUMN; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at ? keyvalue_word(&facts->pool, at) : NULL;
}

void facts_process_collect(struct facts *facts)
{
	struct facts_daemon *daemon = &facts->daemon;
	struct pool *pool = &facts->pool;
	const struct wire *wire = &facts->socket.wire;
	const char *status, *stat, *uid, *mark;

	daemon->pid = find(facts);
	if (facts->socket.wire_known && wire->have_peer && wire->peer_pid == 0)
		daemon->own_namespace = FACT_NO;
	if (daemon->pid <= 0)
		return;
	daemon->exe =
		root_readlink(&facts->root, pool, pool_format(pool, "/proc/%ld/exe", (long)daemon->pid));
	daemon->cmdline = cmdline_of(facts, daemon->pid);
	status = proc_read(facts, daemon->pid, "status", NULL);
	uid = keyvalue_behind(status, "Uid:");
	if (uid)
		daemon->user = facts_user_name(facts, (uid_t)strtoul(uid, NULL, 10));
	if (status && daemon->own_namespace == FACT_UNKNOWN)
		daemon->own_namespace = fact_of(!in_namespace_below(status));
	stat = proc_read(facts, daemon->pid, "stat", NULL);
	mark = stat ? strrchr(stat, ')') : NULL;
	if (mark && mark[1] == ' ')
		daemon->state = mark[2];
}

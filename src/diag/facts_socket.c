/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "diag/facts_priv.h"
#include "diag/keyvalue.h"

#define DEFAULT_SOCKET "/run/pcscd/pcscd.comm"
#define LISTENING      0x10000ul /* __SO_ACCEPTCON in the column of flags */
#define COLUMNS        7         /* in front of the path */

static const char *directory_of(struct pool *pool, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : pool_copy(pool, path, (size_t)(slash - path));
}

/* /var/run is /run. */
static const char *short_form(const char *path)
{
	return strncmp(path, "/var/run/", 9) == 0 ? path + 4 : path;
}

/* "Num: RefCount Protocol Flags Type St Inode Path" */
static bool is_listener(const char *line, const char *path)
{
	const char *flags = NULL, *end = line + strcspn(line, "\n");
	size_t len;

	for (int i = 0; i < COLUMNS; i++) {
		if (i == 3)
			flags = line;
		line += strcspn(line, " \n");
		line += strspn(line, " ");
	}
	if (line >= end || !(strtoul(flags, NULL, 16) & LISTENING))
		return false;
	line = short_form(line);
	path = short_form(path);
	len = strlen(path);
	return len == (size_t)(end - line) && memcmp(line, path, len) == 0;
}

static enum fact listening_at(struct facts *facts, const char *path)
{
	size_t len;
	const char *text = root_read(&facts->root, &facts->pool, "/proc/net/unix", &len);

	if (!text)
		return FACT_UNKNOWN;
	for (const char *line = text; line; line = keyvalue_next_line(line))
		if (is_listener(line, path))
			return FACT_YES;
	return len < ROOT_FILE_MAX ? FACT_NO : FACT_UNKNOWN;
}

enum fact facts_process_alive(struct facts *facts, pid_t pid)
{
	const char *stat = root_read(&facts->root, &facts->pool,
				     pool_format(&facts->pool, "/proc/%ld/stat", (long)pid), NULL);

	if (stat && strrchr(stat, ')'))
		return fact_of(strncmp(strrchr(stat, ')'), ") Z", 3) != 0);
	if (facts->root.live)
		return fact_of(kill(pid, 0) == 0 || errno != ESRCH);
	if (facts->host.hidepid == FACT_YES || !root_exists(&facts->root, "/proc"))
		return FACT_UNKNOWN;
	return FACT_NO;
}

static void collect_pid_file(struct facts *facts, const char *socket)
{
	struct pool *pool = &facts->pool;
	const char *path = pool_format(pool, "%s/pcscd.pid", directory_of(pool, socket));
	const char *text = path ? root_line(&facts->root, pool, path) : NULL;
	char *end;
	long pid;

	facts->socket.pid_file = text;
	if (!text)
		return;
	errno = 0;
	pid = strtol(text, &end, 10);
	if (end != text && errno == 0 && pid > 0 && pid <= 0x7FFFFFFF)
		facts->socket.pid_alive = facts_process_alive(facts, (pid_t)pid);
}

void facts_socket_collect(struct facts *facts, const struct facts_options *options)
{
	struct facts_socket *socket = &facts->socket;
	const char *normal = options->default_socket ? options->default_socket : DEFAULT_SOCKET;

	socket->from_env = fact_of(facts->env.csock_name != NULL);
	socket->path = facts->env.csock_name ? facts->env.csock_name : normal;
	facts_file_get(&facts->root, socket->path, &socket->file);
	facts_file_get(&facts->root, directory_of(&facts->pool, socket->path), &socket->directory);
	if (socket->file.exists == FACT_YES)
		socket->owner = facts_user_name(facts, socket->file.uid);
	socket->listening = listening_at(facts, socket->path);
	collect_pid_file(facts, normal);
	if (facts->root.live) {
		wire_probe(&socket->wire, socket->path, options->wire_ms);
		socket->wire_known = true;
	}
}

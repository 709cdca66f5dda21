/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/facts_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag/peers.h"
#include "diag/program.h"

#define CLIENTS_MAX   256
#define CMDLINE_MAX   200
#define PROCESSES_MAX 16
#define LIBRARY       "/libpcsclite"
#define JAVA_LIBRARY  "/libj2pcsc"
#define STATE_JOINED  "03" /* of /proc/net/unix */
#define UNIX_FIELDS   6    /* before the path */

struct scan {
	struct facts *facts;
	struct pool pool; /* for what is not kept */
	struct peers peers;
	bool peers_told;
	unsigned found; /* connections whose process is known */
};

static const char *proc_path(struct scan *s, const char *pid, const char *name)
{
	return pool_format(&s->pool, "/proc/%s/%s", pid, name);
}

/* Connections to the path in /proc/net/unix: "Num RefCount Protocol Flags Type St Inode Path". */
static bool count_joined(struct scan *s, unsigned *count)
{
	char *text = root_read(&s->facts->root, &s->pool, "/proc/net/unix", NULL);

	*count = 0;
	for (char *line = text; line && *line;) {
		char *next = line + strcspn(line, "\n"), *save = NULL, *state = NULL, *field;

		if (*next)
			*next++ = '\0';
		field = strtok_r(line, " ", &save);
		for (int i = 0; field && i <= UNIX_FIELDS; i++) {
			if (i == UNIX_FIELDS - 1)
				state = field;
			field = strtok_r(NULL, " ", &save);
		}
		if (field && state && strcmp(state, STATE_JOINED) == 0 &&
		    strcmp(field, s->facts->socket.path) == 0)
			++*count;
		line = next;
	}
	return text != NULL;
}

/* The first two words of the command: what runs. The others may hold a PIN. */
static const char *command_line(struct scan *s, const char *pid)
{
	size_t len = 0, first;
	char *text = root_read(&s->facts->root, &s->pool, proc_path(s, pid, "cmdline"), &len);

	if (!text || !len)
		return NULL;
	first = strlen(text);
	if (first + 1 < len && text[first + 1] != '-')
		text[first] = ' ';
	return pool_copy(&s->facts->pool, text, strnlen(text, CMDLINE_MAX));
}

static void add_client(struct scan *s, const char *pid, struct facts_client client)
{
	struct facts *facts = s->facts;
	const char *dir = pool_format(&s->pool, "/proc/%s", pid), *comm;
	struct stat st;

	if (facts->n_client == CLIENTS_MAX || !dir || !root_stat(&facts->root, dir, false, &st))
		return;
	if (!facts->client)
		facts->client = pool_take(&facts->pool, CLIENTS_MAX * sizeof(*facts->client));
	if (!facts->client)
		return;
	client.pid = (pid_t)strtol(pid, NULL, 10);
	client.uid = st.st_uid;
	client.user = facts_user_name(facts, st.st_uid);
	comm = root_line(&facts->root, &facts->pool, proc_path(s, pid, "comm"));
	client.comm = comm ? comm : "";
	client.exe = root_readlink(&facts->root, &facts->pool, proc_path(s, pid, "exe"));
	client.cmdline = command_line(s, pid);
	facts->client[facts->n_client++] = client;
}

/* The node of a reader among the known USB interfaces; NULL for other files. */
static const char *reader_node(const struct facts *facts, const char *path)
{
	for (size_t i = 0; i < facts->n_usb; i++) {
		if (facts->usb[i].node.path && strcmp(facts->usb[i].node.path, path) == 0)
			return facts->usb[i].node.path;
	}
	return NULL;
}

static void look_at_link(struct scan *s, const char *target, struct facts_client *client, bool *lost)
{
	unsigned long inode;
	const char *node;

	if (sscanf(target, "socket:[%lu]", &inode) == 1) {
		client->connections += inodes_hold(&s->peers.joined, (uint32_t)inode);
		*lost = *lost || inodes_hold(&s->peers.lost, (uint32_t)inode);
		return;
	}
	node = reader_node(s->facts, target);
	if (node) {
		client->raw_usb = true;
		client->usb = node;
	}
}

static bool is_pcscd(struct scan *s, const char *pid)
{
	const char *comm = root_line(&s->facts->root, &s->pool, proc_path(s, pid, "comm"));

	return comm && strcmp(comm, "pcscd") == 0;
}

/* @but: a library that is not mapped; NULL: any may be. That it is not is known of a whole text only. */
static bool maps(struct scan *s, const char *pid, const char *library, const char *but)
{
	struct pool pool = {0};
	size_t len = 0;
	const char *text = root_read(&s->facts->root, &pool, proc_path(s, pid, "maps"), &len);
	bool found = text && strstr(text, library) && !(but && (len >= ROOT_FILE_MAX || strstr(text, but)));

	pool_release(&pool);
	return found;
}

static void add_process(struct scan *s, const char *pid, struct facts_process **list, size_t *n)
{
	struct facts *facts = s->facts;
	const char *dir = pool_format(&s->pool, "/proc/%s", pid), *comm;
	struct stat st;

	if (*n == PROCESSES_MAX || !dir || !root_stat(&facts->root, dir, false, &st))
		return;
	if (!*list)
		*list = pool_take(&facts->pool, PROCESSES_MAX * sizeof(**list));
	if (!*list)
		return;
	comm = root_line(&facts->root, &facts->pool, proc_path(s, pid, "comm"));
	(*list)[(*n)++] = (struct facts_process){
		.pid = (pid_t)strtol(pid, NULL, 10), .uid = st.st_uid, .comm = comm ? comm : ""};
}

/* In clock ticks since boot; 0: not known. */
static unsigned long long start_of(struct scan *s, const char *pid)
{
	const char *start = facts_process_start(s->facts, pid);

	return start ? strtoull(start, NULL, 10) : 0;
}

/* A lost connection alone may have been one to anything. */
static void look_for_old_daemon(struct scan *s, const char *pid)
{
	const char *daemon = pool_format(&s->pool, "%ld", (long)s->facts->daemon.pid);

	if (daemon && s->facts->daemon.pid > 0 && start_of(s, pid) < start_of(s, daemon) &&
	    maps(s, pid, LIBRARY, NULL))
		add_process(s, pid, &s->facts->left, &s->facts->n_left);
}

/* The library of Java's smart card classes is loaded with the first of them, and looks for ours at once. */
static void look_at_java(struct scan *s, const char *pid)
{
	const char *comm = root_line(&s->facts->root, &s->pool, proc_path(s, pid, "comm"));

	if (comm && strcmp(comm, "java") == 0 && maps(s, pid, JAVA_LIBRARY, LIBRARY))
		add_process(s, pid, &s->facts->java, &s->facts->n_java);
}

/* What a process has open; nothing when we may not look. */
static bool look_at_process(struct scan *s, const char *pid)
{
	const char *dir = proc_path(s, pid, "fd");
	struct facts_client client = {0};
	struct pool_list links = {0};
	bool lost = false;

	if (!dir || !root_list(&s->facts->root, &s->pool, dir, &links))
		return false;
	for (size_t i = 0; i < links.n; i++) {
		const char *path = pool_format(&s->pool, "%s/%s", dir, links.item[i]);
		const char *target = path ? root_readlink(&s->facts->root, &s->pool, path) : NULL;

		if (target)
			look_at_link(s, target, &client, &lost);
	}
	client.by_socket = client.connections > 0;
	s->found += client.connections;
	if (lost && !client.by_socket)
		look_for_old_daemon(s, pid);
	if (!client.by_socket && (!client.raw_usb || is_pcscd(s, pid)))
		return false;
	add_client(s, pid, client);
	return true;
}

/* Who may be behind connections that nobody can be told for: programs known for it, or with the library. */
static void suspect(struct scan *s, const char *pid)
{
	const char *comm = root_line(&s->facts->root, &s->pool, proc_path(s, pid, "comm"));

	if (program_lookup(comm) ||
	    (!s->peers_told && comm && strcmp(comm, "pcscd") != 0 && maps(s, pid, LIBRARY, NULL)))
		add_client(s, pid, (struct facts_client){0});
}

static bool is_process(const struct scan *s, const char *name)
{
	return isdigit((unsigned char)*name) &&
	       (!s->facts->root.live || strtol(name, NULL, 10) != (long)getpid());
}

static void forget(struct scan *s)
{
	bool failed = s->pool.failed;

	pool_release(&s->pool);
	s->facts->pool.failed = s->facts->pool.failed || failed;
}

void facts_clients_collect(struct facts *facts, const struct facts_options *options)
{
	struct scan s = {.facts = facts};
	struct pool_list processes = {0};
	unsigned joined = 0;

	(void)options;
	if (!facts->socket.path)
		return;
	s.peers_told = facts->root.live && peers_get(&s.peers, &s.pool, facts->socket.path);
	joined = (unsigned)s.peers.joined.n;
	if (s.peers_told || count_joined(&s, &joined))
		facts->clients_known = FACT_YES;
	if (!root_list(&facts->root, &s.pool, "/proc", &processes))
		goto out;
	for (size_t i = 0; i < processes.n; i++) {
		if (!is_process(&s, processes.item[i]))
			continue;
		look_at_java(&s, processes.item[i]);
		if (look_at_process(&s, processes.item[i]))
			processes.item[i] = "";
	}
	facts->hidden_clients = joined > s.found ? joined - s.found : 0;
	for (size_t i = 0; facts->hidden_clients && i < processes.n; i++) {
		if (is_process(&s, processes.item[i]))
			suspect(&s, processes.item[i]);
	}
	if (facts->hidden_clients && facts->user.euid != 0)
		pool_list_add(&facts->pool, &facts->unreadable,
			      "name the processes of other users that are connected to pcscd");
out:
	forget(&s);
}

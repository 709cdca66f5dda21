/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "diag/child.h"
#include "diag/facts_priv.h"
#include "diag/log.h"

#define TAG       "pcscd["
#define TAIL_MAX  50
#define LINES_MAX 200 /* the last ones, as journalctl is told */

static const char *const journal[] = {
	"journalctl",    "-q", "-b",           "--since=-24h", "--no-pager", "-o", "short", "-u",
	"pcscd.service", "-u", "pcscd.socket", "-n",           "200",        NULL};

/* Where a system without a journal keeps the lines of its daemons. */
static const char *const files[] = {"/var/log/syslog", "/var/log/messages"};

struct lines {
	const char *at, *end;
};

/* The next line as a text of its own in the pool; NULL at the end. */
static const char *next_line(struct pool *pool, struct lines *lines)
{
	const char *stop, *line;

	if (lines->at >= lines->end)
		return NULL;
	stop = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
	if (!stop)
		stop = lines->end;
	line = pool_copy(pool, lines->at, (size_t)(stop - lines->at));
	lines->at = stop + 1;
	return line;
}

/* The process that wrote the line; 0: it was not pcscd. */
static long writer_of(const char *line)
{
	const char *tag = strstr(line, TAG);

	return tag ? strtol(tag + strlen(TAG), NULL, 10) : 0;
}

/* pcscd starts and ends with its clients: what an earlier one complained about may long be cured. */
static long last_writer(const struct pool_list *lines)
{
	for (size_t i = lines->n; i > 0; i--) {
		long pid = writer_of(lines->item[i - 1]);

		if (pid > 0)
			return pid;
	}
	return 0;
}

static void keep_meaningful(struct facts *facts, const struct pool_list *lines)
{
	long run = facts->daemon.pid > 0 ? (long)facts->daemon.pid : last_writer(lines);
	struct log_match match;

	facts->log = pool_take(&facts->pool, LINES_MAX * sizeof(*facts->log));
	for (size_t i = lines->n > LINES_MAX ? lines->n - LINES_MAX : 0; facts->log && i < lines->n; i++) {
		const char *line = lines->item[i];
		long pid = writer_of(line);

		if ((pid == 0 || pid == run) && log_match(&match, line, strlen(line)) && match.entry->kase)
			facts->log[facts->n_log++] = (struct facts_log){line, match.entry->kase};
	}
}

/* What a daemon in debug mode writes of what goes to and from cards: PINs and keys stand there. */
static bool is_exchange(const char *line)
{
	static const char *const marks[] = {"APDU: ", "SW: ", "-> 0", "<- 0", "TxBuffer ", "RxBuffer "};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strstr(line, marks[i]))
			return true;
	return false;
}

static void keep_tail(struct facts *facts, const struct pool_list *lines)
{
	for (size_t i = lines->n > TAIL_MAX ? lines->n - TAIL_MAX : 0; i < lines->n; i++)
		if (!is_exchange(lines->item[i]))
			pool_list_add(&facts->pool, &facts->log_tail, lines->item[i]);
}

/* A journal that shows nothing may be one that this user may not see; root sees all. */
static bool read_journal(struct facts *facts, const struct facts_options *options, struct pool_list *lines)
{
	struct child_result said;
	struct lines all;

	if (child_run(&facts->pool, journal, facts_child_ms(facts, options), &said) != CS_OK ||
	    said.status != 0)
		return false;
	all = (struct lines){said.out, said.out + said.len};
	for (const char *line; (line = next_line(&facts->pool, &all));)
		pool_list_add(&facts->pool, lines, line);
	return lines->n > 0 || facts->user.euid == 0;
}

/* Of a file too long to be read whole the end, which counts, is missing. */
static bool read_file(struct facts *facts, const char *path, struct pool_list *lines)
{
	struct lines all;
	size_t len;
	const char *text = root_read(&facts->root, &facts->pool, path, &len);

	if (!text || len >= ROOT_FILE_MAX)
		return false;
	all = (struct lines){text, text + len};
	for (const char *line; (line = next_line(&facts->pool, &all));) {
		if (strstr(line, "pcscd"))
			pool_list_add(&facts->pool, lines, line);
	}
	return true;
}

void facts_log_collect(struct facts *facts, const struct facts_options *options)
{
	bool systemd = facts->host.init && strcmp(facts->host.init, "systemd") == 0;
	bool known = false;
	struct pool_list lines = {0};

	if (systemd && facts->root.live && options->ask_children)
		known = read_journal(facts, options, &lines);
	for (size_t i = 0; !known && i < sizeof(files) / sizeof(files[0]); i++)
		known = read_file(facts, files[i], &lines);
	if (known) {
		facts->log_known = FACT_YES;
		keep_meaningful(facts, &lines);
		keep_tail(facts, &lines);
	} else if (systemd && facts->root.live && facts->user.euid != 0) {
		pool_list_add(&facts->pool, &facts->unreadable, "read what pcscd wrote into the journal");
	}
}

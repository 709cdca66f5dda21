/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user's configuration of ssh has for a host: a connection that is open already, a jump host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/pcsc_remote_proc.h"
#include "tools/pcsc_remote_ssh.h"
#include "tools/pcsc_remote_words.h"

#define VALUE_SIZE (REMOTE_HOST_MAX + 1)

/* ssh -G: all that holds for the host, a line each */
static bool ask(const struct tunnel *t, const char *host, bool jump, char answer[SSH_ANSWER_MAX])
{
	struct words w = {.n = 0};

	words_add(&w, t->options->program);
	if (jump)
		words_add_list(&w, "-F", &t->options->ssh.config);
	else
		words_add_options(&w, t->options, true);
	words_add(&w, "-G");
	words_end(&w, host, NULL);
	return proc_run(w.word, false, SSH_CONTROL_MS, answer, SSH_ANSWER_MAX) == 0;
}

/* The value of a key, "" when it is not there or too long. */
static const char *value_of(char out[VALUE_SIZE], const char *answer, const char *key)
{
	size_t key_len = strlen(key), len;

	out[0] = '\0';
	for (const char *line = answer; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (len <= key_len || strncmp(line, key, key_len) != 0 || line[key_len] != ' ')
			continue;
		if (len - key_len - 1 < VALUE_SIZE)
			snprintf(out, VALUE_SIZE, "%.*s", (int)(len - key_len - 1), line + key_len + 1);
		break;
	}
	return out;
}

/* Whether it can be given to ssh, which would expand what begins with "%". */
static bool is_path(const char *path)
{
	return path[0] == '/' && strlen(path) <= REMOTE_PATH_MAX && !strpbrk(path, "%$");
}

static bool is_socket(const char *path)
{
	struct stat st;

	return is_path(path) && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == geteuid();
}

static bool borrow_master(struct tunnel *t, const char *answer)
{
	char path[VALUE_SIZE];

	if (!is_socket(value_of(path, answer, "controlpath")))
		return false;
	strcpy(t->control, path);
	return ssh_master_lives(t);
}

/*
 * The way to a jump host has no session, so that ssh saves packets on it. One that is made for a moment ends
 * that; for it there must be a control socket: the user's, or ours. Of several jump hosts only the first
 * would count, which can not be reached.
 */
static void find_jump(struct tunnel *t, const char *answer)
{
	char jump[VALUE_SIZE], path[VALUE_SIZE], master[VALUE_SIZE], of_jump[SSH_ANSWER_MAX];

	value_of(jump, answer, "proxyjump");
	if (!remote_host_ok(jump) || strpbrk(jump, ",%"))
		return;
	snprintf(t->jump, sizeof(t->jump), "%s%s", strpbrk(jump, ":[") ? "ssh://" : "", jump);
	if (!ask(t, t->jump, true, of_jump)) {
		t->jump[0] = '\0';
		return;
	}
	value_of(path, of_jump, "controlpath");
	value_of(master, of_jump, "controlmaster");
	t->jump_borrowed = is_socket(path) || (is_path(path) && strcmp(master, "false") != 0);
	if (t->jump_borrowed)
		strcpy(t->jump_control, path);
	else
		snprintf(t->jump_control, sizeof(t->jump_control), "%s/j", t->dir.path);
}

static bool is_quiet(const char *level)
{
	static const char *const quiet[] = {"SILENT", "QUIET", "FATAL", "ERROR"};

	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		if (strcmp(level, quiet[i]) == 0)
			return true;
	return false;
}

void ssh_configure(struct tunnel *t)
{
	char answer[SSH_ANSWER_MAX], value[VALUE_SIZE];
	bool known = ask(t, t->host, false, answer);

	t->jump[0] = '\0';
	t->knows_sessions = known && value_of(value, answer, "sessiontype")[0];
	t->quiet = known && is_quiet(value_of(value, answer, "loglevel"));
	t->keeps_alive = known && strtoul(value_of(value, answer, "serveraliveinterval"), NULL, 10) > 0;
	t->borrowed = known && borrow_master(t, answer);
	if (t->borrowed)
		return;
	strcpy(t->control, t->dir.control);
	if (known)
		find_jump(t, answer);
}

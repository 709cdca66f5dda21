/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ssh says, and what is said of it. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/utf8.h"
#include "tools/pcsc_remote_ssh.h"
#include "tools/pcsc_remote_tunnel.h"

void tunnel_say(const struct tunnel *t, const char *format, ...)
{
	char text[1024], shown[UTF8_ESCAPE_SIZE(sizeof(text))];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	utf8_escape(shown, sizeof(shown), text, strlen(text));
	if (t->named)
		fprintf(stderr, "%s: %s: %s\n", remote_name, t->host, shown);
	else
		fprintf(stderr, "%s: %s\n", remote_name, shown);
}

static void say_said(const char *line, size_t len)
{
	char shown[UTF8_ESCAPE_SIZE(SAID_MAX)];

	utf8_escape(shown, sizeof(shown), line, len);
	fprintf(stderr, "ssh: %s\n", strncmp(shown, "ssh: ", 5) == 0 ? shown + 5 : shown);
}

void tunnel_say_kept(const struct tunnel *t)
{
	size_t len;

	for (const char *line = t->said; t->quiet && *line; line += len + 1) {
		len = strcspn(line, "\n");
		say_said(line, len);
	}
}

void tunnel_say_fault(const struct tunnel *t, enum remote_fault fault)
{
	char remedy[REMOTE_REMEDY_MAX];

	remote_remedy(remedy, sizeof(remedy), fault, t->host);
	tunnel_say_kept(t);
	tunnel_say(t, "%s", remote_fault_get(fault)->sentence);
	if (remedy[0])
		tunnel_say(t, "remedy: %.900s", remedy);
}

bool tunnel_share(const struct tunnel *t)
{
	const char *group = t->options->share;
	enum cs_err err = group ? remote_dir_share(&t->dir, group) : CS_OK;

	if (err == CS_E_NOT_FOUND)
		tunnel_say(t, "--share: there is no group '%.100s'", group);
	else if (err != CS_OK)
		tunnel_say(t, "--share: %s", strerror(errno));
	return err == CS_OK;
}

void tunnel_warn(const struct tunnel *t)
{
	const char *group = t->options->share;

	if (t->reverse)
		tunnel_say(t, "warning: programs of this user there, and root, can use the cards here");
	if (!group)
		return;
	tunnel_say(t, "warning: %s%.100s can use the cards: PCSCLITE_CSOCK_NAME=%s",
		   strcmp(group, "all") == 0 ? "" : "group ",
		   strcmp(group, "all") == 0 ? "everybody on this computer" : group, t->dir.socket);
}

/* What ssh prints of every client that it could not connect, and of its own end, is told otherwise. */
static bool is_chatter(struct tunnel *t, const char *line)
{
	static const char *const known[] = {"Connection to ", "Shared connection to ", "Killed by signal",
					    "mux_client_", "Terminated"};

	if (strncmp(line, "channel ", 8) == 0 && strstr(line, "open failed")) {
		t->open_failures++;
		return true;
	}
	if (strncmp(line, "connect_to ", 11) == 0 || strncmp(line, "connect to /", 12) == 0)
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(line, known[i], strlen(known[i])) == 0 && strstr(line, "closed"))
			return true;
	return false;
}

void tunnel_take_said(struct tunnel *t, const char *line)
{
	size_t len = strlen(line);

	if (len == 0 || is_chatter(t, line))
		return;
	if (!t->again && !t->quiet)
		say_said(line, len);
	if (strncmp(line, "debug", 5) == 0)
		return;
	if (t->said_len + len + 2 > sizeof(t->said)) {
		size_t old = t->said_len + len + 2 - sizeof(t->said);

		t->said_len -= old;
		memmove(t->said, t->said + old, t->said_len);
	}
	memcpy(t->said + t->said_len, line, len);
	t->said_len += len;
	t->said[t->said_len++] = '\n';
	t->said[t->said_len] = '\0';
}

static void take_answer(struct tunnel *t, const char *line)
{
	struct remote_answer answer;
	enum cs_err err = remote_answer_parse(&answer, line, strlen(line));

	if (t->answered || err == CS_E_NOT_FOUND)
		return;
	if (err != CS_OK)
		answer = (struct remote_answer){.far = REMOTE_FAR_ODD};
	t->answer = answer;
	t->answered = true;
}

static void take_bytes(struct tunnel *t, char *line, size_t *len, size_t size, const char *data, size_t n,
		       void (*take)(struct tunnel *t, const char *line))
{
	for (size_t i = 0; i < n; i++) {
		if (data[i] == '\n' || *len + 1 == size) {
			line[*len] = '\0';
			take(t, line);
			*len = 0;
		}
		if (data[i] != '\n' && data[i] != '\r' && data[i] != '\0')
			line[(*len)++] = data[i];
	}
}

/* false: the pipe was closed at the other end */
static bool take_output(struct tunnel *t, int fd, bool error)
{
	char data[4096];
	ssize_t n = read(fd, data, sizeof(data));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (error)
		take_bytes(t, t->err_line, &t->err_len, sizeof(t->err_line), data, (size_t)n,
			   tunnel_take_said);
	else
		take_bytes(t, t->line, &t->line_len, sizeof(t->line), data, (size_t)n, take_answer);
	return n > 0;
}

void tunnel_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void tunnel_pump(struct tunnel *t, int limit_ms)
{
	struct pollfd p[] = {{.fd = t->err, .events = POLLIN},
			     {.fd = t->out, .events = POLLIN},
			     {.fd = t->wake, .events = POLLIN}};

	if (poll(p, 3, limit_ms) <= 0)
		return;
	if (p[0].revents && !take_output(t, t->err, true))
		tunnel_close_fd(&t->err);
	if (p[1].revents && !take_output(t, t->out, false)) {
		tunnel_close_fd(&t->out);
		t->ended = true;
	}
}

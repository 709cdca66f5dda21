/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/remote.h"

#include <string.h>

#include "core/utf8.h"

static const struct remote_fault_row faults[] = {
	[REMOTE_OK] = {"ok", 0, "the readers answer", NULL},
#define REMOTE_FAULT(name, symbol, status, sentence, remedy)                                                 \
	[REMOTE_##name] = {symbol, status, sentence, remedy},
#include "core/remote_fault.def"
#undef REMOTE_FAULT
};

/* The first row that is found in the text counts: a jump host's complaint comes before ssh's own. */
static const struct ssh_row {
	const char *text;
	enum remote_fault fault;
} ssh_rows[] = {
	{"REMOTE HOST IDENTIFICATION HAS CHANGED", REMOTE_HOST_KEY},
	{"Host key verification failed", REMOTE_HOST_KEY},
	{"Could not resolve hostname", REMOTE_NAME},
	{"Permission denied", REMOTE_LOGIN},
	{"Too many authentication failures", REMOTE_LOGIN},
	{"No supported authentication methods", REMOTE_LOGIN},
	{"Connection refused", REMOTE_NO_SSHD},
	{"Connection timed out", REMOTE_UNREACHABLE},
	{"Operation timed out", REMOTE_UNREACHABLE},
	{"No route to host", REMOTE_UNREACHABLE},
	{"Network is unreachable", REMOTE_UNREACHABLE},
	{"Host is down", REMOTE_UNREACHABLE},
	{"banner exchange", REMOTE_UNREACHABLE},
	{"Bad configuration option", REMOTE_OPTION},
	{"command-line: line", REMOTE_OPTION},
	{"terminating, ", REMOTE_OPTION},
	{"usage: ssh", REMOTE_OPTION},
	{"unknown option", REMOTE_OPTION},
	{"This account is currently not available", REMOTE_NO_SHELL},
};

static const char *const far_words[REMOTE_FAR_ODD] = {
	[REMOTE_FAR_SOCKET] = "socket ",       [REMOTE_FAR_FILE] = "file ",
	[REMOTE_FAR_STALE] = "stale ",         [REMOTE_FAR_LOCKED] = "locked ",
	[REMOTE_FAR_NO_SOCKET] = "none",       [REMOTE_FAR_NO_PCSCD] = "absent",
	[REMOTE_FAR_DIRECTORY] = "directory ", [REMOTE_FAR_FAILED] = "failed",
};

static bool plain_text(const char *text, size_t len)
{
	uint32_t c;
	size_t n;

	for (; len > 0; text += n, len -= n) {
		n = utf8_sequence(text, len, &c);
		if (n == 0 || c == ' ' || utf8_is_control(c))
			return false;
	}
	return true;
}

bool remote_host_ok(const char *host)
{
	static const char scheme[] = "ssh://";
	size_t len = strlen(host);
	const char *at;

	if (len == 0 || len > REMOTE_HOST_MAX || !plain_text(host, len) || strpbrk(host, "'\"`$\\;&<>|(){}"))
		return false;
	if (strncmp(host, scheme, sizeof(scheme) - 1) == 0)
		host += sizeof(scheme) - 1;
	at = strrchr(host, '@');
	if (at && (at == host || at[1] == '-' || at[1] == '\0'))
		return false;
	return host[0] != '-' && host[0] != '\0';
}

bool remote_path_ok(const char *path)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,=@";
	size_t len = strlen(path);

	return path[0] == '/' && len <= REMOTE_PATH_MAX && strspn(path, allowed) == len;
}

static size_t quoted_size(const char *word)
{
	size_t n = 2;

	for (; *word; word++)
		n += *word == '\'' ? 4 : 1;
	return n;
}

enum cs_err remote_quote(char *line, size_t size, const char *word)
{
	size_t at = strlen(line);

	if (at + (at > 0) + quoted_size(word) >= size)
		return CS_E_TOO_LONG;
	if (at > 0)
		line[at++] = ' ';
	line[at++] = '\'';
	for (; *word; word++) {
		if (*word == '\'') {
			memcpy(line + at, "'\\''", 4);
			at += 4;
		} else {
			line[at++] = *word;
		}
	}
	line[at++] = '\'';
	line[at] = '\0';
	return CS_OK;
}

static enum cs_err take_path(struct remote_answer *out, const char *text, size_t len)
{
	if (len > REMOTE_PATH_MAX || memchr(text, '\0', len))
		return CS_E_FORMAT;
	memcpy(out->path, text, len);
	out->path[len] = '\0';
	return remote_path_ok(out->path) ? CS_OK : CS_E_FORMAT;
}

enum cs_err remote_answer_parse(struct remote_answer *out, const char *line, size_t len)
{
	const size_t prefix = sizeof(REMOTE_FAR_PREFIX) - 1;

	memset(out, 0, sizeof(*out));
	if (len < prefix || memcmp(line, REMOTE_FAR_PREFIX, prefix) != 0)
		return CS_E_NOT_FOUND;
	line += prefix;
	len -= prefix;
	for (size_t i = 0; i < REMOTE_FAR_ODD; i++) {
		size_t n = strlen(far_words[i]);

		if (len < n || memcmp(line, far_words[i], n) != 0)
			continue;
		out->far = (enum remote_far)i;
		if (far_words[i][n - 1] == ' ')
			return take_path(out, line + n, len - n);
		return len == n ? CS_OK : CS_E_FORMAT;
	}
	return CS_E_FORMAT;
}

const struct remote_fault_row *remote_fault_get(enum remote_fault fault)
{
	return &faults[fault];
}

void remote_remedy(char *out, size_t size, enum remote_fault fault, const char *host)
{
	static const char mark[] = "HOST";
	const char *text = faults[fault].remedy ? faults[fault].remedy : "";
	size_t at = 0;

	while (*text && at + 1 < size) {
		bool marked = strncmp(text, mark, sizeof(mark) - 1) == 0;
		const char *from = marked ? host : text;
		size_t n = marked ? strlen(host) : 1;

		if (n > size - 1 - at)
			n = size - 1 - at;
		memcpy(out + at, from, n);
		at += n;
		text += marked ? sizeof(mark) - 1 : 1;
	}
	out[at] = '\0';
}

enum remote_fault remote_fault_of_ssh(const char *text)
{
	for (size_t i = 0; i < sizeof(ssh_rows) / sizeof(ssh_rows[0]); i++)
		if (strstr(text, ssh_rows[i].text))
			return ssh_rows[i].fault;
	return REMOTE_SSH;
}

enum remote_fault remote_fault_of_probe(const struct remote_seen *seen)
{
	if (seen->other_version)
		return REMOTE_VERSION;
	if (seen->garbage)
		return REMOTE_GARBAGE;
	if (seen->silent)
		return REMOTE_SILENT;
	if (!seen->open_failed)
		return REMOTE_POLKIT;
	return seen->far == REMOTE_FAR_STALE ? REMOTE_STALE : REMOTE_UNCONNECTED;
}

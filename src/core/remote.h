/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_REMOTE_H
#define CS_CORE_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

/* What pcsc_remote gives to ssh and to the far shell, and what it makes of their answers. Starts nothing. */

#define REMOTE_HOST_MAX   255
#define REMOTE_PATH_MAX   107 /* characters of a socket's path */
#define REMOTE_FAR_PREFIX "cardscope-far: "

/*
 * remote_host_ok - whether a destination may stand on ssh's command line: [USER@]HOST or ssh://...
 * Not empty, not longer than REMOTE_HOST_MAX, UTF-8 without spaces, control characters, quotes and what
 * shells take for commands, variables and redirections; neither the user nor the host begins with "-", so
 * that neither is taken for an option by ssh or by what ssh starts.
 */
bool remote_host_ok(const char *host);

/*
 * remote_path_ok - whether ssh takes a socket's path as it is
 * Absolute, at most REMOTE_PATH_MAX characters, none that ssh would expand or split at.
 */
bool remote_path_ok(const char *path);

/*
 * remote_quote - append a word to a line for a POSIX shell, within single quotes, a blank before it when the
 * line is not empty
 * @line: @size characters, NUL-terminated
 * Return: CS_OK; CS_E_TOO_LONG: it does not fit, the line is as it was.
 */
CS_NODISCARD enum cs_err remote_quote(char *line, size_t size, const char *word);

/* What the far shell told of its computer. */
enum remote_far {
	REMOTE_FAR_SOCKET,    /* a socket that is listened on is at @path */
	REMOTE_FAR_FILE,      /* a socket file; whether somebody listens can not be told */
	REMOTE_FAR_STALE,     /* a socket file, but the kernel knows no listener */
	REMOTE_FAR_LOCKED,    /* a socket that the user may not connect to */
	REMOTE_FAR_NO_SOCKET, /* none; pcscd is installed */
	REMOTE_FAR_NO_PCSCD,  /* none, and no pcscd found */
	REMOTE_FAR_DIRECTORY, /* @path is a directory made for our socket */
	REMOTE_FAR_FAILED,    /* that directory could not be made */
	REMOTE_FAR_ODD,       /* an answer that can not be used; no line means it */
	REMOTE_FARS
};

struct remote_answer {
	enum remote_far far;
	char path[REMOTE_PATH_MAX + 1]; /* "" for none */
};

/*
 * remote_answer_parse - a line of the far shell
 * @line: @len bytes, without the end of line
 * Return: CS_OK; CS_E_NOT_FOUND: something else that was printed there; CS_E_FORMAT: begins like an answer
 *   and is none, or the path is not remote_path_ok().
 */
CS_NODISCARD enum cs_err remote_answer_parse(struct remote_answer *out, const char *line, size_t len);

/* What stands between a command and the readers. */
enum remote_fault {
	REMOTE_OK,
#define REMOTE_FAULT(name, symbol, status, sentence, remedy) REMOTE_##name,
#include "core/remote_fault.def"
#undef REMOTE_FAULT
	REMOTE_FAULTS
};

struct remote_fault_row {
	const char *symbol;   /* for JSON */
	int status;           /* to end with */
	const char *sentence; /* follows the host's name */
	const char *remedy;   /* NULL for none; HOST stands for its name */
};

/* remote_fault_get - what is to be said of a fault; static storage */
const struct remote_fault_row *remote_fault_get(enum remote_fault fault);

/*
 * remote_remedy - the remedy with the host's name in place of each HOST
 * @out: @size characters with the NUL, cut where that is too little; "" when there is none
 */
void remote_remedy(char *out, size_t size, enum remote_fault fault, const char *host);

#define REMOTE_REMEDY_MAX 1024 /* characters of any with the longest host */

/*
 * remote_fault_of_ssh - why ssh ended, by what it printed on stderr
 * @text: NUL-terminated, any bytes
 * Return: a fault, REMOTE_SSH when nothing in the text is known.
 */
enum remote_fault remote_fault_of_ssh(const char *text);

/* What was seen of a handshake with the far pcscd that did not succeed. */
struct remote_seen {
	bool other_version, silent, garbage;
	bool open_failed; /* the far sshd did not connect */
	enum remote_far far;
};

/* remote_fault_of_probe - which end is at fault */
enum remote_fault remote_fault_of_probe(const struct remote_seen *seen);

#endif

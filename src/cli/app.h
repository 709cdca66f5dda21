/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CLI_APP_H
#define CS_CLI_APP_H

#include <stdbool.h>
#include <stdio.h>

#ifndef CS_VERSION
#define CS_VERSION "0.1.0"
#endif

/* Exit status of every tool; design.md. */
enum app_exit {
	APP_OK = 0,
	APP_NO = 1,      /* done, and the answer is "no" or "problem found" */
	APP_USAGE = 2,   /* usage or bad input */
	APP_SERVICE = 3, /* no PC/SC service or no reader */
	APP_DENIED = 4,
	APP_CARD = 5, /* card or communication failure */
};

/* The environment, read once; NULL for what is unset. */
struct app_env {
	const char *home, *xdg_data_home, *xdg_cache_home, *xdg_state_home;
	const char *smartcard_list, *pcsc_reader;
	const char *datadir; /* $CARDSCOPE_DATADIR, else where data/ was installed */
	const char *term;
	const char *csock_name; /* PCSCLITE_CSOCK_NAME; "" stays what it is, for the next one, too */
	const char *no_blocking, *delegate, *library_path, *preload; /* of libpcsclite and the loader */
	const char *ssh_connection, *session_id, *tmux;              /* how and where the user is logged in */
	const char *snap, *appimage, *flatpak_id, *path, *sudo_user;
	const char *xdg_runtime_dir, *shell, *prompt; /* prompt: $PS1 */
	bool no_color;                                /* NO_COLOR is set and not empty */
	bool utf8;                                    /* the locale's encoding is UTF-8 */
};

enum app_color { APP_COLOR_AUTO, APP_COLOR_ALWAYS, APP_COLOR_NEVER };
extern const char *const app_color_choices[]; /* "auto", "always", "never", NULL */

/*
 * app_start - sees to the standard descriptors, the locale for character types and the environment
 * To be called before anything else. A closed stdin or stderr becomes /dev/null.
 * Return: the environment, until the process ends; NULL: stdout is closed, which was told: end with
 *   APP_USAGE.
 */
const struct app_env *app_start(const char *tool);

/* app_use_color - whether output to @stream is coloured */
bool app_use_color(enum app_color choice, const struct app_env *env, FILE *stream);

/*
 * app_finish - flush and close stdout
 * Return: @status; APP_USAGE, after a message, when what was written did not all arrive (disk full). A reader
 * that has closed the pipe is no failure.
 */
int app_finish(const char *tool, int status);

/*
 * app_signal_fd - SIGINT, SIGTERM and SIGHUP as a file descriptor: blocked, and to be read from it
 * SIGPIPE is ignored from here on.
 * Return: the descriptor; -1: failed.
 */
int app_signal_fd(void);

/* app_signal_read - number of the signal that came, 0 for none */
int app_signal_read(int fd);

#endif

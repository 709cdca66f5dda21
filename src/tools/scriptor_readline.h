/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_READLINE_H
#define CS_TOOLS_SCRIPTOR_READLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/err.h"
#include "tools/scriptor_words.h"

/*
 * Editing of a line at a terminal. Only scriptor_readline.c includes <readline/...>. There is one editor in a
 * process: the library below keeps its state in variables of its own.
 *
 * While a line is edited the terminal is in the library's mode; in between and after editor_close() it is as
 * it was found. The editor sees to SIGWINCH, SIGTSTP, SIGCONT and SIGQUIT itself, which are blocked while a
 * line is edited; the caller watches a descriptor for the others. SIGINT and those that end must be blocked.
 */
struct editor;

struct editor_ops {
	/*
	 * what may stand in place of @line[@start..@end), whether it begins like that or not; ASCII case need
	 * not be looked at
	 * @quoted: a quotation mark stands before @start, and will be closed
	 */
	void (*complete)(void *data, struct words *words, const char *line, size_t start, size_t end,
			 bool quoted);
};

/*
 * editor_open
 * @stream: of tty_stream()
 * @app:    name for the conditions of the user's inputrc; static storage
 * Return: CS_OK; CS_E_IO no signal descriptor; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err editor_open(struct editor **out, FILE *stream, const char *app,
				     const struct editor_ops *ops, void *data);

/* editor_close - gives the terminal back; NULL-safe, NULLs its argument */
void editor_close(struct editor **editor);

enum editor_event {
	EDITOR_LINE,    /* a line */
	EDITOR_END,     /* Ctrl-D in an empty line, or the terminal is gone */
	EDITOR_WATCHED, /* a watched descriptor is readable; what is typed stays: call again */
};

#define EDITOR_WATCH_MAX 4

/*
 * editor_read - edit until something happens
 * @prompt: plain text, safe to print; a new one is shown at once
 * @watch:  @n descriptors, at most EDITOR_WATCH_MAX; negative ones are skipped
 * @line:   with EDITOR_LINE: receives the line without its end, or the lines of a paste; release with
 *   editor_line_free()
 */
enum editor_event editor_read(struct editor *editor, const char *prompt, const int *watch, size_t n,
			      char **line);

/* editor_line_free - overwrites the line, which may hold a secret; NULL-safe */
void editor_line_free(char *line);

/* editor_cancel - forget what is typed, and show so */
void editor_cancel(struct editor *editor);

/* editor_hide, editor_show - take the line off the screen to print something in its place, and put it back */
void editor_hide(struct editor *editor);
void editor_show(struct editor *editor);

/*
 * editor_history_set - what the arrow keys go through, in place of what they did; oldest line first, copied
 * To be called before each new line: lines that were called up and changed are forgotten only then.
 */
void editor_history_set(struct editor *editor, char *const *lines, size_t n);

#endif

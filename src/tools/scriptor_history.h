/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_HISTORY_H
#define CS_TOOLS_SCRIPTOR_HISTORY_H

#include <stddef.h>

#include "cli/app.h"
#include "core/err.h"

#define HISTORY_LINES_MAX 1000
#define HISTORY_LINE_MAX  4096 /* bytes; longer ones are not kept */

struct history_lines {
	char **line; /* @n of HISTORY_LINES_MAX, oldest first, each malloc()ed */
	size_t n;
};

/*
 * What was typed at the prompt, in memory and in $XDG_STATE_HOME/cardscope/scriptor_history (without that
 * variable below ~/.local/state). Whoever adds a line answers for it that it holds no secret.
 *
 * The directory is made 0700 and the file 0600, whatever the umask. Neither may be a symbolic link or belong
 * to somebody else. The file is replaced as a whole with each line, the lines of other prompts kept.
 */
struct history {
	struct history_lines lines; /* of the file as it was found, and of this prompt */
	int dir;                    /* descriptor; -1: in memory only */
};

/*
 * history_open - load the file, if there is one
 * @why: receives why there is no file to load or write, a sentence that is safe to print
 * Return: CS_OK; CS_E_IO only the memory is used, see @why; CS_E_NOMEM likewise.
 */
CS_NODISCARD enum cs_err history_open(struct history *history, const struct app_env *env, char *why,
				      size_t why_size);
void history_release(struct history *history);

/*
 * history_add - each line of a text; empty ones, and one that is like the one before, are left out
 * Return: CS_OK; CS_E_IO the file can not be written (errno tells), from now on only the memory is used;
 *   CS_E_NOMEM some of them are lost.
 */
CS_NODISCARD enum cs_err history_add(struct history *history, const char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_WORDS_H
#define CS_TOOLS_PCSC_REMOTE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/pcsc_remote_options.h"

/* A command line for ssh. The strings are borrowed; zero-initialise. */

#define WORDS_MAX 1664 /* all that the command line may hold of ssh's options, and ours */

struct words {
	const char *word[WORDS_MAX];
	size_t n;
};

void words_add(struct words *w, const char *word);

/* words_add_all - @words ends with NULL */
void words_add_all(struct words *w, const char *const *words);

/* words_add_list - each with @option before it */
void words_add_list(struct words *w, const char *option, const struct opt_list *list);

/*
 * words_add_options - ssh's options of our command line
 * @jump: -J, too
 */
void words_add_options(struct words *w, const struct remote_options *options, bool jump);

/* words_end - the host, and nothing behind it can be an option; @command may be NULL */
void words_end(struct words *w, const char *host, const char *command);

#endif

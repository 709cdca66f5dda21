/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_remote_words.h"

#include <assert.h>

void words_add(struct words *w, const char *word)
{
	assert(w->n < WORDS_MAX);
	w->word[w->n++] = word;
}

void words_add_all(struct words *w, const char *const *words)
{
	for (; *words; words++)
		words_add(w, *words);
}

void words_add_list(struct words *w, const char *option, const struct opt_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		words_add(w, option);
		words_add(w, list->item[i]);
	}
}

void words_add_options(struct words *w, const struct remote_options *options, bool jump)
{
	const struct ssh_flags *f = &options->ssh;
	const struct {
		bool given;
		const char *option;
	} flags[] = {
		{f->ipv4, "-4"},     {f->ipv6, "-6"},   {f->agent, "-A"},     {f->no_agent, "-a"},
		{f->compress, "-C"}, {f->gssapi, "-K"}, {f->no_gssapi, "-k"}, {f->verbose, "-v"},
	};
	const struct {
		const struct opt_list *list;
		const char *option;
	} lists[] = {
		{&f->config, "-F"}, {&f->option, "-o"},  {&f->port, "-p"},      {&f->identity, "-i"},
		{&f->login, "-l"},  {&f->cipher, "-c"},  {&f->mac, "-m"},       {&f->bind, "-b"},
		{&f->pkcs11, "-I"}, {&f->control, "-S"}, {&f->interface, "-B"},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].given)
			words_add(w, flags[i].option);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		words_add_list(w, lists[i].option, lists[i].list);
	if (jump)
		words_add_list(w, "-J", &f->jump);
}

void words_end(struct words *w, const char *host, const char *command)
{
	words_add_all(w, (const char *const[]){"--", host, command, NULL});
	words_add(w, NULL);
}

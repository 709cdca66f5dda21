/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_remote_options.h"

/* The words that a list of options of one kind becomes. */
static size_t put_list(const char **out, size_t n, const char *option, const struct opt_list *list)
{
	for (size_t i = 0; i < list->n && n + 2 <= REMOTE_SSH_WORDS; i++) {
		out[n++] = option;
		out[n++] = list->item[i];
	}
	return n;
}

size_t remote_options_ssh(const struct remote_options *options, const char **out)
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
		{&f->config, "-F"}, {&f->option, "-o"},    {&f->port, "-p"},   {&f->identity, "-i"},
		{&f->jump, "-J"},   {&f->login, "-l"},     {&f->cipher, "-c"}, {&f->mac, "-m"},
		{&f->bind, "-b"},   {&f->interface, "-B"}, {&f->pkcs11, "-I"}, {&f->control, "-S"},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].given)
			out[n++] = flags[i].option;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		n = put_list(out, n, lists[i].option, lists[i].list);
	return n;
}

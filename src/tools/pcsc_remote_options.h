/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_REMOTE_OPTIONS_H
#define CS_TOOLS_PCSC_REMOTE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/app.h"
#include "cli/opt.h"

#define REMOTE_HOSTS_MAX  64    /* hosts at the same time */
#define REMOTE_HOSTS_FILE 65536 /* bytes of a list of hosts */

/* What ssh is given of the command line. */
struct ssh_flags {
	bool ipv4, ipv6, agent, no_agent, compress, gssapi, no_gssapi, verbose;
	struct opt_list port, identity, jump, login, option, config, cipher, mac, bind, interface, pkcs11,
		control;
};

/* What the command line asks for. */
struct remote_options {
	const struct app_env *env;
	struct ssh_flags ssh;
	struct opt_list hosts; /* of --host, then of --hosts */
	const char *hosts_file, *remote_socket, *share, *program;
	bool reverse, batch, reconnect, json;
	bool status, print_env, check; /* at most one of them; none: run a command */
	unsigned long timeout_s;
	const char *host; /* the operand, NULL for none */
	char **command;   /* NULL-terminated; [0] is NULL: a shell */
	char *hosts_text; /* what @hosts points into */
};

extern const char remote_name[]; /* "pcsc_remote", for messages */

/*
 * remote_options_parse - parse and check the command line and the list of hosts; what is wrong is told on
 * stderr To be released by remote_options_release(), whatever comes back.
 */
enum opt_result remote_options_parse(struct remote_options *out, int argc, char **argv);
void remote_options_release(struct remote_options *options);

/* For the parts of remote_options_parse(): the options, and reading --hosts into @hosts. */
extern const struct opt_spec remote_spec;
enum opt_result remote_hosts_load(struct remote_options *o);

#endif

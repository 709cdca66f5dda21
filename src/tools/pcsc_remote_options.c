/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_remote_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/remote.h"

enum { EXCL_MODE = 1, EXCL_FAMILY, EXCL_AGENT, EXCL_GSSAPI };

const char remote_name[] = "pcsc_remote";

#define AT(field)   .offset = offsetof(struct remote_options, field), .given_offset = OPT_NO_GIVEN
#define FILE_NAMED  .complete = OPT_COMPLETE_FILE
#define SSH(letter) "ssh's -" letter

static const struct opt_row rows[] = {
	{'R', "reverse", NULL, "run the command there, on the readers of this computer", OPT_FLAG,
	 AT(reverse)},
	{'H', "host", "HOST", "run the command on this host's readers; may be repeated", OPT_LIST, AT(hosts)},
	{0, "hosts", "FILE", "... and on those of every host in a file, one a line", OPT_STRING,
	 AT(hosts_file), FILE_NAMED},
	{0, "check", NULL, "look at both ends, tell what is wrong, and end", OPT_FLAG, AT(check),
	 .excl = EXCL_MODE},
	{0, "status", NULL, "show this user's tunnels, and end", OPT_FLAG, AT(status), .excl = EXCL_MODE},
	{0, "print-env", NULL, "print the export line of a tunnel that is open", OPT_FLAG, AT(print_env),
	 .excl = EXCL_MODE},
	{0, "json", NULL, "with --check and --status: JSON", OPT_FLAG, AT(json)},
	{0, "reconnect", NULL, "open the tunnel again whenever it is lost", OPT_FLAG, AT(reconnect)},
	{0, "timeout", "SECONDS", "how long the far pcscd may take to answer (default 10)", OPT_UINT,
	 AT(timeout_s), .min = 1, .max = 3600},
	{0, "remote-socket", "PATH", "pcscd's socket there, where it is not found", OPT_STRING,
	 AT(remote_socket)},
	{0, "share", "GROUP", "let a group, or \"all\", of this computer use the tunnel, too", OPT_STRING,
	 AT(share)},
	{0, "batch", NULL, "never ask for a password or a passphrase", OPT_FLAG, AT(batch)},
	{0, "ssh", "PROGRAM", "use this ssh", OPT_STRING, AT(program), FILE_NAMED},
	{'4', "inet", NULL, SSH("4") ": IPv4 only", OPT_FLAG, AT(ssh.ipv4), .excl = EXCL_FAMILY},
	{'6', "inet-six", NULL, SSH("6") ": IPv6 only", OPT_FLAG, AT(ssh.ipv6), .excl = EXCL_FAMILY},
	{'A', "agent", NULL, SSH("A") ": forward the agent", OPT_FLAG, AT(ssh.agent), .excl = EXCL_AGENT},
	{'a', "no-agent", NULL, SSH("a") ": do not", OPT_FLAG, AT(ssh.no_agent), .excl = EXCL_AGENT},
	{'B', "bind-interface", "NAME", SSH("B"), OPT_LIST, AT(ssh.interface)},
	{'b', "bind-address", "ADDRESS", SSH("b"), OPT_LIST, AT(ssh.bind)},
	{'C', "compress", NULL, SSH("C") ": compress", OPT_FLAG, AT(ssh.compress)},
	{'c', "cipher", "LIST", SSH("c") ": ciphers", OPT_LIST, AT(ssh.cipher)},
	{'F', "ssh-config", "FILE", SSH("F") ": configuration file", OPT_LIST, AT(ssh.config), FILE_NAMED},
	{'I', "token", "FILE", SSH("I") ": PKCS#11 library with the key", OPT_LIST, AT(ssh.pkcs11),
	 FILE_NAMED},
	{'i', "identity", "FILE", SSH("i") ": private key", OPT_LIST, AT(ssh.identity), FILE_NAMED},
	{'J', "jump", "HOST", SSH("J") ": through another host", OPT_LIST, AT(ssh.jump)},
	{'K', "gssapi", NULL, SSH("K"), OPT_FLAG, AT(ssh.gssapi), .excl = EXCL_GSSAPI},
	{'k', "no-gssapi", NULL, SSH("k"), OPT_FLAG, AT(ssh.no_gssapi), .excl = EXCL_GSSAPI},
	{'l', "login", "USER", SSH("l") ": user there", OPT_LIST, AT(ssh.login)},
	{'m', "mac", "LIST", SSH("m"), OPT_LIST, AT(ssh.mac)},
	{'o', "ssh-option", "NAME=VALUE", SSH("o") ": as in ssh_config(5)", OPT_LIST, AT(ssh.option)},
	{'p', "port", "PORT", SSH("p") ": port of sshd", OPT_LIST, AT(ssh.port)},
	{'S', "control-path", "PATH", SSH("S") ": use this connection, where it is open", OPT_LIST,
	 AT(ssh.control), FILE_NAMED},
	{'v', "verbose", NULL, SSH("v") ": debugging messages", OPT_FLAG, AT(ssh.verbose)},
	{.long_name = NULL},
};

static const char *const synopsis[] = {
	"[OPTION]... [USER@]HOST [--] [COMMAND [ARG]...]",
	"-R [OPTION]... [USER@]HOST [--] [COMMAND [ARG]...]",
	"[OPTION]... -H HOST [-H HOST]... -- COMMAND [ARG]...",
	"--check [OPTION]... [USER@]HOST",
	"--status [--json]",
	"--print-env [HOST]",
	NULL,
};

const struct opt_spec remote_spec = {
	.name = remote_name,
	.synopsis = synopsis,
	.summary = "Runs a command on the readers of another computer, over OpenSSH.",
	.rows = rows,
	.epilog = "Without COMMAND a shell is started. ssh's configuration, keys and agent are used as they "
		  "are.\n"
		  "\n"
		  "Exit status: that of COMMAND, 128 + N when signal N ended it, 126 or 127 when it could "
		  "not be\n"
		  "run; 2 usage; 3 the readers can not be reached; 4 the other computer denies access. With "
		  "-H or\n"
		  "--hosts 1 when one host failed; with --check 1 when something is wrong.\n",
};

static const struct opt_row *long_row(const char *name, size_t len)
{
	for (const struct opt_row *row = rows; row->long_name; row++)
		if (strncmp(row->long_name, name, len) == 0)
			return row;
	return NULL;
}

static const struct opt_row *short_row(char name)
{
	for (const struct opt_row *row = rows; row->long_name; row++)
		if (row->short_name == name)
			return row;
	return NULL;
}

/* Whether the word after this option is its argument. */
static bool takes_next(const char *word)
{
	const struct opt_row *row;

	if (word[1] == '-') {
		row = strchr(word, '=') ? NULL : long_row(word + 2, strlen(word + 2));
		return row && row->arg;
	}
	for (const char *c = word + 1; *c; c++) {
		row = short_row(*c);
		if (row && row->arg)
			return c[1] == '\0';
	}
	return false;
}

/* Options end at the host: what follows is the command's own. */
static int find_operand(int argc, char **argv)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0') {
		if (strcmp(argv[i], "--") == 0)
			return i;
		i += takes_next(argv[i]) ? 2 : 1;
	}
	return i < argc ? i : argc;
}

static enum opt_result check_host(const char *host)
{
	if (remote_host_ok(host))
		return OPT_RUN;
	return opt_usage_error(&remote_spec, stderr, "'%.200s' is not a host", host);
}

/* The host, "--", and the command. */
static void take_operands(struct remote_options *o, char **operand)
{
	bool several = o->hosts.n || o->hosts_file;

	if (*operand && strcmp(*operand, "--") == 0)
		operand++;
	if (!several && !o->status && *operand)
		o->host = *operand++;
	if (!several && *operand && strcmp(*operand, "--") == 0)
		operand++;
	o->command = operand;
}

static enum opt_result check_combination(const struct remote_options *o)
{
	bool several = o->hosts.n != 0, mode = o->status || o->print_env || o->check, command = *o->command;
	const struct {
		bool wrong;
		const char *text;
	} rules[] = {
		{mode && command, "--check, --status and --print-env run no command"},
		{mode && several, "--check, --status and --print-env are not for several hosts"},
		{mode && (o->reverse || o->reconnect || o->share),
		 "--reverse, --reconnect and --share are for running a command"},
		{o->json && !o->status && !o->check, "--json is for --check and --status"},
		{!o->host && !several && !o->status && !o->print_env, "no host given"},
		{several && !command, "several hosts need a command"},
		{several && o->reverse, "--reverse is for one host"},
		{several && o->share, "--share is for one host"},
		{o->reverse && (o->reconnect || o->share || o->remote_socket),
		 "--reconnect, --share and --remote-socket are not for --reverse"},
		{o->remote_socket && !remote_path_ok(o->remote_socket),
		 "--remote-socket: an absolute path of up to 107 letters, digits and / . _ - + , = @"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return opt_usage_error(&remote_spec, stderr, "%s", rules[i].text);
	return OPT_RUN;
}

static enum opt_result check_users(const struct remote_options *o)
{
	for (size_t i = 0; i < o->ssh.login.n; i++)
		if (!remote_host_ok(o->ssh.login.item[i]))
			return opt_usage_error(&remote_spec, stderr, "--login: '%.200s' is not a user",
					       o->ssh.login.item[i]);
	return OPT_RUN;
}

static enum opt_result check_hosts(const struct remote_options *o)
{
	enum opt_result result = o->host ? check_host(o->host) : OPT_RUN;

	for (size_t i = 0; i < o->hosts.n && result == OPT_RUN; i++)
		result = check_host(o->hosts.item[i]);
	for (size_t i = 0; i < o->ssh.jump.n && result == OPT_RUN; i++)
		result = check_host(o->ssh.jump.item[i]);
	return result;
}

enum opt_result remote_options_parse(struct remote_options *out, int argc, char **argv)
{
	int at = find_operand(argc, argv), first = 0;
	enum opt_result result = opt_parse(&remote_spec, out, at, argv, &first, stdout, stderr);

	if (result != OPT_RUN)
		return result;
	take_operands(out, argv + at);
	if (out->hosts_file)
		result = remote_hosts_load(out);
	if (result == OPT_RUN)
		result = check_combination(out);
	if (result == OPT_RUN)
		result = check_hosts(out);
	if (result == OPT_RUN)
		result = check_users(out);
	return result;
}

void remote_options_release(struct remote_options *options)
{
	free(options->hosts_text);
	options->hosts_text = NULL;
}

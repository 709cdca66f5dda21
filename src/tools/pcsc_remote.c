/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "cli/app.h"
#include "tools/pcsc_remote_options.h"
#include "tools/pcsc_remote_run.h"

static int act(const struct remote_options *options)
{
	if (options->status)
		return remote_status(options);
	if (options->print_env)
		return remote_print_env(options);
	if (options->check)
		return remote_check(options);
	if (options->hosts.n)
		return remote_hosts(options);
	return remote_run(options, options->host, true);
}

int main(int argc, char **argv)
{
	struct remote_options options = {.program = "ssh", .timeout_s = 10};
	enum opt_result result;
	int status = APP_OK;

	options.env = app_start(remote_name);
	if (!options.env)
		return APP_USAGE;
	/* whole lines, because programs on several hosts and ssh write there, too */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	result = remote_options_parse(&options, argc, argv);
	if (result == OPT_RUN)
		status = act(&options);
	else if (result == OPT_USAGE)
		status = APP_USAGE;
	remote_options_release(&options);
	return app_finish(remote_name, status);
}

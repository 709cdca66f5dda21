/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watches readers and cards. The parts: _options, _list (-r), _stress (-s), _watch (all else). */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/app.h"
#include "tools/pcsc_scan_list.h"
#include "tools/pcsc_scan_options.h"
#include "tools/pcsc_scan_stress.h"
#include "tools/pcsc_scan_watch.h"

#define STDOUT_SIZE 16384 /* an event goes out in one piece */

static struct scan_end run(const struct scan_options *options, const struct app_env *env)
{
	if (options->readers)
		return scan_list(options, env);
	if (options->stress)
		return scan_stress(options, env);
	return scan_watch(options, env);
}

static int finish(const struct scan_end *end)
{
	int status = end->status;

	errno = end->output_errno;
	if (!end->closed && !end->stalled)
		status = app_finish(scan_name, status);
	if (end->hung || end->stalled)
		_exit(status);
	return status;
}

int main(int argc, char **argv)
{
	const struct app_env *env = app_start(scan_name);
	struct scan_options options;
	struct scan_end end = {.status = APP_OK};

	if (!env)
		return APP_USAGE;
	setvbuf(stdout, NULL, _IOFBF, STDOUT_SIZE);
	switch (scan_options_parse(&options, argc, argv)) {
	case OPT_RUN:
		end = run(&options, env);
		break;
	case OPT_DONE:
		break;
	case OPT_USAGE:
		end.status = APP_USAGE;
		break;
	}
	return finish(&end);
}

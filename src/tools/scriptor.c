/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/app.h"
#include "tools/scriptor_options.h"
#include "tools/scriptor_prompt.h"
#include "tools/scriptor_session.h"

/* What a run leaves behind. */
struct ending {
	int status;
	int signal; /* that the process is to die of, 0: none */
	bool hung, stuck;
	int output_errno;
};

static struct ending ending_of(struct session *s)
{
	struct ending end;

	end.status = s->stuck ? APP_CARD : session_close(s);
	end.signal = s->signal;
	end.hung = s->hung;
	end.stuck = s->stuck;
	end.output_errno = s->show.output_errno;
	return end;
}

static struct ending run_prompt(const struct scriptor_options *options, const struct app_env *env)
{
	struct session s;
	struct ending end = {.status = session_open(&s, options, env, true)};
	struct prompt_end prompt;

	if (end.status != APP_OK)
		return end;
	prompt = prompt_run(&s);
	end = ending_of(&s);
	end.status = prompt.status;
	end.signal = prompt.signal;
	end.hung = end.hung || prompt.hung;
	return end;
}

static struct ending run_script(const struct scriptor_options *options, const struct app_env *env)
{
	struct session s;
	int status = session_open(&s, options, env, false);
	bool from_file = options->file && strcmp(options->file, session_unit_name) != 0;

	if (status != APP_OK)
		return (struct ending){.status = status};
	if (options->check) {
		s.engine.exit_status = session_check(&s);
		return ending_of(&s);
	}
	if (from_file)
		session_file(&s);
	else
		session_stream(&s);
	return ending_of(&s);
}

static void die_of(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
}

static int leave(const struct ending *end)
{
	int status = end->status;

	errno = end->output_errno;
	if (!end->stuck)
		status = app_finish(scriptor_name, status);
	if (end->signal)
		die_of(end->signal);
	/* A thread that hangs in a PC/SC call would make exit() hang, too. */
	if (end->hung)
		_exit(status);
	return status;
}

int main(int argc, char **argv)
{
	struct scriptor_options options;
	const struct app_env *env = app_start(scriptor_name);
	enum opt_result result;
	struct ending end;

	if (!env)
		return APP_USAGE;
	signal(SIGPIPE, SIG_IGN);
	result = scriptor_options_parse(&options, argc, argv);
	if (result != OPT_RUN)
		return app_finish(scriptor_name, result == OPT_DONE ? APP_OK : APP_USAGE);
	setvbuf(stdout, NULL, options.unbuffered ? _IONBF : _IOLBF, 0);
	if (!options.file && !options.check && prompt_is_possible())
		end = run_prompt(&options, env);
	else
		end = run_script(&options, env);
	return leave(&end);
}

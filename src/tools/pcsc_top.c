/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers, cards and events on the whole screen. The parts: _options, _live (the monitor), _loop, _act (what
 * keys do beyond the screen), _ask, _front and _write (their means). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/app.h"
#include "tools/pcsc_top_loop.h"
#include "tools/pcsc_top_options.h"
#include "tui/top_screen.h"
#include "view/term.h"

static void name_host(char out[HOST_MAX])
{
	if (gethostname(out, HOST_MAX - 1) != 0)
		out[0] = '\0';
	out[HOST_MAX - 1] = '\0';
}

static void refuse_term(const char *name, const char *why)
{
	const struct term t = {.out = stderr};

	fprintf(stderr, "%s: TERM=", top_name);
	term_put_untrusted(&t, TERM_PLAIN, name ? name : "");
	fprintf(stderr, ": %s\n", why);
}

static bool open_screen(const struct top_options *options, const struct app_env *env)
{
	bool color = app_use_color((enum app_color)options->color, env, stdout);

	switch (top_screen_open(env->term, color)) {
	case TOP_SCREEN_OPEN:
		return true;
	case TOP_SCREEN_NO_TTY:
		fprintf(stderr,
			"%s: standard input and output must be a terminal; for a pipe use pcsc_scan\n",
			top_name);
		break;
	case TOP_SCREEN_UNKNOWN:
		refuse_term(env->term, "unknown terminal; set TERM to what it is, or use pcsc_scan");
		break;
	case TOP_SCREEN_DUMB:
		refuse_term(env->term, "a terminal that can not move its cursor; use pcsc_scan");
		break;
	}
	return false;
}

/* The one end of everything: whatever happened, the terminal is given back before anything is told. */
static int finish(struct top *top)
{
	bool stopped = live_stop(&top->live);
	bool answered = ask_stop(&top->ask);
	enum cs_err err = top->err;

	top_screen_close();
	if (err != CS_OK)
		fprintf(stderr, "%s: %s\n", top_name, cs_err_text(err));
	if (!stopped || !answered)
		_exit(err == CS_OK ? APP_OK : APP_USAGE);
	top_model_release(&top->model);
	top_canvas_release(&top->canvas);
	live_release(&top->live);
	free(top);
	return err == CS_OK ? APP_OK : APP_USAGE;
}

static int cannot_start(struct top *top, enum cs_err err)
{
	top_screen_close();
	/* A list that can not be read was told. */
	if (err != CS_E_NOT_FOUND)
		fprintf(stderr, "%s: cannot start: %s\n", top_name,
			err == CS_E_IO ? strerror(errno) : cs_err_text(err));
	live_release(&top->live);
	free(top);
	return APP_USAGE;
}

static int run(const struct top_options *options, const struct app_env *env)
{
	struct top *top = calloc(1, sizeof(*top));
	enum cs_err err;

	if (!top) {
		fprintf(stderr, "%s: %s\n", top_name, cs_err_text(CS_E_NOMEM));
		return APP_USAGE;
	}
	top->options = options;
	top->canvas.ascii = options->ascii || !env->utf8;
	top_model_init(&top->model);
	name_host(top->host);
	err = live_load(&top->live, options, env);
	if (err == CS_OK)
		err = loop_open(top);
	if (err != CS_OK)
		return cannot_start(top, err);
	if (!open_screen(options, env)) {
		live_release(&top->live);
		free(top);
		return APP_USAGE;
	}
	err = live_start(&top->live);
	if (err != CS_OK)
		return cannot_start(top, err);
	loop_run(top);
	return finish(top);
}

int main(int argc, char **argv)
{
	const struct app_env *env = app_start(top_name);
	struct top_options options;

	if (!env)
		return APP_USAGE;
	switch (top_options_parse(&options, argc, argv)) {
	case OPT_RUN:
		return app_finish(top_name, run(&options, env));
	case OPT_DONE:
		return app_finish(top_name, APP_OK);
	default:
		return APP_USAGE;
	}
}

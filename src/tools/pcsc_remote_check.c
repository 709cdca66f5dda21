/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "core/utf8.h"
#include "diag/wire.h"
#include "tools/pcsc_remote_run.h"
#include "tools/pcsc_remote_signals.h"
#include "tools/pcsc_remote_tunnel.h"

#define DETAIL_MAX 256

/* The steps to the readers, in their order. */
enum check_step { STEP_DIRECTORY, STEP_LOGIN, STEP_SOCKET, STEP_FORWARD, STEP_ANSWER, STEPS };

static const char *const step_name[STEPS] = {"directory", "login", "socket", "forwarding", "answer"};

struct checked {
	const struct remote_options *options;
	struct tunnel t;
	int signals, stopped;
	enum check_step reached; /* this one failed, or STEPS */
	enum remote_fault fault;
	struct wire here; /* pcscd of this computer, which only -R needs */
};

static bool take_signals(void *context)
{
	struct checked *c = context;
	struct remote_signal sig;

	while (remote_signals_read(c->signals, &sig))
		if (sig.number != SIGCHLD)
			c->stopped = sig.number;
	return c->stopped != 0;
}

/* At which step a fault shows. */
static enum check_step step_of(enum remote_fault fault)
{
	switch (fault) {
	case REMOTE_OK:
		return STEPS;
	case REMOTE_NO_PCSCD:
	case REMOTE_NO_SOCKET:
	case REMOTE_LOCKED:
	case REMOTE_ODD:
	case REMOTE_STALE:
		return STEP_SOCKET;
	case REMOTE_FORWARDING:
	case REMOTE_UNCONNECTED:
	case REMOTE_MASTER:
		return STEP_FORWARD;
	case REMOTE_POLKIT:
	case REMOTE_VERSION:
	case REMOTE_SILENT:
	case REMOTE_GARBAGE:
		return STEP_ANSWER;
	default:
		return STEP_LOGIN;
	}
}

/* Where it is done, or, when it fails, where the fault is. */
static const char *end_of(const struct checked *c, enum check_step step)
{
	bool ours = step == c->reached && (c->fault == REMOTE_NO_SSH || c->fault == REMOTE_NAME ||
					   c->fault == REMOTE_OPTION || c->fault == REMOTE_MASTER);

	return step == STEP_DIRECTORY || ours ? "here" : "there";
}

static void detail(char out[DETAIL_MAX], const struct checked *c, enum check_step step)
{
	const struct wire *wire = &c->t.wire;

	out[0] = '\0';
	if (step == c->reached)
		snprintf(out, DETAIL_MAX, "%s",
			 step == STEP_DIRECTORY ? strerror(errno) : remote_fault_get(c->fault)->sentence);
	else if (step == STEP_DIRECTORY)
		snprintf(out, DETAIL_MAX, "%s", c->t.dir.path);
	else if (step == STEP_SOCKET)
		snprintf(out, DETAIL_MAX, "%s", c->t.answer.path);
	else if (step == STEP_ANSWER)
		snprintf(out, DETAIL_MAX, "protocol %d:%d, %.1f ms", wire->major, wire->minor,
			 (double)wire->answer_us / 1000);
}

static void put_step_text(const struct checked *c, enum check_step step)
{
	char text[DETAIL_MAX];

	detail(text, c, step);
	printf("%-4s  %-5s  %s%s%s\n", step < c->reached ? "ok" : "FAIL", end_of(c, step), step_name[step],
	       text[0] ? ": " : "", text);
}

static void put_text(const struct checked *c)
{
	char remedy[REMOTE_REMEDY_MAX];

	remote_remedy(remedy, sizeof(remedy), c->fault, c->options->host);
	for (enum check_step step = 0; step < STEPS && step <= c->reached; step++)
		put_step_text(c, step);
	printf("%-4s  %-5s  pcscd of this computer, for -R: %s\n",
	       c->here.end == WIRE_ANSWERED ? "ok" : "note", "here", wire_end_name(c->here.end));
	if (c->reached != STEPS && remedy[0])
		printf("Remedy: %s\n", remedy);
}

static json_t *step_json(const struct checked *c, enum check_step step)
{
	char text[DETAIL_MAX], clean[UTF8_CLEAN_SIZE(DETAIL_MAX)];

	detail(text, c, step);
	utf8_clean(clean, sizeof(clean), text, strlen(text));
	return json_pack("{s:s, s:s, s:b, s:s}", "step", step_name[step], "end", end_of(c, step), "ok",
			 step < c->reached, "detail", clean);
}

static void put_json(const struct checked *c)
{
	const struct remote_fault_row *row = remote_fault_get(c->fault);
	bool bad = c->reached != STEPS;
	char remedy[REMOTE_REMEDY_MAX];
	json_t *steps = json_array(), *object;

	remote_remedy(remedy, sizeof(remedy), c->fault, c->options->host);
	for (enum check_step step = 0; step < STEPS && step <= c->reached; step++)
		json_array_append_new(steps, step_json(c, step));
	object = json_pack("{s:s, s:i, s:s, s:b, s:o, s:s?, s:s?, s:s}", "type", "remote_check", "format", 1,
			   "host", c->options->host, "ok", !bad, "steps", steps, "fault",
			   bad ? row->symbol : NULL, "remedy", bad ? remedy : NULL, "here",
			   wire_end_name(c->here.end));
	if (!object)
		return;
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static void look(struct checked *c)
{
	const struct remote_options *o = c->options;
	const char *near =
		o->env->csock_name && *o->env->csock_name ? o->env->csock_name : "/run/pcscd/pcscd.comm";

	wire_probe(&c->here, near, WIRE_LIMIT_MS);
	remote_dir_each(o->env->xdg_runtime_dir, NULL, NULL);
	c->reached = STEP_DIRECTORY;
	c->fault = REMOTE_NO_DIRECTORY;
	if (remote_dir_new(&c->t.dir, o->env->xdg_runtime_dir, false) != CS_OK)
		return;
	c->fault = tunnel_open(&c->t);
	c->reached = step_of(c->fault);
	if (c->fault != REMOTE_OK)
		tunnel_say_kept(&c->t);
}

int remote_check(const struct remote_options *options)
{
	struct checked c = {.options = options};

	tunnel_init(&c.t, options, options->host);
	c.t.wake = c.signals = remote_signals_open();
	c.t.interrupted = take_signals;
	c.t.context = &c;
	look(&c);
	if (!c.stopped && options->json)
		put_json(&c);
	else if (!c.stopped)
		put_text(&c);
	tunnel_drop(&c.t);
	remote_dir_remove(&c.t.dir);
	close(c.signals);
	if (c.stopped)
		return 128 + c.stopped;
	return c.reached == STEPS ? APP_OK : APP_NO;
}

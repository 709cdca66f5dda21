/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "diag/wire.h"
#include "tools/pcsc_remote_dir.h"
#include "tools/pcsc_remote_run.h"
#include "view/time_text.h"

#define PROBE_MS 2000

struct listing {
	const struct remote_options *options;
	size_t n;
};

static void put_json(const struct remote_state *state, const struct wire *wire, const char *since)
{
	bool probed = wire->end != WIRE_ENDS;
	json_t *object =
		json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s?}", "type", "tunnel", "host", state->host,
			  "direction", state->reverse ? "reverse" : "forward", "socket", state->socket, "pid",
			  (int)state->pid, "since", since, "state", probed ? wire_end_name(wire->end) : NULL);

	if (!object)
		return;
	if (wire->end == WIRE_ANSWERED)
		json_object_set_new(object, "latency_us", json_integer((json_int_t)wire->answer_us));
	else
		json_object_set_new(object, "latency_us", json_null());
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static void put_text(const struct remote_state *state, const struct wire *wire, const char *since)
{
	printf("%s  %s  %s  since %s  pid %d  ", state->host, state->reverse ? "reverse" : "forward",
	       state->socket, since, (int)state->pid);
	if (wire->end == WIRE_ANSWERED)
		printf("%.1f ms\n", (double)wire->answer_us / 1000);
	else if (wire->end == WIRE_ENDS)
		puts("-");
	else
		printf("%s\n", wire_end_name(wire->end));
}

/* The socket of a tunnel to there is not here: it can not be asked. */
static void list_one(const struct remote_state *state, void *context)
{
	struct listing *l = context;
	struct wire wire = {.end = WIRE_ENDS};
	char since[TIME_TEXT_MAX];

	l->n++;
	time_format(since, state->since_ns, false);
	if (!state->reverse)
		wire_probe(&wire, state->socket, PROBE_MS);
	if (l->options->json)
		put_json(state, &wire, since);
	else
		put_text(state, &wire, since);
}

int remote_status(const struct remote_options *options)
{
	struct listing l = {.options = options};

	remote_dir_each(options->env->xdg_runtime_dir, list_one, &l);
	if (l.n)
		return APP_OK;
	if (!options->json)
		fprintf(stderr, "%s: no tunnel is open\n", remote_name);
	return APP_NO;
}

static void print_one(const struct remote_state *state, void *context)
{
	struct listing *l = context;

	if (state->reverse || (l->options->host && strcmp(l->options->host, state->host) != 0))
		return;
	if (l->n++ == 0)
		printf("export PCSCLITE_CSOCK_NAME='%s' PCSC_REMOTE='%s'\n", state->socket, state->host);
}

int remote_print_env(const struct remote_options *options)
{
	struct listing l = {.options = options};

	remote_dir_each(options->env->xdg_runtime_dir, print_one, &l);
	if (l.n == 1)
		return APP_OK;
	if (l.n == 0)
		fprintf(stderr, "%s: no tunnel%s%s is open: run %s HOST COMMAND first\n", remote_name,
			options->host ? " to " : "", options->host ? options->host : "", remote_name);
	else
		fprintf(stderr, "%s: %zu tunnels are open; this is one of them\n", remote_name, l.n);
	return l.n ? APP_OK : APP_NO;
}

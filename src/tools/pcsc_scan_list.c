/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_scan_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "pcsc/job.h"
#include "pcsc/scard.h"
#include "tools/pcsc_scan_loop.h"
#include "tools/pcsc_scan_show.h"
#include "view/event_json.h"
#include "view/event_text.h"

/* The job's thread uses it until it has ended, then the main thread. */
struct list {
	struct scard_names names;
	struct scard_fault fault;
	enum cs_err err;
	struct job job;
};

static void run(void *data)
{
	struct list *list = data;
	struct scard *ctx = NULL;

	list->err = scard_new(&ctx, &list->fault);
	if (list->err == CS_OK)
		list->err = scard_names_get(ctx, &list->names, &list->fault);
	scard_free(&ctx);
}

static enum cs_err put(const struct scan_options *options, const struct term *t, struct json_line *line,
		       size_t index, const char *name)
{
	if (options->json)
		return event_json_put_reader(line, stdout, index, name);
	event_text_put_reader(t, index, name);
	return CS_OK;
}

static struct scan_end show(const struct list *list, const struct loop *loop,
			    const struct scan_options *options, const struct app_env *env)
{
	const struct term t = {stdout, app_use_color((enum app_color)options->color, env, stdout)};
	struct scan_end end = {.status = APP_OK};
	struct json_line line = {.buffer = NULL};
	enum cs_err err = list->err;
	size_t shown = 0;

	for (size_t i = 0; i < list->names.n && err == CS_OK; i++) {
		if (!scan_wants_reader(options, list->names.name[i]))
			continue;
		err = put(options, &t, &line, i, list->names.name[i]);
		shown++;
	}
	json_line_release(&line);
	if (err == CS_OK)
		err = loop_flush(loop);
	if (err == CS_E_PCSC) {
		end.status = show_fault(NULL, &list->fault);
	} else if (err != CS_OK) {
		end.status = err == CS_E_CANCELLED ? APP_NO : APP_OK;
		scan_end_fail(&end, err);
	} else if (!shown) {
		fprintf(stderr, "%s: no reader%s\n", scan_name, list->names.n ? " of such a name" : "");
		end.status = APP_SERVICE;
	}
	return end;
}

/* Whether the list is there; a signal or the end of the time given ends the wait for it. */
static bool await(struct list *list, struct loop *loop)
{
	unsigned wake = 0;

	while (!job_ended(&list->job) && !(wake & (LOOP_SIGNAL | LOOP_TIME | LOOP_CLOSED))) {
		wake = loop_wait(loop, list->job.fd, -1);
		if (wake & LOOP_NEWS)
			job_hear(&list->job);
	}
	return job_finish(&list->job, JOB_STOP_MS);
}

struct scan_end scan_list(const struct scan_options *options, const struct app_env *env)
{
	struct list *list = calloc(1, sizeof(*list));
	struct scan_end end = {.status = APP_USAGE};
	struct loop loop;
	enum cs_err err = list ? loop_init(&loop, options->time_s) : CS_E_NOMEM;

	if (err == CS_OK)
		err = job_start(&list->job, run, NULL, list); /* neither call can be cancelled */
	if (err != CS_OK) {
		fprintf(stderr, "%s: cannot start: %s\n", scan_name, cs_err_text(err));
		free(list);
		return end;
	}
	if (!await(list, &loop))
		return scan_end_unanswered(&loop);
	end = show(list, &loop, options, env);
	scard_names_release(&list->names);
	free(list);
	return end;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the worker: a script that comes bit by bit. */
#include <string.h>
#include <unistd.h>

#include "tools/scriptor_session.h"
#include "tools/scriptor_stream.h"

static void fail_stream(struct session *s, enum cs_err err, int error)
{
	if (err == CS_E_CANCELLED) {
		s->engine.flow = ENGINE_STOPPED;
		return;
	}
	show_error(&s->show, NULL, err == CS_E_IO ? strerror(error) : cs_err_text(err));
	engine_note_failure(&s->engine, APP_USAGE);
}

void session_run_stream(void *session)
{
	struct session *s = session;
	struct stream stream = {.guard = s->guard, .fd = STDIN_FILENO};
	struct script_text text = {.name = session_unit_name};
	enum engine_flow flow = ENGINE_GO_ON;
	uint32_t line;
	enum cs_err err;

	while (flow == ENGINE_GO_ON) {
		err = stream_unit(&stream, &text.text, &text.len, &line);
		if (err == CS_E_END)
			break;
		if (err != CS_OK)
			fail_stream(s, err, stream.error);
		else if (session_parse(s, &text, line))
			engine_run(&s->engine, s->script.first);
		flow = err == CS_OK || s->engine.flow != ENGINE_GO_ON ? s->engine.flow : ENGINE_FAILED;
	}
	stream_release(&stream);
}

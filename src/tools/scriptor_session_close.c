/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_session.h"
#include "tools/scriptor_worker.h"

#define CLOSE_MS 1000 /* what letting go of the card may take */

static void close_engine(void *session)
{
	struct session *s = session;

	engine_disconnect(&s->engine);
}

/* A call that hangs here is left behind without a word: all that matters is told. */
static void let_go(struct session *s)
{
	enum worker_end end = WORKER_DONE;
	int signal;

	if (s->engine.link->ctx) {
		guard_limit(s->guard, CLOSE_MS);
		if (worker_run(s->guard, s->signal_fd, close_engine, s, &signal, &end) != CS_OK)
			s->hung = true;
		s->signal = s->signal ? s->signal : signal;
		s->hung = s->hung || end != WORKER_DONE;
		return;
	}
	close_engine(s);
}

int session_close(struct session *s)
{
	const struct script_summary summary = engine_end_summary(&s->engine);
	int status = s->engine.exit_status;
	bool whole = true;

	if (!s->options->check || s->options->json)
		whole = show_end(&s->show, &summary);
	whole = record_close(&s->engine.record) && whole;
	let_go(s);
	if (!s->hung)
		session_release(s);
	show_release(&s->show);
	return status == APP_OK && !whole ? APP_USAGE : status;
}

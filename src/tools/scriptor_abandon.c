/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a PC/SC call was given up. */
#include <stdio.h>
#include <string.h>

#include "tools/scriptor_exchange.h"

/* The old link is left to the call that may still come back. */
static enum cs_err renew_link(struct engine *engine, struct guard *guard)
{
	const struct link *old = engine->link;
	enum cs_err err = link_new(&engine->link, guard);

	engine->guard = guard;
	guard_limit(guard, engine->timeout_ms);
	engine->answered = engine->controlled = engine->sending = false;
	for (enum script_var var = SCRIPT_VAR_SW; var <= SCRIPT_VAR_ATR; var++)
		if (engine->n_values)
			engine_forget(engine, var);
	if (err != CS_OK)
		return err;
	engine->link->share = old->share;
	engine->link->protocols = old->protocols;
	engine->link->reader = old->reader ? strdup(old->reader) : NULL;
	return CS_OK;
}

/* Calls that no other program's transaction can hold up. */
static bool is_service_call(const char *call)
{
	static const char *const calls[] = {"SCardEstablishContext", "SCardReleaseContext",
					    "SCardListReaders", "SCardGetStatusChange"};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(call, calls[i]) == 0)
			return true;
	return false;
}

static void format_overdue(const struct engine *engine, char *out, size_t size, bool service)
{
	uint32_t limit_ms = engine->guard->call_limit_ms;
	char limit[32];

	snprintf(limit, sizeof(limit), limit_ms % 1000 ? "%u ms" : "%u s",
		 (unsigned)(limit_ms % 1000 ? limit_ms : limit_ms / 1000));
	if (engine->sending)
		snprintf(out, size, "no answer from the card within %s", limit);
	else
		snprintf(out, size, "%s: no answer from the PC/SC service within %s%s", engine->guard->call,
			 limit, service ? "" : "; another program may hold the card");
}

static void tell_overdue(struct engine *engine)
{
	bool service = is_service_call(engine->guard->call);
	char message[ENGINE_MESSAGE_MAX];

	format_overdue(engine, message, sizeof(message), service);
	if (engine->sending)
		exchange_show_failed(engine, message);
	else if (engine->show->commanded)
		show_refusal(engine->show, message);
	if (engine->depth)
		engine_fail(engine, engine->at[engine->depth - 1]->pos, service ? APP_SERVICE : APP_CARD,
			    message);
	else
		show_error(engine->show, NULL, message);
}

enum cs_err engine_abandoned(struct engine *engine, struct guard *guard, bool by_signal)
{
	if (by_signal)
		engine_interrupted(engine);
	else
		tell_overdue(engine);
	/* There is no thread that could go on, --keep-going or not. */
	engine->flow = by_signal ? ENGINE_STOPPED : ENGINE_FAILED;
	engine_count_skipped(engine);
	return renew_link(engine, guard);
}

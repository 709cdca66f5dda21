/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statement `connect`. */
#include <stdio.h>
#include <string.h>

#include "tools/scriptor_connect.h"

static void take_access(struct engine *e, const struct script_op *op)
{
	struct link *l = e->link;
	static const unsigned protocols[] = {
		[SCRIPT_T0] = SCARD_T0, [SCRIPT_T1] = SCARD_T1, [SCRIPT_RAW] = SCARD_RAW};

	if (op->protocol == SCRIPT_DIRECT) {
		l->protocols = 0;
		l->share = SCARD_AS_DIRECT;
		return;
	}
	if (op->protocol != SCRIPT_PROTOCOL_SAME)
		l->protocols = protocols[op->protocol];
	if (op->share != SCRIPT_SHARE_SAME)
		l->share = op->share == SCRIPT_EXCLUSIVE ? SCARD_AS_EXCLUSIVE : SCARD_AS_SHARED;
	else if (l->share == SCARD_AS_DIRECT && l->protocols)
		l->share = e->options->exclusive ? SCARD_AS_EXCLUSIVE : SCARD_AS_SHARED;
	if (l->share != SCARD_AS_DIRECT && !l->protocols)
		l->protocols = SCARD_T0 | SCARD_T1;
}

/* A card that was told to speak one protocol speaks another one only after a reset. */
static bool needs_reset(const struct link *l, const struct script_op *op)
{
	unsigned now = l->card ? scard_protocol(l->card) : 0;

	return now && !op->text && l->share != SCARD_AS_DIRECT && !(l->protocols & now);
}

bool connect_to(struct engine *engine, const struct script_op *op)
{
	struct link *l = engine->link;
	const char *want = op->text ? op->text : connect_wanted(engine);
	char before[SCARD_READER_MAX];
	enum scard_leave leave;
	enum cs_err err;

	take_access(engine, op);
	if (needs_reset(l, op)) {
		engine->was_reset = true;
		err = link_reconnect(l, SCARD_RESET);
		return err == CS_OK || connect_fail(engine, op->pos, err);
	}
	leave = !op->text && l->protocols & SCARD_RAW ? SCARD_LEAVE : link_parting(l);
	snprintf(before, sizeof(before), "%s", l->reader ? l->reader : "");
	err = link_disconnect(l, leave);
	if (err != CS_OK && err != CS_E_PCSC)
		return connect_fail(engine, op->pos, err);
	if (!connect_chosen(engine, op->pos, want))
		return false;
	if (leave == SCARD_RESET && strcmp(before, l->reader) == 0)
		connect_note_reset(engine, "the card was reset, it had been used raw");
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_ACTION_H
#define CS_TOOLS_SCRIPTOR_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/scriptor_engine.h"
#include "view/action.h"

/* Statements that talk to the card or the reader without a command. */

/* action_of - what is to be shown of one */
struct action action_of(const struct engine *e, const struct script_op *op, enum action_kind kind);

/*
 * action_conclude - what came of it
 * @err:      of the call on the link
 * @start_ns: when it began
 * Return: false: it failed, which was shown, told and counted.
 */
bool action_conclude(struct engine *e, const struct script_op *op, struct action *action, enum cs_err err,
		     int64_t start_ns);

/* action_refused - show the failure of one that has told and counted it already */
void action_refused(struct engine *e);

void action_reset(struct engine *e, const struct script_op *op);
void action_connect(struct engine *e, const struct script_op *op);
void action_disconnect(struct engine *e, const struct script_op *op);
void action_begin(struct engine *e, const struct script_op *op);
void action_end(struct engine *e, const struct script_op *op);
void action_control(struct engine *e, const struct script_op *op);

/* action_expect - `expect` behind a `control` that was shown already */
void action_expect(struct engine *e, const struct script_op *op);
void action_features(struct engine *e, const struct script_op *op);
void action_attrib(struct engine *e, const struct script_op *op);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_EXCHANGE_H
#define CS_TOOLS_SCRIPTOR_EXCHANGE_H

#include "tools/scriptor_engine.h"

/* exchange_run - SCRIPT_APDU: send a command, compare what comes back */
void exchange_run(struct engine *engine, const struct script_op *op);

/* exchange_expect - SCRIPT_EXPECT: compare the answer to the command before */
void exchange_expect(struct engine *engine, const struct script_op *op);

/* exchange_show_failed - the command that was at the card has no answer */
void exchange_show_failed(struct engine *engine, const char *why);

/* exchange_learn - take in an answer: $SW, $DATA, $UID, the application selected, the tries left */
void exchange_learn(struct engine *engine);

/* exchange_forget - there is no answer */
void exchange_forget(struct engine *engine);

#endif

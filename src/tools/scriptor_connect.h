/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_CONNECT_H
#define CS_TOOLS_SCRIPTOR_CONNECT_H

#include "tools/scriptor_engine.h"

/* All return whether it worked; if not that was told and counted, or engine->flow is ENGINE_STOPPED. */

/*
 * connect_ensure - connect unless there is a connection
 * To the reader used last, the one of -r, of PCSC_READER, or the only one that holds a card; with --wait once
 * there is such a card.
 */
bool connect_ensure(struct engine *engine, struct script_pos pos);

/* connect_is_card_there - whether connect_ensure() would find a card; nothing is told */
bool connect_is_card_there(struct engine *engine);

/* connect_to - `connect`: what it does not say stays as it was; connect_adopt() has to follow */
bool connect_to(struct engine *engine, const struct script_op *op);

/* connect_adopt - the connection is new: $ATR, the recording, and with @tell the banner */
void connect_adopt(struct engine *engine, bool tell);

/*
 * connect_wait - `wait`: until the reader in use or asked for, if any, else any one, holds a card; or none
 * does The time being over is a failure. The card that comes is in link->reader and link->atr, not connected
 * to.
 */
bool connect_wait(struct engine *engine, const struct script_op *op);

/*
 * connect_failed - a PC/SC call on the connection failed: find out what became of the card, connect again
 * when somebody has reset it, drop the connection when it is gone
 * @message: receives what to tell
 * @status:  receives the enum app_exit
 * Return: false: not a failure, the run is being stopped; engine->flow says so.
 */
bool connect_failed(struct engine *engine, enum cs_err err, char message[ENGINE_MESSAGE_MAX], int *status);

/* ---- for scriptor_connect_to.c, scriptor_wait.c and scriptor_lost.c ---- */

/* connect_chosen - connect to the reader that @want means, NULL: to the only one that holds a card */
bool connect_chosen(struct engine *engine, struct script_pos pos, const char *want);

/* connect_note_reset - the card was reset without the script's asking for it, which @text tells */
void connect_note_reset(struct engine *engine, const char *text);

/* connect_wanted - the reader used last or asked for; NULL: any */
const char *connect_wanted(const struct engine *engine);

/* connect_fail - tell and count that a call on the link failed, unless the run is being stopped; false */
bool connect_fail(struct engine *engine, struct script_pos pos, enum cs_err err);

/* connect_format_fault - link->fault as a sentence */
void connect_format_fault(const struct link *link, char *out, size_t size);

#endif

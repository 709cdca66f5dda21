/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EVENT_TEXT_H
#define CS_VIEW_EVENT_TEXT_H

#include <stddef.h>

#include "view/event.h"
#include "view/term.h"

/*
 * event_text_put - an event as a block of lines that ends with an empty line
 *
 *   2026-11-21T10:15:00.123+01:00 Card inserted
 *    Reader 0: Virtual PCD 00 00
 *     Event number: 1
 *     Card state: present (PRESENT 0x0020)
 *     ATR: 3B 80 80 01 01
 *
 * and then, when there is one, the explanation of the ATR with the cards that match it.
 */
void event_text_put(const struct term *t, const struct event_view *view);

/* event_heading - what happened, in words: "Card inserted", "Card present"; @role receives its colour */
const char *event_heading(const struct monitor_event *event, enum term_role *role);

/* event_text_put_reader - "INDEX: NAME", a line of `pcsc_scan -r` */
void event_text_put_reader(const struct term *t, size_t index, const char *name);

#endif

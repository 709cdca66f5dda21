/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EVENT_JSON_H
#define CS_VIEW_EVENT_JSON_H

#include <stddef.h>
#include <stdio.h>

#include "core/err.h"
#include "view/event.h"
#include "view/json_out.h"

/*
 * event_json_put - an event as one line of JSON, as formats.md has it; "initial" is always there
 * @line: buffer kept from line to line
 * @type: "event", or "card" for `pcsc_scan -c`
 *
 * Return: CS_OK; CS_E_NOMEM. Whether the line arrived is for the caller to find out from @out.
 */
CS_NODISCARD enum cs_err event_json_put(struct json_line *line, FILE *out, const char *type,
					const struct event_view *view);

/* event_json_put_reader - a line of `pcsc_scan -r --json`; return as above */
CS_NODISCARD enum cs_err event_json_put_reader(struct json_line *line, FILE *out, size_t index,
					       const char *name);

#endif

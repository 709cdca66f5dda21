/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_UNIT_H
#define CS_DIAG_UNIT_H

#include "diag/child.h"
#include "diag/facts.h"

/* systemd's units: what their files say, and what systemctl says of them. */

/* unit_find - fill in name, file and link of a unit from the directories in systemd's order */
void unit_find(struct facts *facts, const char *name, struct facts_unit *out);

/* unit_mentions - whether @piece stands in the unit's file or in one of its drop-ins */
bool unit_mentions(struct facts *facts, const struct facts_unit *unit, const char *piece);

/* unit_can_ask - whether this is a system that systemd runs */
bool unit_can_ask(const struct facts *facts);

/* unit_ask - start systemctl for pcscd.socket, pcscd.service and polkit.service at once */
void unit_ask(struct child *child, int limit_ms);

/* unit_take - take its answer into @facts: the daemon's units, and polkit's state */
void unit_take(struct facts *facts, const char *said);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_LINK_PRIV_H
#define CS_TOOLS_SCRIPTOR_LINK_PRIV_H

#include "tools/scriptor_link.h"

/* A PC/SC call; its arguments are evaluated between the two halves of the guard. */
#define GUARDED_MORE(link, name, extra_ms, call)                                                             \
	(guard_enter((link)->guard, (name), (extra_ms)) ? guard_leave((link)->guard, (call)) : CS_E_CANCELLED)
#define GUARDED(link, name, call) GUARDED_MORE(link, name, 0, call)

/* link_service - connect to the service unless that is done */
CS_NODISCARD enum cs_err link_service(struct link *link);

/* link_use_reader - from now on it is this one; CS_E_NOMEM */
CS_NODISCARD enum cs_err link_use_reader(struct link *link, const char *reader);

#endif

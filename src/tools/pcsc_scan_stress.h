/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_STRESS_H
#define CS_TOOLS_PCSC_SCAN_STRESS_H

#include "tools/pcsc_scan_watch.h"

/* scan_stress - --stress: send to every card, and show what became of it */
struct scan_end scan_stress(const struct scan_options *options, const struct app_env *env);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_LIST_H
#define CS_TOOLS_PCSC_SCAN_LIST_H

#include "tools/pcsc_scan_watch.h"

/* scan_list - --readers */
struct scan_end scan_list(const struct scan_options *options, const struct app_env *env);

#endif

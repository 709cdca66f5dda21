/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_SCAN_WATCH_H
#define CS_TOOLS_PCSC_SCAN_WATCH_H

#include "cli/app.h"
#include "tools/pcsc_scan_news.h"
#include "tools/pcsc_scan_options.h"

/* scan_watch - watch; also --wait, --once and --cards */
struct scan_end scan_watch(const struct scan_options *options, const struct app_env *env);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_REPORT_H
#define CS_TOOLS_PCSC_DOCTOR_REPORT_H

#include "cli/app.h"
#include "tools/pcsc_doctor_options.h"

/* doctor_report - pcsc_doctor report; returns the exit status */
int doctor_report(const struct doctor_options *options, const struct app_env *env);

#endif

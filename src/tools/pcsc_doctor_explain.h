/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_EXPLAIN_H
#define CS_TOOLS_PCSC_DOCTOR_EXPLAIN_H

#include "cli/app.h"
#include "tools/pcsc_doctor_options.h"

/* doctor_explain - pcsc_doctor explain; returns the exit status */
int doctor_explain(const struct doctor_options *options, const struct app_env *env);

#endif

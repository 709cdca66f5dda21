/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_RULE_H
#define CS_TOOLS_PCSC_DOCTOR_RULE_H

#include "cli/app.h"
#include "tools/pcsc_doctor_options.h"

/* doctor_rule - pcsc_doctor polkit-rule; returns the exit status */
int doctor_rule(const struct doctor_options *options, const struct app_env *env);

#endif

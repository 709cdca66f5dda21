/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_DOCTOR_COLLECT_H
#define CS_TOOLS_PCSC_DOCTOR_COLLECT_H

#include "cli/app.h"
#include "core/err.h"
#include "diag/check.h"
#include "tools/pcsc_doctor_options.h"

/* What was seen, and what the checks say about it. Release with doctor_case_release(). */
struct doctor_case {
	struct facts facts;
	struct diagnosis diagnosis;
};

/* doctor_case_collect - look at everything and run the checks; CS_OK; CS_E_NOMEM; CS_E_NOT_FOUND --root is no
 * directory */
CS_NODISCARD enum cs_err doctor_case_collect(struct doctor_case *out, const struct doctor_options *options,
					     const struct app_env *env);
void doctor_case_release(struct doctor_case *c);

/* doctor_facts - only the facts, without PC/SC calls and with @wire_ms for the socket; facts_release() */
CS_NODISCARD enum cs_err doctor_facts(struct facts *out, const struct doctor_options *options,
				      const struct app_env *env, int wire_ms);

/* doctor_fail - tell why the above failed; returns the exit status */
int doctor_fail(const struct doctor_options *options, enum cs_err err);

#endif

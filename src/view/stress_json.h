/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_STRESS_JSON_H
#define CS_VIEW_STRESS_JSON_H

#include <stdio.h>

#include "core/err.h"
#include "core/stress.h"

/*
 * stress_json_put - the result for one reader as one line of JSON; latencies nobody measured are null
 * Return: CS_OK; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err stress_json_put(FILE *out, const struct stress_result *result);

#endif

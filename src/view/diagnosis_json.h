/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_DIAGNOSIS_JSON_H
#define CS_VIEW_DIAGNOSIS_JSON_H

#include <jansson.h>

#include "core/err.h"
#include "diag/check.h"

/*
 * diagnosis_json_build -
 * {"type":"diagnosis","verdict":"ok"|"problem"|"unknown","checks":[{"id","layer","title",
 *   "status":"ok"|"warn"|"fail"|"skip","case","detail","evidence":[],"remedy":[{"text","command","as_root"}]}],
 *   "root_cause":{"id","case"}|null,"facts":{}}
 * Return: CS_OK, the caller releases @out; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err diagnosis_json_build(json_t **out, const struct diagnosis *diagnosis,
					      const struct facts *facts);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EXPLANATION_JSON_H
#define CS_VIEW_EXPLANATION_JSON_H

#include <jansson.h>

#include "core/err.h"
#include "diag/explain.h"

/*
 * explanation_json_build -
 * {"type":"explanation","answers":[{"kind":"code"|"status_word"|"message"|"log","name",
 *   "value","source","meaning","score","causes":[{"case","cause","check"}]}]}
 * "value" is hexadecimal text, null for messages and log lines; "check" is null when there is nothing to do.
 * explanation_json_build_log - {"type":"log","lines","left_out","findings":[{"case","grade":"info"|"warning"|
 *   "fault","line","count","text","meaning","check"}]}
 * Return: CS_OK, the caller releases @out; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err explanation_json_build(json_t **out, const struct explain_answers *answers);
CS_NODISCARD enum cs_err explanation_json_build_log(json_t **out, const struct log_digest *digest,
						    struct pool *pool);

#endif

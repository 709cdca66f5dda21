/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EXCHANGE_JSON_H
#define CS_VIEW_EXCHANGE_JSON_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "view/action.h"
#include "view/exchange.h"
#include "view/json_out.h"

/*
 * The stream of `scriptor --json`, one object a line. Bytes are hex without blanks, ** for each that must not
 * be shown; "line" is null at a prompt; what there is not is null.
 *
 *   "type"         the other keys
 *   apdu           line command response sw sw_text us expect
 *                  verbose adds: file column automatic name text channel; decode adds: tlv
 *   connected      reader protocol atr
 *   disconnected   line disposition
 *   reset          atr
 *   transaction    line action ("begin" or "end") disposition
 *   control        line code (hex) name command response us expect
 *   attribute      name id hex value line: feature_json_attrib()
 *   features       features properties malformed line: feature_json_build()
 *   event          line event ("card_inserted" or "card_removed") reader atr
 *   sleep          line ms
 *   echo           line text
 *   expect         line pattern ok: a further one of the exchange or control that was told last
 *   error          line column message; the name of the file before the message when it is not the script
 *   summary        apdus failed skipped
 *
 * "expect" is null or {pattern,ok}: of several the first that failed, else the first; each of the others
 * follows as an object. A negated pattern begins with "not ".
 *
 * Return of all: CS_OK; CS_E_NOMEM. What the stream refuses shows in ferror(@out). @line: buffer kept from
 * line to line.
 */
CS_NODISCARD enum cs_err exchange_json_put(struct json_line *line, FILE *out,
					   const struct exchange_style *style, const struct exchange *x);

/*
 * exchange_json_put_action - an action that was carried out; one that failed is told by put_error
 * @expect: NULL, or what CONTROL was compared with, @n of them
 * ACTION_FEATURES: see exchange_json_put_features()
 */
CS_NODISCARD enum cs_err exchange_json_put_action(struct json_line *line, FILE *out,
						  const struct action *action,
						  const struct expectation *expect, size_t n);

/* Answers as they came: to FEATURE_REQUEST and to get_tlv_properties (NULL: the reader has none). */
struct exchange_features {
	struct place place;
	const uint8_t *features, *properties;
	size_t features_len, properties_len;
};

CS_NODISCARD enum cs_err exchange_json_put_features(struct json_line *line, FILE *out,
						    const struct exchange_features *features);
CS_NODISCARD enum cs_err exchange_json_put_echo(struct json_line *line, FILE *out, const struct place *place,
						const char *text, size_t len);
CS_NODISCARD enum cs_err exchange_json_put_expect(struct json_line *line, FILE *out,
						  const struct expectation *expect);
/* @place: NULL when the error belongs to no line; @message: ours */
CS_NODISCARD enum cs_err exchange_json_put_error(struct json_line *line, FILE *out, const struct place *place,
						 const char *message);
CS_NODISCARD enum cs_err exchange_json_put_summary(struct json_line *line, FILE *out,
						   const struct script_summary *summary);

#endif

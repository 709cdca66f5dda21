/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EXCHANGE_TEXT_H
#define CS_VIEW_EXCHANGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/action.h"
#include "view/exchange.h"
#include "view/term.h"

/*
 * The transcript. What went to the card begins with "> ", what came back with "< ":
 *
 *   > 00 A4 04 00 05 A0 00 00 03 08
 *   < 61 11 4F 06 00 00 10 00 01 00 79 07 4F 05 A0 00
 *   00 03 08 90 00 : done
 *   >+ 00 C0 00 00 0C
 *   > RESET
 *   < OK: 3B 80 01 81
 *   > CONTROL 0x42000D48
 *   < KO: SCardControl: ...
 *
 * Commands stand on one line, answers are wrapped after every 16 bytes, but never between SW1 and SW2, and no
 * line ends in a blank. ">+" marks a command that get-response or chain made. Lines that begin with "#" are
 * explanations (verbose, decode). Bytes that must not be shown are "**".
 */

/* exchange_text_put - a command with its answer: the two below in turn */
void exchange_text_put(const struct term *t, const struct exchange_style *style, const struct exchange *x);

/* exchange_text_put_command - the command alone; @x needs no answer */
void exchange_text_put_command(const struct term *t, const struct exchange_style *style,
			       const struct exchange *x);

/* exchange_text_put_answer - the answer alone */
void exchange_text_put_answer(const struct term *t, const struct exchange_style *style,
			      const struct exchange *x);

/* exchange_text_put_failed - "< KO: why" in place of an answer; @why: ours, one line */
void exchange_text_put_failed(const struct term *t, const char *why);

/* exchange_text_put_request - "> CONNECT Reader shared": an action before it is carried out */
void exchange_text_put_request(const struct term *t, const struct action *action);

/* exchange_text_put_result - "< OK", "< OK: bytes : words", or "< KO: why" */
void exchange_text_put_result(const struct term *t, const struct exchange_style *style,
			      const struct action *action);

/* exchange_text_put_echo - the text of an echo, @len untrusted bytes, as a line of its own */
void exchange_text_put_echo(const struct term *t, const char *text, size_t len);

/*
 * exchange_text_info - meaning of the command as far as it may be told: of one that is hidden beyond what
 * apdu_secret() finds, the header's alone. @x must outlive the result.
 */
struct apdu_info exchange_text_info(const struct exchange *x);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_BANNER_H
#define CS_TOOLS_SCRIPTOR_BANNER_H

#include <stdbool.h>

#include "core/utf8.h"
#include "tools/scriptor_session.h"
#include "view/term.h"

#define BANNER_PROMPT_SIZE (UTF8_ESCAPE_SIZE(SCARD_READER_MAX) + 64)

/* banner_show - what a prompt says at the beginning */
void banner_show(const struct term *t, const struct session *session);

/*
 * banner_prompt - "scriptor [T=1] READER> ", safe to print, the reader's name shortened
 * @no_card: what is known when there is no connection
 */
void banner_prompt(char out[BANNER_PROMPT_SIZE], const struct session *session, bool no_card);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_ACTION_H
#define CS_VIEW_ACTION_H

#include <stddef.h>
#include <stdint.h>

#include "view/exchange.h"

enum action_kind {
	ACTION_CONNECT,    /* @reader, @option share mode; result: @protocol, @answer is the ATR */
	ACTION_DISCONNECT, /* @option */
	ACTION_RESET,      /* @option; result: @answer is the ATR */
	ACTION_BEGIN,
	ACTION_END,      /* @option */
	ACTION_CONTROL,  /* @name or NULL, @number code, @sent; result: @answer */
	ACTION_ATTRIB,   /* @name or NULL, @number; result: @answer */
	ACTION_FEATURES, /* result: feature_text shows it */
	ACTION_WAIT, /* @option "insert" or "remove", @number ms or SCRIPT_FOREVER; result: @answer is the ATR
		      */
	ACTION_SLEEP, /* @number ms */
	ACTION_KINDS
};

/* A statement that talks to the card or the reader without a command, and what came of it. Borrowed. */
struct action {
	struct place place;
	enum action_kind kind;
	const char *reader;   /* untrusted */
	const char *protocol; /* ours: "T=0", "T=1", "raw", "direct"; NULL for none */
	const char *option;   /* ours: "warm", "cold", "leave", "shared", ...; NULL for none */
	const char *name;     /* ours: of a feature or an attribute; NULL for none */
	uint32_t number;
	const uint8_t *sent;
	size_t sent_len;
	size_t secret_from, secret_len; /* bytes of @sent that must not be shown */
	const uint8_t *answer;
	size_t answer_len;
	int64_t us;
	const char *failed; /* why it failed, ours, one line; NULL: it did not */
};

#endif

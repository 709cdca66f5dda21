/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/expect_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "core/utf8.h"

#define COMMAND_BYTES 40 /* of a command in a name */
#define DATA_BYTES    64

/* Text of at most EXPECT_NAME_MAX - 1 characters; what does not fit is dropped. */
struct words {
	char *text;
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct words *w, const char *format, ...)
{
	const size_t room = EXPECT_NAME_MAX - w->n;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->text + w->n, room, format, args);
	va_end(args);
	w->n += (size_t)n < room ? (size_t)n : room - 1;
}

static void add_untrusted(struct words *w, const char *text)
{
	w->n += utf8_escape(w->text + w->n, EXPECT_NAME_MAX - w->n, text, strlen(text));
}

static void add_place(struct words *w, const struct place *place)
{
	if (!place->file)
		return;
	if (place->main_file) {
		add(w, "line %" PRIu32 ": ", place->line);
		return;
	}
	add_untrusted(w, place->file);
	add(w, ":%" PRIu32 ": ", place->line);
}

static void add_command(struct words *w, const struct expect_case *c)
{
	const size_t take = c->command_len < COMMAND_BYTES ? c->command_len : COMMAND_BYTES;
	char hex[HEX_PACKED_SIZE(COMMAND_BYTES)];

	hex_build(hex, c->command, take, 0);
	for (size_t i = c->secret_from; i < c->secret_from + c->secret_len && i < take; i++)
		hex[2 * i] = hex[2 * i + 1] = '*';
	add(w, "%s%s", hex, take < c->command_len ? "..." : "");
}

struct expect_case expect_case_of(const struct exchange *x, size_t i)
{
	return (struct expect_case){
		.expect = &x->expect[i],
		.command = x->command,
		.command_len = x->command_len,
		.secret_from = x->secret_from,
		.secret_len = x->secret_len,
		.data = x->answer,
		.data_len = x->answer_len - 2,
		.has_sw = true,
		.sw = (uint16_t)(x->answer[x->answer_len - 2] << 8 | x->answer[x->answer_len - 1]),
		.us = x->us,
	};
}

struct expect_case expect_case_of_action(const struct action *action, const struct expectation *expect)
{
	return (struct expect_case){
		.expect = expect,
		.action = action,
		.data = action->answer,
		.data_len = action->answer_len,
		.us = action->us,
	};
}

const char *expect_text_message(const struct expectation *expect)
{
	return expect->negated ? "the answer is the one that was not to come"
			       : "the answer is not the one that was expected";
}

size_t expect_text_name(char out[EXPECT_NAME_MAX], const struct expect_case *c)
{
	struct words w = {out, 0};

	add_place(&w, &c->expect->place);
	if (c->command)
		add_command(&w, c);
	else if (c->action->name)
		add(&w, "control %s", c->action->name);
	else
		add(&w, "control 0x%08" PRIX32, c->action->number);
	add(&w, " => %s", c->expect->negated ? "not " : "");
	add_untrusted(&w, c->expect->pattern);
	return w.n;
}

size_t expect_text_came(char out[EXPECT_NAME_MAX], const struct expect_case *c)
{
	char hex[HEX_PACKED_SIZE(DATA_BYTES)];
	struct words w = {out, 0};

	hex_build(hex, c->data, c->data_len < DATA_BYTES ? c->data_len : DATA_BYTES, 0);
	add(&w, "%s", hex);
	if (c->data_len > DATA_BYTES)
		add(&w, "... (%zu bytes)", c->data_len);
	if (c->has_sw)
		add(&w, "%s%04X", c->data_len ? " " : "", (unsigned)c->sw);
	return w.n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/exchange_text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/feature.h"
#include "core/hex.h"
#include "core/utf8.h"
#include "view/apdu_text.h"
#include "view/feature_text.h"
#include "view/sw_text.h"
#include "view/tlv_text.h"

#define ROW_BYTES   16
#define PIECE_BYTES 256
#define SW_BYTES    2
#define EXPLAINED   "# " /* before what the card has not seen and not said */

/* What goes out in one piece: an exchange costs one write, also on a stream that is flushed with each line.
 */
struct sheet {
	const struct term *t;
	size_t n;
	char text[4096];
};

static void flush(struct sheet *s)
{
	fwrite(s->text, 1, s->n, s->t->out);
	s->n = 0;
}

/* @len is below the size of a sheet */
static void put_n(struct sheet *s, enum term_role role, const char *text, size_t len)
{
	if (s->t->color && role != TERM_PLAIN) {
		flush(s);
		term_printf(s->t, role, "%.*s", (int)len, text);
		return;
	}
	assert(len <= sizeof(s->text));
	if (len > sizeof(s->text) - s->n)
		flush(s);
	memcpy(s->text + s->n, text, len);
	s->n += len;
}

static void put(struct sheet *s, enum term_role role, const char *text)
{
	put_n(s, role, text, strlen(text));
}

/* Bytes with blanks between, those from @secret_from to before @secret_to hidden. */
static void put_bytes(struct sheet *s, enum term_role role, const uint8_t *bytes, size_t len,
		      size_t secret_from, size_t secret_to)
{
	char piece[HEX_SPACED_SIZE(PIECE_BYTES) + 1];

	for (size_t at = 0; at < len; at += PIECE_BYTES) {
		size_t take = len - at < PIECE_BYTES ? len - at : PIECE_BYTES;
		size_t n = hex_build(piece, bytes + at, take, ' ');

		for (size_t i = 0; i < take; i++)
			if (at + i >= secret_from && at + i < secret_to)
				piece[3 * i] = piece[3 * i + 1] = '*';
		if (at + take < len)
			piece[n++] = ' ';
		put_n(s, role, piece, n);
	}
}

/* Data and status word in rows; SW1 and SW2 stay together. */
static void put_answer_bytes(struct sheet *s, const uint8_t *bytes, size_t len, enum term_role sw_role)
{
	const size_t data_len = len - SW_BYTES;

	for (size_t at = 0; at < len;) {
		size_t take = len - at < ROW_BYTES ? len - at : ROW_BYTES;
		size_t data;

		if (at + take == len - 1)
			take--;
		data = at + take <= data_len ? take : data_len - at;
		put_bytes(s, TERM_PLAIN, bytes + at, data, 0, 0);
		if (data > 0 && data < take)
			put(s, TERM_PLAIN, " ");
		put_bytes(s, sw_role, bytes + at + data, take - data, 0, 0);
		at += take;
		if (at < len)
			put(s, TERM_PLAIN, "\n");
	}
}

static void put_command(struct sheet *s, const struct exchange *x)
{
	const enum term_role role = x->automatic ? TERM_DIM : TERM_NAME;

	put(s, role, x->automatic ? ">+ " : "> ");
	put_bytes(s, role, x->command, x->command_len, x->secret_from, x->secret_from + x->secret_len);
	put(s, TERM_PLAIN, "\n");
}

static void put_answer(struct sheet *s, const struct exchange *x)
{
	const uint16_t sw = (uint16_t)(x->answer[x->answer_len - 2] << 8 | x->answer[x->answer_len - 1]);
	const enum term_role role = s->t->color ? sw_text_role(sw) : TERM_PLAIN;
	char words[SW_TEXT_MAX];
	size_t n = sw_text_format(words, sw);

	put(s, TERM_PLAIN, "< ");
	put_answer_bytes(s, x->answer, x->answer_len, role);
	put(s, TERM_PLAIN, " : ");
	put_n(s, role, words, n);
	put(s, TERM_PLAIN, "\n");
}

struct apdu_info exchange_text_info(const struct exchange *x)
{
	size_t from;
	bool masked = x->secret_len > apdu_secret(x->command, x->command_len, &from);

	return apdu_info_get(x->command, masked ? APDU_HEADER : x->command_len, x->domain);
}

static void explain_command(const struct term *t, const struct exchange_style *style,
			    const struct exchange *x)
{
	struct apdu_info info;

	if (!style->verbose)
		return;
	info = exchange_text_info(x);
	term_put(t, TERM_DIM, EXPLAINED);
	apdu_text_put(t, &info, x->command);
	term_put(t, TERM_PLAIN, "\n");
}

static void put_time(const struct term *t, int64_t us)
{
	term_printf(t, TERM_DIM, EXPLAINED "%" PRId64 " us\n", us);
}

static void explain_answer(const struct term *t, const struct exchange_style *style, const struct exchange *x)
{
	if (style->verbose)
		put_time(t, x->us);
	if (style->decode)
		tlv_text_put(t, x->answer, x->answer_len - SW_BYTES, EXPLAINED);
}

void exchange_text_put_command(const struct term *t, const struct exchange_style *style,
			       const struct exchange *x)
{
	struct sheet s;

	s.t = t;
	s.n = 0;
	put_command(&s, x);
	flush(&s);
	explain_command(t, style, x);
}

void exchange_text_put_answer(const struct term *t, const struct exchange_style *style,
			      const struct exchange *x)
{
	struct sheet s;

	s.t = t;
	s.n = 0;
	put_answer(&s, x);
	flush(&s);
	explain_answer(t, style, x);
}

void exchange_text_put(const struct term *t, const struct exchange_style *style, const struct exchange *x)
{
	struct sheet s;

	s.t = t;
	s.n = 0;
	put_command(&s, x);
	if (style->verbose)
		flush(&s);
	explain_command(t, style, x);
	put_answer(&s, x);
	flush(&s);
	explain_answer(t, style, x);
}

void exchange_text_put_failed(const struct term *t, const char *why)
{
	term_put(t, TERM_ERROR, "< KO:");
	term_printf(t, TERM_PLAIN, " %s\n", why);
}

void exchange_text_put_echo(const struct term *t, const char *text, size_t len)
{
	char piece[UTF8_ESCAPE_SIZE(4)];
	uint32_t c;

	for (size_t at = 0; at < len;) {
		size_t seq = utf8_sequence(text + at, len - at, &c);
		size_t take = seq ? seq : 1;

		fwrite(piece, 1, utf8_escape(piece, sizeof(piece), text + at, take), t->out);
		at += take;
	}
	fputc('\n', t->out);
}

/* How an action is written. */
static const struct {
	const char *word;
	const char *silent; /* the option that is not written, NULL: none */
	bool code;          /* @number is a code, and @sent follows */
	bool duration;      /* @number is a time */
	bool wrapped;       /* the result is wrapped as an answer is */
} looks[ACTION_KINDS] = {
	[ACTION_CONNECT] = {"CONNECT", "shared", false, false, false},
	[ACTION_DISCONNECT] = {"DISCONNECT", "leave", false, false, false},
	[ACTION_RESET] = {"RESET", "warm", false, false, false},
	[ACTION_BEGIN] = {"BEGIN", NULL, false, false, false},
	[ACTION_END] = {"END", "leave", false, false, false},
	[ACTION_CONTROL] = {"CONTROL", NULL, true, false, true},
	[ACTION_ATTRIB] = {"ATTRIB", NULL, true, false, true},
	[ACTION_FEATURES] = {"FEATURES", NULL, false, false, false},
	[ACTION_WAIT] = {"WAIT", NULL, false, true, false},
	[ACTION_SLEEP] = {"SLEEP", NULL, false, true, false},
};

static void put_code(struct sheet *s, const struct action *action)
{
	char text[16];

	if (action->name) {
		put(s, TERM_NAME, " ");
		put(s, TERM_NAME, action->name);
	}
	snprintf(text, sizeof(text), " 0x%08" PRIX32, action->number);
	put(s, TERM_NAME, text);
	if (action->sent_len == 0)
		return;
	put(s, TERM_NAME, ": ");
	put_bytes(s, TERM_NAME, action->sent, action->sent_len, action->secret_from,
		  action->secret_from + action->secret_len);
}

static void put_duration(struct sheet *s, uint32_t ms)
{
	char text[24];

	if (ms == SCRIPT_FOREVER)
		return;
	if (ms % 1000 == 0)
		snprintf(text, sizeof(text), " %" PRIu32 " s", ms / 1000);
	else
		snprintf(text, sizeof(text), " %" PRIu32 " ms", ms);
	put(s, TERM_NAME, text);
}

void exchange_text_put_request(const struct term *t, const struct action *action)
{
	const char *silent = looks[action->kind].silent;
	struct sheet s;

	s.t = t;
	s.n = 0;
	put(&s, TERM_NAME, "> ");
	put(&s, TERM_NAME, looks[action->kind].word);
	if (action->kind == ACTION_CONNECT && action->reader) {
		put(&s, TERM_NAME, " ");
		flush(&s);
		term_put_untrusted(t, TERM_NAME, action->reader);
	}
	if (action->option && (!silent || strcmp(silent, action->option) != 0)) {
		put(&s, TERM_NAME, " ");
		put(&s, TERM_NAME, action->option);
	}
	if (looks[action->kind].code)
		put_code(&s, action);
	if (looks[action->kind].duration)
		put_duration(&s, action->number);
	put(&s, TERM_PLAIN, "\n");
	flush(&s);
}

/* What an attribute says, behind its bytes. */
static void put_attrib(struct sheet *s, const struct action *action)
{
	const struct attrib *attrib = attrib_by_id(action->number);
	char words[FEATURE_VALUE_MAX];

	if (!attrib || attrib_form_fit(attrib->form, action->answer_len) == ATTRIB_BYTES)
		return;
	feature_value_format(words, attrib->form, action->answer, action->answer_len);
	put(s, TERM_PLAIN, " : ");
	put(s, TERM_VALUE, words);
}

static void put_rows(struct sheet *s, const struct action *action)
{
	const size_t row = looks[action->kind].wrapped ? ROW_BYTES : action->answer_len;

	for (size_t at = 0; at < action->answer_len; at += row) {
		size_t left = action->answer_len - at;

		put(s, TERM_PLAIN, at ? "\n" : ": ");
		put_bytes(s, TERM_PLAIN, action->answer + at, left < row ? left : row, 0, 0);
	}
}

void exchange_text_put_result(const struct term *t, const struct exchange_style *style,
			      const struct action *action)
{
	struct sheet s;

	if (action->failed) {
		exchange_text_put_failed(t, action->failed);
		return;
	}
	s.t = t;
	s.n = 0;
	put(&s, TERM_GOOD, "< OK");
	put_rows(&s, action);
	if (action->kind == ACTION_CONNECT && action->protocol) {
		put(&s, TERM_PLAIN, action->answer_len ? " : " : ": ");
		put(&s, TERM_PLAIN, action->protocol);
	}
	if (action->kind == ACTION_ATTRIB)
		put_attrib(&s, action);
	put(&s, TERM_PLAIN, "\n");
	flush(&s);
	if (style->verbose)
		put_time(t, action->us);
}

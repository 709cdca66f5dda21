/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/expect_text.h"

#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "view/place_text.h"
#include "view/sw_text.h"

#define ROW_BYTES    16
#define SW_TEXT_SIZE 5
#define REGEX_BYTES  64 /* of the data shown below a regular expression */
#define CELL         3  /* columns of a byte and the blank behind it */

/* One row of bytes: what was expected, what came, and what is at fault; blanks at the end are not written. */
struct row {
	char expected[CELL * ROW_BYTES + 3]; /* room for the tail behind the last byte */
	char came[CELL * ROW_BYTES + 3];
	char carets[CELL * ROW_BYTES + 3];
};

/* "61xx": a digit where its mask is full */
static void format_sw(char out[SW_TEXT_SIZE], const struct expect_sw *sw)
{
	static const char digits[] = "0123456789ABCDEF";

	for (unsigned i = 0; i < 4; i++) {
		const unsigned shift = 12 - 4 * i;

		out[i] = (sw->mask >> shift & 0xF) == 0xF ? digits[sw->value >> shift & 0xF] : 'x';
	}
	out[4] = '\0';
}

static void put_label(const struct term *t, const char *label, const char *what)
{
	term_printf(t, TERM_DIM, "  %-9s %-4s ", label, what);
}

static void put_carets(const struct term *t, const char *carets)
{
	put_label(t, "", "");
	term_put(t, TERM_ERROR, carets);
	term_put(t, TERM_PLAIN, "\n");
}

/* Carets for the digits at fault; all four where there was a choice. */
static void mark_sw(char out[SW_TEXT_SIZE], const struct expectation *e, uint16_t sw)
{
	size_t n = 0;

	for (unsigned i = 0; i < 4; i++) {
		const unsigned shift = 12 - 4 * i;
		const bool wrong = e->n_sw != 1 || (((sw ^ e->sw[0].value) & e->sw[0].mask) >> shift & 0xF);

		out[i] = wrong ? '^' : ' ';
		if (wrong)
			n = i + 1;
	}
	out[n] = '\0';
}

static void put_sw(const struct term *t, const struct expect_case *c, bool carets)
{
	const struct expectation *e = c->expect;
	char text[SW_TEXT_SIZE], words[SW_TEXT_MAX];

	put_label(t, e->negated ? "not" : "expected", "SW");
	for (size_t i = 0; i < e->n_sw; i++) {
		format_sw(text, &e->sw[i]);
		term_printf(t, TERM_VALUE, "%s%s", i ? "|" : "", text);
	}
	term_put(t, TERM_PLAIN, "\n");
	put_label(t, "came", "SW");
	sw_text_format(words, c->sw);
	term_printf(t, TERM_VALUE, "%04X", (unsigned)c->sw);
	term_printf(t, TERM_PLAIN, " : %s\n", words);
	if (!carets)
		return;
	mark_sw(text, e, c->sw);
	put_carets(t, text);
}

static void format_cell(char *out, uint8_t value, uint8_t mask)
{
	hex_build(out, &value, 1, 0);
	out[2] = ' ';
	if (!(mask & 0xF0))
		out[0] = '.';
	if (!(mask & 0x0F))
		out[1] = '.';
}

static void trim(char *text)
{
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == ' ')
		text[--n] = '\0';
}

/* The bytes from @at on; returns whether any is at fault. */
static bool fill_row(struct row *row, const struct expect_case *c, size_t at)
{
	const struct expect_data *data = c->expect->data;
	bool differs = false;

	memset(row, ' ', sizeof(*row));
	for (size_t i = at; i < at + ROW_BYTES; i++) {
		const size_t cell = CELL * (i - at);

		if (i < data->len)
			format_cell(row->expected + cell, data->value[i], data->mask[i]);
		if (i < c->data_len)
			format_cell(row->came + cell, c->data[i], 0xFF);
		if ((i < data->len || i < c->data_len) && expect_differs(data, c->data, c->data_len, i)) {
			row->carets[cell] = row->carets[cell + 1] = '^';
			differs = true;
		}
	}
	if (data->tail && data->len <= at + ROW_BYTES && (data->len > at || at == 0))
		row->expected[CELL * (data->len - at)] = '*';
	row->expected[sizeof(row->expected) - 1] = '\0';
	row->came[sizeof(row->came) - 1] = '\0';
	row->carets[sizeof(row->carets) - 1] = '\0';
	trim(row->expected);
	trim(row->came);
	trim(row->carets);
	return differs;
}

static void put_cells(const struct term *t, const char *label, const char *what, const char *offset,
		      const char *cells)
{
	put_label(t, label, what);
	term_put(t, TERM_DIM, offset);
	term_put(t, TERM_VALUE, cells[0] ? cells : "(nothing)");
	term_put(t, TERM_PLAIN, "\n");
}

static void put_row(const struct term *t, const struct expect_case *c, const struct row *row,
		    const char *offset, bool carets)
{
	put_cells(t, c->expect->negated ? "not" : "expected", "data", offset, row->expected);
	put_cells(t, "came", "data", offset, row->came);
	if (!carets)
		return;
	put_label(t, "", "");
	term_printf(t, TERM_PLAIN, "%*s", (int)strlen(offset), "");
	term_put(t, TERM_ERROR, row->carets);
	term_put(t, TERM_PLAIN, "\n");
}

/* @all: nothing is at fault, so there is nothing to leave out either: the rows from the start */
static void put_data(const struct term *t, const struct expect_case *c, bool all)
{
	const size_t pattern = c->expect->data->len;
	const size_t end = pattern > c->data_len ? pattern : c->data_len;
	size_t shown = 0, left = 0;
	char offset[24] = "";
	struct row row;

	for (size_t at = 0; at == 0 || at < end; at += ROW_BYTES) {
		if (!fill_row(&row, c, at) && !all)
			continue;
		if (shown == EXPECT_LINES_MAX) {
			left++;
			continue;
		}
		if (end > ROW_BYTES)
			snprintf(offset, sizeof(offset), "%04zX: ", at);
		put_row(t, c, &row, offset, !all);
		shown++;
	}
	if (left > 0)
		term_printf(t, TERM_DIM, "  and %zu more lines%s\n", left, all ? "" : " that differ");
}

static void put_regex(const struct term *t, const struct expect_case *c)
{
	const size_t take = c->data_len < REGEX_BYTES ? c->data_len : REGEX_BYTES;
	char hex[HEX_PACKED_SIZE(REGEX_BYTES)];

	put_label(t, c->expect->negated ? "not" : "expected", "data");
	term_put(t, TERM_VALUE, "/");
	term_put_untrusted(t, TERM_VALUE, c->expect->regex);
	term_put(t, TERM_VALUE, "/\n");
	put_label(t, "came", "data");
	hex_build(hex, c->data, take, 0);
	term_printf(t, TERM_VALUE, "%s%s", c->data_len ? " " : "(nothing)", hex);
	if (take < c->data_len)
		term_printf(t, TERM_DIM, "... (%zu bytes)", c->data_len);
	term_put(t, TERM_PLAIN, "\n");
}

void expect_text_put(const struct term *t, const struct expect_case *c)
{
	const struct expectation *e = c->expect;
	const bool negated = e->negated;

	place_text_put_error(t, &e->place, expect_text_message(e));
	if (c->has_sw && e->n_sw > 0 && (negated || !e->result.sw_ok))
		put_sw(t, c, !negated);
	if (e->data && (negated || !e->result.data_ok))
		put_data(t, c, negated);
	if (e->regex && (negated || !e->result.data_ok))
		put_regex(t, c);
}

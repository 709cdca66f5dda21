/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/tap_text.h"

#include <inttypes.h>
#include <string.h>

#include "core/utf8.h"

/* What stands in a text of TAP or YAML for a character that means something there. */
struct escape {
	char c;
	const char *text;
};

static const struct escape description13[] = {{'#', "\\#"}, {0, NULL}};
static const struct escape description14[] = {{'#', "\\#"}, {'\\', "\\\\"}, {0, NULL}};
static const struct escape quoted[] = {{'\'', "''"}, {0, NULL}};

/* Untrusted text in one line. */
static void put(const struct tap *tap, const char *text, const struct escape *escapes)
{
	const size_t len = strlen(text);
	char piece[UTF8_ESCAPE_SIZE(4)];
	uint32_t c;

	for (size_t at = 0, seq; at < len; at += seq) {
		seq = utf8_sequence(text + at, len - at, &c);
		if (seq == 0)
			seq = 1;
		utf8_escape(piece, sizeof(piece), text + at, seq);
		for (const char *p = piece; *p; p++) {
			const struct escape *e = escapes;

			while (e->text && e->c != *p)
				e++;
			if (e->text)
				fputs(e->text, tap->out);
			else
				fputc(*p, tap->out);
		}
	}
}

static void put_description(const struct tap *tap, const char *text)
{
	put(tap, text, tap->version >= 14 ? description14 : description13);
}

static void put_point(struct tap *tap, bool ok)
{
	fprintf(tap->out, "%sok %zu - ", ok ? "" : "not ", ++tap->n);
}

static void put_value(const struct tap *tap, const char *key, const char *prefix, const char *text)
{
	fprintf(tap->out, "  %s: '%s", key, prefix);
	put(tap, text, quoted);
	fputs("'\n", tap->out);
}

static void put_place(const struct tap *tap, const struct place *place)
{
	if (!place->file)
		return;
	fputs("  place: '", tap->out);
	put(tap, place->file, quoted);
	fprintf(tap->out, ":%" PRIu32 ":%" PRIu32 "'\n", place->line, place->column);
}

void tap_text_begin(struct tap *tap, FILE *out, unsigned version)
{
	*tap = (struct tap){out, version, 0};
	fprintf(out, "TAP version %u\n", version);
}

void tap_text_put(struct tap *tap, const struct expect_case *c)
{
	const struct expectation *e = c->expect;
	char text[EXPECT_NAME_MAX];

	put_point(tap, e->ok);
	expect_text_name(text, c);
	put_description(tap, text);
	fputc('\n', tap->out);
	if (e->ok)
		return;
	fputs("  ---\n", tap->out);
	put_value(tap, "message", "", expect_text_message(e));
	put_place(tap, &e->place);
	put_value(tap, "expected", e->negated ? "not " : "", e->pattern);
	expect_text_came(text, c);
	put_value(tap, "got", "", text);
	if (!e->negated && !e->result.data_ok && e->data)
		fprintf(tap->out, "  differs_at: %zu\n", e->result.diff_at);
	fputs("  ...\n", tap->out);
}

void tap_text_put_error(struct tap *tap, const struct place *place, const char *message)
{
	put_point(tap, false);
	put_description(tap, message);
	fputs("\n  ---\n", tap->out);
	put_value(tap, "message", "", message);
	if (place)
		put_place(tap, place);
	fputs("  ...\n", tap->out);
}

void tap_text_end(struct tap *tap)
{
	fprintf(tap->out, "1..%zu%s\n", tap->n, tap->n ? "" : " # SKIP nothing is expected");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/junit_xml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

#define COUNTS_WIDTH 128 /* of the room that the counts get */
#define US_PER_S     1000000

/* XML 1.0 2.2: what no document may hold, not even as a reference; utf8_sequence() lets no surrogate through
 */
static bool is_forbidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

static const char *reference(uint32_t c, bool attribute)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;";
	case '\n':
		return attribute ? "&#10;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	default:
		return NULL;
	}
}

/* Untrusted text. What has no place in XML, or makes a terminal misbehave, is written as \xNN. */
static void put_text(FILE *out, const char *text, size_t len, bool attribute)
{
	char piece[4 * 4 + 1];
	uint32_t c;

	for (size_t at = 0, seq; at < len; at += seq) {
		const char *ref;

		seq = utf8_sequence(text + at, len - at, &c);
		ref = seq ? reference(c, attribute) : NULL;
		if (ref) {
			fputs(ref, out);
		} else if (seq && !is_forbidden(c) && (c == '\n' || c == '\t' || !utf8_is_control(c))) {
			fwrite(text + at, 1, seq, out);
		} else {
			seq = seq ? seq : 1;
			for (size_t i = 0; i < seq; i++)
				snprintf(piece + 4 * i, sizeof(piece) - 4 * i, "\\x%02X",
					 (unsigned)(uint8_t)text[at + i]);
			fputs(piece, out);
		}
	}
}

static void put_attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	put_text(out, text, strlen(text), true);
	fputc('"', out);
}

static void put_seconds(FILE *out, int64_t us)
{
	fprintf(out, " time=\"%" PRId64 ".%06" PRId64 "\"", us / US_PER_S, us % US_PER_S);
}

/* The counts with blanks behind, so that what follows stays where it is when they are known. */
static void put_counts(const struct junit *junit, int64_t us)
{
	char text[COUNTS_WIDTH + 1];

	snprintf(text, sizeof(text),
		 " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%" PRId64 ".%06" PRId64 "\"",
		 junit->tests, junit->failures, junit->errors, us / US_PER_S, us % US_PER_S);
	fprintf(junit->out, "%-*s", COUNTS_WIDTH, text);
}

void junit_xml_begin(struct junit *junit, FILE *out, const char *name, const char *time)
{
	*junit = (struct junit){.out = out, .name = name, .counts_at = -1};
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite", out);
	put_attribute(out, "name", name);
	if (time)
		put_attribute(out, "timestamp", time);
	junit->counts_at = ftell(out);
	if (junit->counts_at >= 0)
		put_counts(junit, 0);
	fputs(">\n", out);
}

/* Up to the end of the first tag, which the caller closes. */
static void begin_case(struct junit *junit, const struct place *place, const char *name, int64_t us)
{
	junit->tests++;
	fputs("<testcase", junit->out);
	put_attribute(junit->out, "classname", junit->name);
	put_attribute(junit->out, "name", name);
	if (place && place->file) {
		put_attribute(junit->out, "file", place->file);
		fprintf(junit->out, " line=\"%" PRIu32 "\"", place->line);
	}
	put_seconds(junit->out, us);
}

/* The comparison as the transcript shows it. */
static void put_comparison(FILE *out, const struct expect_case *c)
{
	char *text = NULL;
	size_t len = 0;
	FILE *page = open_memstream(&text, &len);

	if (!page)
		return;
	expect_text_put(&(struct term){page, false}, c);
	if (fclose(page) == 0)
		put_text(out, text, len, false);
	free(text);
}

void junit_xml_put(struct junit *junit, const struct expect_case *c)
{
	char text[EXPECT_NAME_MAX];

	expect_text_name(text, c);
	begin_case(junit, &c->expect->place, text, c->us);
	if (c->expect->ok) {
		fputs("/>\n", junit->out);
		return;
	}
	junit->failures++;
	fputs(">\n<failure type=\"expectation\"", junit->out);
	put_attribute(junit->out, "message", expect_text_message(c->expect));
	fputc('>', junit->out);
	put_comparison(junit->out, c);
	fputs("</failure>\n</testcase>\n", junit->out);
}

void junit_xml_put_error(struct junit *junit, const struct place *place, const char *message)
{
	char name[32] = "run";

	if (place && place->file)
		snprintf(name, sizeof(name), "line %" PRIu32, place->line);
	begin_case(junit, place, name, 0);
	junit->errors++;
	fputs(">\n<error type=\"error\"", junit->out);
	put_attribute(junit->out, "message", message);
	fputs("/>\n</testcase>\n", junit->out);
}

enum cs_err junit_xml_end(struct junit *junit, const struct script_summary *summary)
{
	fprintf(junit->out, "<system-out>%zu exchanges, %zu commands not reached</system-out>\n",
		summary->apdus, summary->skipped);
	fputs("</testsuite>\n</testsuites>\n", junit->out);
	if (junit->counts_at >= 0 && fflush(junit->out) == 0) {
		if (fseek(junit->out, junit->counts_at, SEEK_SET) != 0)
			return CS_E_IO;
		put_counts(junit, summary->us);
		if (fseek(junit->out, 0, SEEK_END) != 0)
			return CS_E_IO;
	}
	return fflush(junit->out) == 0 && !ferror(junit->out) ? CS_OK : CS_E_IO;
}

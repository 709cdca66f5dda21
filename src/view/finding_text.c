/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/finding_text.h"

#include <assert.h>
#include <string.h>

/* Digits that @value takes in @base, at least @width. */
static size_t append_number(char *out, unsigned value, unsigned base, size_t width)
{
	char digits[12];
	size_t n = 0;

	do {
		digits[n++] = "0123456789ABCDEF"[value % base];
		value /= base;
	} while (value || n < width);
	for (size_t i = 0; i < n; i++)
		out[i] = digits[n - 1 - i];
	return n;
}

static size_t append(char *out, const char *text)
{
	size_t n = strlen(text);

	memcpy(out, text, n);
	return n;
}

/* How the figures of a finding are written; finding.def. */
static const struct {
	const char *before;
	unsigned base;
	size_t width;
} figures[] = {
	[FINDING_NONE] = {NULL, 0, 0},  [FINDING_BYTE] = {": ", 16, 2},  [FINDING_CODE] = {": ", 16, 1},
	[FINDING_WANT] = {": ", 16, 2}, [FINDING_COUNT] = {": ", 10, 1}, [FINDING_T] = {": T=", 10, 1},
};

/* No printf: a stream of ATRs has a message or two for each of them. */
size_t finding_message(char out[FINDING_MESSAGE_MAX], const struct finding *finding)
{
	const struct finding_rule *rule = finding_rule_get(finding->code);
	bool has_got = rule->detail != FINDING_NONE && finding->code != FINDING_TCK_MISSING;
	size_t n;

	assert(strlen(rule->sentence) < FINDING_MESSAGE_MAX - 32);
	n = append(out, rule->sentence);
	if (has_got) {
		n += append(out + n, figures[rule->detail].before);
		n += append_number(out + n, finding->got, figures[rule->detail].base,
				   figures[rule->detail].width);
	}
	if (rule->detail == FINDING_WANT) {
		n += append(out + n, has_got ? ", expected " : ": expected ");
		n += append_number(out + n, finding->want, 16, 2);
	}
	out[n] = '\0';
	return n;
}

enum term_role finding_role(enum finding_severity severity)
{
	static const enum term_role roles[] = {
		[FINDING_NOTE] = TERM_DIM, [FINDING_WARNING] = TERM_WARNING, [FINDING_ERROR] = TERM_ERROR};

	return roles[severity];
}

void findings_put_at(const struct term *t, const struct findings *findings, size_t offset)
{
	char message[FINDING_MESSAGE_MAX];

	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *f = &findings->v[i];
		const struct finding_rule *rule = finding_rule_get(f->code);

		if (f->offset != offset)
			continue;
		finding_message(message, f);
		term_put(t, TERM_PLAIN, "    ");
		term_printf(t, finding_role(rule->severity), "! %s: %s (clause %s)",
			    finding_severity_name(rule->severity), message, rule->clause);
		term_put(t, TERM_PLAIN, "\n");
	}
}

void findings_put_list(const struct term *t, const struct findings *findings)
{
	char message[FINDING_MESSAGE_MAX];

	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *f = &findings->v[i];
		const struct finding_rule *rule = finding_rule_get(f->code);

		finding_message(message, f);
		term_printf(t, TERM_PLAIN, "  byte %u: ", f->offset);
		term_printf(t, finding_role(rule->severity), "%s %s", finding_severity_name(rule->severity),
			    rule->code);
		term_printf(t, TERM_PLAIN, ": %s (clause %s)\n", message, rule->clause);
	}
	if (findings->dropped)
		term_printf(t, TERM_PLAIN, "  and %zu more\n", findings->dropped);
}

static void put_count(const struct term *t, const struct findings *findings, enum finding_severity severity,
		      bool *first)
{
	size_t n = findings_count(findings, severity);

	if (!n)
		return;
	term_printf(t, finding_role(severity), "%s%zu %s%s", *first ? "" : ", ", n,
		    finding_severity_name(severity), n == 1 ? "" : "s");
	*first = false;
}

void findings_put_summary(const struct term *t, const struct findings *findings)
{
	bool first = true;

	put_count(t, findings, FINDING_ERROR, &first);
	put_count(t, findings, FINDING_WARNING, &first);
	put_count(t, findings, FINDING_NOTE, &first);
	if (first)
		term_put(t, TERM_GOOD, "none");
}

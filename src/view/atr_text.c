/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/atr_text.h"

#include <stdio.h>
#include <string.h>

#include "core/atr_damage.h"
#include "core/hex.h"
#include "view/atr_text_priv.h"
#include "view/finding_text.h"

const char *hex_text(char out[HEX_TEXT_MAX], const uint8_t *bytes, size_t len)
{
	hex_build(out, bytes, len < ATR_MAX ? len : ATR_MAX, ' ');
	return out;
}

static uint64_t power_of_ten(unsigned n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

const char *decimal_text(char out[DECIMAL_MAX], uint64_t value, unsigned digits, unsigned keep)
{
	uint64_t drop = digits > keep ? power_of_ten(digits - keep) : 1;
	unsigned decimals = digits > keep ? keep : digits;
	uint64_t unit = power_of_ten(decimals);
	uint64_t rounded = (value + drop / 2) / drop;
	size_t n = (size_t)snprintf(out, DECIMAL_MAX, "%llu", (unsigned long long)(rounded / unit));

	if (rounded % unit == 0)
		return out;
	n += (size_t)snprintf(out + n, DECIMAL_MAX - n, ".%0*llu", (int)decimals,
			      (unsigned long long)(rounded % unit));
	while (out[n - 1] == '0')
		n--;
	out[n] = '\0';
	return out;
}

void atr_text_heading(const struct term *t, const char *title)
{
	term_put(t, TERM_PLAIN, "\n");
	term_put(t, TERM_HEADING, title);
	term_put(t, TERM_PLAIN, "\n");
}

void atr_text_offset(const struct term *t, size_t first, size_t len)
{
	if (len > 1)
		term_printf(t, TERM_DIM, " [%zu..%zu]", first, first + len - 1);
	else
		term_printf(t, TERM_DIM, " [%zu]", first);
	term_put(t, TERM_PLAIN, "\n");
}

static void put_findings(const struct term *t, const struct atr *atr, size_t first, size_t len)
{
	for (size_t i = first; i < first + len; i++)
		findings_put_at(t, &atr->findings, i);
}

void atr_text_put_raw(const struct term *t, const struct atr *atr)
{
	char text[HEX_SPACED_SIZE(ATR_RAW_MAX)];

	hex_build(text, atr->raw, atr->len, ' ');
	term_put(t, TERM_HEADING, "ATR:");
	term_printf(t, TERM_PLAIN, " %s\n", text);
}

/* What the ATR would be had its convention been applied: worth another look. */
static void put_converted(const struct term *t, const struct atr *atr)
{
	char text[HEX_SPACED_SIZE(ATR_RAW_MAX)];
	uint8_t converted[ATR_RAW_MAX];

	if (!atr_convert(converted, atr))
		return;
	hex_build(text, converted, atr->len, ' ');
	term_put(t, TERM_PLAIN, "    converted: ");
	term_put(t, TERM_VALUE, text);
	term_put(t, TERM_PLAIN, "\n");
}

static void put_ts(const struct term *t, const struct atr_decoded *d)
{
	static const char *const words[] = {[ATR_CONVENTION_UNKNOWN] = "unknown convention",
					    [ATR_DIRECT] = "direct convention",
					    [ATR_INVERSE] = "inverse convention"};

	if (d->atr.len == 0)
		return;
	term_printf(t, TERM_PLAIN, "+ TS = %02X --> %s", d->atr.ts, words[d->info.convention]);
	atr_text_offset(t, 0, 1);
	put_findings(t, &d->atr, 0, 1);
	put_converted(t, &d->atr);
}

static void put_t0(const struct term *t, const struct atr *atr)
{
	unsigned y = atr->t0 >> 4;

	if (atr->nlevels == 0)
		return;
	term_printf(t, TERM_PLAIN, "+ T0 = %02X, Y(1): %u%u%u%u, K: %u (historical bytes)", atr->t0,
		    y >> 3 & 1, y >> 2 & 1, y >> 1 & 1, y & 1, atr->k);
	atr_text_offset(t, 1, 1);
	put_findings(t, atr, 1, 1);
}

static void put_interface_byte(const struct term *t, const struct atr_decoded *d, size_t level,
			       enum atr_position pos)
{
	size_t offset = d->atr.level[level - 1].offset[pos];
	struct atr_explanation explanation;

	atr_explain(&explanation, d, level, pos);
	term_printf(t, TERM_PLAIN, "  T%c(%zu) = %02X --> ", 'A' + (int)pos, level,
		    atr_value(&d->atr, level, pos));
	term_put(t, TERM_VALUE, explanation.line);
	atr_text_offset(t, offset, 1);
	if (explanation.more[0]) {
		term_put(t, TERM_PLAIN, "    ");
		term_put(t, TERM_VALUE, explanation.more);
		term_put(t, TERM_PLAIN, "\n");
	}
	put_findings(t, &d->atr, offset, 1);
	if (pos == ATR_TD)
		term_put(t, TERM_PLAIN, "-----\n");
}

static void put_interface(const struct term *t, const struct atr_decoded *d)
{
	for (size_t level = 1; level <= d->atr.nlevels; level++)
		for (unsigned pos = ATR_TA; pos < ATR_POSITIONS; pos++)
			if (atr_has(&d->atr, level, pos))
				put_interface_byte(t, d, level, pos);
}

static void put_historical(const struct term *t, const struct atr_decoded *d)
{
	const struct atr *atr = &d->atr;
	char text[HEX_TEXT_MAX];

	if (atr->hist_len == 0)
		return;
	term_printf(t, TERM_PLAIN, "+ Historical bytes: %s", hex_text(text, d->hist.bytes, d->hist.len));
	atr_text_offset(t, atr->hist_offset, atr->hist_len);
	atr_text_historical(t, d);
	put_findings(t, atr, atr->hist_offset, atr->hist_len);
}

static void put_tck_byte(const struct term *t, const struct atr *atr, size_t offset)
{
	const struct atr_tck *tck = &atr->tck;
	bool wrong = !tck->superfluous && tck->actual != tck->expected;

	term_printf(t, TERM_PLAIN, "+ TCK = %02X ", tck->actual);
	if (tck->superfluous)
		term_put(t, TERM_ERROR, "(superfluous)");
	else if (wrong)
		term_printf(t, TERM_ERROR, "(wrong, expected %02X)", tck->expected);
	else
		term_put(t, TERM_GOOD, "(correct)");
	atr_text_offset(t, offset, 1);
	put_findings(t, atr, offset, 1);
	if (wrong)
		term_put(t, TERM_PLAIN, "    Windows is known to reject such a card.\n");
}

static void put_tck(const struct term *t, const struct atr *atr)
{
	const struct atr_tck *tck = &atr->tck;

	if (atr->nlevels == 0 || !atr->interface_complete || atr->missing_hist)
		return;
	if (tck->present)
		put_tck_byte(t, atr, atr->hist_offset + atr->hist_len);
	else if (tck->required)
		term_printf(t, TERM_ERROR, "+ TCK is missing, expected %02X", tck->expected);
	else
		term_put(t, TERM_DIM, "+ no TCK: none is due with T=0 alone");
	if (!tck->present)
		term_put(t, TERM_PLAIN, "\n");
}

static void put_extra(const struct term *t, const struct atr *atr)
{
	static const char *const looks[] = {
		[ATR_EXTRA_NONE] = "",
		[ATR_EXTRA_ZEROS] = " (padding?)",
		[ATR_EXTRA_STATUS] = " (a status word?)",
		[ATR_EXTRA_ATR] = " (another ATR?)",
		[ATR_EXTRA_OTHER] = "",
	};
	char text[HEX_TEXT_MAX];

	if (!atr->extra_len)
		return;
	term_printf(t, TERM_PLAIN, "+ Bytes behind the ATR: %s%s%s",
		    hex_text(text, atr->raw + atr->extra_offset, atr->extra_len),
		    atr->extra_len > ATR_MAX ? " .." : "", looks[atr_extra_kind(atr)]);
	atr_text_offset(t, atr->extra_offset, atr->extra_len);
	put_findings(t, atr, atr->extra_offset, atr->extra_len);
}

void atr_text_put_bytes(const struct term *t, const struct atr_decoded *d)
{
	atr_text_put_raw(t, &d->atr);
	put_ts(t, d);
	put_t0(t, &d->atr);
	put_interface(t, d);
	put_historical(t, d);
	put_tck(t, &d->atr);
	put_extra(t, &d->atr);
	/* what is missing has the offset of the end */
	findings_put_at(t, &d->atr.findings, d->atr.len);
}

void atr_text_put(const struct term *t, const struct atr_decoded *d)
{
	atr_text_put_bytes(t, d);
	term_put(t, TERM_PLAIN, "\n");
	term_put(t, TERM_HEADING, "Findings:");
	term_put(t, TERM_PLAIN, " ");
	findings_put_summary(t, &d->atr.findings);
	term_put(t, TERM_PLAIN, "\n");
	findings_put_list(t, &d->atr.findings);
	atr_text_parameters(t, d);
	atr_text_timing(t, d);
	atr_text_contactless(t, d);
	atr_text_memcard(t, d);
}

void atr_text_put_check(const struct term *t, const struct atr *atr)
{
	char message[FINDING_MESSAGE_MAX], text[HEX_SPACED_SIZE(ATR_RAW_MAX)];

	hex_build(text, atr->raw, atr->len, ' ');
	for (size_t i = 0; i < atr->findings.n; i++) {
		const struct finding *f = &atr->findings.v[i];
		const struct finding_rule *rule = finding_rule_get(f->code);

		finding_message(message, f);
		term_printf(t, TERM_PLAIN, "%s: byte %u: ", text, f->offset);
		term_printf(t, finding_role(rule->severity), "%s %s", finding_severity_name(rule->severity),
			    rule->code);
		term_printf(t, TERM_PLAIN, ": %s (clause %s)\n", message, rule->clause);
	}
}

static size_t append(char *out, const char *text)
{
	size_t n = strlen(text);

	memcpy(out, text, n);
	return n;
}

static size_t append_protocols(char *out, const struct atr_info *info)
{
	size_t n = 0;

	for (size_t i = 0; i < info->nprotocols; i++) {
		if (i)
			out[n++] = ',';
		out[n++] = 'T';
		out[n++] = '=';
		if (info->protocols[i] > 9)
			out[n++] = '1';
		out[n++] = (char)('0' + info->protocols[i] % 10);
	}
	if (n == 0)
		out[n++] = '-';
	return n;
}

/* Built by hand and written at once: this is the line for streams of millions. */
void atr_text_put_short(FILE *out, const struct atr_decoded *d, bool looked_up,
			const struct carddb_entry *best)
{
	const struct findings *f = &d->atr.findings;
	char line[HEX_SPACED_SIZE(ATR_RAW_MAX) + 128];
	size_t n = hex_build(line, d->atr.raw, d->atr.len, ' ');

	line[n++] = '\t';
	n += append(line + n, findings_count(f, FINDING_ERROR)     ? "error"
			      : findings_count(f, FINDING_WARNING) ? "warning"
								   : "ok");
	line[n++] = '\t';
	n += append_protocols(line + n, &d->info);
	line[n++] = '\t';
	fwrite(line, 1, n, out);
	if (best)
		term_put_untrusted(&(struct term){out, false}, TERM_PLAIN,
				   best->ndescriptions ? best->descriptions[0] : best->pattern);
	else
		fputs(looked_up ? "unknown" : "-", out);
	putc('\n', out);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "view/atr_text_priv.h"

static void put_row(const struct term *t, const char *label, const char *text)
{
	term_printf(t, TERM_PLAIN, "  %-16s ", label);
	term_put(t, TERM_VALUE, text ? text : "unknown");
	term_put(t, TERM_PLAIN, "\n");
}

static const char *rates_text(char out[64], const uint16_t kbps[4])
{
	int n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < 4 && kbps[i]; i++)
		n += snprintf(out + n, 64 - (size_t)n, "%s%u", i ? ", " : "", kbps[i]);
	snprintf(out + n, 64 - (size_t)n, " kbit/s");
	return out;
}

static void put_mifare(const struct term *t, const struct contactless_mifare *m)
{
	char text[96];

	if (!m->present)
		return;
	put_row(t, "MIFARE chip", contactless_mifare_chip_text(m->type));
	put_row(t, "MIFARE memory", contactless_mifare_memory_text(m->type));
	snprintf(text, sizeof(text), "type %02X, chip status %02X, virtual card selection %02X", m->type,
		 m->chip_status, m->vcs);
	put_row(t, "MIFARE bytes", text);
	if (m->has_crc) {
		snprintf(text, sizeof(text), "%04X (%s)", m->crc, m->crc_ok ? "correct" : "wrong");
		put_row(t, "MIFARE CRC", text);
	}
}

static void put_application(const struct term *t, const struct contactless_type_b *b)
{
	char text[96], hex[HEX_TEXT_MAX];
	const char *family = contactless_afi_text(b->afi);

	put_row(t, "application data", hex_text(hex, b->application_data, sizeof(b->application_data)));
	if (!b->adc_iso)
		return;
	snprintf(text, sizeof(text), "%02X %s", b->afi, family ? family : "unknown");
	put_row(t, "AFI", text);
	snprintf(text, sizeof(text), "%u in this family, %u in all; CRC of the AID %04X", b->applications_afi,
		 b->applications, b->aid_crc);
	put_row(t, "applications", text);
}

static void put_type_b(const struct term *t, const struct contactless_type_b *b)
{
	char text[96], number[DECIMAL_MAX];

	put_application(t, b);
	put_row(t, "to the card", rates_text(text, b->kbps_to_card));
	put_row(t, "from the card", rates_text(text, b->kbps_from_card));
	if (b->same_rate_both_ways)
		put_row(t, "", "the same rate in both directions");
	snprintf(text, sizeof(text), "%u bytes", b->fsci_bytes);
	put_row(t, "longest frame", b->fsci_bytes ? text : "reserved");
	snprintf(text, sizeof(text), "%s ms (FWI %u)", decimal_text(number, b->fwt_us, 3, 3), b->fwi);
	put_row(t, "waiting time", b->fwt_us ? text : "reserved");
	snprintf(text, sizeof(text), "ISO/IEC 14443-4 %s, NAD %s, CID %s", b->iso14443_4 ? "yes" : "no",
		 b->nad ? "yes" : "no", b->cid ? "yes" : "no");
	put_row(t, "protocol", text);
	snprintf(text, sizeof(text), "%u%s", b->mbli, b->mbli ? "" : " (no information)");
	put_row(t, "MBLI", text);
}

void atr_text_contactless(const struct term *t, const struct atr_decoded *d)
{
	static const char *const kinds[] = {
		[CONTACTLESS_NO] = "",
		[CONTACTLESS_STORAGE] = "storage card (PC/SC part 3)",
		[CONTACTLESS_TYPE_A] = "type A, the historical bytes are those of its ATS",
		[CONTACTLESS_TYPE_B] = "probably type B, the historical bytes are parts of its ATQB",
	};
	const struct contactless *c = &d->contactless;

	if (c->kind == CONTACTLESS_NO)
		return;
	atr_text_heading(t, "Contactless card (the reader has made up this ATR)");
	put_row(t, "kind", kinds[c->kind]);
	if (c->kind == CONTACTLESS_STORAGE) {
		put_row(t, "standard", hist_pcsc_standard_text(d->hist.pcsc.standard));
		put_row(t, "card", hist_pcsc_card_text(d->hist.pcsc.card_name));
	}
	put_mifare(t, &c->mifare);
	if (c->kind == CONTACTLESS_TYPE_B)
		put_type_b(t, &c->type_b);
	put_row(t, "UID", "not in the ATR; ask the reader for it with FF CA 00 00 00");
}

void atr_text_memcard(const struct term *t, const struct atr_decoded *d)
{
	const struct memcard *m = &d->memcard;
	char text[96], hex[HEX_TEXT_MAX];

	if (!m->present)
		return;
	atr_text_heading(t, "Memory card, if the card is a synchronous one (ISO/IEC 7816-10)");
	put_row(t, "header H1..H4", hex_text(hex, m->h, sizeof(m->h)));
	put_row(t, "access", m->protocol_text ? m->protocol_text : "reserved");
	if (m->units)
		snprintf(text, sizeof(text), "%lu units of %u bits", (unsigned long)m->units, m->unit_bits);
	else
		snprintf(text, sizeof(text), "not indicated, units of %u bits", m->unit_bits);
	put_row(t, "memory", text);
	put_row(t, "reading", m->read_to_end ? "to the end of the memory" : "by defined length");
}

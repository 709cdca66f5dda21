/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "core/sw.h"
#include "view/atr_text_priv.h"

/* Bytes as characters; what is not printable ASCII is a dot. */
static void put_characters(const struct term *t, const uint8_t *bytes, size_t len)
{
	char text[HIST_MAX + 1];

	for (size_t i = 0; i < len; i++)
		text[i] = bytes[i] >= 0x20 && bytes[i] <= 0x7E ? (char)bytes[i] : '.';
	text[len] = '\0';
	term_printf(t, TERM_VALUE, " \"%s\"", text);
}

#define NAME_MAX_LEN 64
#define STATUS_LEN   3 /* LCS SW1 SW2 behind the objects of category 00 */

/* "read_binary" -> "read binary" */
static const char *words(char out[NAME_MAX_LEN], const char *name)
{
	size_t n = 0;

	for (; name[n] && n + 1 < NAME_MAX_LEN; n++)
		out[n] = name[n] == '_' ? ' ' : name[n];
	out[n] = '\0';
	return out;
}

static const char *tag_text(const struct hist_object *o)
{
	static const char *const texts[16] = {
		[0x1] = "country code",           [0x2] = "issuer identification number",
		[0x3] = "card services",          [0x4] = "initial access data",
		[0x5] = "issuer's data",          [0x6] = "pre-issuing data",
		[0x7] = "card capabilities",      [0x8] = "status",
		[0xF] = "application identifier",
	};

	if (o->tag == HIST_TAG_BER_AID)
		return "application identifier, BER-TLV";
	if (o->tag == 0 && o->len == 0)
		return "no object, perhaps padding";
	return o->tag < 16 && texts[o->tag] ? texts[o->tag] : "unknown";
}

static void put_line(const struct term *t, const char *label, const char *value)
{
	term_printf(t, TERM_PLAIN, "      %s: ", label);
	term_put(t, TERM_VALUE, value);
	term_put(t, TERM_PLAIN, "\n");
}

/* ISO/IEC 7816-4:2005 8.2.1.1: EF.DIR is 2F00, EF.ATR is 2F01 (clause unverified). The master file must be
 * the current one. GET DATA needs the tag of an object. */
static void put_file(const struct term *t, const char *file, unsigned id, const struct hist_service *s)
{
	static const char *const read[8] = {[0] = "00 B2 01 04 00", [4] = "00 B0 00 00 00"};
	const char *command = s->has_mf ? read[s->access & 7] : NULL;
	char text[96];

	snprintf(text, sizeof(text), "BER-TLV objects");
	if (command)
		snprintf(text, sizeof(text), "BER-TLV objects; to read them: 00 A4 02 0C 02 2F %02X, then %s",
			 id, command);
	put_line(t, file, text);
}

static void put_service(const struct term *t, const struct hist_service *s)
{
	bool both = s->select_full_df_name && s->select_partial_df_name;
	char access[NAME_MAX_LEN];

	if (s->select_full_df_name || s->select_partial_df_name)
		put_line(t, "Applications are selected by",
			 both                     ? "full or partial DF name"
			 : s->select_full_df_name ? "full DF name"
						  : "partial DF name");
	put_line(t, "EF.DIR and EF.ATR are read with", words(access, hist_access_name(s->access)));
	if (s->ber_tlv_in_ef_dir)
		put_file(t, "EF.DIR", 0x00, s);
	if (s->ber_tlv_in_ef_atr)
		put_file(t, "EF.ATR", 0x01, s);
	put_line(t, "Master file", s->has_mf ? "there is one" : "none");
}

static void put_selection(const struct term *t, uint8_t selection)
{
	const char *gap = " ";
	char name[NAME_MAX_LEN];

	term_printf(t, TERM_PLAIN, "      Selection: %02X", selection);
	for (unsigned bit = 8; bit-- > 0;) {
		if (!(selection & 1u << bit) || !hist_selection_name(bit))
			continue;
		term_put(t, TERM_PLAIN, gap);
		term_put(t, TERM_VALUE, words(name, hist_selection_name(bit)));
		gap = ", ";
	}
	term_put(t, TERM_PLAIN, "\n");
}

static void put_capabilities(const struct term *t, const struct hist_capabilities *c)
{
	char text[200], write[NAME_MAX_LEN];

	put_selection(t, c->selection);
	if (c->len >= 2) {
		snprintf(text, sizeof(text),
			 "%02X write functions: %s; FF as first tag byte: %s; EF of TLV structure: %s; "
			 "data unit: %lu quartets",
			 c->data_coding, words(write, hist_write_name(c->write)),
			 c->ff_valid_as_tag ? "valid" : "invalid", c->ef_tlv ? "supported" : "not supported",
			 (unsigned long)c->unit_quartets);
		put_line(t, "Data coding", text);
	}
	if (c->len >= 3) {
		snprintf(text, sizeof(text),
			 "%02X command chaining: %s; extended length: %s%s; logical channels: %u%s%s%s",
			 c->chaining, c->command_chaining ? "yes" : "no", c->extended_length ? "yes" : "no",
			 c->bit6 ? ", limits in EF.ATR" : "", c->max_channels,
			 c->max_channels_or_more ? " or more" : "",
			 c->lc_by_card ? ", number given by the card" : "",
			 c->lc_by_ifd ? ", number given by the reader side" : "");
		put_line(t, "Commands", text);
	}
}

static void put_status(const struct term *t, const struct hist_status *s)
{
	char text[160], name[NAME_MAX_LEN];

	if (s->has_lcs) {
		snprintf(text, sizeof(text), "%02X %s", s->lcs, words(name, hist_lcs_name(s->lcs)));
		put_line(t, "Life cycle status", text);
	}
	if (s->has_sw) {
		snprintf(text, sizeof(text), "%04X %s", s->sw, sw_get(s->sw).text);
		put_line(t, "Status word", text);
	}
}

static void put_access_data(const struct term *t, const uint8_t *value, size_t len)
{
	struct hist_access_command command;
	char text[HEX_TEXT_MAX];

	hist_access_command_build(&command, value, len);
	if (command.len)
		put_line(t, "Command to send", hex_text(text, command.apdu, command.len));
}

static void put_object(const struct term *t, const struct atr_decoded *d, const struct hist_object *o)
{
	const uint8_t *value = d->hist.bytes + o->offset;
	const size_t header = o->tag == HIST_TAG_BER_AID ? 2 : 1;
	char text[HEX_TEXT_MAX];

	term_printf(t, TERM_PLAIN, "    Tag: %X, len: %u (%s)", o->tag, o->len, tag_text(o));
	if (o->truncated)
		term_put(t, TERM_WARNING, " cut off");
	atr_text_offset(t, d->atr.hist_offset + o->offset - header, header + o->avail);
	if (o->avail) {
		term_printf(t, TERM_PLAIN, "      Value: %s", hex_text(text, value, o->avail));
		put_characters(t, value, o->avail);
		term_put(t, TERM_PLAIN, "\n");
	}
	if (o->detail == HIST_SERVICE)
		put_service(t, &o->service);
	else if (o->detail == HIST_CAPABILITIES)
		put_capabilities(t, &o->capabilities);
	else if (o->detail == HIST_STATUS)
		put_status(t, &o->status);
	else if (o->tag == 4)
		put_access_data(t, value, o->avail);
}

static void put_pcsc(const struct term *t, const struct hist_pcsc *p)
{
	const char *standard = hist_pcsc_standard_text(p->standard);
	const char *card = hist_pcsc_card_text(p->card_name);
	char text[160];

	put_line(t, "RID", "A0 00 00 03 06 (PC/SC Workgroup)");
	snprintf(text, sizeof(text), "%02X %s", p->standard, standard ? standard : "unknown");
	put_line(t, "Standard", text);
	snprintf(text, sizeof(text), "%04X %s", p->card_name, card ? card : "unknown");
	put_line(t, "Card", text);
}

static void put_category(const struct term *t, const struct hist *hist)
{
	static const char *const kinds[] = {
		[HIST_NONE] = "",
		[HIST_STATUS_AFTER] = "COMPACT-TLV objects, then the status",
		[HIST_DIR_REF] = "a DIR data reference follows",
		[HIST_COMPACT_TLV] = "COMPACT-TLV objects",
		[HIST_RFU] = "reserved",
		[HIST_PROPRIETARY] = "the maker's own format",
	};

	term_printf(t, TERM_PLAIN, "  Category indicator byte: %02X (%s)", hist->category, kinds[hist->kind]);
	if (hist->kind == HIST_PROPRIETARY || hist->kind == HIST_RFU)
		put_characters(t, hist->bytes, hist->len);
	term_put(t, TERM_PLAIN, "\n");
}

void atr_text_historical(const struct term *t, const struct atr_decoded *d)
{
	const struct hist *hist = &d->hist;

	put_category(t, hist);
	for (size_t i = 0; i < hist->nobjects; i++)
		put_object(t, d, &hist->object[i]);
	if (hist->has_pcsc)
		put_pcsc(t, &hist->pcsc);
	if (hist->has_dir_ref) {
		term_printf(t, TERM_PLAIN, "    DIR data reference: %02X", hist->dir_ref);
		atr_text_offset(t, d->atr.hist_offset + 1, 1);
	}
	if (hist->kind == HIST_STATUS_AFTER && hist->has_status) {
		term_put(t, TERM_PLAIN, "    Status");
		atr_text_offset(t, d->atr.hist_offset + hist->len - STATUS_LEN, STATUS_LEN);
		put_status(t, &hist->status);
	}
}

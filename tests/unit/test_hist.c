/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Historical bytes: rules 28 to 32 with their clauses of ISO/IEC 7816-4:2005, and PC/SC part 3 storage cards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "core/hist.h"

#define OFFSET 4 /* of the historical bytes in the ATR the rows pretend to be part of */

/* decoded: objects as TAG/LENGTH:VALUE, ! for cut off, details in braces; then status, DIR reference, PC/SC.
 * findings: CODE@offset=figure. */
struct row {
	const char *name; /* clause first */
	const char *hex;
	enum hist_kind kind;
	const char *decoded;
	const char *findings;
};

static const struct row rows[] = {
	{"8.1.1.1 no historical byte", "", HIST_NONE, "", ""},
	{"8.1.1.1 category 00: status in the last three bytes, not TLV", "0031800E9000", HIST_STATUS_AFTER,
	 "3/1:80{full read_record mf} status{0E termination 9000}", ""},
	{"8.1.1.1 category 00 with the status alone", "00000000", HIST_STATUS_AFTER, "status{00 none 0000}",
	 ""},
	{"8.1.1.1 category 00 needs four bytes", "003641", HIST_STATUS_AFTER, "", "HIST_STATUS_MISSING@4=1"},
	{"8.1.1.1 category 00 alone", "00", HIST_STATUS_AFTER, "", "HIST_STATUS_MISSING@4=3"},
	{"8.1.1.1 category 00: an object ends before the status", "00625049079000", HIST_STATUS_AFTER,
	 "6/2:5049 status{07 operational_activated 9000}", ""},
	{"8.1.1.1 category 00: an object must not run into the status", "00636665649000", HIST_STATUS_AFTER,
	 "6/3:6665! status{64 proprietary 9000}", "HIST_TLV_TRUNCATED@5=99"},
	{"8.1.1.1 category 10: DIR data reference", "1050", HIST_DIR_REF, "dir=50", ""},
	{"8.1.1.1 category 10: what follows the reference is not looked at", "10503342", HIST_DIR_REF,
	 "dir=50", ""},
	{"8.1.1.1 category 10 without a reference", "10", HIST_DIR_REF, "", "HIST_DIR_MISSING@4=0"},
	{"8.1.1.1 category 80 alone", "80", HIST_COMPACT_TLV, "", ""},
	{"8.1.1.1 category 81 is reserved", "813180", HIST_RFU, "", "HIST_CATEGORY_RFU@4=129"},
	{"8.1.1.1 category 8F is reserved", "8F", HIST_RFU, "", "HIST_CATEGORY_RFU@4=143"},
	{"8.1.1.1 category 01 is proprietary", "01", HIST_PROPRIETARY, "", ""},
	{"8.1.1.1 category 0F is proprietary", "0F3180", HIST_PROPRIETARY, "", ""},
	{"8.1.1.1 category 11 is proprietary", "113180", HIST_PROPRIETARY, "", ""},
	{"8.1.1.1 category 7F is proprietary", "7F3180", HIST_PROPRIETARY, "", ""},
	{"8.1.1.1 category 90 is proprietary", "903180", HIST_PROPRIETARY, "", ""},
	{"8.1.1.1 category FF is proprietary", "FF", HIST_PROPRIETARY, "", ""},

	{"8.1.1.2.1 country code and issuer identification number", "80134737302215E1", HIST_COMPACT_TLV,
	 "1/3:473730 2/2:15E1", ""},
	{"8.1.1.2.2 application identifier", "80F7A0000002471001", HIST_COMPACT_TLV, "F/7:A0000002471001",
	 ""},
	{"8.1.1.2.3 card service data, all bits", "8031F9", HIST_COMPACT_TLV,
	 "3/1:F9{full partial dir atr read_binary no-mf}", ""},
	{"8.1.1.2.3 card service data: GET DATA", "803104", HIST_COMPACT_TLV, "3/1:04{get_data mf}", ""},
	{"8.1.1.2.3 card service data: reserved access", "8031FE", HIST_COMPACT_TLV,
	 "3/1:FE{full partial dir atr rfu mf}", ""},
	{"8.1.1.2.3 card service data of two bytes", "80320400", HIST_COMPACT_TLV, "3/2:0400",
	 "HIST_TLV_BADLEN@5=50"},
	{"8.1.1.2.3 card service data of no byte", "8030", HIST_COMPACT_TLV, "3/0:", "HIST_TLV_BADLEN@5=48"},
	{"8.1.1.2.4 initial access data of 1, 2 and 5 bytes", "804120428110450102030405", HIST_COMPACT_TLV,
	 "4/1:20 4/2:8110 4/5:0102030405", ""},
	{"8.1.1.2.4 initial access data of three bytes", "8043010203", HIST_COMPACT_TLV, "4/3:010203",
	 "HIST_TLV_BADLEN@5=67"},
	{"8.1.1.2.5 card issuer's data", "8053415203", HIST_COMPACT_TLV, "5/3:415203", ""},
	{"8.1.1.2.6 pre-issuing data", "806794080125010101", HIST_COMPACT_TLV, "6/7:94080125010101", ""},
	{"8.1.1.2.7 capabilities, one table", "807132", HIST_COMPACT_TLV,
	 "7/1:32{df_path df_file_id record_number}", ""},
	{"8.1.1.2.7 capabilities, two tables; unit is 2^n quartets", "80729443", HIST_COMPACT_TLV,
	 "7/2:9443{df_full_name df_file_id short_ef_id or unit=8}", ""},
	{"8.1.1.2.7 capabilities, three tables", "8073F701C0", HIST_COMPACT_TLV,
	 "7/3:F701C0{df_full_name df_partial_name df_path df_file_id short_ef_id record_number record_id "
	 "one_time "
	 "unit=2 chaining extended channels=1}",
	 ""},
	{"8.1.1.2.7 capabilities, every bit", "8073FFFFFF", HIST_COMPACT_TLV,
	 "7/3:FFFFFF{df_full_name df_partial_name df_path df_file_id df_implicit short_ef_id record_number "
	 "record_id "
	 "tlv and ff unit=32768 chaining extended bit6 by_card by_ifd channels=8+}",
	 ""},
	{"8.1.1.2.7 capabilities: 110 is seven channels, no more", "807300400E", HIST_COMPACT_TLV,
	 "7/3:00400E{or unit=1 by_ifd channels=7}", ""},
	{"8.1.1.2.7 capabilities of four bytes", "807401020304", HIST_COMPACT_TLV, "7/4:01020304",
	 "HIST_TLV_BADLEN@5=116"},
	{"8.1.1.2.7 capabilities of no byte", "8070", HIST_COMPACT_TLV, "7/0:", "HIST_TLV_BADLEN@5=112"},
	{"8.1.1.3 status of one byte is LCS", "808107", HIST_COMPACT_TLV,
	 "8/1:07{07 operational_activated -} status{07 operational_activated -}", ""},
	{"8.1.1.3 status of two bytes is SW1 SW2", "80829F16", HIST_COMPACT_TLV,
	 "8/2:9F16{- - 9F16} status{- - 9F16}", ""},
	{"8.1.1.3 status of three bytes is LCS SW1 SW2", "8083069F16", HIST_COMPACT_TLV,
	 "8/3:069F16{06 operational_deactivated 9F16} status{06 operational_deactivated 9F16}", ""},
	{"8.1.1.3 a status that is not the last object counts too", "808101520301", HIST_COMPACT_TLV,
	 "8/1:01{01 creation -} 5/2:0301 status{01 creation -}", ""},
	{"8.1.1.3 the last of two statuses counts", "808101829000", HIST_COMPACT_TLV,
	 "8/1:01{01 creation -} 8/2:9000{- - 9000} status{- - 9000}", ""},
	{"8.1.1.3 status of four bytes", "808401020304", HIST_COMPACT_TLV, "8/4:01020304",
	 "HIST_TLV_BADLEN@5=132"},
	{"8.1.1.3 status of no byte, in category 00", "0080079000", HIST_STATUS_AFTER,
	 "8/0: status{07 operational_activated 9000}", "HIST_TLV_BADLEN@5=128"},
	{"8.1.1.3 category 00: a status object does not displace the mandatory one", "0081B1079000",
	 HIST_STATUS_AFTER, "8/1:B1{B1 proprietary -} status{07 operational_activated 9000}", ""},

	{"8.1.1.2 an unknown tag is skipped by its length", "8091E1318065B0831111AC83009000",
	 HIST_COMPACT_TLV,
	 "9/1:E1 3/1:80{full read_record mf} 6/5:B0831111AC 8/3:009000{00 none 9000} status{00 none 9000}",
	 ""},
	{"8.1.1.2 unknown tags of ten bytes and more are skipped as well", "809A0102030405060708090A71FF",
	 HIST_COMPACT_TLV,
	 "9/10:0102030405060708090A 7/1:FF{df_full_name df_partial_name df_path df_file_id df_implicit "
	 "short_ef_id "
	 "record_number record_id}",
	 ""},
	{"8.1.1.2 a wrong length does not put the rest out of step", "803204008107", HIST_COMPACT_TLV,
	 "3/2:0400 8/1:07{07 operational_activated -} status{07 operational_activated -}",
	 "HIST_TLV_BADLEN@5=50"},
	{"8.1.1.2 an object runs past the end", "8031306A0102", HIST_COMPACT_TLV,
	 "3/1:30{dir atr read_record mf} 6/10:0102!", "HIST_TLV_TRUNCATED@7=106"},
	{"8.1.1.2 an object with a header alone", "800C", HIST_COMPACT_TLV, "0/12:!",
	 "HIST_TLV_TRUNCATED@5=12"},
	{"8.1.1.2 what is cut off is not interpreted and not judged by length", "8073F701", HIST_COMPACT_TLV,
	 "7/3:F701!", "HIST_TLV_TRUNCATED@5=115"},
	{"8.1.1.2 fourteen empty objects", "800000000000000000000000000000", HIST_COMPACT_TLV,
	 "0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0: 0/0:", ""},

	{"PC/SC part 3: storage card", "804F0CA000000306030001000000AA", HIST_COMPACT_TLV,
	 "4F/12:A000000306030001000000AA pcsc{A000000306 03 0001 000000AA}", ""},
	{"PC/SC part 3: another RID is no storage card", "804F0CA000000307030001000000AA", HIST_COMPACT_TLV,
	 "4F/12:A000000307030001000000AA", ""},
	{"PC/SC part 3: another length is no storage card", "804F0BA00000030603000100000091",
	 HIST_COMPACT_TLV, "4F/11:A000000306030001000000 9/1:!", "HIST_TLV_TRUNCATED@18=145"},
	{"PC/SC part 3: a storage card cut off", "804F0CA00000030603", HIST_COMPACT_TLV,
	 "4F/12:A00000030603!", "HIST_TLV_TRUNCATED@5=79"},
	{"PC/SC part 3: 4F as the last byte has no length", "804F", HIST_COMPACT_TLV, "4/15:!",
	 "HIST_TLV_TRUNCATED@5=79"},
	{"PC/SC part 3: BER length beyond 15", "804FFFA0", HIST_COMPACT_TLV, "4F/255:A0!",
	 "HIST_TLV_TRUNCATED@5=79"},
};

static char text[1024];

static void put(const char *format, ...)
{
	const size_t n = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + n, sizeof(text) - n, format, ap);
	va_end(ap);
}

static void put_hex(const uint8_t *bytes, size_t len)
{
	char hex[HEX_PACKED_SIZE(255)];

	hex_build(hex, bytes, len, 0);
	put("%s", hex);
}

static void put_status(const struct hist_status *s)
{
	put("{");
	if (s->has_lcs)
		put("%02X %s", s->lcs, hist_lcs_name(s->lcs));
	else
		put("- -");
	if (s->has_sw)
		put(" %04X}", s->sw);
	else
		put(" -}");
}

static void put_service(const struct hist_service *s)
{
	put("{%s%s%s%s%s %s}", s->select_full_df_name ? "full " : "",
	    s->select_partial_df_name ? "partial " : "", s->ber_tlv_in_ef_dir ? "dir " : "",
	    s->ber_tlv_in_ef_atr ? "atr " : "", hist_access_name(s->access), s->has_mf ? "mf" : "no-mf");
}

static void put_capabilities(const struct hist_capabilities *c)
{
	const char *blank = "{";

	for (unsigned bit = 8; bit-- > 0;) {
		if (c->selection >> bit & 1) {
			put("%s%s", blank, hist_selection_name(bit));
			blank = " ";
		}
	}
	if (c->len >= 2)
		put("%s%s%s%s unit=%u", blank, c->ef_tlv ? "tlv " : "", hist_write_name(c->write),
		    c->ff_valid_as_tag ? " ff" : "", (unsigned)c->unit_quartets);
	if (c->len >= 3)
		put("%s%s%s%s%s channels=%u%s", c->command_chaining ? " chaining" : "",
		    c->extended_length ? " extended" : "", c->bit6 ? " bit6" : "",
		    c->lc_by_card ? " by_card" : "", c->lc_by_ifd ? " by_ifd" : "", c->max_channels,
		    c->max_channels_or_more ? "+" : "");
	put("}");
}

static void put_object(const struct hist *h, const struct hist_object *o)
{
	put("%s%X/%u:", *text ? " " : "", o->tag, o->len);
	put_hex(h->bytes + o->offset, o->avail);
	put("%s", o->truncated ? "!" : "");
	if (o->detail == HIST_SERVICE)
		put_service(&o->service);
	else if (o->detail == HIST_CAPABILITIES)
		put_capabilities(&o->capabilities);
	else if (o->detail == HIST_STATUS)
		put_status(&o->status);
}

static const char *render(const struct hist *h)
{
	*text = '\0';
	for (size_t i = 0; i < h->nobjects; i++)
		put_object(h, &h->object[i]);
	if (h->has_status) {
		put("%sstatus", *text ? " " : "");
		put_status(&h->status);
	}
	if (h->has_dir_ref)
		put("%sdir=%02X", *text ? " " : "", h->dir_ref);
	if (h->has_pcsc) {
		put(" pcsc{");
		put_hex(h->pcsc.rid, sizeof(h->pcsc.rid));
		put(" %02X %04X ", h->pcsc.standard, h->pcsc.card_name);
		put_hex(h->pcsc.rfu, sizeof(h->pcsc.rfu));
		put("}");
	}
	return text;
}

static const char *render_findings(const struct findings *f)
{
	*text = '\0';
	for (size_t i = 0; i < f->n; i++)
		put("%s%s@%u=%u", i ? " " : "", finding_rule_get(f->v[i].code)->code, f->v[i].offset,
		    f->v[i].got);
	return text;
}

static size_t unhex(uint8_t out[HIST_MAX], const char *hex)
{
	size_t len = 0, bad;

	if (*hex)
		assert_int_equal(hex_parse(out, HIST_MAX, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct findings findings = {0};
	uint8_t bytes[HIST_MAX];
	const size_t len = unhex(bytes, row->hex);
	struct hist h;

	hist_decode(&h, bytes, len, true, OFFSET, &findings);
	assert_int_equal(h.kind, row->kind);
	assert_true(h.complete);
	assert_int_equal(h.len, len);
	if (len)
		assert_int_equal(h.category, bytes[0]);
	assert_string_equal(render(&h), row->decoded);
	assert_string_equal(render_findings(&findings), row->findings);
}

static void test_objects_looked_for(void **state)
{
	static const struct {
		const char *hex;
		bool has_objects;
	} cases[] = {
		{"80", true},  {"00000000", true}, {"003641", false}, {"1050", false},
		{"82", false}, {"45", false},      {"", false},
	};
	uint8_t bytes[HIST_MAX];
	struct hist h;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hist_decode(&h, bytes, unhex(bytes, cases[i].hex), true, 0, NULL);
		assert_int_equal(h.has_objects, cases[i].has_objects);
	}
}

static const char *const ladders[] = {
	"8031B865B0850300EF1200F6829000", "804F0CA00000030603000100000000", "000086860100000082CE678F060304",
	"105001020304050607080910111213", "82231091828384858687888990919F", "80FEFFFFFFFFFFFFFFFFFFFFFFFFFF",
	"80738421E0556978540080830F9000", "00FF41424344454647484950515253",
};

static void assert_within(const struct hist *h, const struct findings *f)
{
	assert_in_range(h->nobjects, 0, HIST_OBJECTS_MAX - 1);
	for (size_t i = 0; i < h->nobjects; i++) {
		assert_true((size_t)h->object[i].offset + h->object[i].avail <= h->len);
		assert_int_equal(h->object[i].truncated, h->object[i].avail < h->object[i].len);
	}
	for (size_t i = 0; i < f->n; i++)
		assert_in_range(f->v[i].offset, OFFSET, OFFSET + h->len);
}

/* Everything after the kind is empty, and only what the first byte itself does wrong is found. */
static void assert_not_interpreted(const struct hist *h, const struct findings *f)
{
	assert_false(h->complete);
	assert_false(h->has_objects || h->has_status || h->has_dir_ref || h->has_pcsc);
	assert_int_equal(h->nobjects, 0);
	assert_int_equal(f->n, h->kind == HIST_RFU);
}

static void test_truncation_ladder(void **state)
{
	uint8_t bytes[HIST_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(ladders) / sizeof(ladders[0]); i++) {
		assert_int_equal(unhex(bytes, ladders[i]), HIST_MAX);
		for (size_t len = 0; len <= HIST_MAX; len++) {
			/* exactly as large as needed, so that a sanitizer sees a byte read too far */
			uint8_t *exact = len ? malloc(len) : NULL;
			struct findings whole = {0}, cut = {0};
			struct hist h, h_cut;

			if (exact)
				memcpy(exact, bytes, len);
			hist_decode(&h, exact, len, true, OFFSET, &whole);
			hist_decode(&h_cut, exact, len, false, OFFSET, &cut);
			free(exact);
			assert_within(&h, &whole);
			assert_not_interpreted(&h_cut, &cut);
			assert_int_equal(h.kind, h_cut.kind);
			assert_memory_equal(h_cut.bytes, bytes, len);
		}
	}
}

static void test_lcs_names_table_13(void **state)
{
	static const char *const want[16] = {
		"none",
		"creation",
		"rfu",
		"initialisation",
		"operational_deactivated",
		"operational_activated",
		"operational_deactivated",
		"operational_activated",
		"rfu",
		"rfu",
		"rfu",
		"rfu",
		"termination",
		"termination",
		"termination",
		"termination",
	};

	(void)state;
	for (unsigned lcs = 0; lcs <= 0xFF; lcs++)
		assert_string_equal(hist_lcs_name((uint8_t)lcs), lcs < 16 ? want[lcs] : "proprietary");
}

static void test_object_names(void **state)
{
	static const char *const want[16] = {
		"unknown",
		"country_code",
		"issuer_identification_number",
		"card_service_data",
		"initial_access_data",
		"card_issuer_data",
		"pre_issuing_data",
		"card_capabilities",
		"status_indicator",
		"unknown",
		"unknown",
		"unknown",
		"unknown",
		"unknown",
		"unknown",
		"application_identifier",
	};

	(void)state;
	for (unsigned tag = 0; tag <= 0xFF; tag++) {
		const char *name = tag < 16      ? want[tag]
				   : tag == 0x4F ? "application_identifier_ber"
						 : "unknown";

		assert_string_equal(hist_object_name((uint8_t)tag), name);
	}
	assert_null(hist_selection_name(8));
}

static void test_pcsc_names(void **state)
{
	static const struct {
		uint16_t code;
		const char *text;
	} cards[] = {
		{0x0000, "no name given"},
		{0x0001, "MIFARE Classic 1K"},
		{0x0002, "MIFARE Classic 4K"},
		{0x0003, "MIFARE Ultralight"},
		{0x0014, "NXP ICODE SLI"},
		{0x0026, "MIFARE Mini"},
		{0x0036, "MIFARE Plus SL1 2K"},
		{0x003A, "MIFARE Ultralight C"},
		{0x003B, "FeliCa"},
		{0x003D, "MIFARE Ultralight EV1"},
		{0xFFB0, "ISO/IEC 14443 B card of unknown type"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		assert_string_equal(hist_pcsc_card_text(cards[i].code), cards[i].text);
	for (uint16_t code = 0; code <= 0x3D; code++)
		assert_int_equal(hist_pcsc_card_text(code) == NULL, code == 0x05);
	assert_null(hist_pcsc_card_text(0x003E));
	assert_null(hist_pcsc_card_text(0xFFFE));
	assert_string_equal(hist_pcsc_standard_text(0x03), "ISO/IEC 14443 A, part 3");
	assert_string_equal(hist_pcsc_standard_text(0x07), "ISO/IEC 14443 B, part 3");
	assert_string_equal(hist_pcsc_standard_text(0x0B), "ISO/IEC 15693, part 3");
	assert_string_equal(hist_pcsc_standard_text(0x11), "FeliCa");
	assert_string_equal(hist_pcsc_standard_text(0x40), "low frequency contactless");
	assert_null(hist_pcsc_standard_text(0x04));
	assert_null(hist_pcsc_standard_text(0x12));
	assert_null(hist_pcsc_standard_text(0x41));
}

struct access_row {
	const char *name, *value, *apdu;
};

static const struct access_row access_rows[] = {
	{"8.1.2 one byte is Le of READ BINARY", "20", "00B0000020"},
	{"8.1.2 two bytes, b8 = 1: READ BINARY of a short EF", "8110", "00B0810010"},
	{"8.1.2 two bytes, b8 = 0: READ RECORD of a short EF", "0110", "00B2010E10"},
	{"8.1.2 two bytes, short EF 31", "1F00", "00B201FE00"},
	{"8.1.2 two bytes, b7 b6 reserved", "C110", ""},
	{"8.1.2 five bytes are the command", "00B0850011", "00B0850011"},
	{"8.1.2 no byte", "", ""},
	{"8.1.2 three bytes", "010203", ""},
	{"8.1.2 six bytes", "010203040506", ""},
};

static void test_access_row(void **state)
{
	const struct access_row *row = *state;
	uint8_t value[HIST_MAX];
	struct hist_access_command command;
	char hex[HEX_PACKED_SIZE(sizeof(command.apdu))];

	hist_access_command_build(&command, value, unhex(value, row->value));
	hex_build(hex, command.apdu, command.len, 0);
	assert_string_equal(hex, row->apdu);
}

#define NROWS   (sizeof(rows) / sizeof(rows[0]))
#define NACCESS (sizeof(access_rows) / sizeof(access_rows[0]))
#define NFIXED  5

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS + NACCESS] = {
		cmocka_unit_test(test_objects_looked_for), cmocka_unit_test(test_truncation_ladder),
		cmocka_unit_test(test_lcs_names_table_13), cmocka_unit_test(test_object_names),
		cmocka_unit_test(test_pcsc_names),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < NROWS; i++)
		tests[n++] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	for (size_t i = 0; i < NACCESS; i++)
		tests[n++] = (struct CMUnitTest){access_rows[i].name, test_access_row, NULL, NULL,
						 (void *)(uintptr_t)&access_rows[i]};
	return _cmocka_run_group_tests("hist", tests, n, NULL, NULL);
}

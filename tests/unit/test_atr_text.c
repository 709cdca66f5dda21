/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "pcsc/scard.h"
#include "view/atr_text.h"
#include "view/atr_text_priv.h"
#include "view/card_text.h"
#include "view/finding_text.h"
#include "view/scard_text.h"

#define SAMPLES     "tests/data/atr-samples.jsonl"
#define SAMPLES_MAX 128

static void decode(struct atr_decoded *d, const uint8_t *raw, size_t len)
{
	assert_int_equal(atr_decode(d, raw, len, 0), CS_OK);
}

static void decode_hex(struct atr_decoded *d, const char *text)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len = 0, bad;

	if (*text)
		assert_int_equal(hex_parse(raw, sizeof(raw), &len, text, strlen(text), &bad), CS_OK);
	decode(d, raw, len);
}

typedef void render(const struct term *t, const struct atr_decoded *d);

static char *text_of(render *put, const struct atr_decoded *d, bool color)
{
	char *text = NULL;
	size_t size = 0;
	struct term t = {.out = open_memstream(&text, &size), .color = color};

	assert_non_null(t.out);
	put(&t, d);
	fclose(t.out);
	return text;
}

static size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

/* Marks the bytes of "[3]" or "[5..11]" at the end of a line about a byte. */
static void mark(unsigned *marks, const char *line)
{
	const char *open = NULL;
	unsigned first, last;

	if (strncmp(line, "+ ", 2) != 0 && strncmp(line, "  T", 3) != 0)
		return;
	for (const char *c = line; *c && *c != '\n'; c++)
		if (c[0] == ' ' && c[1] == '[')
			open = c;
	if (!open)
		return;
	switch (sscanf(open, " [%u..%u]", &first, &last)) {
	case 1:
		last = first;
		break;
	case 2:
		break;
	default:
		return;
	}
	for (; first <= last && first < ATR_RAW_MAX; first++)
		marks[first]++;
}

static void check_offsets(const struct atr_decoded *d, const char *text)
{
	unsigned marks[ATR_RAW_MAX] = {0};

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		mark(marks, line);
	}
	for (size_t i = 0; i < ATR_RAW_MAX; i++)
		if (marks[i] != (i < d->atr.len))
			fail_msg("byte %zu is shown %u times in\n%s", i, marks[i], text);
}

static void check_findings(const struct findings *findings, const char *text)
{
	char message[FINDING_MESSAGE_MAX];

	assert_int_equal(occurrences(text, "    ! "), findings->n);
	assert_int_equal(occurrences(text, "\n  byte "), findings->n);
	for (size_t i = 0; i < findings->n; i++) {
		finding_message(message, &findings->v[i]);
		assert_true(occurrences(text, message) >= 2);
		assert_non_null(strstr(text, finding_rule_get(findings->v[i].code)->code));
	}
}

static void check_characters(const char *text)
{
	for (; *text; text++)
		assert_true(*text == '\n' || *text == '\t' || (*text >= 0x20 && *text <= 0x7E));
}

/* "WT  = 24 * 960 * 372 / 4000 kHz = 2142.72 ms": what is printed is what the formula gives */
static void check_formulas(const char *text)
{
	unsigned wi, fi, khz;
	double value;

	for (; (text = strstr(text, "    WT  = ")); text++) {
		if (sscanf(text, "    WT  = %u * 960 * %u / %u kHz = %lf ms", &wi, &fi, &khz, &value) != 4)
			continue;
		assert_true(fabs(value - (double)wi * 960 * fi / khz) < 0.0001);
	}
}

static void check(const uint8_t *raw, size_t len)
{
	static struct atr_decoded d;
	char *text;

	decode(&d, raw, len);
	text = text_of(atr_text_put, &d, false);
	check_offsets(&d, text);
	check_findings(&d.atr.findings, text);
	check_characters(text);
	check_formulas(text);
	free(text);
}

static void test_sample(void **state)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len = 0, bad;
	const char *text = *state;

	if (*text)
		assert_int_equal(hex_parse(raw, sizeof(raw), &len, text, strlen(text), &bad), CS_OK);
	for (size_t n = 0; n <= len; n++)
		check(raw, n);
}

/* The longest inputs: chains of TD, and far more bytes than an ATR has. */
static void test_long(void **state)
{
	uint8_t raw[ATR_RAW_MAX];

	(void)state;
	raw[0] = 0x3B;
	memset(raw + 1, 0x80, sizeof(raw) - 1);
	for (size_t n = 1; n < 80; n++)
		check(raw, n);
	check(raw, sizeof(raw));
	memset(raw + 1, 0xFF, sizeof(raw) - 1);
	check(raw, 40);
	check(raw, sizeof(raw));
}

struct words {
	const char *atr, *line;
};

static const struct words words[] = {
	{"3B 02 14 50", "+ TS = 3B --> direct convention [0]\n"},
	{"3F 02 14 50", "+ TS = 3F --> inverse convention [0]\n"},
	{"03 02 14 50", "+ TS = 03 --> unknown convention [0]\n"},
	{"03 59 5B", "    converted: 3F 65 25\n"},
	{"3B 02 14 50", "+ T0 = 02, Y(1): 0000, K: 2 (historical bytes) [1]\n"},
	{"3B 02 14 50", "+ Historical bytes: 14 50 [2..3]\n"},
	{"3B 02 14 50", "+ no TCK: none is due with T=0 alone\n"},
	{"3B 02 14 50 11", "+ TCK = 11 (superfluous) [4]\n"},
	{"3B 82 81 00 41 42 00", "+ TCK = 00 (correct) [6]\n"},
	{"3B 82 81 00 41 42 01", "+ TCK = 01 (wrong, expected 00) [6]\n"
				 "    ! error: the check byte TCK is wrong: 01, expected 00 (clause 8.2.5)\n"
				 "    Windows is known to reject such a card.\n"},
	{"3B 82 81 00 41 42", "+ TCK is missing, expected 00\n"},
	{"3B 82 81 00 41 42 00 90 00", "+ Bytes behind the ATR: 90 00 (a status word?) [7..8]\n"},
	{"3B 02 14 50 00 00", "+ Bytes behind the ATR: 00 00 (padding?) [4..5]\n"},
	{"3B 02 14 50 3B 00", "+ Bytes behind the ATR: 3B 00 (another ATR?) [4..5]\n"},
	{"3B 02 14 50 61 10", "+ Bytes behind the ATR: 61 10 [4..5]\n"},
	{"3B 10 96", "  TA(1) = 96 --> Fi=512, Di=32, 16 cycles/ETU [2]\n"
		     "    250000 bit/s at 4 MHz, 312500 bit/s at 5 MHz, the highest clock\n"},
	{"3B 10 A1", " 9765 bit/s at 7.5 MHz, the highest clock\n"},
	{"3B 10 7F", "  TA(1) = 7F --> Fi=RFU, Di=RFU [2]\n    Di=1/64 in the edition of 1989\n"},
	{"3B 90 96 80 1F C7 5E", "the highest clock; for a SIM or UICC: speed enhancement\n"},
	{"3B 20 00", "  TB(1) = 00 --> no programming voltage [2]\n"},
	{"3B 20 65", "  TB(1) = 65 --> programming voltage 5 V (PI1), current RFU [2]\n"},
	{"3B 20 A5", "  TB(1) = A5 --> programming voltage 5 V (PI1), current 50 mA [2]\n"},
	{"3B 40 FF", "  TC(1) = FF --> N = 255: guard time 12 etu [2]\n"},
	{"3B C0 FF 01 3E", "  TC(1) = FF --> N = 255: guard time 11 etu [2]\n"},
	{"3B C0 FF 80 01 BE", "  TC(1) = FF --> N = 255: guard time 12 etu in T=0, 11 etu in T=1 [2]\n"},
	{"3B 40 05", "  TC(1) = 05 --> N = 5: guard time 17 etu [2]\n"},
	{"3B C0 05 80 1F C7 9D",
	 "  TC(1) = 05 --> N = 5: guard time 12 etu, and 5 more that count in Fi/Di [2]\n"},
	{"3B D0 96 05 80 1F C7 0B", "    GT  = 12 etu + 5 * 512 / 32 / 4000 kHz = 1.136 ms\n"},
	{"3B 80 1F C7 24", "  TD(1) = 1F --> Y(2) = 0001, Protocol T = 15 (no protocol: global bytes) [2]\n"},
	{"3B 80 10 81", "  TA(2) = 81 --> specific mode: T=1 at once, with Fi/Di of TA1, no PPS; the "
			"card can not leave this mode [3]\n"},
	{"3B 80 10 11",
	 "T=1 at once, with F/D agreed elsewhere, no PPS; a warm reset can lead to another mode [3]\n"},
	{"3B 80 20 FA", "  TB(2) = FA --> programming voltage 25 V (PI2, in place of PI1) [3]\n"},
	{"3B 80 40 0A", "  TC(2) = 0A --> WI = 10: WT = 10 * 960 * Fi/f [3]\n"},
	{"3B 80 41 0A 4B", "WT = 10 * 960 * Fi/f (without effect: T=0 is not offered) [3]\n"},
	{"3B 80 81 71 FE 45 01 CB", "  TA(3) = FE --> IFSC = 254 bytes [4]\n"
				    "  TB(3) = 45 --> BWI = 4, CWI = 5 [5]\n"
				    "  TC(3) = 01 --> blocks are checked by CRC [6]\n"},
	{"3B 80 81 91 FE 11 20 00", "  TA(4) = 20 --> not the first TA for T=1: without effect [6]\n"},
	{"3B 80 80 1F C3 DC", "  TA(3) = C3 --> supply: class A (5 V) B (3 V), clock stop in either "
			      "state [4]\n"},
	{"3B 80 80 3F C7 8C 00",
	 "  TB(3) = 8C --> contact C6 (SPU): used as the maker likes [5]\n"
	 "    for a UICC (ETSI TS 102 221): secure channel, secured APDUs, platform to "
	 "platform, required\n"},
	{"3B 80 81 11 FE 0E", "  TD(2) = 11 --> Y(3) = 0001, Protocol T = 1 (again, for more bytes) [3]\n"},
	{"3B 80 0E 8E", "Protocol T = 14 (not standardised by ISO) [2]\n"},
	{"3B 80 05 85", "Protocol T = 5 (reserved) [2]\n"},
	{"3B 10 0A", "  T=0 after PPS: unknown, TA1 has a reserved code\n"},
	{"3B 80 40 00", "    WT  unknown: a reserved value\n"},
	{"3B 90 95 10 11", "(TA1, without effect by TA2), clock up to 5 MHz\n"},
	{"3B 80 80 15 42 00", "  TA(3) = 42 --> specific to T=5, not defined by the standard [4]\n"},
	{"3B 02 10 50", "    DIR data reference: 50 [3]\n"},
	{"3B 05 80 73 F7 01 C0", "    Tag: 7, len: 3 (card capabilities) [3..6]\n"},
	{"3B 05 80 73 F7 01 E0", "extended length: yes, limits in EF.ATR; logical channels: 1\n"},
	{"3B 03 80 31 78",
	 "      EF.DIR: BER-TLV objects; to read them: 00 A4 02 0C 02 2F 00, then 00 B0 00 00 00\n"
	 "      EF.ATR: BER-TLV objects; to read them: 00 A4 02 0C 02 2F 01, then 00 B0 00 00 00\n"},
	{"3B 03 80 31 20",
	 "      EF.DIR: BER-TLV objects; to read them: 00 A4 02 0C 02 2F 00, then 00 B2 01 04 00\n"},
	{"3B 03 80 31 19", "      EF.ATR: BER-TLV objects\n      Master file: none\n"},
	{"3B 03 80 31 C0", "      Applications are selected by: full or partial DF name\n"},
	{"3B 05 00 00 03 90 00", "    Tag: 0, len: 0 (no object, perhaps padding) [3]\n    Status [4..6]\n"},
	{"3B 02 14 50", "    WT  = 10 * 960 * 372 / 4000 kHz = 892.8 ms\n"},
	{"3B 42 0A 14 50", "    GT  = 22 etu = 2.046 ms\n"},
	{"3B 80 81 71 FE 45 01 CB", "    BWT = 11 etu + 2^4 * 960 * 372 / 4000 kHz = 1429.503 ms\n"},
	{"3B 80 81 71 FE 45 01 CB", "    CWT = (11 + 2^5) etu = 3.999 ms\n"},
	{"3B 10 96", "  request for T=0: FF 10 96 79 (PPS0 = 10, PPS1 = 96, PCK = 79)\n"},
	{"3B 02 14 50", "(PPS0 = 00, PCK = FF); it would change nothing\n"},
	{"3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A",
	 "      Standard: 03 ISO/IEC 14443 A, part 3\n      Card: 0001 MIFARE Classic 1K\n"},
	{"3B 80 80 01 01", "ask the reader for it with FF CA 00 00 00\n"},
	{"3B 04 A2 13 10 91", "Memory card, if the card is a synchronous one"},
};

static void test_words(void **state)
{
	const struct words *row = *state;
	struct atr_decoded d;
	char *text;

	decode_hex(&d, row->atr);
	text = text_of(atr_text_put, &d, false);
	if (!strstr(text, row->line))
		fail_msg("no \"%s\" in\n%s", row->line, text);
	free(text);
}

/* A contactless reader's ATR says nothing about a contact interface. */
static void test_contactless_has_no_timing(void **state)
{
	struct atr_decoded d;
	char *text;

	(void)state;
	decode_hex(&d, "3B 80 80 01 01");
	text = text_of(atr_text_put, &d, false);
	assert_null(strstr(text, "Timing"));
	assert_null(strstr(text, "PPS\n"));
	free(text);
}

/* Colour adds escape sequences and nothing else. */
static void test_color(void **state)
{
	struct atr_decoded d;
	char *plain, *colored, *out;

	(void)state;
	decode_hex(&d, "3B A7 00 40 18 80 65 A2 08 01 01 52");
	plain = text_of(atr_text_put, &d, false);
	colored = text_of(atr_text_put, &d, true);
	assert_non_null(strstr(colored, "\033["));
	out = colored;
	for (const char *in = colored; *in; in++) {
		if (*in == '\033')
			in = strchr(in, 'm');
		else
			*out++ = *in;
	}
	*out = '\0';
	assert_string_equal(plain, colored);
	free(plain);
	free(colored);
}

static char *short_of(const char *atr, bool looked_up, const struct carddb_entry *best)
{
	struct atr_decoded d;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	decode_hex(&d, atr);
	atr_text_put_short(out, &d, looked_up, best);
	fclose(out);
	return text;
}

static void expect_short(const char *atr, bool looked_up, const struct carddb_entry *best, const char *line)
{
	char *text = short_of(atr, looked_up, best);

	assert_string_equal(text, line);
	free(text);
}

static void test_short(void **state)
{
	const char *const descriptions[] = {"a\tcard\033[0m", "other"};
	const struct carddb_entry entry = {
		.pattern = "3B ..", .descriptions = descriptions, .ndescriptions = 2};

	(void)state;
	expect_short("3B 02 14 50", false, NULL, "3B 02 14 50\tok\tT=0\t-\n");
	expect_short("3B 02 14 50", true, NULL, "3B 02 14 50\tok\tT=0\tunknown\n");
	expect_short("3B 02 14 50", true, &entry, "3B 02 14 50\tok\tT=0\ta\\x09card\\x1B[0m\n");
	expect_short("3B 20 00", false, NULL, "3B 20 00\twarning\tT=0\t-\n");
	expect_short("3B 80 80 0E 8E", false, NULL, "3B 80 80 0E 8E\terror\tT=0,T=14\t-\n");
	expect_short("3B 80", false, NULL, "3B 80\terror\t-\t-\n");
}

static void put_cards(const struct term *t, const struct atr_decoded *d)
{
	const char *const descriptions[] = {"one", "two \033]0;x\007"};
	const struct carddb_entry literal = {.pattern = "3B 00",
					     .literal = true,
					     .file = "/a",
					     .line = 1,
					     .descriptions = descriptions,
					     .ndescriptions = 1};
	const struct carddb_entry pattern = {.pattern = "3B ..",
					     .file = "/b",
					     .line = 1,
					     .descriptions = descriptions,
					     .ndescriptions = 2};
	const struct carddb_entry *const entries[] = {&literal, &pattern};

	cards_text_put(t, d, entries, 2);
}

static void put_no_cards(const struct term *t, const struct atr_decoded *d)
{
	cards_text_put(t, d, NULL, 0);
}

static void test_cards(void **state)
{
	struct atr_decoded d;
	char *text;

	(void)state;
	decode_hex(&d, "3B 00");
	text = text_of(put_cards, &d, false);
	assert_string_equal(text, "\nPossibly identified card (using /a):\n3B 00\n\tone\n"
				  "\nPossibly identified card (using /b):\n3B .. (pattern)\n\tone\n"
				  "\ttwo \\x1B]0;x\\x07\n");
	free(text);
	text = text_of(put_no_cards, &d, false);
	assert_non_null(strstr(text, "\nhttps://smartcard-atr.apdu.fr/parse?ATR=3B00\n"));
	free(text);
	decode_hex(&d, "3B 80 80 01 01");
	text = text_of(put_cards, &d, false);
	assert_non_null(strstr(text, "the ATR alone can not distinguish them"));
	free(text);
}

static void test_decimal(void **state)
{
	char out[DECIMAL_MAX];

	(void)state;
	assert_string_equal(decimal_text(out, 892800, 6, 4), "0.8928");
	assert_string_equal(decimal_text(out, 74400000, 6, 3), "74.4");
	assert_string_equal(decimal_text(out, 3413333, 6, 3), "3.413");
	assert_string_equal(decimal_text(out, 444490, 5, 1), "4.4");
	assert_string_equal(decimal_text(out, 999999, 6, 3), "1");
	assert_string_equal(decimal_text(out, 7500, 3, 3), "7.5");
	assert_string_equal(decimal_text(out, 5000, 3, 3), "5");
	assert_string_equal(decimal_text(out, 0, 3, 3), "0");
	assert_string_equal(decimal_text(out, 1005, 3, 3), "1.005");
	assert_string_equal(decimal_text(out, UINT64_MAX / 2, 0, 0), "9223372036854775807");
}

static void test_messages(void **state)
{
	static const struct {
		struct finding finding;
		const char *end;
	} rows[] = {
		{{FINDING_TCK_WRONG, 4, 0x01, 0x0A}, "TCK is wrong: 01, expected 0A"},
		{{FINDING_TCK_MISSING, 4, 0, 0x0A}, "TCK is missing: expected 0A"},
		{{FINDING_TS_INVALID, 0, 0x03, 0}, "convention): 03"},
		{{FINDING_TRUNCATED_HISTORICAL, 4, 12, 0}, "are missing: 12"},
		{{FINDING_T_RFU, 4, 13, 0}, "not standardised: T=13"},
		{{FINDING_EMPTY, 0, 0, 0}, "there is no byte at all"},
	};
	char message[FINDING_MESSAGE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = finding_message(message, &rows[i].finding), end = strlen(rows[i].end);

		assert_int_equal(len, strlen(message));
		assert_true(len >= end);
		assert_string_equal(message + len - end, rows[i].end);
	}
	for (unsigned code = 0; code < FINDING_CODES; code++) {
		const struct finding finding = {(enum finding_code)code, 0xFFFF, 0xFFFF, 0xFFFF};

		assert_true(finding_message(message, &finding) < FINDING_MESSAGE_MAX);
	}
}

static void test_fault(void **state)
{
	const struct scard_error known = {0x8010001D, "SCARD_E_NO_SERVICE", "no service", "it does not run",
					  3};
	const struct scard_error denied = {0x8010006A, "SCARD_W_SECURITY_VIOLATION", "denied", NULL, 4};
	const struct scard_error absent = {0x80100009, "SCARD_E_UNKNOWN_READER", "no such reader", NULL, 3};
	const struct scard_error general = {0, NULL, "unknown answer", NULL, 5};
	const struct scard_fault fault = {"SCardEstablishContext", 0x8010001D};
	char text[SCARD_FAULT_TEXT_MAX], small[8];

	(void)state;
	scard_fault_format(text, sizeof(text), &fault, &known);
	assert_string_equal(text, "SCardEstablishContext: no service (SCARD_E_NO_SERVICE 0x8010001D); "
				  "it does not run; run pcsc_doctor");
	scard_fault_format(text, sizeof(text), &fault, &denied);
	assert_string_equal(text, "SCardEstablishContext: denied (SCARD_W_SECURITY_VIOLATION 0x8010001D); "
				  "run pcsc_doctor");
	scard_fault_format(text, sizeof(text), &fault, &absent);
	assert_string_equal(text,
			    "SCardEstablishContext: no such reader (SCARD_E_UNKNOWN_READER 0x8010001D)");
	scard_fault_format(text, sizeof(text), &fault, &general);
	assert_string_equal(text, "SCardEstablishContext: unknown answer (0x8010001D)");
	assert_int_equal(scard_fault_format(small, sizeof(small), &fault, &known), 7);
	assert_string_equal(small, "SCardEs");
}

static size_t load_samples(char samples[SAMPLES_MAX][256])
{
	FILE *file = fopen(SAMPLES, "r");
	char *line = NULL;
	size_t n = 0, size = 0;

	while (file && n < SAMPLES_MAX && getline(&line, &size, file) > 0) {
		json_t *sample = json_loads(line, 0, NULL);
		const char *atr = json_string_value(json_object_get(sample, "atr"));

		if (atr)
			snprintf(samples[n++], sizeof(samples[0]), "%.250s", atr);
		json_decref(sample);
	}
	free(line);
	if (file)
		fclose(file);
	return n;
}

#define NWORDS (sizeof(words) / sizeof(words[0]))

int main(void)
{
	static struct CMUnitTest tests[SAMPLES_MAX + NWORDS + 8] = {
		cmocka_unit_test(test_long),     cmocka_unit_test(test_contactless_has_no_timing),
		cmocka_unit_test(test_color),    cmocka_unit_test(test_short),
		cmocka_unit_test(test_cards),    cmocka_unit_test(test_decimal),
		cmocka_unit_test(test_messages), cmocka_unit_test(test_fault),
	};
	static char samples[SAMPLES_MAX][256], names[NWORDS][64];
	size_t nsamples = load_samples(samples), n = 8;

	if (nsamples < 93) {
		fprintf(stderr, "%s: only %zu samples; run this from the top directory\n", SAMPLES, nsamples);
		return 1;
	}
	for (size_t i = 0; i < nsamples; i++)
		tests[n++] = (struct CMUnitTest){samples[i], test_sample, NULL, NULL, samples[i]};
	for (size_t i = 0; i < NWORDS; i++) {
		snprintf(names[i], sizeof(names[i]), "words %zu of %.40s", i, words[i].atr);
		tests[n++] =
			(struct CMUnitTest){names[i], test_words, NULL, NULL, (void *)(uintptr_t)&words[i]};
	}
	return _cmocka_run_group_tests("atr_text", tests, n, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BER-TLV, ISO/IEC 7816-4:2005 5.2.2, and the names of tags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "core/tlv.h"
#include "core/tlv_tag.h"

#define BYTES_MAX 128

/* objects: TAG class@offset=value, class u a c p, capital when constructed; "." at a clean end, "!N" for a
 * fault at byte N. valid: what tlv_valid() says about the whole. */
struct row {
	const char *name; /* clause first */
	const char *hex;
	const char *objects;
	bool valid;
};

static const struct row rows[] = {
	{"no byte", "", ".", false},
	{"5.2.2.1 tag of one byte", "8401FF", "84c@0=FF .", true},
	{"5.2.2.1 the four classes", "020101 420102 820103 C20104", "2u@0=01 42a@3=02 82c@6=03 C2p@9=04 .",
	 true},
	{"5.2.2.1 constructed", "30030201FF 6F00 A500 E000", "30U@0=0201FF 6FA@5= A5C@7= E0P@9= .", true},
	{"5.2.2.1 tag of two bytes", "9F380101 5F2D00", "9F38c@0=01 5F2Da@4= .", true},
	{"5.2.2.1 second byte 02, as EMV does", "9F020107", "9F02c@0=07 .", true},
	{"5.2.2.1 tag of three bytes", "5FC10201AA", "5FC102a@0=AA .", true},
	{"5.2.2.1 tag of four bytes", "5FC1820101AA", "!2", false},
	{"5.2.2.1 tag cut off after one byte", "9F", "!1", false},
	{"5.2.2.1 tag cut off after two bytes", "5FC1", "!2", false},
	{"5.2.2.2 no length", "84", "!1", false},
	{"5.2.2.2 length 127 is one byte", "847F", "!1", false},
	{"5.2.2.2 length 80 is indefinite", "3080020101 0000", "!1", false},
	{"5.2.2.2 length of one byte in long form", "848101AA", "84c@0=AA .", true},
	{"5.2.2.2 length of two bytes, not the shortest", "84820001AA", "84c@0=AA .", true},
	{"5.2.2.2 length of three bytes", "8483000001AA", "84c@0=AA .", true},
	{"5.2.2.2 length of four bytes", "848400000001AA", "84c@0=AA .", true},
	{"5.2.2.2 length of five bytes", "84850000000001AA", "!1", false},
	{"5.2.2.2 length FF", "84FFAA", "!1", false},
	{"5.2.2.2 long form cut off", "848200", "!3", false},
	{"5.2.2.2 four bytes of length, as large as it gets", "8484FFFFFFFFAA", "!1", false},
	{"5.2.2.2 one byte more than there are", "8403AABB", "!1", false},
	{"5.2.2.2 the second object is at fault", "8401AA 8502BB", "84c@0=AA !4", false},
	{"5.2.2 padding before, between and after", "00FF 8401AA 0000 8501BB FFFF00", "84c@2=AA 85c@7=BB .",
	 true},
	{"5.2.2 nothing but padding", "00FFFF00", ".", false},
	{"5.2.2 FF is padding, never a tag", "FF210100", "21U@1=00 .", true},
	{"5.2.2 padding within a template", "6F06 0000 8400 FFFF", "6FA@0=00008400FFFF .", true},
	{"a template of nothing but padding", "6F02FFFF", "6FA@0=FFFF .", true},
	{"a template whose object is too long", "6F03 8402AA", "6FA@0=8402AA .", false},
	{"a fault three levels down", "6F08 A506 BF0C03 5004 41", "6FA@0=A506BF0C03500441 .", false},
};

static size_t unhex(uint8_t out[BYTES_MAX], const char *hex)
{
	size_t len = 0, bad;

	if (*hex)
		assert_int_equal(hex_parse(out, BYTES_MAX, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static const char *render(char *out, size_t size, const uint8_t *bytes, size_t len)
{
	struct bytes in = bytes_init(bytes, len);
	char hex[HEX_PACKED_SIZE(BYTES_MAX)];
	struct tlv object;
	enum cs_err err;
	size_t n = 0;

	while ((err = tlv_next(&in, &object)) == CS_OK) {
		assert_int_equal(object.value == NULL, object.len == 0);
		hex_build(hex, object.value, object.len, 0);
		n += (size_t)snprintf(out + n, size - n, "%lX%c@%zu=%s ", (unsigned long)object.tag,
				      (object.constructed ? "UACP" : "uacp")[object.cls], object.offset, hex);
		assert_true(n < size);
	}
	if (err == CS_E_END)
		snprintf(out + n, size - n, ".");
	else
		snprintf(out + n, size - n, "!%zu", in.pos);
	assert_true(err == CS_E_END || err == CS_E_FORMAT);
	return out;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t bytes[BYTES_MAX];
	size_t len = unhex(bytes, row->hex);
	/* exactly as large as needed, so that a sanitizer sees a byte read too far */
	uint8_t *exact = malloc(len ? len : 1);
	char text[512];

	assert_non_null(exact);
	memcpy(exact, bytes, len);
	assert_string_equal(render(text, sizeof(text), exact, len), row->objects);
	assert_int_equal(tlv_valid(exact, len), row->valid);
	free(exact);
}

/* Whether @levels templates 30 one in another, the innermost with @core bytes 05, are valid. */
static bool nest_valid(unsigned levels, size_t core)
{
	uint8_t buffer[256], header[TLV_HEADER_MAX];
	uint8_t *const end = buffer + sizeof(buffer);
	size_t len = core;

	memset(end - core, 0x05, core);
	for (unsigned i = 0; i < levels; i++) {
		const size_t n = tlv_header_build(header, 0x30, len);

		memcpy(end - len - n, header, n);
		len += n;
	}
	return tlv_valid(end - len, len);
}

static void test_depth_is_capped(void **state)
{
	(void)state;
	/* one byte 05 is a tag without a length */
	for (unsigned levels = 1; levels < TLV_DEPTH_MAX; levels++)
		assert_false(nest_valid(levels, 1));
	assert_true(nest_valid(TLV_DEPTH_MAX, 1));
	assert_true(nest_valid(TLV_DEPTH_MAX, 0));
	assert_true(nest_valid(60, 0));
}

static void test_valid_is_quick(void **state)
{
	const size_t size = 65536;
	uint8_t *bytes = malloc(size);

	(void)state;
	assert_non_null(bytes);
	/* empty templates side by side, then one in another all the way down */
	for (size_t i = 0; i < size; i++)
		bytes[i] = i % 2 ? 0x00 : 0x30;
	assert_true(tlv_valid(bytes, size));
	for (size_t at = 0; at + 4 <= size; at += 4) {
		bytes[at] = 0x30;
		bytes[at + 1] = 0x82;
		bytes[at + 2] = (uint8_t)((size - at - 4) >> 8);
		bytes[at + 3] = (uint8_t)(size - at - 4);
	}
	assert_true(tlv_valid(bytes, size));
	bytes[size - 1] = 1;
	assert_true(tlv_valid(bytes, size)); /* deeper than anybody looks */
	free(bytes);
}

static void test_truncation_ladder(void **state)
{
	static const char whole[] = "6F 26 84 07 A0000000031010 A5 1B 50 04 56495341 87 01 01 9F38 03 9F1A02 "
				    "5F2D 04 6465656E BF0C 00";
	uint8_t bytes[BYTES_MAX];
	const size_t all = unhex(bytes, whole);

	(void)state;
	bytes[1] = (uint8_t)(all - 2);
	bytes[12] = (uint8_t)(all - 13);
	assert_true(tlv_valid(bytes, all));
	for (size_t len = 0; len < all; len++) {
		uint8_t *exact = malloc(len ? len : 1);

		assert_non_null(exact);
		memcpy(exact, bytes, len);
		assert_false(tlv_valid(exact, len));
		free(exact);
	}
}

struct tag_row {
	const char *name, *hex;
	enum cs_err err;
	uint32_t tag;
	size_t pos;
};

static const struct tag_row tag_rows[] = {
	{"tag: none", "", CS_E_END, 0, 0},
	{"tag: one byte, what follows stays", "9A03", CS_OK, 0x9A, 1},
	{"tag: two bytes", "9F1A02", CS_OK, 0x9F1A, 2},
	{"tag: three bytes", "5FC105", CS_OK, 0x5FC105, 3},
	{"tag: FF may begin one where no padding can stand", "FF21", CS_OK, 0xFF21, 2},
	{"tag: 00 is none", "00", CS_E_FORMAT, 0, 0},
	{"tag: four bytes", "5FC18101", CS_E_FORMAT, 0, 2},
	{"tag: cut off", "5FC1", CS_E_FORMAT, 0, 2},
};

static void test_tag_row(void **state)
{
	const struct tag_row *row = *state;
	uint8_t bytes[BYTES_MAX];
	struct bytes in = bytes_init(bytes, unhex(bytes, row->hex));
	uint32_t tag = 0;

	assert_int_equal(tlv_tag_parse(&in, &tag), row->err);
	assert_int_equal(in.pos, row->pos);
	if (row->err == CS_OK)
		assert_int_equal(tag, row->tag);
}

static void test_header_build(void **state)
{
	static const struct {
		uint32_t tag;
		size_t len;
		const char *hex;
	} cases[] = {
		{0x84, 0, "8400"},
		{0x84, 0x7F, "847F"},
		{0x84, 0x80, "848180"},
		{0x84, 0xFF, "8481FF"},
		{0x6F, 0x100, "6F820100"},
		{0x9F38, 0xFFFF, "9F3882FFFF"},
		{0x5FC102, 0x10000, "5FC10283010000"},
		{0x5FC102, 0xFFFFFFFF, "5FC10284FFFFFFFF"},
	};
	char hex[HEX_PACKED_SIZE(TLV_HEADER_MAX)];
	uint8_t header[TLV_HEADER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hex_build(hex, header, tlv_header_build(header, cases[i].tag, cases[i].len), 0);
		assert_string_equal(hex, cases[i].hex);
	}
}

/* What was built is read back, for lengths around each step of the length field. */
static void test_build_and_next(void **state)
{
	static const uint32_t tags[] = {0x02, 0x6F, 0xC1, 0x9F02, 0x5F2D, 0x7F49, 0x5FC123};
	static const size_t lens[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
	uint8_t *bytes = calloc(1, TLV_HEADER_MAX + 65536);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		for (size_t k = 0; k < sizeof(lens) / sizeof(lens[0]); k++) {
			const size_t header = tlv_header_build(bytes, tags[i], lens[k]);
			struct bytes in = bytes_init(bytes, header + lens[k]);
			struct tlv object;

			assert_int_equal(tlv_next(&in, &object), CS_OK);
			assert_int_equal(object.tag, tags[i]);
			assert_int_equal(object.len, lens[k]);
			assert_ptr_equal(object.value, lens[k] ? bytes + header : NULL);
			assert_int_equal(bytes_left(&in), 0);
		}
	}
	free(bytes);
}

struct name_row {
	uint32_t parent, tag;
	const char *name; /* NULL: unknown */
	enum tlv_form form;
};

static const struct name_row name_rows[] = {
	{0, 0x6F, "FCI template", TLV_BYTES},
	{0x6F, 0x84, "DF name", TLV_AID},
	{0x62, 0x82, "file descriptor", TLV_BYTES},
	{0x6F, 0x82, "file descriptor", TLV_BYTES},
	{0x77, 0x82, "application interchange profile (AIP)", TLV_BYTES},
	{0x70, 0x8C, "objects for the first GENERATE AC (CDOL1)", TLV_DOL},
	{0x62, 0x8C, "security attribute, compact format", TLV_BYTES},
	{0xA5, 0x9F38, "objects for GET PROCESSING OPTIONS (PDOL)", TLV_DOL},
	{0xA5, 0x50, "application label", TLV_TEXT},
	{0x70, 0x5A, "primary account number", TLV_BCD},
	{0x70, 0x9F4A, "tags that static authentication covers", TLV_TAGS},
	{0, 0x53, "data object", TLV_OBJECTS},
	{0x53, 0x70, "certificate", TLV_OPAQUE},
	{0, 0x70, "record", TLV_BYTES},
	{0x53, 0x34, "GUID of the card", TLV_OPAQUE},
	{0, 0x5FC105, "certificate for PIV authentication (9A)", TLV_BYTES},
	{0, 0x5FC120, "retired certificate 20 (95)", TLV_BYTES},
	{0x73, 0xC5, "fingerprints of the keys", TLV_BYTES},
	{0xE3, 0xC5, "privileges", TLV_BYTES},
	{0x66, 0x73, "card recognition data", TLV_BYTES},
	{0x61, 0x73, "discretionary data objects", TLV_BYTES},
	{0x7A, 0x93, "signatures made", TLV_NUMBER},
	{0x70, 0x93, "signed static data", TLV_BYTES},
	{0x30, 0x06, "OBJECT IDENTIFIER", TLV_OID},
	{0x60, 0x5C, "tag list", TLV_TAGS},
	{0x60, 0x75, "data group 2, face", TLV_BYTES},
	{0, 0x84, NULL, TLV_BYTES},
	{0x30, 0x82, NULL, TLV_BYTES},
	{0, 0xDF01, NULL, TLV_BYTES},
	{0, 0, NULL, TLV_BYTES},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(name_rows) / sizeof(name_rows[0]); i++) {
		const struct name_row *want = &name_rows[i];
		const struct tlv_tag *row = tlv_tag_lookup(want->parent, want->tag);

		assert_int_equal(row == NULL, want->name == NULL);
		if (!row)
			continue;
		assert_string_equal(row->name, want->name);
		assert_int_equal(row->form, want->form);
	}
}

static const struct {
	uint32_t parent, tag;
	const char *name, *source;
} table[] = {
#define ANY                                  UINT32_MAX
#define TAG(parent, tag, form, source, name) {parent, tag, name, source},
#include "core/tlv_tag.def"
#undef TAG
};

/* Every tag is one that a card can send, has a name in ASCII, and stands once in each parent. */
static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint8_t header[TLV_HEADER_MAX];
		struct bytes in = bytes_init(header, tlv_header_build(header, table[i].tag, 0));
		struct tlv object;

		assert_int_equal(tlv_next(&in, &object), CS_OK);
		assert_int_equal(object.tag, table[i].tag);
		assert_true(*table[i].name && *table[i].source);
		for (const char *c = table[i].name; *c; c++)
			assert_in_range(*c, 0x20, 0x7E);
		for (size_t k = 0; k < i; k++)
			if (table[k].parent == table[i].parent && table[k].tag == table[i].tag)
				fail_msg("%lX in %lX: twice", (unsigned long)table[i].tag,
					 (unsigned long)table[i].parent);
	}
}

#define NROWS  (sizeof(rows) / sizeof(rows[0]))
#define NTAGS  (sizeof(tag_rows) / sizeof(tag_rows[0]))
#define NFIXED 7

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS + NTAGS] = {
		cmocka_unit_test(test_depth_is_capped),
		cmocka_unit_test(test_valid_is_quick),
		cmocka_unit_test(test_truncation_ladder),
		cmocka_unit_test(test_header_build),
		cmocka_unit_test(test_build_and_next),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_table),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < NROWS; i++)
		tests[n++] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	for (size_t i = 0; i < NTAGS; i++)
		tests[n++] = (struct CMUnitTest){tag_rows[i].name, test_tag_row, NULL, NULL,
						 (void *)(uintptr_t)&tag_rows[i]};
	return _cmocka_run_group_tests("tlv", tests, n, NULL, NULL);
}

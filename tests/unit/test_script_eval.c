/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions with values: bytes, patterns, and what can go wrong only then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "script_harness.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct h_state h;

/* A is 0102, B has 300 bytes, E none; DATA is A0A1A2, SW 9000, nothing else has a value. */
static const char prelude[] = "set A 00\nset B 00\nset E 00\nset U 00\n00A40000\n";

static uint8_t long_value[300];

static struct script_value *values(void)
{
	static const uint8_t a[] = {0x01, 0x02}, data[] = {0xA0, 0xA1, 0xA2}, sw[] = {0x90, 0x00};
	static struct script_value v[SCRIPT_VAR_USER + 4];

	memset(long_value, 0x5A, sizeof(long_value));
	v[SCRIPT_VAR_SW] = (struct script_value){sw, sizeof(sw), true};
	v[SCRIPT_VAR_DATA] = (struct script_value){data, sizeof(data), true};
	v[SCRIPT_VAR_USER] = (struct script_value){a, sizeof(a), true};
	v[SCRIPT_VAR_USER + 1] = (struct script_value){long_value, sizeof(long_value), true};
	v[SCRIPT_VAR_USER + 2] = (struct script_value){NULL, 0, true};
	return v;
}

/* result: hex, or "line:column sentence" behind '!' */
static const struct {
	const char *bytes, *result;
} rows[] = {
	{"00 01", "0001"},
	{"$A", "0102"},
	{"\"\"", ""},
	{"$E", ""},
	{"00 $A 03", "00010203"},
	{"$A[0] $A[1] $A[0:1]", "01020102"},
	{"$DATA[1:2] $SW", "A1A29000"},
	{"len($A) len($DATA $A) len($E)", "020500"},
	{"{ $A }", "020102"},
	{"00 { 03 $A } 04", "000303010204"},
	{"{ $E }", ""},
	{"{ $A { $A } }", "050102020102"},
	{"tlv(6F { $A })", "6F020102"},
	{"tlv(9F38 { $E })", "9F3800"},
	{"tlv(6F { tlv(84 { $A }) tlv(A5 { 01 }) })", "6F0784020102A50101"},
	{"tlv(5FC102 { $DATA })", "5FC10203A0A1A2"},
	{"$A[2]", "!6:7 the slice ends behind the value"},
	{"$A[0:2]", "!6:7 the slice ends behind the value"},
	{"$E[0]", "!6:7 the slice ends behind the value"},
	{"00 { $A $U }", "!6:15 the variable has no value yet"},
	{"$ATR", "!6:7 the variable has no value yet"},
	{"len($B)", "!6:7 a length above 255 does not fit one byte"},
	{"00 tlv(6F { len($B) })", "!6:19 a length above 255 does not fit one byte"},
};

static const struct script_op *parse(const char *statement)
{
	static char text[1 << 20];
	const struct script_op *op;

	snprintf(text, sizeof(text), "%s%s", prelude, statement);
	h_start(&h, (struct script_options){0});
	assert_int_equal(h_parse(&h, text, strlen(text), 1), CS_OK);
	for (op = h.script.first; op->next;)
		op = op->next;
	return op;
}

static const char *hex_of(const uint8_t *bytes, size_t len)
{
	static char hex[HEX_PACKED_SIZE(4096)];

	assert_in_range(len, 0, 4096);
	hex_build(hex, bytes, len, 0);
	return hex;
}

/* In room of exactly what is needed; one byte less is too little. */
static void check_room(const struct script_op *op, const char *want)
{
	const size_t need = strlen(want) / 2;
	struct script_eval_problem problem = {0};
	uint8_t *exact = malloc(need ? need : 1);
	size_t len;

	assert_non_null(exact);
	assert_int_equal(script_eval(op->bytes, values(), exact, need, &len, &problem), CS_OK);
	assert_string_equal(hex_of(exact, len), want);
	if (need) {
		assert_int_equal(script_eval(op->bytes, values(), exact, need - 1, &len, &problem),
				 CS_E_TOO_LONG);
		assert_non_null(problem.text);
	}
	free(exact);
}

static void check_fault(const struct script_op *op, const char *want)
{
	struct script_eval_problem problem = {0};
	uint8_t out[1024];
	char told[200];
	size_t len;

	assert_int_equal(script_eval(op->bytes, values(), out, sizeof(out), &len, &problem), CS_E_RANGE);
	snprintf(told, sizeof(told), "!%u:%u %s", problem.pos.line, problem.pos.column, problem.text);
	assert_string_equal(told, want);
}

static void test_rows(void **state)
{
	char text[200];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct script_op *op;

		snprintf(text, sizeof(text), "set Y %s\n", rows[i].bytes);
		op = parse(text);
		if (*rows[i].result == '!')
			check_fault(op, rows[i].result);
		else
			check_room(op, rows[i].result);
		h_stop(&h);
	}
}

/* Lc changes its form at 256 bytes, with and without variables. */
static void test_forms(void **state)
{
	static const struct {
		const char *bytes, *head;
		size_t len;
	} forms[] = {
		{"{ $B[0:254] }", "FF5A", 256},
		{"{ $B[0:255] }", "0001005A", 259},
		{"{ $B }", "00012C5A", 303},
		{"tlv(53 { $B[0:126] })", "537F5A", 129},
		{"tlv(53 { $B[0:127] })", "5381805A", 131},
		{"tlv(53 { $B })", "5382012C5A", 304},
		{"{ $B } 00 00", "00012C5A", 305},
	};
	struct script_eval_problem problem;
	static uint8_t out[1024];
	char text[100];
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		snprintf(text, sizeof(text), "set Y %s\n", forms[i].bytes);
		assert_int_equal(script_eval(parse(text)->bytes, values(), out, sizeof(out), &len, &problem),
				 CS_OK);
		assert_int_equal(len, forms[i].len);
		assert_string_equal(hex_of(out, strlen(forms[i].head) / 2), forms[i].head);
		h_stop(&h);
	}
}

/* What is folded while parsing is what would be evaluated. */
static void test_fold(void **state)
{
	static const struct {
		const char *constant, *variable;
	} pairs[] = {
		{"set Y { 0102 }", "set Y { $A }"},
		{"set Y tlv(6F { 84 0102 })", "set Y tlv(6F { 84 $A })"},
		{"set Y len(0102) 03", "set Y len($A) 03"},
		{"set Y { tlv(6F { 01 { 0102 } len(0102 00) }) 02 }",
		 "set Y { tlv(6F { 01 { $A } len($A 00) }) 02 }"},
	};
	struct script_eval_problem problem;
	char folded[HEX_PACKED_SIZE(100)];
	const struct script_op *op;
	uint8_t out[100];
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		op = parse(pairs[i].constant);
		assert_true(op->bytes->kind == SCRIPT_BYTES && !op->bytes->next);
		assert_int_equal(script_eval(op->bytes, NULL, out, sizeof(out), &len, &problem), CS_OK);
		hex_build(folded, out, len, 0);
		h_stop(&h);
		op = parse(pairs[i].variable);
		assert_false(op->bytes->kind == SCRIPT_BYTES);
		assert_int_equal(script_eval(op->bytes, values(), out, sizeof(out), &len, &problem), CS_OK);
		assert_string_equal(hex_of(out, len), folded);
		h_stop(&h);
	}
}

static void test_too_large(void **state)
{
	static char text[4 * 65536 + 100];
	struct script_eval_problem problem = {0};
	static uint8_t out[SCRIPT_BYTES_MAX];
	int n = snprintf(text, sizeof(text), "set Y { ");
	size_t len;

	(void)state;
	for (size_t i = 0; i < 65300; i++)
		n += snprintf(text + n, 4, "00 ");
	snprintf(text + n, 20, "$B }");
	assert_int_equal(script_eval(parse(text)->bytes, values(), out, sizeof(out), &len, &problem),
			 CS_E_TOO_LONG);
	assert_non_null(problem.text);
	h_stop(&h);
	snprintf(text + n, 20, "$B[0:235] }");
	assert_int_equal(script_eval(parse(text)->bytes, values(), out, sizeof(out), &len, &problem),
			 CS_E_RANGE);
	assert_string_equal(problem.text, "a group has at most 65535 bytes");
	h_stop(&h);
	snprintf(text + n, 20, "$B[0:234] }");
	assert_int_equal(script_eval(parse(text)->bytes, values(), out, sizeof(out), &len, &problem), CS_OK);
	assert_int_equal(len, 65538);
	h_stop(&h);
}

static void test_patterns(void **state)
{
	static const struct {
		const char *pattern, *value, *mask;
		bool tail;
	} patterns[] = {
		{"00", "00", "FF", false},
		{"6F .. 8. .4 *", "6F008004", "FF00F00F", true},
		{".. $A ..", "00010200", "00FFFF00", false},
		{"*", "", "", true},
		{"\"\"", "", "", false},
		{".. { $A } .. { 01 }", "00020102000101", "00FFFFFF00FFFF", false},
	};
	struct script_eval_problem problem;
	uint8_t value[16], mask[16];
	struct expect_data data;
	char text[100];

	(void)state;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		snprintf(text, sizeof(text), "00B00000 => 9000 %s\n", patterns[i].pattern);
		assert_int_equal(script_pattern_eval(parse(text)->expect, values(), value, mask,
						     sizeof(value), &data, &problem),
				 CS_OK);
		assert_string_equal(hex_of(data.value, data.len), patterns[i].value);
		assert_string_equal(hex_of(data.mask, data.len), patterns[i].mask);
		assert_int_equal(data.tail, patterns[i].tail);
		h_stop(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),     cmocka_unit_test(test_forms),
		cmocka_unit_test(test_fold),     cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests_name("script_eval", tests, NULL, NULL);
}

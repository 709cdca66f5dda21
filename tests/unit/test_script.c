/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language of scriptor: text to operations, unit by unit too, and where a unit ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "script_harness.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A text without mistakes, and its operations as script_harness.h writes them. */
struct row {
	const char *text, *ops;
};

static const struct row lines[] = {
	{"", ""},
	{"\n \n\t\r\n", ""},
	{"\xEF\xBB\xBF# mark at the start\nreset", "reset reset"},
	{"00A40000", "send 00A40000"},
	{"  \t00 a4 00 00  ", "send 00A40000"},
	{"00:A4,00 0000:00", "send 00A400000000"},
	{"0x00 0xA4 0x0000", "send 00A40000"},
	{"00A4 0000\r\nreset\r", "send 00A40000; reset reset"},
	{"reset\r\n", "reset reset"},
	{"# do not exit here, nor reset\nreset", "reset reset"},
	{" # indented\n00 A4 00 00 # exit\n00 B0 00 00 // reset\n// all\n", "send 00A40000; send 00B00000"},
	{"echo a//b c # d", "echo 'a//b c'"},
	{"00 A4 \\\n00 00", "send 00A40000"},
	{"00 A4 \\ \t\r\n  00 00", "send 00A40000"},
	{"00A4\\\n0000", "send 00A40000"},
	{"00 A4 \\\n# a comment\n\n \\\n00 00", "send 00A40000"},
	{"\\\nreset", "reset reset"},
	{"RESET\nReset Cold\nEXIT", "reset reset; reset unpower; exit"},
	/* as old scripts have them */
	{"A0 A4 00 00 02 \\\n3F 00\nA0C0000017\nreset\nexit\n",
	 "send A0A40000023F00; send A0C0000017; reset reset; exit"},
};

static const struct row bytes[] = {
	{"00 A4 04 00 { A0 00 00 03 08 } 00", "send 00A4040005A00000030800"},
	{"00 A4 04 00 { A0 00 # RID\n  00 03\n\n 08 // rest\n} 00", "send 00A4040005A00000030800"},
	{"00 A4 04 00 {\"1PAY.SYS\"}", "send 00A4040008315041592E535953"},
	{"00 01 02 03 \"a\\\"b\\\\c\\x00\\$# // {\"", "send 000102036122625C63002423202F2F207B"},
	{"00 01 02 03 len(010203) len(\"\") LEN({00})", "send 00010203030002"},
	{"00 01 02 03 {}", "send 00010203"},
	{"00 CB 3F FF { tlv(5C { 5FC102 }) } 00", "send 00CB3FFF055C035FC10200"},
	{"set X tlv(6F { tlv(84 { A0 }) tlv(9F38 {}) tlv(5FC102 { 01 }) })\nexit",
	 "set X 6F0B8401A09F38005FC1020101; exit"},
	{"set X TLV(0x30{tlv(04{ 00 })})", "set X 3003040100"},
	{"set X \"\"", "set X"},
	{"set X 0102\n00 B0 $X", "set X 0102; send 00B0 $X"},
	{"set X 0102\n00 B0 $X[1]$X[0:1] 00", "set X 0102; send 00B0 $X[1:1] $X[0:1] 00"},
	{"set X 0102\n00 B0 00 00 $X[ 0 : 1 ]", "set X 0102; send 00B00000 $X[0:1]"},
	{"set X 01\nset x 02\nset _9 $X $x", "set X 01; set x 02; set _9 $X $x"},
	{"set X 01\n00 D6 00 00 { 01 $X len($X) tlv(9F38 { 02 $X }) } len(01) 00",
	 "set X 01; send 00D60000 {01 $X len{$X} 9F38{02 $X}} 0100"},
	{"set X 01\n00 D6 00 00 { 01 { $X } }", "set X 01; send 00D60000 {01 {$X}}"},
	{"00 84 00 00 08\n00 82 00 00 { $DATA } $SW $SW1 $SW2 $UID",
	 "send 0084000008; send 00820000 {$DATA} $SW $SW1 $SW2 $UID"},
	{"00 84 00 00 $ATR[0]", "send 00840000 $ATR[0:0]"},
	{"set C 00A40000\n$C", "set C 00A40000; send $C"},
	{"{ $ATR } \"abc\"", "send {$ATR} 616263"},
};

static const struct row expectations[] = {
	{"00A40000 => 9000", "send 00A40000 => 9000"},
	{"00A40000=>9000", "send 00A40000 => 9000"},
	{"00A40000 => 9000|61xx | 63CX|xxxx", "send 00A40000 => 9000|6100/FF00|63C0/FFF0|0000/0000"},
	{"00A40000 => not 6A82|6D00", "send 00A40000 => not 6A82|6D00"},
	{"00A40000 => 9000 6F .. 84 6. .6 *", "send 00A40000 => 9000 6F..846..6*"},
	{"00A40000 => 9000 6F....84", "send 00A40000 => 9000 6F....84"},
	{"00A40000 => 9000 *", "send 00A40000 => 9000 *"},
	{"00A40000 => 9000 \"\"", "send 00A40000 => 9000 \"\""},
	{"00A40000 => 9000 \"ab\" # c", "send 00A40000 => 9000 6162"},
	{"00A40000 => 9000 /^6F(..)*$/", "send 00A40000 => 9000 /^6F(..)*$/"},
	{"00A40000 => 9000 /a\\/b\\\\{1}#/ // c", "send 00A40000 => 9000 /a/b\\\\{1}#/"},
	{"set X 01\n00A40000 => 9000 .. $X {01} ..*", "set X 01; send 00A40000 => 9000 .. $X 0101..*"},
	{"00A40000\nexpect 9000\n\nEXPECT NOT 6A82 # c\nexpect xxxx 00",
	 "send 00A40000 => 9000 => not 6A82 => 0000/0000 00"},
	{"00A40000 => 9000\nexpect 61xx", "send 00A40000 => 9000 => 6100/FF00"},
	{"00A40000\necho a\nexpect 9000\nexpect 61xx",
	 "send 00A40000; echo 'a'; expect => 9000; expect => 6100/FF00"},
	{"repeat 2 { 00A40000 }\nexpect 9000", "repeat 2 { send 00A40000 }; expect => 9000"},
	{"00A40000\nrepeat 2 { expect 9000\n}", "send 00A40000; repeat 2 { expect => 9000 }"},
	{"00A40000\ninclude expect.scr", "send 00A40000 => 9000"},
	{"control 1 => 01 .. *\nexpect not \"\"\nexpect /^01/", "control 1 => 01..* => not \"\" => /^01/"},
	{"control 1\necho a\nexpect 9000", "control 1; echo 'a'; expect => 9000"},
};

static const struct row statements[] = {
	{"attrib vendor_name\nattrib 0x10100\nattrib 7", "attrib 65792; attrib 65792; attrib 7"},
	{"begin\nend\nbegin\nend unpower", "begin; end leave; begin; end unpower"},
	{"chain on\nchain on 16\nchain off", "chain 255; chain 16; chain"},
	{"connect\nconnect foo\nconnect \"A b (1)\" T1 exclusive\nconnect shared direct\nconnect raw",
	 "connect; connect <foo>; connect <A b (1)> t1 exclusive; connect direct shared; connect raw"},
	{"connect \"t0\" t0", "connect <t0> t0"},
	{"control 3400\ncontrol 0x42000DAC 01 02\ncontrol verify_pin_direct",
	 "control 3400; control 1107299756 0102; control <verify_pin_direct>"},
	{"decode on\ndecode off", "decode yes; decode"},
	{"disconnect\nconnect\ndisconnect EJECT", "disconnect leave; connect; disconnect eject"},
	{"echo", "echo"},
	{"echo  two  words\t", "echo 'two  words'"},
	{"echo \" quoted # // } \" and 'not' # c", "echo ' quoted # // }  and 'not''"},
	{"echo ATR=$ATR[0:1], \"$ATR\" $ 5$ \"\\$ATR \\x41\\\"\\\\\"",
	 "echo 'ATR=' $ATR[0:1] ', ' $ATR ' $ 5$ $ATR A\"\\'"},
	{"echo one \\\n  two", "echo 'one  two'"},
	{"echo {a} {b", "echo '{a} {b'"},
	{"repeat 2 { echo {a} b }", "repeat 2 { echo '{a} b' }"},
	{"features", "features"},
	{"get-response auto\nGet-Response off", "get-response yes; get-response"},
	{"mask 80 12 00 00 02 31 32 => 9000", "mask 80120000023132 => 9000"},
	{"repeat 3 { reset }", "repeat 3 { reset reset }"},
	{"repeat 3 {\nreset\n\n  exit }", "repeat 3 { reset reset; exit }"},
	{"repeat 3 {}", "repeat 3"},
	{"00A40000\nif SW 9000 { exit }", "send 00A40000; if => 9000 { exit }"},
	{"00A40000\nif sw 9000|61xx {\n exit\n} else {\n reset\n}\nfeatures",
	 "send 00A40000; if => 9000|6100/FF00 { exit } else { reset reset }; features"},
	{"00A40000\nif SW 9000 { exit } else if SW 6xxx { reset } else { features }",
	 "send 00A40000; if => 9000 { exit } else { if => 6000/F000 { reset reset } else { features } }"},
	{"include select.scr\necho $FROM_FILE",
	 "send 00A4040009A0000003080000100000; set FROM_FILE 01; echo $FROM_FILE"},
	{"include \"sub/inner.scr\"", "send 00B0000001"},
	{"include empty.scr # c", ""},
	{"repeat 2 { include sub/inner.scr }", "repeat 2 { send 00B0000001 }"},
	{"select PIV => 9000\nselect piv", "send 00A4040009A0000003080000100000 => 9000; "
					   "send 00A4040009A0000003080000100000"},
	{"select A000000308", "send 00A4040005A00000030800"},
	{"select A0:00,00 03 08", "send 00A4040005A00000030800"},
	{"select 0xA000", "send 00A4040002A00000"},
	{"select \"1PAY\"", "send 00A40400043150415900"},
	{"select \"\"", "send 00A4040000"},
	{"set A A000\nselect $A", "set A A000; send 00A40400 {$A} 00"},
	{"sleep 0\nsleep 1500\ntimeout 86400000\ntimeout 0", "sleep; sleep 1500; timeout 86400000; timeout"},
	{"wait insert\nwait remove 3\nwait insert 1.25\nwait insert 0.5\nwait remove 0",
	 "wait yes 4294967295; wait 3000; wait yes 1250; wait yes 500; wait"},
};

static void test_ops(void **state)
{
	const struct row *row = *state;
	static struct h_state h;

	h_start(&h, (struct script_options){.units = true});
	assert_int_equal(h_parse(&h, row->text, strlen(row->text), 1), CS_OK);
	assert_string_equal(h_ops(&h), row->ops);
	assert_int_equal(h.script.errors, 0);
	assert_false(script_wants_more(row->text, strlen(row->text)));
	h_stop(&h);
}

/* Units in turn: their operations, "..." where more lines are wanted, ! for an error. */
static const struct {
	const char *units[6];
	const char *ops;
} sessions[] = {
	{{"set X 01", "00 B0 00 $X", "expect 9000", "echo $SW $X"},
	 "set X 01 | send 00B000 $X | expect => 9000 | echo $SW ' ' $X"},
	{{"control 1 00", "expect 01 ..", "00A40000", "expect 9000"},
	 "control 1 00 | expect => 01.. | send 00A40000 | expect => 9000"},
	{{"echo $SW", "00A4 0", "echo $SW", "expect 9000"}, "! | ! | ! | !"},
	{{"set X 0", "echo $X"}, "! | echo $X"},
	{{"begin", "end"}, "begin | end leave"},
};

static void test_units(void **state)
{
	static struct h_state h;
	static char all[4096];

	(void)state;
	for (size_t i = 0; i < COUNT(sessions); i++) {
		*all = '\0';
		h_start(&h, (struct script_options){.units = true});
		for (uint32_t u = 0; u < COUNT(sessions[i].units) && sessions[i].units[u]; u++) {
			const char *unit = sessions[i].units[u];
			const enum cs_err err = h_parse(&h, unit, strlen(unit), u + 1);

			strcat(strcat(all, u ? " | " : ""), err ? "!" : h_ops(&h));
		}
		assert_string_equal(all, sessions[i].ops);
		assert_int_equal(h.script.n_files, 1);
		assert_string_equal(script_file(&h.script, 0), "main");
		assert_null(script_file(&h.script, 1));
		h_stop(&h);
	}
}

static const struct {
	const char *text;
	bool more;
} wants[] = {
	{"", false},
	{"reset\n", false},
	{"00 A4 \\", true},
	{"00 A4 \\  \n", true},
	{"00 A4 \\\n# c\n\n", true},
	{"00 A4 \\\n00 00", false},
	{"00 A4 \\ 00", false},
	{"# \\", false},
	{"repeat 3 {", true},
	{"repeat 3 {\n reset\n", true},
	{"repeat 3 {\n reset\n}", false},
	{"repeat 3 { if SW 9000 { exit }", true},
	{"if SW 9000 { exit } else {", true},
	{"00 A4 04 00 { A0", true},
	{"00 A4 04 00 tlv(6F { A0 }", true},
	{"00 A4 04 00 tlv(6F { A0 })", false},
	{"00 A4 04 00 len(", true},
	{"reset # {", false},
	{"reset // {", false},
	{"repeat 3 { # }", true},
	{"00 \"{\"", false},
	{"00 \"\\\"{\"", false},
	{"00 \"{", false},
	{"00A40000 => 9000 /{/", false},
	{"00A40000 => 9000 /\\/{/", false},
	{"expect 9000 /^(6F){2}(/", false},
	{"echo {", false},
	{"echo it's {", false},
	{"echo \"{\" \\", true},
	{"repeat 2 { echo } ", false},
	{"repeat 2 { echo {", true},
	{"\xEF\xBB\xBF"
	 "echo {",
	 false},
	{"}", false},
	{"} repeat 2 {", true},
};

static void test_wants_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wants); i++) {
		if (script_wants_more(wants[i].text, strlen(wants[i].text)) != wants[i].more)
			fail_msg("%s", wants[i].text);
	}
}

/* Positions name the physical line, wherever an operation stands. */
static void test_positions(void **state)
{
	static const char text[] =
		"\xEF\xBB\xBF\\\n\n  reset\r\n00 A4 \\\n00 { $ATR\n } => 9000\ninclude sub/inner.scr\n";
	const struct script_op *op;
	static struct h_state h;

	(void)state;
	h_start(&h, (struct script_options){0});
	assert_int_equal(h_parse(&h, text, sizeof(text) - 1, 10), CS_OK);
	op = h.script.first;
	assert_int_equal(op->pos.line, 12);
	assert_int_equal(op->pos.column, 3);
	op = op->next;
	assert_int_equal(op->pos.line, 13);
	assert_int_equal(op->pos.column, 1);
	assert_int_equal(op->bytes->next->pos.line, 14);
	assert_int_equal(op->bytes->next->pos.column, 4);
	assert_int_equal(op->bytes->next->inner->pos.column, 6);
	assert_int_equal(op->expect->pos.line, 15);
	assert_int_equal(op->expect->pos.column, 7);
	op = op->next;
	assert_int_equal(op->pos.file, 2);
	assert_int_equal(op->pos.line, 1);
	assert_string_equal(script_file(&h.script, 2), "sub/deeper.scr");
	h_stop(&h);
}

static void test_written(void **state)
{
	static const char text[] = "00A40000 => not 9000 | 61xx\t6F \\\n ..  # c\nexpect  9000 /a/\n";
	const struct script_expect *expect;
	static struct h_state h;

	(void)state;
	h_start(&h, (struct script_options){0});
	assert_int_equal(h_parse(&h, text, strlen(text), 1), CS_OK);
	expect = h.script.first->expect;
	assert_string_equal(expect->text, "9000 | 61xx 6F \\  ..");
	assert_string_equal(expect->next->text, "9000 /a/");
	h_stop(&h);
}

static void test_loops(void **state)
{
	static const char text[] = "reset\nrepeat 2 { repeat 3 { reset }\nreset }\nreset";
	const struct script_op *op;
	static struct h_state h;

	(void)state;
	h_start(&h, (struct script_options){0});
	assert_int_equal(h_parse(&h, text, strlen(text), 1), CS_OK);
	op = h.script.first;
	assert_false(op->looped);
	op = op->next;
	assert_false(op->looped);
	assert_true(op->body->looped && op->body->body->looped && op->body->next->looped);
	assert_false(op->next->looped);
	h_stop(&h);
}

/* In proportion to the script, whatever it is made of. */
static void test_memory(void **state)
{
	static char text[400000];
	static struct h_state h;
	size_t n = 0, before;

	(void)state;
	while (n < sizeof(text) - 100)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "00 D6 00 00 { %s } 00 # write\n",
				      "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F");
	h_start(&h, (struct script_options){0});
	before = h.bytes;
	assert_int_equal(h_parse(&h, text, n, 1), CS_OK);
	assert_in_range(h.bytes - before, 1, 4 * n);
	h_stop(&h);
}

/* Out of memory at every allocation: told as such, nothing lost, nothing read that is not there. */
static void test_nomem(void **state)
{
	static const char text[] =
		"set X 01\n00 B0 00 { $X tlv(6F { $X }) } => 9000|61xx .. $X\nexpect 9000 /a/\n"
		"repeat 2 { if SW 9000 { echo a $X } else if SW 61xx { connect \"a b\" } }\n"
		"include select.scr\ncontrol verify_pin_direct 00 => 00\nzz\n";
	static struct h_state h;
	size_t before, needed;

	(void)state;
	h_start(&h, (struct script_options){0});
	before = h.bytes;
	assert_int_equal(h_parse(&h, text, strlen(text), 1), CS_E_FORMAT);
	needed = h.bytes;
	h_stop(&h);
	for (size_t room = before; room < needed; room += 8) {
		h_start(&h, (struct script_options){0});
		h.fail_after = room;
		assert_int_equal(h_parse(&h, text, strlen(text), 1), CS_E_NOMEM);
		h_stop(&h);
	}
	memset(&h, 0, sizeof(h));
	h.fail_after = 1;
	h.host = (struct script_host){&h, h_alloc, h_include, h_regex, h_problem};
	assert_int_equal(script_init(&h.script, &h.host, &(struct script_options){0}), CS_E_NOMEM);
}

static void test_words(void **state)
{
	const struct script_word *word;
	const char *before = "";
	size_t i = 0;

	(void)state;
	for (; (word = script_word_at(i)) != NULL; i++) {
		assert_true(strcmp(before, word->name) < 0);
		assert_int_equal(strncmp(word->synopsis, word->name, strlen(word->name)), 0);
		for (size_t c = 0; word->choices && word->choices[c]; c++)
			assert_non_null(strstr(word->synopsis, word->choices[c]));
		assert_true(*word->help >= 'a' && word->help[strlen(word->help) - 1] != '.');
		before = word->name;
	}
	assert_int_equal(i, 23);
}

static void test_too_long(void **state)
{
	static struct h_state h;
	char *text = calloc(1, SCRIPT_FILE_MAX + 1);
	const struct script_text unit = {"main", text, SCRIPT_FILE_MAX + 1};

	(void)state;
	h_start(&h, (struct script_options){0});
	assert_int_equal(script_parse(&h.script, &unit, 1), CS_E_TOO_LONG);
	assert_null(h.script.first);
	h_stop(&h);
	free(text);
}

#define N_FIXED 9
#define N_ROWS  (COUNT(lines) + COUNT(bytes) + COUNT(expectations) + COUNT(statements))

static struct CMUnitTest tests[N_FIXED + N_ROWS] = {
	cmocka_unit_test(test_units),   cmocka_unit_test(test_wants_more), cmocka_unit_test(test_positions),
	cmocka_unit_test(test_written), cmocka_unit_test(test_loops),      cmocka_unit_test(test_memory),
	cmocka_unit_test(test_nomem),   cmocka_unit_test(test_words),      cmocka_unit_test(test_too_long),
};

/* Named by their number: the texts themselves have line ends in them. */
static size_t add(size_t at, const char *table, const struct row *rows, size_t n)
{
	static char names[N_ROWS][32];

	for (size_t i = 0; i < n; i++, at++) {
		snprintf(names[at - N_FIXED], sizeof(names[0]), "%s %zu", table, i);
		tests[at] = (struct CMUnitTest){names[at - N_FIXED], test_ops, NULL, NULL,
						(void *)(uintptr_t)&rows[i]};
	}
	return at;
}

int main(void)
{
	size_t n = N_FIXED;

	n = add(n, "lines", lines, COUNT(lines));
	n = add(n, "bytes", bytes, COUNT(bytes));
	n = add(n, "expectations", expectations, COUNT(expectations));
	n = add(n, "statements", statements, COUNT(statements));
	return _cmocka_run_group_tests("script", tests, n, NULL, NULL);
}

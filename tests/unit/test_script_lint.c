/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mistakes of scripts: each one with its line and column, all of them, none twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "script_harness.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A text and what is told of it: [FILE]LINE:COLUMN, "lint" for what runs all the same. */
struct row {
	const char *name, *text, *problems;
};

static const struct row rows[] = {
	{"odd digits", "00 A4 0 00", "1:7: odd number of hexadecimal digits"},
	{"odd digits behind 0x", "0x00A 4", "1:1: odd number of hexadecimal digits"},
	{"a digit that is none", "00 A4 0G 00", "1:8: 'G' is no hexadecimal digit"},
	{"a digit that is none in the first word", "A0A4G0", "1:5: 'G' is no hexadecimal digit"},
	{"an unknown statement", "foo bar", "1:1: unknown statement 'foo'"},
	{"a near statement", "conect", "1:1: unknown statement 'conect', did you mean 'connect'"},
	{"the beginning of a statement", "feat", "1:1: unknown statement 'feat', did you mean 'features'"},
	{"an unknown statement of bytes", "caf\351 1", "1:1: unknown statement 'caf\\xE9'"},
	{"words after letters only", "reset now", "1:7: 'now' does not fit here: reset [warm|cold]"},
	{"a second statement in a line", "reset; reset",
	 "1:6: a statement ends with its line, there is no ';'"},
	{"semicolon behind a command", "00A40000; 00",
	 "1:9: a statement ends with its line, there is no ';'"},
	{"a backslash within a line", "00 A4 \\ 00 00", "1:7: a '\\' joins lines at the end of a line only"},
	{"a backslash in the last line", "00 A4 00 \\", "1:10: the line that this '\\' joins is missing"},
	{"a backslash in the last line, blank lines behind", "reset\n00 A4 00 00 \\\n\n# c\n",
	 "2:13: the line that this '\\' joins is missing"},
	{"a backslash alone", "\\", "1:1: the line that this '\\' joins is missing"},
	{"control characters", "res\001et\n00 A4 00 00 \033[0m\007\n# \177",
	 "1:1: unknown statement 'res', did you mean 'reset'\n"
	 "1:4: control character '\\x01'\n"
	 "2:13: control character '\\x1B'\n"
	 "3:3: control character '\\x7F'"},
	{"a CR within a line", "00 A4\r00 00", "1:6: control character '\\x0D'"},
	{"a quote that is not closed", "00 A4 \"ab\n00 B0 00 0",
	 "1:7: no quote closes this one in its line\n"
	 "2:10: odd number of hexadecimal digits"},
	{"an escape that is none", "00 A4 00 00 \"\\n\"",
	 "1:14: no such escape; there are \\\" \\\\ \\$ \\xHH"},
	{"half an escape", "00 A4 00 00 \"\\x4\"", "1:14: no such escape; there are \\\" \\\\ \\$ \\xHH"},
	{"a command of three bytes", "00 A4 00", "1:1: a command has at least 4 bytes, this one has 3"},
	{"a command of no bytes", "\"\"", "1:1: a command has at least 4 bytes, this one has 0"},
	{"all mistakes", "00 A4 0\nreset x\n\nfoo\n00 A4 00 00 => 900\n",
	 "1:7: odd number of hexadecimal digits\n"
	 "2:7: 'x' does not fit here: reset [warm|cold]\n"
	 "4:1: unknown statement 'foo'\n"
	 "5:16: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"one mistake a statement", "00 A4 0 0 0G \"x", "1:7: odd number of hexadecimal digits"},
	{"a group that is not closed", "00 A4 04 00 { A0 00\n\n", "1:13: no '}' closes this '{'"},
	{"a group that is not closed, more behind", "00 A4 04 00 { A0 00\n00 B0 0Z 00\n00 A4 0\n",
	 "1:13: nothing closes this '{'\n"
	 "2:8: 'Z' is no hexadecimal digit\n"
	 "3:7: odd number of hexadecimal digits"},
	{"a mistake within a group", "00 A4 04 00 {\n A0 0Z\n 00 0\n} 00\n00 A4 0",
	 "2:6: 'Z' is no hexadecimal digit\n"
	 "5:7: odd number of hexadecimal digits"},
	{"an expectation within a group", "00 A4 04 00 { A0 00 => 9000\nreset x",
	 "1:13: no '}' closes this '{'\n"
	 "2:7: 'x' does not fit here: reset [warm|cold]"},
	{"a parenthesis that is not closed", "00 A4 00 00 len(00\nreset x",
	 "1:16: nothing closes this '('\n"
	 "2:1: the statement 'reset' can not stand among bytes"},
	{"a wrong bracket", "00 A4 00 00 len(00} 00", "1:16: no ')' closes this '('"},
	{"a bracket too many", "00 A4 00 00 ) 00\n}\nreset x",
	 "1:13: ')' does not fit here: BYTES [=> PATTERN]\n"
	 "2:1: no '{' is open here\n"
	 "3:7: 'x' does not fit here: reset [warm|cold]"},
	{"an empty group", "00 A4 00 00 { }", "1:13 lint: an empty group adds nothing, no length either"},
	{"tlv without a value", "00 A4 00 00 tlv(6F)", "1:19: the value must follow: tlv(TAG { ... })"},
	{"tlv without braces", "00 A4 00 00 tlv(6F 00)", "1:20: the value must follow: tlv(TAG { ... })"},
	{"tlv without a tag", "00 A4 00 00 tlv({00})", "1:17: not a tag of one to three bytes"},
	{"tlv with a tag cut off", "00 A4 00 00 tlv(9F {00})", "1:17: not a tag of one to three bytes"},
	{"tlv with a tag too long", "00 A4 00 00 tlv(6F00 {00})", "1:17: not a tag of one to three bytes"},
	{"tlv with a tag of four bytes", "00 A4 00 00 tlv(5F818101 {00})",
	 "1:17: not a tag of one to three bytes"},
	{"a variable that is not set", "00 A4 00 $X", "1:10: no variable 'X' is set before this line"},
	{"a variable that is set later", "echo $X\nset X 00", "1:6: no variable 'X' is set before this line"},
	{"a near variable", "set KEY_ID 01\necho $KEYID $KEY_ID",
	 "2:6: no variable 'KEYID' is set before this line, did you mean 'KEY_ID'"},
	{"a variable of itself", "set X $X", "1:7: no variable 'X' is set before this line"},
	{"a variable of another case", "set x 01\necho $X $x",
	 "2:6: no variable 'X' is set before this line, did you mean 'x'"},
	{"no name behind the dollar", "00 A4 00 00 $ 00", "1:13: a name must follow the '$'"},
	{"before any exchange", "echo $SW $DATA[1]", "1:6: $SW has no value before a command was sent"},
	{"the ATR is there before any exchange", "00 A4 00 $ATR[1]", ""},
	{"a slice of nothing", "set X 00\necho $X[]",
	 "2:9: a slice is [FIRST] or [FIRST:LAST], counted from 0"},
	{"a slice backwards", "set X 00\necho $X[2:1]", "2:8: the slice ends before it begins"},
	{"a slice with a word", "set X 00\necho $X[a]",
	 "2:9: a slice is [FIRST] or [FIRST:LAST], counted from 0"},
	{"a slice that is not closed", "set X 00\necho $X[1", "2:8: no ']' closes this '['"},
	{"a slice out of any range", "set X 00\necho $X[1234567]",
	 "2:9: a slice is [FIRST] or [FIRST:LAST], counted from 0"},
	{"set a built-in", "set SW 9000\nset UID 00",
	 "1:5: 'SW' is set by what the card answers\n"
	 "2:5: 'UID' is set by what the card answers"},
	{"set a wrong name", "set 9X 00\nset X-Y 00\nset $X 00",
	 "1:5: a name is a letter or '_', then letters, digits and '_', at most 63\n"
	 "2:5: a name is a letter or '_', then letters, digits and '_', at most 63\n"
	 "3:5: a name is a letter or '_', then letters, digits and '_', at most 63"},
	{"set a long name", "set A123456789012345678901234567890123456789012345678901234567890123 00",
	 "1:5: a name is a letter or '_', then letters, digits and '_', at most 63"},
	{"set nothing", "set\nset X # c\nset X \\\n\n 00 // c\necho $X",
	 "1:4: something is missing here: set NAME BYTES\n"
	 "2:6: something is missing here: set NAME BYTES"},
	{"set never used", "set X 00\nset Y 01\necho $Y", "1:5 lint: the variable is never used"},
	{"set twice, never used", "set X 00\nset X 01", "1:5 lint: the variable is never used"},
	{"a mistake in a set is told once", "set X 0G\necho $X", "1:8: 'G' is no hexadecimal digit"},
	{"expect first", "expect 9000", "1:1: no command stands before this"},
	{"expect nothing", "00A40000\nexpect # c",
	 "2:7: something is missing here: expect [not] SW[|SW...] [DATA]"},
	{"expect a short word", "00A40000 => 900",
	 "1:13: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"expect a long word", "00A40000 => 90000",
	 "1:13: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"expect a word with blanks", "00A40000 => 90 00",
	 "1:13: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"expect an alternative that is none", "00A40000 => 9000|",
	 "1:18: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"expect with x for data", "00A40000 => 9000 xx",
	 "1:18: 'x' is no hexadecimal digit; '..' stands for any byte"},
	{"expect half a byte", "00A40000 => 9000 6F .", "1:21: odd number of hexadecimal digits"},
	{"expect something behind the tail", "00A40000 => 9000 6F * 00",
	 "1:23: '00' does not fit here: BYTES [=> PATTERN]"},
	{"wildcards in a command", "00 A4 .. 00",
	 "1:7: '.' is no hexadecimal digit; wildcards are for expectations"},
	{"wildcards in a group", "00A40000 => 9000 { .. }",
	 "1:20: '.' is no hexadecimal digit; wildcards are for expectations"},
	{"expect on the line of the command", "00A40000 expect 9000",
	 "1:10: the statement 'expect' can not stand among bytes"},
	{"a statement behind a group that is not closed", "00A40400 { A0 00\nreset",
	 "1:10: nothing closes this '{'\n"
	 "2:1: the statement 'reset' can not stand among bytes"},
	{"two expectations in a line", "00A40000 => 9000 => 6A82",
	 "1:18: '=>' does not fit here: BYTES [=> PATTERN]"},
	{"an expectation of a statement", "reset => 9000", "1:7: '=>' does not fit here: reset [warm|cold]"},
	{"a regular expression that does not compile", "00A40000 => 9000 /(/",
	 "1:18: no regular expression: code 8"},
	{"a regular expression that is not closed", "00A40000 => 9000 /abc",
	 "1:18: no '/' ends this regular expression in its line"},
	{"a comment for a regular expression", "00A40000 => 9000 // abc", ""},
	{"not alone", "00A40000 => not",
	 "1:16: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"data for if", "00A40000\nif SW 9000 00 { reset }",
	 "2:11: something is missing here: if SW PATTERN { ... } [else { ... }]"},
	{"if without exchange", "if SW 9000 { reset x }",
	 "1:4: no command stands before this\n"
	 "1:20: 'x' does not fit here: reset [warm|cold]"},
	{"if without SW", "00A40000\nif 9000 { reset x\n}",
	 "2:4: '9000' does not fit here: if SW PATTERN { ... } [else { ... }]\n"
	 "2:17: 'x' does not fit here: reset [warm|cold]"},
	{"if without a pattern", "00A40000\nif SW { reset }",
	 "2:7: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx"},
	{"if without a block", "00A40000\nif SW 9000 reset",
	 "2:11: something is missing here: if SW PATTERN { ... } [else { ... }]"},
	{"else alone", "reset\nelse { reset x }",
	 "2:1: an 'else' stands on the line of the '}' that ends the 'if'\n"
	 "2:14: 'x' does not fit here: reset [warm|cold]"},
	{"else on the next line", "00A40000\nif SW 9000 { }\nelse { reset x }",
	 "3:1: an 'else' stands on the line of the '}' that ends the 'if'\n"
	 "3:14: 'x' does not fit here: reset [warm|cold]"},
	{"else with something", "00A40000\nif SW 9000 { } else reset",
	 "2:20: something is missing here: if SW PATTERN { ... } [else { ... }]"},
	{"a block that is not closed", "repeat 2 {\n reset\n", "1:10: no '}' closes this '{'"},
	{"blocks that are not closed", "repeat 2 {\n repeat 3 {\n reset\n", "2:11: no '}' closes this '{'"},
	{"repeat without a number", "repeat { reset x }",
	 "1:7: something is missing here: repeat COUNT { ... }\n"
	 "1:16: 'x' does not fit here: reset [warm|cold]"},
	{"repeat with a word", "repeat two { reset x }",
	 "1:8: 'two' does not fit here: repeat COUNT { ... }\n"
	 "1:20: 'x' does not fit here: reset [warm|cold]"},
	{"repeat too often", "repeat 100000001 { reset }",
	 "1:8: '100000001' is above the limit of 100000000"},
	{"repeat zero times", "repeat 0 { reset\nreset }\nreset",
	 "1:12 lint: never reached: it is repeated 0 times"},
	{"a brace on the next line", "repeat 2\n{ 00 }",
	 "1:9: something is missing here: repeat COUNT { ... }\n"
	 "2:1: a command has at least 4 bytes, this one has 2"},
	{"behind a block", "repeat 2 { reset } reset",
	 "1:20: 'reset' does not fit here: repeat COUNT { ... }"},
	{"an unknown statement with a block", "rpeat 2 {\n reset x\n set A 00\n}\necho $A",
	 "1:1: unknown statement 'rpeat', did you mean 'repeat'\n"
	 "2:8: 'x' does not fit here: reset [warm|cold]"},
	{"not reached", "exit\nreset\nreset",
	 "2:1 lint: never reached: the script ends at the 'exit' before"},
	{"not reached in a block", "00A40000\nif SW 9000 { exit\nreset }\nreset",
	 "3:1 lint: never reached: the script ends at the 'exit' before"},
	{"not reached behind both ways", "00A40000\nif SW 9000 { exit } else { exit }\nreset",
	 "3:1 lint: never reached: the script ends at the 'exit' before"},
	{"reached behind one way", "00A40000\nif SW 9000 { exit } else if SW 61xx { exit }\nreset", ""},
	{"not reached behind a loop", "repeat 2 { exit }\nreset",
	 "2:1 lint: never reached: the script ends at the 'exit' before"},
	{"attrib unknown", "attrib vendor_nam\nattrib",
	 "1:8: no attribute is called 'vendor_nam', did you mean 'vendor_name'\n"
	 "2:7: something is missing here: attrib NAME|NUMBER"},
	{"attrib number too large", "attrib 0x100000000", "1:8: no attribute is called '0x100000000'"},
	{"chain with a wrong length", "chain on 0\nchain on 256\nchain",
	 "1:10: a part has 1 to 255 bytes\n"
	 "2:10: '256' is above the limit of 255\n"
	 "3:6: something is missing here: chain on [BYTES] | chain off"},
	{"connect with too much", "connect a b\nconnect t0 t1\nconnect shared foo\nconnect ACS (1)",
	 "1:11: 'b' does not fit here: connect [READER] [t0|t1|raw|direct] [shared|exclusive]\n"
	 "2:12: 't1' does not fit here: connect [READER] [t0|t1|raw|direct] [shared|exclusive]\n"
	 "3:16: 'foo' does not fit here: connect [READER] [t0|t1|raw|direct] [shared|exclusive]\n"
	 "4:13: '(' does not fit here: connect [READER] [t0|t1|raw|direct] [shared|exclusive]"},
	{"connect to nothing", "connect \"\"", "1:9: a name is not empty and has no \\x00 in it"},
	{"control unknown", "control verify_pin\ncontrol",
	 "1:9: 'verify_pin' is neither a code nor a feature, did you mean 'verify_pin_start'\n"
	 "2:8: something is missing here: control CODE|FEATURE [BYTES] [=> DATA]"},
	{"control with nothing expected", "control 1 =>",
	 "1:13: something is missing here: control CODE|FEATURE [BYTES] [=> DATA]"},
	{"decode with a word", "decode maybe\ndecode",
	 "1:8: 'maybe' does not fit here: decode on|off\n"
	 "2:7: something is missing here: decode on|off"},
	{"sleep and wait with wrong times",
	 "sleep\nsleep 1s\nsleep 86400001\nwait\nwait card\nwait insert x\nwait insert 1.x\nwait insert "
	 ".5\nwait insert 86401",
	 "1:6: something is missing here: sleep MILLISECONDS\n"
	 "2:7: '1s' does not fit here: sleep MILLISECONDS\n"
	 "3:7: '86400001' is above the limit of 86400000\n"
	 "4:5: something is missing here: wait insert|remove [SECONDS]\n"
	 "5:6: 'card' does not fit here: wait insert|remove [SECONDS]\n"
	 "6:13: 'x' does not fit here: wait insert|remove [SECONDS]\n"
	 "7:13: '1.x' does not fit here: wait insert|remove [SECONDS]\n"
	 "8:13: '.5' does not fit here: wait insert|remove [SECONDS]\n"
	 "9:13: '86401' is above the limit of 86400 seconds"},
	{"timeout", "timeout 1.5\ntimeout -1",
	 "1:9: '1.5' does not fit here: timeout MILLISECONDS\n"
	 "2:9: '-1' does not fit here: timeout MILLISECONDS"},
	{"disconnect and end with a word", "disconnect now\nend now",
	 "1:12: 'now' does not fit here: disconnect [leave|reset|unpower|eject]\n"
	 "2:5: 'now' does not fit here: end [leave|reset|unpower|eject]"},
	{"select unknown", "select PIX\nselect zebra\nselect",
	 "1:8: no application is called 'PIX', did you mean 'PIV'\n"
	 "2:8: no application is called 'zebra'\n"
	 "3:7: something is missing here: select NAME|AID [=> PATTERN]"},
	{"select too long", "select 0102030405060708090A0B0C0D0E0F1011", "1:8: an AID has at most 16 bytes"},
	{"echo with mistakes", "echo \"a\necho \"\\q\"\necho $X\n",
	 "1:8: no quote ends the text in this line\n"
	 "2:7: no such escape; there are \\\" \\\\ \\$ \\xHH\n"
	 "3:6: no variable 'X' is set before this line"},
	{"include unknown", "include none.scr", "1:9: no file none.scr"},
	{"include nothing", "include\ninclude \"",
	 "1:8: something is missing here: include FILE\n"
	 "2:9: no quote closes this one in its line"},
	{"include itself", "include cycle.scr", "cycle2.scr1:9: the file includes itself"},
	{"include with mistakes", "00 A4 0\ninclude bad.scr\n00 B0 0",
	 "1:7: odd number of hexadecimal digits\n"
	 "3:7: odd number of hexadecimal digits\n"
	 "bad.scr1:8: 'Z' is no hexadecimal digit\n"
	 "bad.scr3:1: unknown statement 'foo'"},
	{"include with an open block", "include open.scr\nreset x",
	 "2:7: 'x' does not fit here: reset [warm|cold]\n"
	 "open.scr1:10: no '}' closes this '{'"},
	{"include with a block too many", "include close.scr", "close.scr1:7: no '{' is open here"},
	{"Lc too large", "00 A4 04 00 05 A0 00", "1:13 lint: Lc says 5; bytes behind it: 2"},
	{"Lc too small", "00A4 0400 01A0 0000",
	 "1:18 lint: Lc says 1, too few for the data and an Le; bytes behind it: 3"},
	{"Lc behind a prefix", "0x00 0xA4,04:00 0x05 A0 00", "1:19 lint: Lc says 5; bytes behind it: 2"},
	{"Lc on the next line", "00 A4 04 00 \\\n   05 A0 00", "2:4 lint: Lc says 5; bytes behind it: 2"},
	{"Lc in quotes", "00 A4 04 00 \"\\x05\" A0 00", "1:1 lint: Lc says 5; bytes behind it: 2"},
	{"no figure of what hides a secret", "00 20 00 81 31 32 33 34\n00 20 00 81 01 23 45 67",
	 "1:13 lint: Lc announces more bytes than follow\n"
	 "2:13 lint: more bytes follow than Lc announces and Le takes"},
	{"extended Lc too large", "00 D6 00 00 00 00 05 A0 00", "1:13 lint: Lc says 5; bytes behind it: 2"},
	{"extended Lc of zero", "00 D6 00 00 00 00 00 01",
	 "1:13 lint: an extended Lc of 0; bytes behind it: 1"},
	{"extended Le of one byte", "00 D6 00 00 00 00 01 AA 00",
	 "1:25 lint: the Le of an extended command has two bytes"},
	{"correct commands",
	 "00 A4 00 00\n00 B0 00 00 00\n00 A4 00 00 02 3F 00\n00 A4 00 00 02 3F 00 00\n00 B0 00 00 00 00 00",
	 ""},
	{"a command with variables is not judged", "00 A4 04 00 05 $ATR", ""},
	{"mask is judged", "mask 00 20 00 01 08 31\nmask",
	 "1:18 lint: Lc announces more bytes than follow\n"
	 "2:5: something is missing here: mask COMMAND [=> PATTERN]"},
	{"begin without end", "reset\nbegin\n00A40000", "2:1 lint: a 'begin' without an 'end'"},
	{"end without begin", "end", "1:1 lint: an 'end' without a 'begin'"},
	{"end twice", "begin\nend\nend", "3:1 lint: an 'end' without a 'begin'"},
	{"begin in one branch", "00A40000\nif SW 9000 { begin }\nend", ""},
	{"begin and exit", "begin\nexit", ""},
	{"disconnect ends a transaction", "begin\ndisconnect", ""},
	{"after disconnect", "disconnect\n00A40000\nreset\ncontrol 1\nconnect\n00A40000",
	 "2:1 lint: no connection after the 'disconnect'\n"
	 "3:1 lint: no connection after the 'disconnect'\n"
	 "4:1 lint: no connection after the 'disconnect'"},
	{"after disconnect in a branch", "00A40000\nif SW 9000 { disconnect }\nreset", ""},
	{"after disconnect and wait", "disconnect\nwait insert\n00A40000", ""},
	{"an unclosed group in a block", "repeat 2 {\n 00 A4 04 00 { A0\n}\n",
	 "1:10: no '}' closes this '{'"},
	{"an unclosed parenthesis in a block", "repeat 2 { 00 A4 00 len(00 }",
	 "1:24: no ')' closes this '('"},
	{"a repeat that goes on", "repeat 2 { reset x } y",
	 "1:18: 'x' does not fit here: reset [warm|cold]\n"
	 "1:22: 'y' does not fit here: repeat COUNT { ... }"},
	{"wait with a bracket", "wait insert (",
	 "1:12: something is missing here: wait insert|remove [SECONDS]"},
	{"if alone", "00A40000\nif\nif SW 9\nrepeat\nrepeat x",
	 "2:3: something is missing here: if SW PATTERN { ... } [else { ... }]\n"
	 "3:7: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx\n"
	 "4:7: something is missing here: repeat COUNT { ... }\n"
	 "5:8: 'x' does not fit here: repeat COUNT { ... }"},
	{"nothing but an operator expected",
	 "control 1 => =", "1:13: something is missing here: control CODE|FEATURE [BYTES] [=> DATA]"},
	{"a tag with an odd digit", "00 A4 00 00 tlv(6 {})", "1:17: odd number of hexadecimal digits"},
	{"a function that is none", "00 A4 00 00 abc(01)\n00 A4 00 00 fee(01)",
	 "1:13: odd number of hexadecimal digits\n"
	 "2:13: odd number of hexadecimal digits"},
	{"half a slice is wrong", "set X 00\necho $X[0:b]",
	 "2:11: a slice is [FIRST] or [FIRST:LAST], counted from 0"},
	{"a mistake behind select", "select PIV => 9\nselect \"ab\nselect 0x0",
	 "1:15: a status word has four digits, 'x' for any: 9000, 61xx, 63Cx\n"
	 "2:8: no quote closes this one in its line\n"
	 "3:8: odd number of hexadecimal digits"},
	{"an error where a lint is", "{}", "1:1: a command has at least 4 bytes, this one has 0"},
	{"a message that is cut",
	 "connect a "
	 "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
	 "\377\377\377\377\377\377\377\377\377\377\377\377",
	 "1:11: "
	 "'\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\x"
	 "FF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF\\xFF' does not fit "
	 "here: connect [READER] [t0|t1|raw|direc"},
	{"include too deep", "include down0", "down141:9: more than 16 files within one another"},
	{"include too large", "include huge", "1:9: the file has more than 16777216 bytes"},
};

static struct h_state h;

static void test_row(void **state)
{
	const struct row *row = *state;
	enum cs_err err;

	h_start(&h, (struct script_options){0});
	err = h_parse(&h, row->text, strlen(row->text), 1);
	assert_string_equal(h.problems, row->problems);
	assert_int_equal(err, h.script.errors ? CS_E_FORMAT : CS_OK);
	assert_int_equal(h.script.errors + h.script.lints, h.n_problems);
	h_stop(&h);
}

/* One mistake with many characters around it. */
struct big {
	const char *before, *part, *after;
	size_t times;
	const char *problems;
};

static const struct big bigs[] = {
	{"", "00 ", "", SCRIPT_BYTES_MAX + 1, "1:1: more than 65544 bytes"},
	{"", "00", "", SCRIPT_BYTES_MAX + 1, "1:1: more than 65544 bytes"},
	{"set X ", "00", "\necho $X", SCRIPT_BYTES_MAX, ""},
	{"00 D6 00 00 { ", "00", " }", 65536, "1:13: a group has at most 65535 bytes"},
	{"00 D6 00 00 { ", "00", " } 00 00", 65535, ""},
	{"00 A4 00 00 len(", "00", ")", 256, "1:13: a length above 255 does not fit one byte"},
	{"00 A4 00 00 len(", "00", ")", 255, ""},
	{"00 A4 00 00 ", "{", "", 33, "1:13: nothing closes this '{'\n1:45: nested deeper than 32 levels"},
	{"00 A4 00 00 ", "{", "", 1000000,
	 "1:13: nothing closes this '{'\n1:45: nested deeper than 32 levels"},
	{"00A40000\nif SW 9000 {}", " else if SW 61xx {}", "", 31, ""},
	{"00A40000\nif SW 9000 {}", " else if SW 61xx {}", "", 40, "2:620: nested deeper than 32 levels"},
	{"", "repeat 1 {", "", 40, "1:330: nested deeper than 32 levels"},
	{"00A40000 => 9000", "|9000", "", 63, ""},
	{"00A40000 => 9000", "|9000", "", 64, "1:13: more than 64 status words"},
	{"00 D6 00 00 tlv(53 {", "00", "})", SCRIPT_BYTES_MAX - 4, "1:13: more than 65544 bytes"},
	{"\"", "a", "\"", SCRIPT_BYTES_MAX + 1, "1:1: more than 65544 bytes"},
	{"echo ", "a", "", SCRIPT_BYTES_MAX, ""},
	{"echo ", "a", "", SCRIPT_BYTES_MAX + 1, "1:6: more than 65544 bytes"},
	{"", "include empty.scr\n", "", 255, ""},
	{"", "include empty.scr\n", "", 256, "256:9: more than 256 files"},
	{"", "foo", "", 20, "1:1: unknown statement 'foofoofoofoofoofoofoofoofoofoofoofoofoof..'"},
};

static void test_big(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bigs); i++) {
		const struct big *big = &bigs[i];
		const size_t part = strlen(big->part);
		char *text = malloc(strlen(big->before) + part * big->times + strlen(big->after) + 1);
		char *at = text;

		assert_non_null(text);
		at += sprintf(at, "%s", big->before);
		for (size_t n = 0; n < big->times; n++, at += part)
			memcpy(at, big->part, part);
		strcpy(at, big->after);
		h_start(&h, (struct script_options){0});
		assert_int_equal(h_parse(&h, text, strlen(text), 1), *big->problems ? CS_E_FORMAT : CS_OK);
		assert_string_equal(h.problems, big->problems);
		h_stop(&h);
		free(text);
	}
}

static void test_nul(void **state)
{
	static const char text[] = "00 A4\0 00 00\n# \0\nreset\0";

	(void)state;
	h_start(&h, (struct script_options){0});
	assert_int_equal(h_parse(&h, text, sizeof(text) - 1, 1), CS_E_FORMAT);
	assert_string_equal(h.problems, "1:6: control character '\\x00'\n2:3: control character '\\x00'\n"
					"3:6: control character '\\x00'");
	h_stop(&h);
}

static void many(void *data, const struct script_problem *problem)
{
	struct h_state *to = data;

	to->n_problems++;
	snprintf(to->problems, sizeof(to->problems), "%u: %s", problem->pos.line, problem->text);
}

static void test_many(void **state)
{
	static char text[5 * 3000];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i += 5)
		memcpy(text + i, "zz z\n", 5);
	h_start(&h, (struct script_options){0});
	h.host.problem = many;
	assert_int_equal(h_parse(&h, text, sizeof(text), 1), CS_E_FORMAT);
	assert_int_equal(h.n_problems, 1001);
	assert_int_equal(h.script.errors, 3000);
	assert_string_equal(h.problems, "1001: and more");
	h_stop(&h);
}

/* Only where T=0 is sure. */
static const struct {
	enum script_protocol protocol;
	const char *text, *problems;
} extended[] = {
	{SCRIPT_T0, "00 B0 00 00 00 01 00", "1:13 lint: extended length does not exist with T=0"},
	{SCRIPT_T1, "00 B0 00 00 00 01 00", ""},
	{SCRIPT_PROTOCOL_SAME, "00 B0 00 00 00 01 00", ""},
	{SCRIPT_T0, "00 B0 00 00 00", ""},
	{SCRIPT_T0, "connect t1\n00 B0 00 00 00 01 00", ""},
	{SCRIPT_T1, "connect t0\nconnect shared\n00 B0 00 00 00 01 00",
	 "3:13 lint: extended length does not exist with T=0"},
	{SCRIPT_T0, "00 B0 00 00\nif SW 9000 { connect t1 }\n00 B0 00 00 00 01 00", ""},
	{SCRIPT_T0, "00 B0 00 00\nif SW 9000 { connect t1\nexit }\n00 B0 00 00 00 01 00",
	 "4:13 lint: extended length does not exist with T=0"},
	{SCRIPT_T0, "00 B0 00 00\nif SW 9000 { } else { connect t0 }\n00 B0 00 00 00 01 00",
	 "3:13 lint: extended length does not exist with T=0"},
};

static void test_extended(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(extended); i++) {
		h_start(&h, (struct script_options){.protocol = extended[i].protocol});
		assert_int_equal(h_parse(&h, extended[i].text, strlen(extended[i].text), 1), CS_OK);
		assert_string_equal(h.problems, extended[i].problems);
		h_stop(&h);
	}
}

/* What a later unit may still bring is no lint; what was wrong with a unit has no effect. */
static void test_units(void **state)
{
	static const char *const units[] = {"set X 00", "begin",        "reset\nend x\n", "end",
					    "end",      "disconnect x", "reset"};

	(void)state;
	h_start(&h, (struct script_options){.units = true});
	for (uint32_t i = 0; i < COUNT(units); i++)
		(void)!h_parse(&h, units[i], strlen(units[i]), i + 1);
	assert_string_equal(h.problems,
			    "4:5: 'x' does not fit here: end [leave|reset|unpower|eject]\n"
			    "5:1 lint: an 'end' without a 'begin'\n"
			    "6:12: 'x' does not fit here: disconnect [leave|reset|unpower|eject]");
	h_stop(&h);
}

static struct script_problem last;
static char last_line[256];

static void keep(void *data, const struct script_problem *problem)
{
	(void)data;
	last = *problem;
	snprintf(last_line, sizeof(last_line), "%.*s", (int)problem->line_len, problem->line);
}

/* The line to show, and the width of the caret's tail. */
static const struct {
	const char *text, *line;
	uint32_t column;
	size_t width;
} carets[] = {
	{"reset\n  00 A4 0ZZ # c\r\nreset", "  00 A4 0ZZ # c", 10, 1},
	{"00 A4 \\\n 000 00", " 000 00", 2, 3},
	{"foobar x", "foobar x", 1, 6},
	{"\xEF\xBB\xBF"
	 "foobar",
	 "foobar", 1, 6},
	{"repeat 2 {\nreset\n", "repeat 2 {", 10, 1},
	{"reset\nset ABC 00\nreset", "set ABC 00", 5, 3},
	{"include bad.scr\n", "foo", 1, 3},
};

static void test_carets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(carets); i++) {
		h_start(&h, (struct script_options){0});
		h.host.problem = keep;
		(void)!h_parse(&h, carets[i].text, strlen(carets[i].text), 1);
		assert_string_equal(last_line, carets[i].line);
		assert_int_equal(last.pos.column, carets[i].column);
		assert_int_equal(last.width, carets[i].width);
		h_stop(&h);
	}
}

/* As many variables as there may be, each found again, then one more. */
static void test_variables(void **state)
{
	static char text[64 * SCRIPT_VARS_MAX];
	size_t n = 0;

	(void)state;
	for (unsigned i = SCRIPT_VAR_USER; i <= SCRIPT_VARS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "set V%u 00\necho $V%u\n", i, i);
	h_start(&h, (struct script_options){0});
	assert_int_equal(h_parse(&h, text, n, 1), CS_E_FORMAT);
	assert_string_equal(h.problems,
			    "2037:5: more than 1024 variables\n"
			    "2038:6: no variable 'V1024' is set before this line, did you mean 'V102'");
	assert_int_equal(h.script.n_vars, SCRIPT_VARS_MAX);
	assert_string_equal(script_var_name(&h.script, 7), "V7");
	assert_string_equal(script_var_name(&h.script, SCRIPT_VAR_UID), "UID");
	assert_null(script_var_name(&h.script, SCRIPT_VARS_MAX));
	h_stop(&h);
}

#define N_FIXED 7

int main(void)
{
	static struct CMUnitTest tests[N_FIXED + COUNT(rows)] = {
		cmocka_unit_test(test_big),       cmocka_unit_test(test_nul),
		cmocka_unit_test(test_many),      cmocka_unit_test(test_units),
		cmocka_unit_test(test_carets),    cmocka_unit_test(test_extended),
		cmocka_unit_test(test_variables),
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[N_FIXED + i] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("script_lint", tests, N_FIXED + COUNT(rows), NULL, NULL);
}

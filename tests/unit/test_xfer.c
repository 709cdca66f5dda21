/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "pcsc/xfer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A card that expects these commands in this order. */
struct card {
	const char *const *script; /* command, answer, command, answer, NULL */
	char told[4096];           /* the steps: u(ser) or a(utomatic), bytes of the command, ! for failed */
	unsigned stop_after;       /* steps; 0: never */
	unsigned steps;
};

static size_t bytes_of(uint8_t *out, size_t cap, const char *hex)
{
	size_t len = 0, bad;

	if (*hex)
		assert_int_equal(hex_parse(out, cap, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

static enum cs_err transmit(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
			    struct scard_fault *fault)
{
	struct card *card = data;
	const size_t room = *rsp_len;
	char got[1024];

	hex_build(got, cmd, cmd_len, 0);
	assert_non_null(card->script[0]);
	assert_string_equal(got, card->script[0]);
	*rsp_len = 0;
	if (strcmp(card->script[1], "fault") == 0) {
		*fault = (struct scard_fault){.call = "SCardTransmit", .rv = 0x80100069};
		memset(rsp, 0xEE, 2); /* may be anything */
		return CS_E_PCSC;
	}
	*rsp_len = bytes_of(rsp, room, card->script[1]);
	card->script += 2;
	return *rsp_len < 2 ? CS_E_FORMAT : CS_OK;
}

static bool step(void *data, const struct xfer_step *s)
{
	struct card *card = data;
	char *end = card->told + strlen(card->told);

	assert_true(s->us >= 0);
	assert_true(s->err == CS_OK ? s->answer_len >= 2 : s->answer_len < 2);
	snprintf(end, sizeof(card->told) - (size_t)(end - card->told), "%s%s%zu%s", *card->told ? " " : "",
		 s->automatic ? "a" : "u", s->command_len, s->err == CS_OK ? "" : "!");
	return ++card->steps != card->stop_after;
}

static const struct row {
	const char *name;
	struct xfer_options options;
	const char *command;
	const char *const script[16];
	enum cs_err err;
	const char *answer, *told;
} rows[] = {
	{"plain", {0}, "00A40000", {"00A40000", "6F009000"}, CS_OK, "6F009000", "u4"},
	{"plain: 61xx, 6Cxx and 9Fxx are answers",
	 {0},
	 "00A40000",
	 {"00A40000", "6110"},
	 CS_OK,
	 "6110",
	 "u4"},
	{"plain: 6Cxx", {0}, "00B0000000", {"00B0000000", "6C10"}, CS_OK, "6C10", "u5"},
	{"plain: no case fits", {0}, "00A4000005AA", {"00A4000005AA", "6700"}, CS_OK, "6700", "u6"},
	{"too short", {0}, "00A400", {NULL}, CS_E_ARG, "", ""},
	{"a PC/SC failure", {0}, "00A40000", {"00A40000", "fault"}, CS_E_PCSC, "", "u4!"},
	{"no answer", {0}, "00A40000", {"00A40000", ""}, CS_E_FORMAT, "", "u4!"},
	{"one byte", {0}, "00A40000", {"00A40000", "90"}, CS_E_FORMAT, "", "u4!"},

	{"61xx",
	 {.get_response = true},
	 "00A40000",
	 {"00A40000", "6102", "00C0000002", "AABB9000"},
	 CS_OK,
	 "AABB9000",
	 "u4 a5"},
	{"61xx in rounds, with data from the start",
	 {.get_response = true},
	 "00A40000",
	 {"00A40000", "016100", "00C0000000", "0203610A", "00C000000A", "049000"},
	 CS_OK,
	 "010203049000",
	 "u4 a5 a5"},
	{"61xx ends with an error",
	 {.get_response = true},
	 "00A40000",
	 {"00A40000", "6102", "00C0000002", "6A88"},
	 CS_OK,
	 "6A88",
	 "u4 a5"},
	{"61xx: logical channel stays, chaining bit goes",
	 {.get_response = true},
	 "13A40000",
	 {"13A40000", "6102", "03C0000002", "9000"},
	 CS_OK,
	 "9000",
	 "u4 a5"},
	{"61xx: further channels",
	 {.get_response = true},
	 "55A40000",
	 {"55A40000", "6102", "45C0000002", "9000"},
	 CS_OK,
	 "9000",
	 "u4 a5"},
	{"61xx: a class of its own stays",
	 {.get_response = true},
	 "B0A40000",
	 {"B0A40000", "6102", "B0C0000002", "9000"},
	 CS_OK,
	 "9000",
	 "u4 a5"},
	{"9Fxx",
	 {.get_response = true},
	 "A0A40000023F00",
	 {"A0A40000023F00", "9F16", "A0C0000016", "00009000"},
	 CS_OK,
	 "00009000",
	 "u7 a5"},
	{"61xx: the card goes away",
	 {.get_response = true},
	 "00A40000",
	 {"00A40000", "AA6102", "00C0000002", "fault"},
	 CS_E_PCSC,
	 "AA6102",
	 "u4 a5!"},
	{"61xx: half an answer",
	 {.get_response = true},
	 "00A40000",
	 {"00A40000", "AA6102", "00C0000002", "55"},
	 CS_E_FORMAT,
	 "AA6102",
	 "u4 a5!"},
	{"61xx and then 6Cxx",
	 {.get_response = true},
	 "00A40000",
	 {"00A40000", "AA6100", "00C0000000", "6C01", "00C0000001", "BB9000"},
	 CS_OK,
	 "AABB9000",
	 "u4 a5 a5"},

	{"6Cxx",
	 {.get_response = true},
	 "00B0000000",
	 {"00B0000000", "6C02", "00B0000002", "AABB9000"},
	 CS_OK,
	 "AABB9000",
	 "u5 a5"},
	{"6C00 is 256",
	 {.get_response = true},
	 "00B0000001",
	 {"00B0000001", "6C00", "00B0000000", "9000"},
	 CS_OK,
	 "9000",
	 "u5 a5"},
	{"6Cxx without Le",
	 {.get_response = true},
	 "00B00000",
	 {"00B00000", "6C02", "00B0000002", "9000"},
	 CS_OK,
	 "9000",
	 "u4 a5"},
	{"6Cxx with data",
	 {.get_response = true},
	 "00A4000001AA",
	 {"00A4000001AA", "6C02", "00A4000001AA02", "9000"},
	 CS_OK,
	 "9000",
	 "u6 a7"},
	{"6Cxx with data and Le",
	 {.get_response = true},
	 "00A4000001AA00",
	 {"00A4000001AA00", "6C02", "00A4000001AA02", "9000"},
	 CS_OK,
	 "9000",
	 "u7 a7"},
	{"6Cxx, extended",
	 {.get_response = true},
	 "00B00000000000",
	 {"00B00000000000", "6C02", "00B00000000002", "9000"},
	 CS_OK,
	 "9000",
	 "u7 a7"},
	{"6C00, extended, with data",
	 {.get_response = true},
	 "00A40000000001AA",
	 {"00A40000000001AA", "6C00", "00A40000000001AA0100", "9000"},
	 CS_OK,
	 "9000",
	 "u8 a10"},
	{"6Cxx twice",
	 {.get_response = true},
	 "00B0000000",
	 {"00B0000000", "6C02", "00B0000002", "6C03"},
	 CS_E_TOO_LONG,
	 "6C03",
	 "u5 a5"},
	{"6Cxx and then 61xx",
	 {.get_response = true},
	 "00B0000000",
	 {"00B0000000", "6C02", "00B0000002", "AA6101", "00C0000001", "BB9000"},
	 CS_OK,
	 "AABB9000",
	 "u5 a5 a5"},
	{"6Cxx: no case fits",
	 {.get_response = true},
	 "00A4000005AA",
	 {"00A4000005AA", "6C02"},
	 CS_OK,
	 "6C02",
	 "u6"},
	{"6Cxx: the card goes away",
	 {.get_response = true},
	 "00B0000000",
	 {"00B0000000", "6C02", "00B0000002", "fault"},
	 CS_E_PCSC,
	 "6C02",
	 "u5 a5!"},

	{"chain: it fits",
	 {.chain = 3},
	 "00D6000003AABBCC",
	 {"00D6000003AABBCC", "9000"},
	 CS_OK,
	 "9000",
	 "u8"},
	{"chain: two parts",
	 {.chain = 2},
	 "00D6000003AABBCC",
	 {"10D6000002AABB", "9000", "00D6000001CC", "9000"},
	 CS_OK,
	 "9000",
	 "a7 a6"},
	{"chain: it divides evenly, and Le",
	 {.chain = 2},
	 "84D6000004AABBCCDD10",
	 {"94D6000002AABB", "9000", "84D6000002CCDD10", "019000"},
	 CS_OK,
	 "019000",
	 "a7 a8"},
	{"chain: it breaks",
	 {.chain = 1},
	 "00D6000003AABBCC",
	 {"10D6000001AA", "9000", "10D6000001BB", "6883"},
	 CS_OK,
	 "6883",
	 "a6 a6"},
	{"chain: 61xx in the middle is no reason to go on",
	 {.get_response = true, .chain = 1},
	 "00D6000002AABB",
	 {"10D6000001AA", "6102"},
	 CS_OK,
	 "6102",
	 "a6"},
	{"chain: the card goes away",
	 {.chain = 1},
	 "00D6000002AABB",
	 {"10D6000001AA", "fault"},
	 CS_E_PCSC,
	 "",
	 "a6!"},
	{"chain: extended becomes short",
	 {.chain = 2},
	 "00D60000000003AABBCC0000",
	 {"10D6000002AABB", "9000", "00D6000001CC00", "9000"},
	 CS_OK,
	 "9000",
	 "a7 a7"},
	{"chain: and get the response",
	 {.get_response = true, .chain = 2},
	 "01D6000003AABBCC",
	 {"11D6000002AABB", "9000", "01D6000001CC", "6101", "01C0000001", "AA9000"},
	 CS_OK,
	 "AA9000",
	 "a7 a6 a5"},
	{"chain: no data", {.chain = 1}, "00B0000000", {"00B0000000", "9000"}, CS_OK, "9000", "u5"},
	{"chain: no case fits",
	 {.chain = 1},
	 "00A4000005AABB",
	 {"00A4000005AABB", "6700"},
	 CS_OK,
	 "6700",
	 "u7"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct card card = {.script = row->script};
	const struct xfer_ops ops = {transmit, step, &card};
	struct xfer_answer *out = malloc(sizeof(*out));
	struct scard_fault fault;
	uint8_t command[64];
	size_t len = bytes_of(command, sizeof(command), row->command);
	char answer[256];

	assert_non_null(out);
	assert_int_equal(xfer_run(&ops, &row->options, command, len, out, &fault), row->err);
	hex_build(answer, out->bytes, out->len, 0);
	assert_string_equal(answer, row->answer);
	assert_string_equal(card.told, row->told);
	assert_int_equal(out->rounds, card.steps);
	if (row->err == CS_E_PCSC)
		assert_int_equal(fault.rv, 0x80100069);
	else
		assert_null(card.script[0]);
	free(out);
}

static void test_stop(void **state)
{
	static const char *const script[] = {"00A40000", "6102", "00C0000002", "AABB9000", NULL};
	struct card card = {.script = script, .stop_after = 1};
	const struct xfer_ops ops = {transmit, step, &card};
	const struct xfer_options options = {.get_response = true};
	struct xfer_answer *out = malloc(sizeof(*out));
	struct scard_fault fault;

	(void)state;
	assert_non_null(out);
	assert_int_equal(xfer_run(&ops, &options, (const uint8_t *)"\0\xA4\0\0", 4, out, &fault),
			 CS_E_CANCELLED);
	assert_int_equal(out->rounds, 1);
	assert_memory_equal(out->bytes, "\x61\x02", 2);
	free(out);
}

/* ---- long ones ---- */

/* A card with @left bytes to give, 256 at a time. */
struct giver {
	size_t left, given;
	bool endless, empty;
};

static enum cs_err give(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
			struct scard_fault *fault)
{
	struct giver *giver = data;
	size_t ne = cmd_len == 5 ? (cmd[4] ? cmd[4] : 256) : 0;
	size_t n = giver->empty ? 0 : ne < giver->left ? ne : giver->left;

	(void)fault;
	assert_true(*rsp_len >= n + 2);
	for (size_t i = 0; i < n; i++)
		rsp[i] = (uint8_t)(giver->given++ % 251);
	giver->left -= giver->endless ? 0 : n;
	rsp[n] = giver->left ? 0x61 : 0x90;
	rsp[n + 1] = giver->left < 256 ? (uint8_t)giver->left : 0;
	*rsp_len = n + 2;
	return CS_OK;
}

static bool go_on(void *data, const struct xfer_step *s)
{
	(void)data;
	return s->err == CS_OK;
}

static enum cs_err take(struct giver *giver, struct xfer_answer *out)
{
	const struct xfer_ops ops = {give, go_on, giver};
	const struct xfer_options options = {.get_response = true};
	struct scard_fault fault;

	return xfer_run(&ops, &options, (const uint8_t *)"\0\xA4\0\0", 4, out, &fault);
}

static void test_longest_answer(void **state)
{
	struct giver giver = {.left = 65536}, more = {.left = 65537}, endless = {.left = 9, .endless = true};
	struct giver empty = {.left = 9, .empty = true};
	struct xfer_answer *out = malloc(sizeof(*out));

	(void)state;
	assert_non_null(out);
	assert_int_equal(take(&giver, out), CS_OK);
	assert_int_equal(out->len, 65538);
	assert_int_equal(out->rounds, 257);
	for (size_t i = 0; i < 65536; i++)
		assert_int_equal(out->bytes[i], i % 251);
	assert_int_equal(take(&more, out), CS_E_TOO_LONG);
	assert_int_equal(out->len, 65538);
	assert_memory_equal(out->bytes + 65536, "\x61\x01", 2);
	assert_int_equal(take(&endless, out), CS_E_TOO_LONG);
	assert_int_equal(out->rounds, XFER_ROUNDS_MAX + 1);
	assert_int_equal(out->len, XFER_ROUNDS_MAX * 9 + 2);
	assert_int_equal(take(&empty, out), CS_E_TOO_LONG);
	assert_int_equal(out->rounds, XFER_ROUNDS_MAX + 1);
	assert_int_equal(out->len, 2);
	free(out);
}

/* What came of a chained command. */
struct collector {
	size_t n;
	bool ended;
};

static enum cs_err collect(void *data, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len,
			   struct scard_fault *fault)
{
	struct collector *c = data;

	(void)fault;
	assert_false(c->ended);
	assert_in_range(cmd_len, 6, 261);
	c->ended = !(cmd[0] & 0x10);
	for (size_t i = 0; i < cmd[4]; i++)
		assert_int_equal(cmd[5 + i], c->n++ % 253);
	assert_int_equal(cmd_len, 5u + cmd[4] + (c->ended ? 1 : 0));
	assert_true(!c->ended || cmd[cmd_len - 1] == 0);
	memcpy(rsp, "\x90\x00", 2);
	*rsp_len = 2;
	return CS_OK;
}

static void test_longest_chain(void **state)
{
	const struct {
		size_t chain;
		unsigned rounds;
	} lengths[] = {{255, 257}, {254, 259}, {1, 65535}};
	uint8_t *command = malloc(APDU_COMMAND_MAX);
	struct xfer_answer *out = malloc(sizeof(*out));
	struct scard_fault fault;

	(void)state;
	assert_true(command && out);
	memcpy(command, "\x00\xD6\x00\x00\x00\xFF\xFF", 7);
	for (size_t i = 0; i < 65535; i++)
		command[7 + i] = (uint8_t)(i % 253);
	memcpy(command + 7 + 65535, "\x00\x00", 2);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct collector c = {0};
		const struct xfer_ops ops = {collect, go_on, &c};
		const struct xfer_options options = {.get_response = true, .chain = lengths[i].chain};

		assert_int_equal(xfer_run(&ops, &options, command, APDU_COMMAND_MAX, out, &fault), CS_OK);
		assert_int_equal(c.n, 65535);
		assert_true(c.ended);
		assert_int_equal(out->rounds, lengths[i].rounds);
		assert_int_equal(out->len, 2);
	}
	free(command);
	free(out);
}

int main(void)
{
	static const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_longest_answer),
		cmocka_unit_test(test_longest_chain),
	};
	struct CMUnitTest tests[COUNT(plain) + COUNT(rows)];

	memcpy(tests, plain, sizeof(plain));
	for (size_t i = 0; i < COUNT(rows); i++)
		tests[COUNT(plain) + i] = (struct CMUnitTest){.name = rows[i].name,
							      .test_func = test_row,
							      .initial_state = (void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests_name("xfer", tests, NULL, NULL);
}

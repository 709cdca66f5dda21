/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../fake/winscard.h"
#include "pcsc/scard.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ATR      "3B80800101"
#define ATR_T0   "3B021450"

#define FOREIGN                                                "foreign"
#define SCARD_ERR(symbol, value, exit_status, sentence, cause) {value, #symbol, sentence, cause, exit_status},
static const struct scard_error table[] = {
#include "pcsc/scard_err.def"
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct scard *open_context(const char *scenario)
{
	struct scard *ctx;
	struct scard_fault fault;

	fake_winscard_load(scenario);
	assert_int_equal(scard_new(&ctx, &fault), CS_OK);
	return ctx;
}

/* ---- error table ---- */

static void test_rows_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct scard_error *error = &table[i];

		assert_true(strncmp(error->symbol, "SCARD_", 6) == 0);
		assert_in_range(error->exit_status, 3, 5);
		assert_true(error->value >> 16 == 0x8010);
		assert_false(isupper((unsigned char)error->sentence[0]) &&
			     !isupper((unsigned char)error->sentence[1]));
		assert_true(error->sentence[strlen(error->sentence) - 1] != '.');
		assert_true(strlen(error->cause) > 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(table[k].sentence, error->sentence);
	}
}

static void test_get_finds_every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct scard_error *got = scard_error_get(table[i].value);

		assert_int_equal(got->value, table[i].value);
		if (strcmp(table[i].symbol, "SCARD_E_UNEXPECTED") != 0) /* shares its value */
			assert_string_equal(got->symbol, table[i].symbol);
		assert_int_equal(got->exit_status, table[i].exit_status);
	}
}

static const struct {
	uint32_t rv;
	const char *symbol;
	int exit_status;
} known[] = {
	{0x8010001D, "SCARD_E_NO_SERVICE", 3},          {0x8010001E, "SCARD_E_SERVICE_STOPPED", 3},
	{0x80100013, "SCARD_F_COMM_ERROR", 3},          {0x8010002E, "SCARD_E_NO_READERS_AVAILABLE", 3},
	{0x80100009, "SCARD_E_UNKNOWN_READER", 3},      {0x80100017, "SCARD_E_READER_UNAVAILABLE", 3},
	{0x8010006A, "SCARD_W_SECURITY_VIOLATION", 4},  {0x8010000B, "SCARD_E_SHARING_VIOLATION", 5},
	{0x8010000C, "SCARD_E_NO_SMARTCARD", 5},        {0x80100067, "SCARD_W_UNPOWERED_CARD", 5},
	{0x8010001F, "SCARD_E_UNSUPPORTED_FEATURE", 5},
};

static void test_known_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		assert_string_equal(scard_error_get(known[i].rv)->symbol, known[i].symbol);
		assert_int_equal(scard_error_get(known[i].rv)->exit_status, known[i].exit_status);
	}
	assert_int_equal(scard_error_get(0x12345678)->value, 0);
	assert_int_equal(scard_error_get(0)->value, 0);
	assert_int_equal(scard_error_get(0x12345678)->exit_status, 5);
	assert_non_null(scard_error_get(0xFFFFFFFF)->sentence);
}

/* ---- context ---- */

static void test_new_is_patient_with_a_race(void **state)
{
	struct scard *ctx = NULL;
	struct scard_fault fault;

	(void)state;
	fake_winscard_load("fail SCardEstablishContext 0x8010006A\nfail SCardEstablishContext 0x8010001D");
	assert_int_equal(scard_new(&ctx, &fault), CS_OK);
	assert_int_equal(fake_winscard_calls("SCardEstablishContext"), 3);
	scard_free(&ctx);
	assert_null(ctx);
	scard_free(&ctx);
	assert_int_equal(fake_winscard_contexts(), 0);
}

static void test_new_gives_up(void **state)
{
	struct scard *ctx = NULL;
	struct scard_fault fault;
	double start;

	(void)state;
	fake_winscard_load("service stop");
	start = seconds();
	assert_int_equal(scard_new(&ctx, &fault), CS_E_PCSC);
	assert_true(seconds() - start < 1.0);
	assert_null(ctx);
	assert_string_equal(fault.call, "SCardEstablishContext");
	assert_int_equal(fault.rv, 0x8010001D);
	assert_int_equal(fake_winscard_calls("SCardEstablishContext"), 1 + SCARD_RETRIES);
}

static void test_new_believes_other_codes_at_once(void **state)
{
	struct scard *ctx = NULL;
	struct scard_fault fault;

	(void)state;
	fake_winscard_load("fail SCardEstablishContext 0x8010001E always");
	assert_int_equal(scard_new(&ctx, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x8010001E);
	assert_int_equal(fake_winscard_calls("SCardEstablishContext"), 1);
}

/* ---- readers ---- */

static void test_names(void **state)
{
	struct scard *ctx =
		open_context("reader \"One\"\nreader \"Caf\\xE9 \\x01\\xFF\\x1B[31m\"\nreader \"One\"");
	struct scard_names names;
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_names_get(ctx, &names, &fault), CS_OK);
	assert_int_equal(names.n, 3);
	assert_string_equal(names.name[0], "One");
	assert_string_equal(names.name[1], "Caf\xE9 \x01\xFF\x1B[31m");
	assert_string_equal(names.name[2], "One");
	scard_names_release(&names);
	assert_int_equal(names.n, 0);
	scard_names_release(&names);
	scard_free(&ctx);
}

static void test_no_reader_is_no_error(void **state)
{
	struct scard *ctx = open_context("");
	struct scard_names names;
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_names_get(ctx, &names, &fault), CS_OK);
	assert_int_equal(names.n, 0);
	scard_names_release(&names);
	scard_free(&ctx);
}

static void test_list_grows(void **state)
{
	struct scard *ctx = open_context("reader \"A\"\ngrow-list \"B\"\ngrow-list \"C\"");
	struct scard_names names;
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_names_get(ctx, &names, &fault), CS_OK);
	assert_int_equal(names.n, 3);
	assert_string_equal(names.name[2], "C");
	assert_int_equal(fake_winscard_calls("SCardListReaders"), 6);
	scard_names_release(&names);
	scard_free(&ctx);
}

static void test_list_shrinks_to_nothing(void **state)
{
	struct scard *ctx = open_context("fail SCardListReaders 0x8010002E on call 2\nreader \"A\"");
	struct scard_names names;
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_names_get(ctx, &names, &fault), CS_OK);
	assert_int_equal(names.n, 0);
	scard_free(&ctx);
}

/* ---- waiting ---- */

static void test_wait_tells_states(void **state)
{
	struct scard *ctx = open_context("reader \"A\"\nreader \"B\"\nreader \"C\"\ncard 0 " ATR "\nmute 2");
	struct scard_state rows[] = {{.reader = "A"}, {.reader = "B"}, {.reader = "C"}};
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_wait(ctx, rows, 3, SCARD_WAIT_FOREVER, &fault), CS_OK);
	assert_int_equal(rows[0].event, 0x10022);
	assert_int_equal(rows[0].atr_len, 5);
	assert_memory_equal(rows[0].atr, "\x3B\x80\x80\x01\x01", 5);
	assert_int_equal(rows[1].event, 0x12);
	assert_int_equal(rows[1].atr_len, 0);
	assert_int_equal(rows[2].event, 0x10222);
	rows[0].current = rows[0].event;
	assert_int_equal(scard_wait(ctx, rows, 1, 20, &fault), CS_E_TIMEOUT);
	assert_int_equal(rows[0].event, 0x10020);
	assert_int_equal(scard_wait(ctx, rows, 0, 0, &fault), CS_OK);
	scard_free(&ctx);
}

static void test_atr_that_is_said_to_be_too_long(void **state)
{
	struct scard *ctx = open_context("reader \"A\"\ncard 0 " ATR "\noversize-atr 0");
	struct scard_state row = {.reader = "A"};
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_wait(ctx, &row, 1, 0, &fault), CS_OK);
	assert_int_equal(row.atr_len, SCARD_ATR_MAX);
	scard_free(&ctx);
}

static void test_wait_for_an_unknown_reader(void **state)
{
	struct scard *ctx = open_context("reader \"A\"");
	struct scard_state row = {.reader = "B"};
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_wait(ctx, &row, 1, SCARD_WAIT_FOREVER, &fault), CS_E_PCSC);
	assert_string_equal(fault.call, "SCardGetStatusChange");
	assert_int_equal(fault.rv, 0x80100009);
	scard_free(&ctx);
}

static void *cancel_soon(void *ctx)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (fake_winscard_waiting() == 0)
		nanosleep(&pause, NULL);
	scard_cancel(ctx);
	return NULL;
}

static void test_cancel(void **state)
{
	struct scard *ctx = open_context("");
	struct scard_state row = {.reader = scard_pnp_name};
	struct scard_fault fault;
	pthread_t thread;

	(void)state;
	scard_cancel(ctx); /* nothing to cancel: no effect on what follows */
	assert_int_equal(scard_wait(ctx, &row, 1, 10, &fault), CS_E_TIMEOUT);
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, ctx), 0);
	assert_int_equal(scard_wait(ctx, &row, 1, SCARD_WAIT_FOREVER, &fault), CS_E_CANCELLED);
	pthread_join(thread, NULL);
	scard_free(&ctx);
}

/* ---- cards ---- */

static const uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x00, 0x00};

static void test_connect_and_transmit(void **state)
{
	struct scard *ctx = open_context("reader \"A\"\ncard 0 " ATR_T0 "\napdu 00A4000000 -> 6F009000\n"
					 "apdu 00B0000000 ->");
	struct scard_card *card = NULL;
	struct scard_fault fault;
	uint8_t rsp[258];
	size_t len = sizeof(rsp);

	(void)state;
	assert_int_equal(scard_connect(ctx, "A", SCARD_AS_SHARED, SCARD_T0 | SCARD_T1, &card, &fault), CS_OK);
	assert_int_equal(scard_protocol(card), SCARD_T0);
	assert_int_equal(scard_transmit(card, select_mf, 5, rsp, &len, &fault), CS_OK);
	assert_int_equal(len, 4);
	assert_memory_equal(rsp, "\x6F\x00\x90\x00", 4);
	len = sizeof(rsp);
	assert_int_equal(scard_transmit(card, (const uint8_t *)"\x00\xC0\x00\x00", 4, rsp, &len, &fault),
			 CS_OK);
	assert_memory_equal(rsp, "\x6D\x00", 2);
	len = sizeof(rsp);
	assert_int_equal(scard_transmit(card, (const uint8_t *)"\x00\xB0\x00\x00\x00", 5, rsp, &len, &fault),
			 CS_E_FORMAT);
	assert_int_equal(len, 0);
	len = sizeof(rsp);
	assert_int_equal(scard_transmit(card, select_mf, 3, rsp, &len, &fault), CS_E_ARG);
	assert_int_equal(fake_winscard_calls("SCardTransmit"), 3);
	fake_winscard_do("remove 0");
	len = sizeof(rsp);
	assert_int_equal(scard_transmit(card, select_mf, 5, rsp, &len, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x80100069);
	assert_int_equal(len, 0);
	scard_disconnect(&card, SCARD_RESET);
	assert_null(card);
	scard_disconnect(&card, SCARD_LEAVE);
	scard_free(&ctx);
}

static const struct connect_row {
	const char *name, *scenario;
	enum scard_share share;
	unsigned protocols;
	uint32_t rv; /* 0: works */
	unsigned protocol;
} connect_rows[] = {
	{"connect: T=1", "card 0 3B8101", SCARD_AS_EXCLUSIVE, SCARD_T0 | SCARD_T1, 0, SCARD_T1},
	{"connect: wrong protocol", "card 0 3B8101", SCARD_AS_SHARED, SCARD_T0, 0x8010000F, 0},
	{"connect: no card", "", SCARD_AS_SHARED, SCARD_T0, 0x8010000C, 0},
	{"connect: no card, direct", "", SCARD_AS_DIRECT, 0, 0, 0},
	{"connect: mute", "mute 0", SCARD_AS_SHARED, SCARD_T0, 0x80100067, 0},
	{"connect: used exclusively", "card 0 3B00\nstate 0 EXCLUSIVE", SCARD_AS_SHARED, SCARD_T0, 0x8010000B,
	 0},
};

static void test_connect(void **state)
{
	const struct connect_row *row = *state;
	char scenario[200];
	struct scard_card *card = NULL;
	struct scard_fault fault;
	struct scard *ctx;

	snprintf(scenario, sizeof(scenario), "reader \"A\"\n%s", row->scenario);
	ctx = open_context(scenario);
	assert_int_equal(scard_connect(ctx, "A", row->share, row->protocols, &card, &fault),
			 row->rv ? CS_E_PCSC : CS_OK);
	if (row->rv) {
		assert_null(card);
		assert_int_equal(fault.rv, row->rv);
		assert_string_equal(fault.call, "SCardConnect");
	} else {
		assert_int_equal(scard_protocol(card), row->protocol);
	}
	scard_disconnect(&card, SCARD_LEAVE);
	scard_free(&ctx);
}

/* ---- what else a card and its reader can be asked ---- */

static struct scard_card *open_card(struct scard **ctx, const char *scenario)
{
	struct scard_card *card = NULL;
	struct scard_fault fault;

	*ctx = open_context(scenario);
	assert_int_equal(scard_connect(*ctx, "A", SCARD_AS_SHARED, SCARD_T0 | SCARD_T1, &card, &fault),
			 CS_OK);
	return card;
}

static void close_card(struct scard_card *card, struct scard *ctx)
{
	scard_disconnect(&card, SCARD_LEAVE);
	scard_free(&ctx);
}

static void assert_transmit(struct scard_card *card, enum cs_err err, uint32_t rv)
{
	struct scard_fault fault = {0};
	uint8_t rsp[258];
	size_t len = sizeof(rsp);

	assert_int_equal(scard_transmit(card, select_mf, sizeof(select_mf), rsp, &len, &fault), err);
	assert_int_equal(fault.rv, rv);
}

static const struct reconnect_row {
	const char *name, *happens;
	unsigned protocols;
	enum scard_leave init;
	uint32_t before, rv; /* of SCardTransmit before, of SCardReconnect */
	unsigned protocol;
} reconnect_rows[] = {
	{"reconnect: nothing happened", NULL, SCARD_T0 | SCARD_T1, SCARD_LEAVE, 0, 0, SCARD_T1},
	{"reconnect: warm reset to another protocol", NULL, SCARD_T0, SCARD_RESET, 0, 0, SCARD_T0},
	{"reconnect: cold reset", NULL, SCARD_T0 | SCARD_T1, SCARD_UNPOWER, 0, 0, SCARD_T1},
	{"reconnect: another protocol without a reset", NULL, SCARD_T0, SCARD_LEAVE, 0, 0x8010000F, SCARD_T1},
	{"reconnect: after a reset by another program", "reset 0", SCARD_T0 | SCARD_T1, SCARD_LEAVE,
	 0x80100068, 0, SCARD_T1},
	{"reconnect: another card", "swap 0 3B00", SCARD_T0 | SCARD_T1, SCARD_LEAVE, 0x80100069, 0, SCARD_T0},
	{"reconnect: no card", "remove 0", SCARD_T0 | SCARD_T1, SCARD_LEAVE, 0x80100069, 0x8010000C,
	 SCARD_T1},
	{"reconnect: a mute card", "mute 0", SCARD_T0 | SCARD_T1, SCARD_RESET, 0, 0x80100066, SCARD_T1},
	{"reconnect: no reader", "unplug 0", SCARD_T0 | SCARD_T1, SCARD_LEAVE, 0x80100017, 0x80100017,
	 SCARD_T1},
};

static void test_reconnect(void **state)
{
	const struct reconnect_row *row = *state;
	struct scard *ctx;
	struct scard_card *card = open_card(&ctx, "reader \"A\"\ncard 0 " ATR);
	struct scard_fault fault = {0};

	if (row->happens)
		fake_winscard_do(row->happens);
	assert_transmit(card, row->before ? CS_E_PCSC : CS_OK, row->before);
	assert_int_equal(scard_reconnect(card, SCARD_AS_SHARED, row->protocols, row->init, &fault),
			 row->rv ? CS_E_PCSC : CS_OK);
	assert_int_equal(fault.rv, row->rv);
	if (row->rv)
		assert_string_equal(fault.call, "SCardReconnect");
	else
		assert_transmit(card, CS_OK, 0);
	assert_int_equal(scard_protocol(card), row->protocol);
	close_card(card, ctx);
}

static void test_atr(void **state)
{
	struct scard *ctx;
	struct scard_card *card = open_card(&ctx, "reader \"A\"\ncard 0 " ATR);
	struct scard_fault fault;
	uint8_t atr[SCARD_ATR_MAX];
	size_t len = 99;

	(void)state;
	assert_int_equal(scard_atr(card, atr, &len, &fault), CS_OK);
	assert_int_equal(len, 5);
	assert_memory_equal(atr, "\x3B\x80\x80\x01\x01", 5);
	fake_winscard_do("oversize-atr 0");
	assert_int_equal(scard_atr(card, atr, &len, &fault), CS_OK);
	assert_int_equal(len, SCARD_ATR_MAX);
	fake_winscard_do("remove 0");
	assert_int_equal(scard_atr(card, atr, &len, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x80100069);
	assert_int_equal(len, 0);
	close_card(card, ctx);
}

static void test_transaction(void **state)
{
	struct scard *ctx;
	struct scard_card *card = open_card(&ctx, "reader \"A\"\ncard 0 " ATR);
	struct scard_fault fault;

	(void)state;
	assert_int_equal(scard_end(card, SCARD_LEAVE, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x80100016);
	assert_int_equal(scard_begin(card, &fault), CS_OK);
	assert_transmit(card, CS_OK, 0);
	assert_int_equal(scard_end(card, SCARD_LEAVE, &fault), CS_OK);
	assert_int_equal(scard_begin(card, &fault), CS_OK);
	assert_int_equal(scard_end(card, SCARD_RESET, &fault), CS_OK);
	assert_int_equal(scard_begin(card, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x80100068);
	close_card(card, ctx);
}

static void test_control(void **state)
{
	struct scard *ctx;
	struct scard_card *card = open_card(&ctx, "reader \"A\"\ncard 0 " ATR "\n"
						  "control 0 0x42000D48 - 06044233000A\n"
						  "control 0 0x42000001 0102 -");
	struct scard_fault fault;
	uint8_t rsp[6];
	size_t len = sizeof(rsp);

	(void)state;
	assert_int_equal(scard_ctl_code(3400), 0x42000D48);
	assert_int_equal(scard_control(card, scard_ctl_code(3400), NULL, 0, rsp, &len, &fault), CS_OK);
	assert_int_equal(len, 6);
	assert_memory_equal(rsp, "\x06\x04\x42\x33\x00\x0A", 6);
	len = sizeof(rsp);
	assert_int_equal(scard_control(card, 0x42000001, (const uint8_t *)"\1\2", 2, rsp, &len, &fault),
			 CS_OK);
	assert_int_equal(len, 0);
	len = sizeof(rsp);
	assert_int_equal(scard_control(card, 0x42000001, (const uint8_t *)"\1", 1, rsp, &len, &fault),
			 CS_E_PCSC);
	assert_int_equal(fault.rv, 0x8010001F);
	assert_int_equal(len, 0);
	len = 5;
	assert_int_equal(scard_control(card, scard_ctl_code(3400), NULL, 0, rsp, &len, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x80100008);
	close_card(card, ctx);
}

static void test_attrib(void **state)
{
	struct scard *ctx;
	struct scard_card *card =
		open_card(&ctx, "reader \"A\"\ncard 0 " ATR "\nattrib 0 0x10100 41434D4500");
	struct scard_fault fault;
	uint8_t value[SCARD_ATTR_MAX];
	size_t len = sizeof(value);

	(void)state;
	assert_int_equal(scard_attrib(card, 0x10100, value, &len, &fault), CS_OK);
	assert_int_equal(len, 5);
	assert_memory_equal(value, "ACME", 5);
	len = sizeof(value);
	assert_int_equal(scard_attrib(card, 0x10101, value, &len, &fault), CS_E_PCSC);
	assert_int_equal(fault.rv, 0x8010001F);
	assert_int_equal(len, 0);
	close_card(card, ctx);
}

/* ---- every code from every call ---- */

static enum cs_err call_list(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	struct scard_names names;
	enum cs_err err = scard_names_get(ctx, &names, fault);

	(void)card;
	assert_true(err == CS_OK || names.n == 0);
	scard_names_release(&names);
	return err;
}

static enum cs_err call_status(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	struct scard_state row = {.reader = "A"};

	(void)card;
	return scard_wait(ctx, &row, 1, SCARD_WAIT_FOREVER, fault);
}

static enum cs_err call_connect(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	struct scard_card *second = card;
	enum cs_err err = scard_connect(ctx, "A", SCARD_AS_SHARED, SCARD_T0, &second, fault);

	assert_true(err != CS_OK && !second);
	return err;
}

static enum cs_err call_transmit(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	uint8_t rsp[2];
	size_t len = sizeof(rsp);
	enum cs_err err = scard_transmit(card, select_mf, sizeof(select_mf), rsp, &len, fault);

	(void)ctx;
	assert_int_equal(len, 0);
	return err;
}

static enum cs_err call_reconnect(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	enum cs_err err = scard_reconnect(card, SCARD_AS_SHARED, SCARD_T0, SCARD_RESET, fault);

	(void)ctx;
	assert_int_equal(scard_protocol(card), SCARD_T0);
	return err;
}

static enum cs_err call_card_status(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	uint8_t atr[SCARD_ATR_MAX];
	size_t len;
	enum cs_err err = scard_atr(card, atr, &len, fault);

	(void)ctx;
	assert_int_equal(len, 0);
	return err;
}

static enum cs_err call_begin(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	(void)ctx;
	return scard_begin(card, fault);
}

static enum cs_err call_end(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	(void)ctx;
	return scard_end(card, SCARD_LEAVE, fault);
}

static enum cs_err call_control(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	uint8_t rsp[2];
	size_t len = sizeof(rsp);
	enum cs_err err = scard_control(card, 1, NULL, 0, rsp, &len, fault);

	(void)ctx;
	assert_int_equal(len, 0);
	return err;
}

static enum cs_err call_attrib(struct scard *ctx, struct scard_card *card, struct scard_fault *fault)
{
	uint8_t value[2];
	size_t len = sizeof(value);
	enum cs_err err = scard_attrib(card, 0x90303, value, &len, fault);

	(void)ctx;
	assert_int_equal(len, 0);
	return err;
}

static const struct sweep_row {
	const char *name;
	enum cs_err (*run)(struct scard *ctx, struct scard_card *card, struct scard_fault *fault);
	struct {
		uint32_t rv;
		enum cs_err err;
	} other[3]; /* codes that are no fault */
} sweep_rows[] = {
	{"SCardListReaders", call_list, {{0x8010002E, CS_OK}}},
	{"SCardGetStatusChange", call_status, {{0x8010000A, CS_E_TIMEOUT}, {0x80100002, CS_E_CANCELLED}}},
	{"SCardConnect", call_connect, {{0, CS_OK}}},
	{"SCardTransmit", call_transmit, {{0, CS_OK}}},
	{"SCardReconnect", call_reconnect, {{0, CS_OK}}},
	{"SCardStatus", call_card_status, {{0, CS_OK}}},
	{"SCardBeginTransaction", call_begin, {{0, CS_OK}}},
	{"SCardEndTransaction", call_end, {{0, CS_OK}}},
	{"SCardControl", call_control, {{0, CS_OK}}},
	{"SCardGetAttrib", call_attrib, {{0, CS_OK}}},
};

static enum cs_err expected(const struct sweep_row *row, uint32_t rv)
{
	for (size_t i = 0; i < COUNT(row->other) && row->other[i].rv; i++) {
		if (row->other[i].rv == rv)
			return row->other[i].err;
	}
	return CS_E_PCSC;
}

static void test_sweep(void **state)
{
	const struct sweep_row *row = *state;

	for (size_t i = 0; i <= COUNT(table); i++) {
		uint32_t rv = i < COUNT(table) ? table[i].value : 0x1234;
		struct scard_fault fault = {0};
		struct scard_card *card = NULL;
		struct scard *ctx = open_context("reader \"A\"\ncard 0 3B00");
		char fail[80];

		assert_int_equal(scard_connect(ctx, "A", SCARD_AS_SHARED, SCARD_T0, &card, &fault), CS_OK);
		snprintf(fail, sizeof(fail), "fail %s 0x%X always", row->name, (unsigned)rv);
		fake_winscard_do(fail);
		assert_int_equal(row->run(ctx, card, &fault), expected(row, rv));
		if (expected(row, rv) == CS_E_PCSC) {
			assert_string_equal(fault.call, row->name);
			assert_int_equal(fault.rv, rv);
		}
		scard_disconnect(&card, SCARD_LEAVE);
		scard_free(&ctx);
	}
}

/* What is released is released, whatever the service says. */
static void test_sweep_of_releases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct scard *ctx = open_context("reader \"A\"\ncard 0 3B00");
		struct scard_card *card = NULL;
		struct scard_fault fault;
		char fail[160];

		assert_int_equal(scard_connect(ctx, "A", SCARD_AS_SHARED, SCARD_T0, &card, &fault), CS_OK);
		for (size_t k = 0; k < 3; k++) {
			static const char *const calls[] = {"SCardDisconnect", "SCardReleaseContext",
							    "SCardCancel"};

			snprintf(fail, sizeof(fail), "fail %s 0x%X always", calls[k],
				 (unsigned)table[i].value);
			fake_winscard_do(fail);
		}
		scard_cancel(ctx);
		scard_disconnect(&card, SCARD_LEAVE);
		assert_null(card);
		scard_free(&ctx);
		assert_null(ctx);
	}
}

static void test_sweep_of_establish(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		bool patient = table[i].value == 0x8010001D || table[i].value == 0x8010006A;
		struct scard_fault fault;
		struct scard *ctx;
		char fail[80];

		snprintf(fail, sizeof(fail), "fail SCardEstablishContext 0x%X always",
			 (unsigned)table[i].value);
		fake_winscard_load(fail);
		assert_int_equal(scard_new(&ctx, &fault), CS_E_PCSC);
		assert_null(ctx);
		assert_int_equal(fault.rv, table[i].value);
		assert_int_equal(fake_winscard_calls("SCardEstablishContext"),
				 patient ? 1 + SCARD_RETRIES : 1);
	}
}

int main(void)
{
	static const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(test_get_finds_every_row),
		cmocka_unit_test(test_known_codes),
		cmocka_unit_test(test_new_is_patient_with_a_race),
		cmocka_unit_test(test_new_gives_up),
		cmocka_unit_test(test_new_believes_other_codes_at_once),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_reader_is_no_error),
		cmocka_unit_test(test_list_grows),
		cmocka_unit_test(test_list_shrinks_to_nothing),
		cmocka_unit_test(test_wait_tells_states),
		cmocka_unit_test(test_atr_that_is_said_to_be_too_long),
		cmocka_unit_test(test_wait_for_an_unknown_reader),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_connect_and_transmit),
		cmocka_unit_test(test_atr),
		cmocka_unit_test(test_transaction),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_attrib),
		cmocka_unit_test(test_sweep_of_releases),
		cmocka_unit_test(test_sweep_of_establish),
	};
	struct CMUnitTest
		tests[COUNT(plain) + COUNT(connect_rows) + COUNT(reconnect_rows) + COUNT(sweep_rows)];
	size_t n = COUNT(plain);

	memcpy(tests, plain, sizeof(plain));
	for (size_t i = 0; i < COUNT(connect_rows); i++)
		tests[n++] = (struct CMUnitTest){.name = connect_rows[i].name,
						 .test_func = test_connect,
						 .initial_state = (void *)(uintptr_t)&connect_rows[i]};
	for (size_t i = 0; i < COUNT(reconnect_rows); i++)
		tests[n++] = (struct CMUnitTest){.name = reconnect_rows[i].name,
						 .test_func = test_reconnect,
						 .initial_state = (void *)(uintptr_t)&reconnect_rows[i]};
	for (size_t i = 0; i < COUNT(sweep_rows); i++)
		tests[n++] = (struct CMUnitTest){.name = sweep_rows[i].name,
						 .test_func = test_sweep,
						 .initial_state = (void *)(uintptr_t)&sweep_rows[i]};
	return cmocka_run_group_tests_name("scard", tests, NULL, NULL);
}

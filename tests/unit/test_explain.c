/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people paste, and the answer that has to come first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/explain.h"

#define FOREIGN NULL
static const struct explain_code codes[] = {
#define SCARD_ERR(symbol, value, exit_status, sentence, cause) {value, #symbol, sentence, cause},
#include "pcsc/scard_err.def"
#undef SCARD_ERR
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

static enum cs_err ask(struct explain_answers *out, struct pool *pool, const char *text)
{
	return explain(out, pool, text, strlen(text), codes, CODES);
}

static const struct row {
	const char *text;
	enum explain_kind kind;
	const char *name;
	const char *kase; /* of the first reason; NULL: none, or without a case */
} rows[] = {
	/* codes */
	{"0x8010006A", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{" 0X8010006a ", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{"8010006A", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{"-2146434966", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{"2148532330", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{"0xFFFFFFFF8010001D", EXPLAIN_CODE, "SCARD_E_NO_SERVICE", "D16"},
	{"SCARD_E_SERVICE_STOPPED", EXPLAIN_CODE, "SCARD_E_SERVICE_STOPPED", "D37"},
	{"scard_e_sharing_violation", EXPLAIN_CODE, "SCARD_E_SHARING_VIOLATION", "D9"},
	{"SHARING_VIOLATION", EXPLAIN_CODE, "SCARD_E_SHARING_VIOLATION", "D9"},
	{"Failed to establish context: Service not available. (0x8010001D)", EXPLAIN_CODE,
	 "SCARD_E_NO_SERVICE", "D16"},
	{"SCardConnect failed: -2146435061", EXPLAIN_CODE, "SCARD_E_SHARING_VIOLATION", "D9"},
	{"sun.security.smartcardio.PCSCException: SCARD_E_NO_READERS_AVAILABLE", EXPLAIN_CODE,
	 "SCARD_E_NO_READERS_AVAILABLE", "D21"},
	{"SCARD_S_SUCCESS", EXPLAIN_MESSAGE, "SCARD_S_SUCCESS", NULL},
	{"SCardConnect: Command successful. (0x00000000)", EXPLAIN_MESSAGE, "SCARD_S_SUCCESS", NULL},
	{"0", EXPLAIN_MESSAGE, "SCARD_S_SUCCESS", NULL},
	{"0x0", EXPLAIN_MESSAGE, "SCARD_S_SUCCESS", NULL},
	{"0x80100023", EXPLAIN_CODE, "SCARD_E_DIR_NOT_FOUND", NULL},
	/* messages of libpcsclite and of ours */
	{"Access denied.", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{"SCardEstablishContext: Access denied.", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D1"},
	{"SCardConnect: Access denied.", EXPLAIN_CODE, "SCARD_W_SECURITY_VIOLATION", "D4"},
	{"SERVICE NOT AVAILABLE", EXPLAIN_CODE, "SCARD_E_NO_SERVICE", "D16"},
	{"Service was stopped.", EXPLAIN_CODE, "SCARD_E_SERVICE_STOPPED", "D37"},
	{"RPC transport error.", EXPLAIN_CODE, "SCARD_F_COMM_ERROR", "D20c"},
	{"SCardConnect: RPC transport error.", EXPLAIN_CODE, "SCARD_F_COMM_ERROR", "D4"},
	{"Cannot find a smart card reader.", EXPLAIN_CODE, "SCARD_E_NO_READERS_AVAILABLE", "D21"},
	{"Card is unpowered.", EXPLAIN_CODE, "SCARD_W_UNPOWERED_CARD", "D41"},
	{"Card is unresponsive.", EXPLAIN_CODE, "SCARD_W_UNRESPONSIVE_CARD", "D43"},
	{"Transaction failed.", EXPLAIN_CODE, "SCARD_E_NOT_TRANSACTED", "D43"},
	{"SCardControl: Transaction failed.", EXPLAIN_CODE, "SCARD_E_NOT_TRANSACTED", "D48"},
	{"Card protocol mismatch.", EXPLAIN_CODE, "SCARD_E_PROTO_MISMATCH", "D46"},
	{"SCardConnect: reader in use by another program (SCARD_E_SHARING_VIOLATION 0x8010000B); likely "
	 "cause",
	 EXPLAIN_CODE, "SCARD_E_SHARING_VIOLATION", "D9"},
	{"the exchange with the card failed", EXPLAIN_CODE, "SCARD_E_NOT_TRANSACTED", "D43"},
	/* status words */
	{"SW 6982", EXPLAIN_STATUS_WORD, "6982", NULL},
	{"6982", EXPLAIN_STATUS_WORD, "6982", NULL},
	{"0x6982", EXPLAIN_STATUS_WORD, "6982", NULL},
	{"69 82", EXPLAIN_STATUS_WORD, "6982", NULL},
	{"63C2", EXPLAIN_STATUS_WORD, "63C2", NULL},
	{"sw=63c2", EXPLAIN_STATUS_WORD, "63C2", NULL},
	{"SW1=0x69, SW2=0x82", EXPLAIN_STATUS_WORD, "6982", NULL},
	{"SW1SW2: 6A82", EXPLAIN_STATUS_WORD, "6A82", NULL},
	{"sw6d00", EXPLAIN_STATUS_WORD, "6D00", NULL},
	{"card answered status word 6A82 to SELECT", EXPLAIN_STATUS_WORD, "6A82", NULL},
	{"9000", EXPLAIN_STATUS_WORD, "9000", NULL},
	/* other programs */
	{"PC/SC error", EXPLAIN_MESSAGE, "PC/SC error", NULL},
	{"LIBUSB_ERROR_BUSY", EXPLAIN_MESSAGE, "LIBUSB_ERROR_BUSY", "D22"},
	{"-7", EXPLAIN_MESSAGE, "LIBUSB_ERROR_TIMEOUT", "D29"},
	{"gpg: selecting card failed: No such device", EXPLAIN_MESSAGE, "No such device", "D10"},
	{"gpg: selecting card failed: Service is not running", EXPLAIN_MESSAGE, "Service is not running",
	 "D16"},
	{"gpg: selecting card failed: Operation not supported by device", EXPLAIN_MESSAGE,
	 "selecting card failed", "D10"},
	{"No smart card readers found.", EXPLAIN_CODE, "SCARD_E_NO_READERS_AVAILABLE", "D21"},
	{"Unsupported card", EXPLAIN_MESSAGE, "Unsupported card", "D58"},
	{"CKR_TOKEN_NOT_PRESENT", EXPLAIN_MESSAGE, "CKR_TOKEN_NOT_PRESENT", "D41"},
	{"PKCS11 function C_OpenSession failed: rv = CKR_DEVICE_ERROR (0x30)", EXPLAIN_MESSAGE,
	 "CKR_DEVICE_ERROR", "D13"},
	{"0xE0", EXPLAIN_MESSAGE, "CKR_TOKEN_NOT_PRESENT", "D41"},
	{"javax.smartcardio.CardException: list() failed", EXPLAIN_MESSAGE, "list() failed", "D40c"},
	{"OpenSC module not registered", EXPLAIN_MESSAGE, "PKCS#11 module not registered", "D58"},
	{"unix_listener: cannot bind to path /tmp/pcscd.comm: Address already in use", EXPLAIN_MESSAGE,
	 "cannot bind to path", "D19"},
	{"gpg: signing failed: Conflicting use", EXPLAIN_MESSAGE, "Conflicting use", "D9"},
	{"ERROR: Failed connecting to a YubiKey 5. Make sure the application have the required permissions.",
	 EXPLAIN_MESSAGE, "no connection to the YubiKey", "D9"},
	{"sign_and_send_pubkey: signing failed for RSA \"PIV AUTH pubkey\" from agent: agent refused "
	 "operation",
	 EXPLAIN_MESSAGE, "agent refused operation", NULL},
	{"Error code: SEC_ERROR_NO_TOKEN", EXPLAIN_MESSAGE, "token missing or failing", "D58"},
	{"smartcard.Exceptions.NoReadersException", EXPLAIN_CODE, "SCARD_E_NO_READERS_AVAILABLE", "D21"},
	{"smartcard.Exceptions.NoCardException: Unable to connect", EXPLAIN_MESSAGE, "NoCardException",
	 "D43"},
	{"CardConnectionException: Unable to connect with protocol: T0 or T1. Card is unpowered.",
	 EXPLAIN_CODE, "SCARD_W_UNPOWERED_CARD", "D41"},
	{"Gemalto PC Twin Reader init failed.", EXPLAIN_MESSAGE, "reader did not start", "D29"},
	{"Extra field for 1/4 has a wrong length: 9", EXPLAIN_LOG, "D26", "D26"},
	{"IFD_COMMUNICATION_ERROR", EXPLAIN_MESSAGE, "IFD_COMMUNICATION_ERROR", "D43"},
	{"612", EXPLAIN_MESSAGE, "IFD_COMMUNICATION_ERROR", "D43"},
	{"usb 1-4: device not accepting address 5, error -71", EXPLAIN_MESSAGE, "USB error", "D30"},
	{"useIFDCCID", EXPLAIN_MESSAGE, "reader driver of macOS 14", "D51"},
	{"macOS does not list my reader", EXPLAIN_MESSAGE, "reader not listed on macOS", "D52"},
	{"com.apple.ifdreader", EXPLAIN_MESSAGE, "com.apple.ifdreader", "D53"},
	{"/opt/homebrew/Cellar/pcsc-lite/2.0.0/lib", EXPLAIN_MESSAGE, "Homebrew's pcsc-lite", "D54"},
	{"FreeBSD", EXPLAIN_MESSAGE, "no reader on FreeBSD", "D55"},
	/* log lines */
	{"pcscd[812]: 00000007 auth.c:143:IsClientAuthorized() Process 4711 (user: 1000) is NOT authorized "
	 "for "
	 "action: access_pcsc",
	 EXPLAIN_LOG, "D1", "D1"},
	{"ccid_usb.c:672:OpenUSBByName() Can't claim interface 1/6: LIBUSB_ERROR_BUSY", EXPLAIN_LOG, "D11",
	 "D11"},
};

static void check_first(const struct row *row, enum cs_err err, const struct explain_answers *answers)
{
	const struct explain_answer *first = &answers->answer[0];
	const char *kase = first->n_causes ? first->cause[0].kase : NULL;

	if (err != CS_OK)
		fail_msg("%s: %s", row->text, cs_err_symbol(err));
	if (first->kind != row->kind || strcmp(first->name, row->name) != 0 || !kase != !row->kase ||
	    (kase && strcmp(kase, row->kase) != 0))
		fail_msg("%s: %s %s %s", row->text, first->name, kase, first->meaning);
}

static void test_first_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct explain_answers answers;
		struct pool pool = {0};

		check_first(&rows[i], ask(&answers, &pool, rows[i].text), &answers);
		pool_release(&pool);
	}
}

static void test_nothing_known(void **state)
{
	static const char *const unknown[] = {"hello world", "5",    "48",   "6",
					      "69",          "7000", "1234", "0x80107777"};
	static const char *const empty[] = {"", "  \n", "...", "\x80\xFF"};
	struct explain_answers answers;
	struct pool pool = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		if (ask(&answers, &pool, unknown[i]) != CS_E_NOT_FOUND)
			fail_msg("%s: %s", unknown[i], answers.answer[0].name);
	}
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		assert_int_equal(ask(&answers, &pool, empty[i]), CS_E_EMPTY);
	pool_release(&pool);
}

/* Every code by number and by name, with something to say about it. */
static void test_every_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < CODES; i++) {
		struct explain_answers answers;
		struct pool pool = {0};
		char text[64];

		assert_int_equal(ask(&answers, &pool, codes[i].symbol), CS_OK);
		assert_string_equal(answers.answer[0].name, codes[i].symbol);
		assert_int_equal(answers.answer[0].value, codes[i].value);
		assert_int_equal(answers.answer[0].score, 100);
		assert_true(answers.answer[0].n_causes > 0 || !codes[i].cause);
		snprintf(text, sizeof(text), "error %d", (int)codes[i].value);
		assert_int_equal(ask(&answers, &pool, text), CS_OK);
		assert_int_equal(answers.answer[0].value, codes[i].value);
		pool_release(&pool);
	}
}

static bool is_comparable(const char *phrase, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = phrase[i];
		bool blank = c == ' ';

		if (!blank && c != '_' && !islower((unsigned char)c) && !isdigit((unsigned char)c))
			return false;
		if (blank && (i == 0 || i + 1 == len || phrase[i + 1] == ' '))
			return false;
	}
	return len > 0;
}

static bool is_case(const char *kase)
{
	size_t digits = kase[0] == 'D' ? strspn(kase + 1, "0123456789") : 0;

	return digits > 0 && strlen(kase) <= digits + 2;
}

static void check_phrases(const char *phrases, const char *name, uint32_t code)
{
	while (*phrases) {
		size_t len = strcspn(phrases, "|");
		struct explain_answers answers;
		struct pool pool = {0};

		if (!is_comparable(phrases, len))
			fail_msg("%.*s", (int)len, phrases);
		assert_int_equal(explain(&answers, &pool, phrases, len, codes, CODES), CS_OK);
		if (answers.answer[0].score < 92 ||
		    (answers.answer[0].value != code && strcmp(answers.answer[0].name, name) != 0))
			fail_msg("%.*s: %s", (int)len, phrases, answers.answer[0].name);
		pool_release(&pool);
		phrases += len + (phrases[len] == '|');
	}
}

/* Phrases stand in the form that a text is brought into, else they match nothing; each leads to its own topic
 * first, but for those that are lines of a log as well. */
static void test_every_phrase(void **state)
{
	static const struct {
		uint32_t code;
		const char *name, *phrases;
	} topics[] = {
#define TOPIC(id, code, source, name, phrases, meaning) {code, name, phrases},
#define CAUSE(id, call, kase, cause, check)
#define SW_CAUSE(first, last, kase, cause, check)
#include "diag/explain.def"
#undef TOPIC
#undef CAUSE
#undef SW_CAUSE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		check_phrases(topics[i].phrases, topics[i].name,
			      topics[i].code >> 16 == 0x8010 ? topics[i].code : 1);
}

static void test_every_cause(void **state)
{
	static const struct explain_cause causes[] = {
#define TOPIC(id, code, source, name, phrases, meaning)
#define CAUSE(id, call, kase, cause, check)       {kase, cause, check},
#define SW_CAUSE(first, last, kase, cause, check) {kase, cause, check},
#include "diag/explain.def"
#undef TOPIC
#undef CAUSE
#undef SW_CAUSE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if ((causes[i].kase && !is_case(causes[i].kase)) || !causes[i].cause[0] || !causes[i].check)
			fail_msg("%s", causes[i].cause);
	}
}

static void test_ranking(void **state)
{
	struct explain_answers answers;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(ask(&answers, &pool, "read failed (1/5): -7 LIBUSB_ERROR_TIMEOUT"), CS_OK);
	assert_int_equal(answers.n, 2);
	assert_int_equal(answers.answer[0].kind, EXPLAIN_LOG);
	assert_string_equal(answers.answer[0].cause[0].cause, "the reader at 1/5 did not answer in time");
	assert_string_equal(answers.answer[1].name, "LIBUSB_ERROR_TIMEOUT");
	for (size_t i = 1; i < answers.n; i++)
		assert_true(answers.answer[i - 1].score >= answers.answer[i].score);
	assert_int_equal(
		ask(&answers, &pool, "Sharing violation, then Card was reset, then CKR_DEVICE_ERROR"), CS_OK);
	assert_int_equal(answers.n, 3);
	pool_release(&pool);
}

static void test_reasons_of_the_call_first(void **state)
{
	struct explain_answers answers;
	struct pool pool = {0};
	size_t last;

	(void)state;
	assert_int_equal(ask(&answers, &pool, "SCardEstablishContext: Access denied."), CS_OK);
	last = answers.answer[0].n_causes - 1;
	assert_string_equal(answers.answer[0].cause[last].kase, "D4");
	pool_release(&pool);
}

static void test_status_word_figure(void **state)
{
	struct explain_answers answers;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(ask(&answers, &pool, "63C2"), CS_OK);
	assert_int_equal(answers.answer[0].value, 0x63C2);
	assert_non_null(strstr(answers.answer[0].meaning, ": 2"));
	assert_int_equal(answers.answer[0].n_causes, 1);
	pool_release(&pool);
}

static void test_long_text(void **state)
{
	static char text[EXPLAIN_TEXT_MAX + 64];
	struct explain_answers answers;
	struct pool pool = {0};

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + EXPLAIN_TEXT_MAX - 18, " sharing violation", 18);
	assert_int_equal(explain(&answers, &pool, text, EXPLAIN_TEXT_MAX, codes, CODES), CS_OK);
	assert_string_equal(answers.answer[0].name, "SCARD_E_SHARING_VIOLATION");
	memset(text, 'x', sizeof(text));
	memcpy(text + EXPLAIN_TEXT_MAX - 2, " sharing violation", 18);
	assert_int_equal(explain(&answers, &pool, text, sizeof(text), codes, CODES), CS_E_NOT_FOUND);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_answer),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_every_code),
		cmocka_unit_test(test_every_phrase),
		cmocka_unit_test(test_every_cause),
		cmocka_unit_test(test_ranking),
		cmocka_unit_test(test_reasons_of_the_call_first),
		cmocka_unit_test(test_status_word_figure),
		cmocka_unit_test(test_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "view/clients_json.h"
#include "view/clients_text.h"
#include "view/diagnosis_json.h"
#include "view/diagnosis_text.h"
#include "view/report_text.h"

static const struct check checks[] = {
	{"library-a", LAYER_LIBRARY, "the library is there", NULL},
	{"socket-a", LAYER_SOCKET, "somebody listens", NULL},
	{"daemon-a", LAYER_DAEMON, "it answers", NULL},
	{"protocol-a", LAYER_PROTOCOL, "it speaks", NULL},
	{"sharing-a", LAYER_SHARING, "nobody holds it", NULL},
};

#define CHECKS (sizeof(checks) / sizeof(checks[0]))

static struct facts_client clients[] = {
	{.pid = 42, .uid = 1000, .user = "alice", .comm = "scdaemon", .connections = 1, .by_socket = true},
	{.pid = 43,
	 .uid = 1001,
	 .user = "bo\033b",
	 .comm = "thing",
	 .cmdline = "thing --pin 1234",
	 .raw_usb = true,
	 .usb = "/dev/bus/usb/001/004"},
	{.pid = 0, .uid = FACT_NO_UID, .comm = NULL, .connections = 2, .by_socket = true},
};

static struct facts_usb usb = {.bus_path = "1-4",
			       .interface = "1-4:1.0",
			       .vendor = 0x1234,
			       .product = 0xABCD,
			       .serial = "SN4711",
			       .interface_class = -1};

static struct live_reader reader = {.name = "ACME (SN4711) 00 00", .state = 0x20, .atr = "3B00"};

static const char *item[] = {"connect: refused", "second"};

#define SSH "192.0.2.7 5022 192.0.2.8 22"

struct fixture {
	struct facts facts;
	struct diagnosis diagnosis;
	struct diagnosis_row row[CHECKS];
};

static void fill(struct fixture *f)
{
	*f = (struct fixture){.facts = {.client = clients,
					.n_client = 3,
					.hidden_clients = 1,
					.clients_known = FACT_YES,
					.usb = &usb,
					.n_usb = 1,
					.env = {.home = "/export/alice"},
					.user = {.uid = 1000, .euid = 1000, .name = "alice"},
					.live_known = true,
					.live = {.reader = &reader, .n = 1}}};
	for (size_t i = 0; i < CHECKS; i++)
		f->row[i].check = &checks[i];
	f->row[0].verdict = (struct verdict){.status = CHECK_OK, .detail = "libpcsclite 1"};
	f->row[1].verdict = (struct verdict){
		.status = CHECK_FAIL,
		.kase = "D17",
		.detail = "nobody listens",
		.evidence = {item, 2, 2},
		.remedy = {{"Start it.", "rm -f x\nstart", true}, {"Look at it.", NULL, false}},
		.n_remedies = 2};
	f->row[2].verdict = f->row[3].verdict =
		(struct verdict){.status = CHECK_SKIP, .detail = "not looked at: socket is broken"};
	f->row[4].verdict =
		(struct verdict){.status = CHECK_WARN, .kase = "D9", .detail = "thing may hold it"};
	f->diagnosis = (struct diagnosis){
		.row = f->row, .n = CHECKS, .root_cause = &f->row[1], .verdict = DIAGNOSIS_PROBLEM};
}

static const char lines[] = "ok    library      the library is there: libpcsclite 1\n"
			    "FAIL  socket       nobody listens (D17)\n"
			    "      connect: refused\n"
			    "      second\n"
			    "      remedy, as root: Start it.\n"
			    "          rm -f x\n"
			    "          start\n"
			    "      remedy: Look at it.\n"
			    "skip  daemon, protocol: not looked at: socket is broken\n"
			    "warn  sharing      thing may hold it (D9)\n"
			    "\n"
			    "Root cause: nobody listens (socket-a, D17)\n"
			    "As root this would also: name it; do that\n";

static const char cause[] = "FAIL  socket       nobody listens (D17)\n"
			    "      connect: refused\n"
			    "      second\n"
			    "      remedy, as root: Start it.\n"
			    "          rm -f x\n"
			    "          start\n"
			    "      remedy: Look at it.\n";

static const char holders[] = "     42  scdaemon  user alice  1 connection to pcscd\n"
			      "     43  thing  user bo\\x1Bb  holds /dev/bus/usb/001/004\n"
			      "      ?  unknown  user unknown  2 connections to pcscd\n"
			      "1 connection of processes that only root can name\n"
			      "thing may hold it\n";

static char *shown(const struct fixture *f, enum diagnosis_detail detail)
{
	static const char *more[] = {"name it", "do that"};
	const struct pool_list unreadable = {more, 2, 2};
	char *text = NULL;
	size_t len = 0;
	const struct term t = {.out = open_memstream(&text, &len)};

	assert_non_null(t.out);
	diagnosis_text_put(&t, &f->diagnosis, &unreadable, detail);
	fclose(t.out);
	return text;
}

static void test_text(void **state)
{
	struct fixture f;
	char *text;

	(void)state;
	fill(&f);
	text = shown(&f, DIAGNOSIS_LINES);
	assert_string_equal(text, lines);
	free(text);
	text = shown(&f, DIAGNOSIS_ROOT_CAUSE);
	assert_string_equal(text, cause);
	free(text);
	text = shown(&f, DIAGNOSIS_ALL);
	assert_non_null(
		strstr(text, "skip  protocol     it speaks: not looked at: socket is broken [protocol-a]\n"));
	free(text);
	f.diagnosis.root_cause = NULL;
	f.diagnosis.verdict = DIAGNOSIS_OK;
	text = shown(&f, DIAGNOSIS_LINES);
	assert_non_null(strstr(text, "\nNothing is broken here; "));
	free(text);
	f.row[4].verdict.status = CHECK_OK;
	text = shown(&f, DIAGNOSIS_LINES);
	assert_non_null(strstr(text, "\nNothing is wrong with PC/SC here.\n"));
	free(text);
	f.diagnosis.verdict = DIAGNOSIS_UNKNOWN;
	text = shown(&f, DIAGNOSIS_LINES);
	assert_non_null(strstr(text, "\nIt can not be told from here whether PC/SC works.\n"));
	free(text);
	text = shown(&f, DIAGNOSIS_ROOT_CAUSE);
	assert_string_equal(text, "");
	free(text);
}

static void test_json(void **state)
{
	struct fixture f;
	json_t *value, *check, *remedy;

	(void)state;
	fill(&f);
	assert_int_equal(diagnosis_json_build(&value, &f.diagnosis, &f.facts), CS_OK);
	assert_string_equal(json_string_value(json_object_get(value, "verdict")), "problem");
	check = json_array_get(json_object_get(value, "checks"), 1);
	assert_string_equal(json_string_value(json_object_get(check, "status")), "fail");
	assert_string_equal(json_string_value(json_object_get(check, "case")), "D17");
	remedy = json_array_get(json_object_get(check, "remedy"), 0);
	assert_string_equal(json_string_value(json_object_get(remedy, "command")), "rm -f x\nstart");
	assert_true(json_is_true(json_object_get(remedy, "as_root")));
	assert_true(json_is_null(
		json_object_get(json_array_get(json_object_get(check, "remedy"), 1), "command")));
	assert_string_equal(json_string_value(json_object_get(json_object_get(value, "root_cause"), "id")),
			    "socket-a");
	json_decref(value);
	f.diagnosis.root_cause = NULL;
	assert_int_equal(diagnosis_json_build(&value, &f.diagnosis, &f.facts), CS_OK);
	assert_true(json_is_null(json_object_get(value, "root_cause")));
	json_decref(value);
}

/* What the table of programs says may change; the lines of the processes are what counts here. */
static void drop_known(char *text)
{
	char *to = text;

	for (char *at = text; *at;) {
		size_t len = strcspn(at, "\n") + 1;

		if (strncmp(at, "      ", 6) != 0 || at[6] == '?') {
			memmove(to, at, len);
			to += len;
		}
		at += len;
	}
	*to = '\0';
}

static void test_clients(void **state)
{
	struct fixture f;
	char *text = NULL;
	size_t len = 0;
	struct term t = {.out = open_memstream(&text, &len)};
	json_t *value, *array;

	(void)state;
	fill(&f);
	clients_text_put(&t, &f.facts, &f.diagnosis);
	fclose(t.out);
	assert_non_null(strstr(text, "      remedy"));
	drop_known(text);
	assert_string_equal(text, holders);
	free(text);
	assert_int_equal(clients_json_build(&value, &f.facts, &f.diagnosis), CS_OK);
	array = json_object_get(value, "clients");
	assert_int_equal(json_array_size(array), 3);
	assert_true(json_is_object(json_object_get(json_array_get(array, 0), "remedy")));
	assert_true(json_is_null(json_object_get(json_array_get(array, 2), "pid")));
	assert_true(json_is_null(json_object_get(json_array_get(array, 2), "uid")));
	assert_int_equal(json_integer_value(json_object_get(value, "hidden")), 1);
	assert_int_equal(json_array_size(json_object_get(value, "sharing")), 1);
	json_decref(value);
}

static void test_report(void **state)
{
	static const uint8_t bytes[] = {0x12, 0x01};
	const struct report_usb descriptors = {"1-4", bytes, sizeof(bytes)};
	struct fixture f;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct report report = {
		.version = "1", .host_name = "box", .facts = &f.facts, .usb = &descriptors, .n_usb = 1};

	(void)state;
	fill(&f);
	f.facts.env.preload = "/export/alice/box/lib.so";
	f.facts.env.ssh_connection = SSH;
	f.row[0].verdict.detail = "SSH_CONNECTION=" SSH;
	report.diagnosis = &f.diagnosis;
	assert_int_equal(report_text_put(out, &report), CS_OK);
	fclose(out);
	assert_null(strstr(text, "SN4711"));
	assert_null(strstr(text, "alice"));
	assert_null(strstr(text, "1234 "));
	assert_null(strstr(text, "--pin"));
	assert_null(strstr(text, "192.0.2."));
	assert_non_null(strstr(text, "SSH_CONNECTION=ADDRESSES"));
	assert_non_null(strstr(text, "\nuser.name: USER\n"));
	assert_non_null(strstr(text, "\nenvironment.LD_PRELOAD: HOME/HOST/lib.so\n"));
	assert_non_null(strstr(text, "\nlive.readers[0].name: ACME (SERIAL) 00 00\n"));
	assert_non_null(strstr(text, "\n1-4, 2 bytes:\n12 01\n"));
	free(text);
	report.serials = true;
	text = NULL;
	out = open_memstream(&text, &len);
	assert_int_equal(report_text_put(out, &report), CS_OK);
	fclose(out);
	assert_non_null(strstr(text, "\nusb[0].serial: SN4711\n"));
	free(text);
}

/* The log names readers that are no longer there. */
static void test_report_of_a_log(void **state)
{
	static const char *const said[] = {
		"pcscd[7]: readerfactory.c:1:RFAddReader() Adding: Key OTP+FIDO+CCID (0012345678) 00 00",
		"pcscd[7]: readerfactory.c:2:RFRemoveReader() Removing reader \"Token [CCID] (AB99) 01 00\"",
		"pcscd[7]: hotplug.c:3:F() read (failed) 12 times (5)",
	};
	struct fixture f;
	struct facts_log fault = {"pcscd[7]: RFAddReader() Card Reader (X-777) init failed.", "D29"};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct report report = {.version = "1", .facts = &f.facts, .diagnosis = &f.diagnosis};

	(void)state;
	fill(&f);
	f.facts.log_known = FACT_YES;
	f.facts.log = &fault;
	f.facts.n_log = 1;
	f.facts.log_tail = (struct pool_list){0};
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		pool_list_add(&f.facts.pool, &f.facts.log_tail, said[i]);
	assert_int_equal(report_text_put(out, &report), CS_OK);
	fclose(out);
	assert_null(strstr(text, "0012345678"));
	assert_null(strstr(text, "AB99"));
	assert_null(strstr(text, "X-777"));
	assert_non_null(strstr(text, "RFAddReader() Adding: Key OTP+FIDO+CCID (SERIAL) 00 00\n"));
	assert_non_null(strstr(text, "\"Token [CCID] (SERIAL) 01 00\"\n"));
	assert_non_null(strstr(text, "Card Reader (SERIAL) init failed."));
	assert_non_null(strstr(text, "F() read (failed) 12 times (5)\n"));
	free(text);
	text = NULL;
	report.serials = true;
	out = open_memstream(&text, &len);
	assert_int_equal(report_text_put(out, &report), CS_OK);
	fclose(out);
	assert_non_null(strstr(text, "(0012345678) 00 00\n"));
	free(text);
	pool_release(&f.facts.pool);
}

/* A rule holds other letters than ASCII by number. */
static void test_report_of_a_rule(void **state)
{
	struct fixture f;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	const struct report report = {.version = "1",
				      .host_name = "kiste.example.org",
				      .facts = &f.facts,
				      .diagnosis = &f.diagnosis};

	(void)state;
	fill(&f);
	f.facts.user.uid = 1000;
	f.facts.user.name = "j\xC3\xBCrgen";
	f.row[1].verdict.detail = "Nov 21 08:00:00 kiste pcscd[7]: on kiste.example.org";
	f.row[0].verdict.detail = "subject.user === \"j\\u00FCrgen\"";
	assert_int_equal(report_text_put(out, &report), CS_OK);
	fclose(out);
	assert_null(strstr(text, "rgen"));
	assert_null(strstr(text, "kiste"));
	assert_non_null(strstr(text, "subject.user === \"USER\""));
	free(text);
}

/* What is pasted must end where its last line stands. */
static void test_here_document(void **state)
{
	const struct remedy remedy = {"Write it.", "cat >x <<'EOF'\na\nEOF", false};
	char *text = NULL;
	size_t len = 0;
	const struct term t = {.out = open_memstream(&text, &len)};

	(void)state;
	assert_non_null(t.out);
	remedy_text_put(&t, &remedy);
	fclose(t.out);
	assert_string_equal(text, "      remedy: Write it.\ncat >x <<'EOF'\na\nEOF\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_here_document),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_report_of_a_rule),
		cmocka_unit_test(test_report_of_a_log),
	};

	return cmocka_run_group_tests_name("diagnosis_view", tests, NULL, NULL);
}

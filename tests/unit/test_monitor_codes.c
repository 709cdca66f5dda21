/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every code of PC/SC from every call the monitor makes. */
#include "monitor_harness.h"

#define SCARD_ERR(symbol, value, exit_status, sentence, cause) value,
static const uint32_t codes[] = {
#include "pcsc/scard_err.def"
	0x1234,
};

static bool is_race(uint32_t rv)
{
	return rv == 0x8010001D || rv == 0x8010006A;
}

/* Answers of @call that are no failure at the start. */
static bool is_harmless(const char *call, uint32_t rv)
{
	if (strcmp(call, "SCardGetStatusChange") == 0)
		return rv == 0x80100002 || rv == 0x8010000A;
	return strcmp(call, "SCardListReaders") == 0 && rv == 0x8010002E;
}

/* The first call fails for good: the run ends at once and says why, or takes it for what it is. */
static void test_sweep_start(void **state)
{
	const char *call = *state;

	for (size_t i = 0; i < COUNT(codes); i++) {
		struct scard_fault fault = {0};
		struct run run;
		char scenario[100];

		snprintf(scenario, sizeof(scenario), "reader \"A\"\nfail %s 0x%X always", call,
			 (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){.once = true});
		if (is_harmless(call, codes[i])) {
			assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
		} else {
			assert_int_equal(monitor_run(run.monitor, &fault), CS_E_PCSC);
			assert_int_equal(fault.rv, codes[i]);
			assert_string_equal(fault.call, call);
			assert_string_equal(run.log, "");
		}
		run_end(&run);
	}
}

/* A call fails once on the way: nothing is lost, nothing is told twice. */
static void test_sweep_later(void **state)
{
	const char *call = *state;

	for (size_t i = 0; i < COUNT(codes); i++) {
		bool listing = strcmp(call, "SCardListReaders") == 0;
		struct scard_fault fault;
		struct run run;
		char scenario[400], *card;

		/* the list is empty for a moment: that is for a test of its own */
		if (listing && (codes[i] == 0x8010002E))
			continue;
		snprintf(scenario, sizeof(scenario),
			 LOCKSTEP "reader \"A\"\nafter 0 fail %s 0x%X\nafter 0 insert 0 " C1
				  "\nafter 0 fail %s 0x%X\nafter 0 remove 0\n" END,
			 call, (unsigned)codes[i], call, (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){0});
		assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
		assert_true(strncmp(run.log, "*reader_added 0 A 0000>0010 #0\n", 31) == 0);
		card = strstr(run.log, "card_inserted 0 A 0010>0020 #1 " C1 "\n");
		assert_non_null(card);
		assert_null(strstr(card + 1, "card_inserted"));
		card = strstr(run.log, "card_removed 0 A 0020>0010 #");
		assert_non_null(card);
		assert_null(strstr(card + 1, "card_removed"));
		assert_null(strstr(run.log, "reader_removed"));
		if (!is_harmless(call, codes[i]) && codes[i] != 0x80100009 && codes[i] != 0x80100017 &&
		    !(listing && codes[i] == 0x80100008))
			assert_non_null(strstr(run.log, "service_back"));
		run_end(&run);
	}
}

static void test_sweep_reconnect(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct scard_fault fault;
		struct run run;
		char scenario[300];

		snprintf(scenario, sizeof(scenario),
			 LOCKSTEP
			 "reader \"A\"\nafter 0 service stop\nafter 0 fail SCardEstablishContext 0x%X times "
			 "2\n"
			 "after 0 fail SCardReleaseContext 0x%X times 2\nafter 10 service start\n" END,
			 (unsigned)codes[i], (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){0});
		assert_int_equal(monitor_run(run.monitor, &fault), CS_OK);
		assert_string_equal(run.log, "*reader_added 0 A 0000>0010 #0\n"
					     "service_lost SCardGetStatusChange 80100013\nservice_back\n");
		run_end(&run);
	}
}

static void test_establish_fails_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct scard_fault fault = {0};
		struct run run;
		char scenario[100];

		snprintf(scenario, sizeof(scenario), "fail SCardEstablishContext 0x%X", (unsigned)codes[i]);
		run_start(&run, scenario, (struct monitor_options){.once = true});
		assert_int_equal(monitor_run(run.monitor, &fault), is_race(codes[i]) ? CS_OK : CS_E_PCSC);
		assert_int_equal(fault.rv, codes[i]);
		run_end(&run);
	}
}

int main(void)
{
	static char list[] = "SCardListReaders", status[] = "SCardGetStatusChange",
		    establish[] = "SCardEstablishContext";
	const struct CMUnitTest tests[] = {
		{"at the start: SCardEstablishContext", test_sweep_start, NULL, NULL, establish},
		{"at the start: SCardListReaders", test_sweep_start, NULL, NULL, list},
		{"at the start: SCardGetStatusChange", test_sweep_start, NULL, NULL, status},
		{"later: SCardListReaders", test_sweep_later, NULL, NULL, list},
		{"later: SCardGetStatusChange", test_sweep_later, NULL, NULL, status},
		cmocka_unit_test(test_sweep_reconnect),
		cmocka_unit_test(test_establish_fails_once),
	};

	return cmocka_run_group_tests_name("monitor and codes", tests, NULL, NULL);
}

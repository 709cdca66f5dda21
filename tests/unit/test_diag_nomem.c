/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each allocation of explain, log and polkit_rule fails once: no crash, CS_E_NOMEM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "diag/explain.h"
#include "diag/polkit_rule.h"
#include "nomem.h"

/* The source itself, so that it can be made to fail; it takes the place of the library's. */
#define calloc limited_calloc
#include "diag/pool.c"
#undef calloc

#define LOG_TEXT "read failed (1/5): -7 LIBUSB_ERROR_TIMEOUT"

static enum cs_err rules(struct pool *pool)
{
	static const char *const reader[] = {"One 00 00", "Two 00 00"};
	const struct polkit_rule rule = {.user = "u", .reader = reader, .n_readers = 2};
	const char *text;

	return polkit_rule_build(&text, pool, &rule, POLKIT_RULES);
}

static enum cs_err rules_for_all(struct pool *pool)
{
	const char *text;

	return polkit_rule_build(&text, pool, &(struct polkit_rule){.group = "g"}, POLKIT_RULES);
}

static enum cs_err pkla(struct pool *pool)
{
	const char *text;

	return polkit_rule_build(&text, pool, &(struct polkit_rule){.group = "g"}, POLKIT_PKLA);
}

static enum cs_err status_word(struct pool *pool)
{
	struct explain_answers answers;

	return explain(&answers, pool, "63C2", 4, NULL, 0);
}

static enum cs_err log_line(struct pool *pool)
{
	struct explain_answers answers;

	return explain(&answers, pool, LOG_TEXT, sizeof(LOG_TEXT) - 1, NULL, 0);
}

static enum cs_err log_digest(struct pool *pool)
{
	struct log_digest digest;
	enum cs_err err = log_read(&digest, pool, LOG_TEXT, sizeof(LOG_TEXT) - 1);

	if (!err && !log_meaning(pool, &digest.finding[0].match))
		err = CS_E_NOMEM;
	if (!err && !log_check(pool, &digest.finding[0].match))
		err = CS_E_NOMEM;
	return err;
}

static void test_each_allocation(void **state)
{
	static const struct {
		const char *name;
		enum cs_err (*run)(struct pool *pool);
		long allocations; /* at least */
	} rows[] = {{"rules", rules, 6},       {"rules for all", rules_for_all, 3},
		    {"pkla", pkla, 1},         {"status word", status_word, 2},
		    {"log line", log_line, 2}, {"log", log_digest, 3}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum cs_err err = CS_E_NOMEM;
		long n = 0;

		for (; err != CS_OK; n++) {
			struct pool pool = {0};

			atomic_store(&until_failure, n);
			err = rows[i].run(&pool);
			atomic_store(&until_failure, NOMEM_OFF);
			if (err != CS_OK && err != CS_E_NOMEM)
				fail_msg("%s, allocation %ld: %s", rows[i].name, n, cs_err_symbol(err));
			assert_int_equal(pool.failed, err == CS_E_NOMEM);
			pool_release(&pool);
		}
		if (n - 1 < rows[i].allocations)
			fail_msg("%s: %ld allocations", rows[i].name, n - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

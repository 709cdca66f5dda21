/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_UNIT_FACTS_HARNESS_H
#define CS_TESTS_UNIT_FACTS_HARNESS_H

#include "diag/facts.h"
#include "temp_root.h"

#define FILES_MAX 16

/* facts_of - the facts of a root with these files; release with facts_release() */
static inline void facts_of(struct facts *facts, const struct temp_file *files, const struct facts_env *env)
{
	char dir[] = "/tmp/facts.XXXXXX";
	struct facts_options options = {.dir = dir, .wire_ms = 100, .child_ms = 100, .ask_children = true};

	if (env)
		options.env = *env;
	temp_make(dir, files);
	assert_int_equal(facts_collect(facts, &options), CS_OK);
	temp_remove(dir);
	assert_false(facts->root.live);
}

/* assert_text - equal, NULL only equals NULL */
#define assert_text(got, want)                                                                               \
	do {                                                                                                 \
		const char *got_ = (got), *want_ = (want);                                                   \
		if (want_)                                                                                   \
			assert_non_null(got_);                                                               \
		else                                                                                         \
			assert_null(got_);                                                                   \
		if (want_)                                                                                   \
			assert_string_equal(got_, want_);                                                    \
	} while (0)

#endif

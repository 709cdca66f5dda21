/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a message to explain, and as names in a rule for polkit. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag/explain.h"
#include "diag/polkit_rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct explain_code codes[] = {
	{0x8010006A, "SCARD_W_SECURITY_VIOLATION", "access denied", "polkit"},
	{0x8010001D, "SCARD_E_NO_SERVICE", "PC/SC service not available", NULL},
};

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_safe(const char *text)
{
	check(text != NULL);
	for (; *text; text++)
		check((unsigned char)*text >= ' ' && *text != 0x7F);
}

static void check_answer(const struct explain_answer *answer, unsigned best)
{
	check(answer->score > 0 && answer->score <= best);
	check(answer->n_causes <= EXPLAIN_CAUSES_MAX);
	check(answer->name && answer->name[0] && answer->source);
	check_safe(answer->meaning);
	for (size_t i = 0; i < answer->n_causes; i++) {
		check_safe(answer->cause[i].cause);
		check_safe(answer->cause[i].check);
	}
}

static void try_explain(const char *text, size_t size)
{
	struct explain_answers answers;
	struct pool pool = {0};
	enum cs_err err = explain(&answers, &pool, text, size, codes, 2);

	check(answers.n <= EXPLAIN_ANSWERS_MAX);
	check((err == CS_OK) == (answers.n > 0));
	for (size_t i = 0; i < answers.n; i++)
		check_answer(&answers.answer[i], i ? answers.answer[i - 1].score : 100);
	pool_release(&pool);
}

/* A rule is plain ASCII whatever the names are, and has the quotes that the form has: two for each text. */
static void check_rule(const char *text, size_t quotes)
{
	for (; *text; text++) {
		check((*text >= ' ' && *text <= '~') || *text == '\n');
		quotes -= *text == '"';
	}
	check(quotes == 0);
}

static void try_rule(struct pool *pool, const char *user, const char *reader)
{
	const struct polkit_rule rule = {.user = user, .reader = &reader, .n_readers = 1};
	const struct polkit_rule group = {.group = user};
	const char *text;

	check(polkit_reader_stem(reader) <= strlen(reader));
	if (polkit_rule_build(&text, pool, &rule, POLKIT_RULES) == CS_OK)
		check_rule(text, 14);
	if (polkit_rule_build(&text, pool, &group, POLKIT_RULES) == CS_OK)
		check_rule(text, 6);
	if (polkit_rule_build(&text, pool, &group, POLKIT_PKLA) == CS_OK)
		check_rule(text, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool pool = {0};
	const char *text = pool_copy(&pool, (const char *)data, size);
	const char *line = memchr(data, '\n', size);

	try_explain((const char *)data, size);
	try_rule(&pool, text, line ? text + (line - (const char *)data) + 1 : text);
	pool_release(&pool);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/explanation_text.h"

#include <inttypes.h>

static void put_cause(const struct term *t, size_t number, const struct explain_cause *cause)
{
	term_printf(t, TERM_VALUE, "%3zu. ", number);
	term_put(t, TERM_PLAIN, cause->cause);
	if (cause->kase)
		term_printf(t, TERM_DIM, " (%s)", cause->kase);
	term_put(t, TERM_PLAIN, "\n");
	if (*cause->check)
		term_printf(t, TERM_PLAIN, "     %s\n", cause->check);
}

static void put_answer(const struct term *t, const struct explain_answer *answer)
{
	term_put_untrusted(t, TERM_NAME, answer->name);
	if (answer->kind == EXPLAIN_CODE)
		term_printf(t, TERM_VALUE, " 0x%08" PRIX32, answer->value);
	term_printf(t, TERM_DIM, " (%s)\n", answer->source);
	term_printf(t, TERM_HEADING, "  %s\n", answer->meaning);
	for (size_t i = 0; i < answer->n_causes; i++)
		put_cause(t, i + 1, &answer->cause[i]);
}

void explanation_text_put(const struct term *t, const struct explain_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++) {
		if (i)
			term_put(t, TERM_PLAIN, "\n");
		put_answer(t, &answers->answer[i]);
	}
}

static void put_finding(const struct term *t, const struct log_finding *finding, struct pool *pool)
{
	static const struct {
		const char *word;
		enum term_role role;
	} grades[] = {[LOG_INFO] = {"normal", TERM_GOOD},
		      [LOG_WARNING] = {"warning", TERM_WARNING},
		      [LOG_FAULT] = {"FAULT", TERM_ERROR}};
	const struct log_entry *entry = finding->match.entry;
	const char *meaning = log_meaning(pool, &finding->match), *check = log_check(pool, &finding->match);

	term_printf(t, grades[entry->grade].role, "%-7s", grades[entry->grade].word);
	term_printf(t, TERM_DIM, "  line %zu", finding->number);
	if (finding->count > 1)
		term_printf(t, TERM_DIM, ", %zu times", finding->count);
	if (entry->kase)
		term_printf(t, TERM_DIM, " (%s)", entry->kase);
	term_printf(t, TERM_HEADING, "\n  %s\n", meaning ? meaning : entry->meaning);
	if (check && *check)
		term_printf(t, TERM_PLAIN, "  %s\n", check);
}

void explanation_text_put_log(const struct term *t, const struct log_digest *digest, struct pool *pool)
{
	for (size_t i = 0; i < digest->n; i++)
		put_finding(t, &digest->finding[i], pool);
	if (digest->left_out)
		term_printf(t, TERM_DIM, "%zu more lines have other meanings\n", digest->left_out);
}

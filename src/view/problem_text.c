/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/problem_text.h"

#include "view/term.h"

void problem_text_put(FILE *out, const char *tool, const struct carddb_problem *problem)
{
	const struct term t = {.out = out};

	fprintf(out, "%s: warning: ", tool);
	term_put_untrusted(&t, TERM_PLAIN, problem->file);
	if (problem->line)
		fprintf(out, ":%zu", problem->line);
	if (problem->line && problem->column)
		fprintf(out, ":%zu", problem->column);
	fprintf(out, ": %s\n", problem->message);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "core/script_secret.h"
#include "tools/scriptor_show.h"
#include "view/script_problem_text.h"

#define HEADER_DIGITS 8
#define BACK_LINES    32 /* lines before, and bytes, that may have begun what goes on in a line */
#define BACK_BYTES    8192

/* Lints are for those who ask. */
static bool wants_problem(const struct show *show, const struct script_problem *problem)
{
	return problem->severity == SCRIPT_ERROR || show->options->check || show->options->verbose ||
	       show->prompt;
}

/* Characters of a line that may be shown though a PIN stands in it: a statement's word, or a header. */
static size_t harmless(const char *line, size_t len)
{
	size_t word = 0, digits = 0, i = 0;

	while (word < len && hex_digit(line[word]) >= 0)
		word++;
	if (word == len || line[word] == ' ' || line[word] == '\t') {
		while (i < len && digits < HEADER_DIGITS)
			digits += hex_digit(line[i++]) >= 0;
		return i;
	}
	while (i < len && line[i] != ' ' && line[i] != '\t')
		i++;
	return i;
}

/* Whether what begins at @start is still open at each line end up to before @line. */
static bool goes_on(const char *start, const char *line)
{
	const char *end = start;

	while (end < line) {
		end = (const char *)memchr(end, '\n', (size_t)(line - end)) + 1;
		if (!script_wants_more(start, (size_t)(end - start)))
			return false;
	}
	return true;
}

/* Whether a line before has begun a command with a PIN, and this one goes on with it. */
static bool continues_secret(const struct script_problem *problem)
{
	const size_t back = problem->line_at < BACK_BYTES ? problem->line_at : BACK_BYTES;
	const char *lowest = problem->line - back, *start = problem->line;

	for (int i = 0; i < BACK_LINES && start > lowest; i++) {
		const char *end = start - 1; /* its newline */

		start = end;
		while (start > lowest && start[-1] != '\n')
			start--;
		if (script_text_is_secret(start, (size_t)(end - start)) && goes_on(start, problem->line))
			return true;
	}
	return false;
}

/* The line with a star for each byte that could be a secret; the caret stays where it belongs. */
static void put_masked_problem(struct show *show, const char *file, const struct script_problem *problem,
			       bool continued)
{
	struct script_problem shown = *problem;
	char *line = malloc(problem->line_len + 1);

	shown.line = "";
	shown.line_len = 0;
	if (line) {
		memcpy(line, problem->line, problem->line_len);
		for (size_t i = continued ? 0 : harmless(line, problem->line_len); i < problem->line_len; i++)
			if (line[i] != ' ' && line[i] != '\t')
				line[i] = '*';
		shown.line = line;
		shown.line_len = problem->line_len;
	}
	script_problem_text_put(&show->err, file, &shown);
	free(line);
}

void show_problem(struct show *show, const char *file, const struct script_problem *problem)
{
	const struct place place = {.file = file,
				    .line = problem->pos.line,
				    .column = problem->pos.column,
				    .main_file = problem->pos.file == 0};
	bool continued;

	if (!wants_problem(show, problem))
		return;
	continued = continues_secret(problem);
	if (!show->options->show_secrets &&
	    (continued || script_text_is_secret(problem->line, problem->line_len)))
		put_masked_problem(show, file, problem, continued);
	else
		script_problem_text_put(&show->err, file, problem);
	if (show->options->json)
		show_json(show, exchange_json_put_error(&show->json, stdout, &place, problem->text));
	if (show->options->tap)
		tap_text_put_error(&show->tap, &place, problem->text);
	show_see_output(show);
	if (show->junit_file)
		junit_xml_put_error(&show->junit, &place, problem->text);
}

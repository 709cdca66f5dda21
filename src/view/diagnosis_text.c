/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/diagnosis_text.h"

#include <string.h>

static const struct {
	const char *word;
	enum term_role role;
} statuses[] = {
	[CHECK_OK] = {"ok", TERM_GOOD},
	[CHECK_WARN] = {"warn", TERM_WARNING},
	[CHECK_FAIL] = {"FAIL", TERM_ERROR},
	[CHECK_SKIP] = {"skip", TERM_DIM},
};

static bool has_detail(const struct diagnosis_row *row)
{
	return row->verdict.detail && *row->verdict.detail;
}

static const char *line_of(const struct diagnosis_row *row)
{
	return has_detail(row) ? row->verdict.detail : row->check->title;
}

/* What is wrong speaks for itself; for the rest the title tells what was looked at. */
static void put_line(const struct term *t, const struct diagnosis_row *row, bool wrong)
{
	enum term_role role = row->verdict.status == CHECK_SKIP ? TERM_DIM : TERM_PLAIN;

	if (!wrong && has_detail(row) && strcmp(row->check->title, row->verdict.detail) != 0)
		term_printf(t, role, "%s: ", row->check->title);
	term_put(t, role, line_of(row));
}

/* A here document ends at a word that stands at the start of its line, pasted or not. */
static void put_command(const struct term *t, const char *command)
{
	const char *indent = strstr(command, "<<") ? "" : "          ";

	while (*command) {
		size_t len = strcspn(command, "\n");

		term_printf(t, TERM_VALUE, "%s%.*s", indent, (int)len, command);
		term_put(t, TERM_PLAIN, "\n");
		command += len + (command[len] == '\n');
	}
}

void remedy_text_put(const struct term *t, const struct remedy *remedy)
{
	term_put(t, TERM_HEADING, remedy->as_root ? "      remedy, as root: " : "      remedy: ");
	term_printf(t, TERM_PLAIN, "%s\n", remedy->text);
	if (remedy->command)
		put_command(t, remedy->command);
}

static void put_details(const struct term *t, const struct verdict *v)
{
	for (size_t i = 0; i < v->evidence.n; i++)
		term_printf(t, TERM_PLAIN, "      %s\n", v->evidence.item[i]);
	for (size_t i = 0; i < v->n_remedies; i++)
		remedy_text_put(t, &v->remedy[i]);
}

static void put_head(const struct term *t, const struct diagnosis_row *row)
{
	term_printf(t, statuses[row->verdict.status].role, "%-4s", statuses[row->verdict.status].word);
	term_printf(t, TERM_NAME, "  %-11s  ", check_layer_name(row->check->layer));
}

static void put_row(const struct term *t, const struct diagnosis_row *row, enum diagnosis_detail detail)
{
	const struct verdict *v = &row->verdict;
	bool wrong = v->status == CHECK_FAIL || v->status == CHECK_WARN;

	put_head(t, row);
	put_line(t, row, wrong);
	if (wrong && v->kase)
		term_printf(t, TERM_DIM, " (%s)", v->kase);
	if (detail == DIAGNOSIS_ALL)
		term_printf(t, TERM_DIM, " [%s]", row->check->id);
	term_put(t, TERM_PLAIN, "\n");
	if (wrong || detail == DIAGNOSIS_ALL)
		put_details(t, v);
}

/* skipped_alike - how many rows from @i on are skipped for the same reason */
static size_t skipped_alike(const struct diagnosis *d, size_t i)
{
	size_t n = 0;

	while (i + n < d->n && d->row[i + n].verdict.status == CHECK_SKIP &&
	       strcmp(line_of(&d->row[i]), line_of(&d->row[i + n])) == 0)
		n++;
	return n;
}

/* Layers that were not looked at, in one line. */
static void put_skipped(const struct term *t, const struct diagnosis_row *row, size_t n)
{
	term_printf(t, TERM_DIM, "skip  %s", check_layer_name(row->check->layer));
	for (size_t i = 1; i < n; i++)
		if (row[i].check->layer != row[i - 1].check->layer)
			term_printf(t, TERM_DIM, ", %s", check_layer_name(row[i].check->layer));
	term_printf(t, TERM_DIM, ": %s\n", line_of(row));
}

static void put_rows(const struct term *t, const struct diagnosis *d, enum diagnosis_detail detail)
{
	for (size_t i = 0; i < d->n;) {
		size_t n = detail == DIAGNOSIS_ALL ? 0 : skipped_alike(d, i);

		if (n > 1 && d->row[i].check->layer != d->row[i + n - 1].check->layer)
			put_skipped(t, &d->row[i], n);
		else
			put_row(t, &d->row[i], detail);
		i += n ? n : 1;
	}
}

static bool has_warning(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->row[i].verdict.status == CHECK_WARN)
			return true;
	return false;
}

static void put_verdict(const struct term *t, const struct diagnosis *d)
{
	const struct diagnosis_row *cause = d->root_cause;

	term_put(t, TERM_PLAIN, "\n");
	if (cause) {
		term_put(t, TERM_HEADING, "Root cause: ");
		term_printf(t, TERM_ERROR, "%s", line_of(cause));
		term_printf(t, TERM_PLAIN, " (%s%s%s)\n", cause->check->id, cause->verdict.kase ? ", " : "",
			    cause->verdict.kase ? cause->verdict.kase : "");
	} else if (d->verdict == DIAGNOSIS_OK && has_warning(d)) {
		term_put(t, TERM_GOOD,
			 "Nothing is broken here; what is marked \"warn\" may still be in the way.\n");
	} else if (d->verdict == DIAGNOSIS_OK) {
		term_put(t, TERM_GOOD, "Nothing is wrong with PC/SC here.\n");
	} else {
		term_put(t, TERM_WARNING, "It can not be told from here whether PC/SC works.\n");
	}
}

static void put_unreadable(const struct term *t, const struct pool_list *unreadable)
{
	for (size_t i = 0; i < unreadable->n; i++) {
		term_put(t, TERM_DIM, i ? "; " : "As root this would also: ");
		term_put_untrusted(t, TERM_DIM, unreadable->item[i]);
	}
	if (unreadable->n)
		term_put(t, TERM_PLAIN, "\n");
}

void diagnosis_text_put(const struct term *t, const struct diagnosis *d, const struct pool_list *unreadable,
			enum diagnosis_detail detail)
{
	if (detail == DIAGNOSIS_ROOT_CAUSE) {
		if (d->root_cause)
			put_row(t, d->root_cause, detail);
		return;
	}
	put_rows(t, d, detail);
	put_verdict(t, d);
	put_unreadable(t, unreadable);
}

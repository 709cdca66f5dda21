/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "core/script_priv.h"
#include "core/utf8.h"

#define QUOTE_MAX 40 /* bytes of the script that a message repeats */

struct sink {
	char *out;
	size_t size, len;
};

static void put(struct sink *sink, const char *text, size_t len)
{
	const size_t room = sink->size - 1 - sink->len;

	if (len > room)
		len = room;
	memcpy(sink->out + sink->len, text, len);
	sink->len += len;
	sink->out[sink->len] = '\0';
}

static void put_number(struct sink *sink, size_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	put(sink, digits + at, sizeof(digits) - at);
}

static void put_quoted(struct sink *sink, const char *text, size_t len)
{
	char safe[UTF8_ESCAPE_SIZE(QUOTE_MAX)];

	put(sink, "'", 1);
	put(sink, safe, utf8_escape(safe, sizeof(safe), text, len < QUOTE_MAX ? len : QUOTE_MAX));
	put(sink, len > QUOTE_MAX ? "..'" : "'", len > QUOTE_MAX ? 3 : 1);
}

static void put_string(struct sink *sink, const char *text)
{
	put(sink, text, strlen(text));
}

static void put_guess(struct sink *sink, const char *name)
{
	if (!name)
		return;
	put_string(sink, ", did you mean '");
	put_string(sink, name);
	put_string(sink, "'");
}

static void put_format(struct sink *sink, const char *format, va_list ap)
{
	const char *text;

	for (; *format; format++) {
		if (*format != '%') {
			put(sink, format, 1);
			continue;
		}
		switch (*++format) {
		case 's':
			put_string(sink, va_arg(ap, const char *));
			break;
		case 'm':
			put_guess(sink, va_arg(ap, const char *));
			break;
		case 'q':
			text = va_arg(ap, const char *);
			put_quoted(sink, text, va_arg(ap, size_t));
			break;
		default:
			put_number(sink, va_arg(ap, size_t));
			break;
		}
	}
}

static bool same_pos(const struct script_pos *a, const struct script_pos *b)
{
	return a->file == b->file && a->line == b->line && a->column == b->column;
}

static bool before(const struct script_pos *a, const struct script_pos *b)
{
	if (a->file != b->file)
		return a->file < b->file;
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static struct script_problem *told_at(struct script_parser *p, const struct script_pos *pos)
{
	for (size_t i = p->n_told; i-- > 0;) {
		if (same_pos(&p->told[i]->pos, pos))
			return p->told[i];
	}
	return NULL;
}

static void count(struct script *script, enum script_severity severity, size_t n)
{
	if (severity == SCRIPT_ERROR)
		script->errors += n;
	else
		script->lints += n;
}

/* One problem a place; an error there is worth more than a lint. */
static struct script_problem *room_for(struct script_parser *p, enum script_severity severity,
				       const struct script_pos *pos)
{
	const bool full = p->n_told > SCRIPT_PROBLEMS_MAX;
	struct script_problem *problem = full ? NULL : told_at(p, pos);

	if (problem && (problem->severity == SCRIPT_ERROR || severity == SCRIPT_LINT))
		return NULL;
	if (problem) {
		count(p->script, problem->severity, (size_t)-1);
	} else if (!full) {
		problem = script_alloc(p, sizeof(*problem));
		if (problem)
			p->told[p->n_told++] = problem;
	}
	count(p->script, severity, 1);
	return problem;
}

static void quote_line(const struct script_parser *p, const struct script_mark *mark,
		       struct script_problem *problem)
{
	const struct script_source *source = &p->names->file[mark->pos.file];
	const size_t from = mark->at - (mark->pos.column - 1);
	const char *end = memchr(source->text + from, '\n', source->len - from);

	problem->line = source->text + from;
	problem->line_at = from;
	problem->line_len = end ? (size_t)(end - problem->line) : source->len - from;
	if (problem->line_len > 0 && problem->line[problem->line_len - 1] == '\r')
		problem->line_len--;
}

void script_tell(struct script_parser *p, enum script_severity severity, const struct script_mark *mark,
		 size_t width, const char *format, ...)
{
	struct script_problem *problem = room_for(p, severity, &mark->pos);
	struct sink sink;
	va_list ap;

	if (!problem)
		return;
	*problem =
		(struct script_problem){.pos = mark->pos, .width = width ? width : 1, .severity = severity};
	quote_line(p, mark, problem);
	sink = (struct sink){problem->text, sizeof(problem->text), 0};
	if (p->n_told > SCRIPT_PROBLEMS_MAX)
		format = "and more";
	va_start(ap, format);
	put_format(&sink, format, ap);
	va_end(ap);
}

/* Mostly they come in order: what a statement lacks, or an open bracket, is noticed later. */
static void sort(struct script_parser *p)
{
	const size_t n = p->n_told < SCRIPT_PROBLEMS_MAX ? p->n_told : SCRIPT_PROBLEMS_MAX;

	for (size_t i = 1; i < n; i++) {
		struct script_problem *problem = p->told[i];
		size_t at = i;

		for (; at > 0 && before(&problem->pos, &p->told[at - 1]->pos); at--)
			p->told[at] = p->told[at - 1];
		p->told[at] = problem;
	}
}

void script_tell_all(struct script_parser *p)
{
	const struct script_host *host = p->script->host;

	sort(p);
	for (size_t i = 0; i < p->n_told; i++)
		host->problem(host->data, p->told[i]);
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' ? c != '\t' : c == 0x7F;
}

/* The first one of each line, wherever it stands: in a comment it would still reach a terminal. */
void script_tell_controls(struct script_parser *p)
{
	struct script_cursor c = *p->in;
	bool told = false;

	for (; c.at < c.len; c.at++) {
		if (!is_control(c.text[c.at]))
			continue;
		if (c.text[c.at] == '\n') {
			c.line++;
			c.line_at = c.at + 1;
			told = false;
		} else if (!script_at_eol(&c) && !told && p->n_told <= SCRIPT_PROBLEMS_MAX) {
			const struct script_mark mark = script_mark(&c);

			script_tell(p, SCRIPT_ERROR, &mark, 1, "control character %q", c.text + c.at,
				    (size_t)1);
			told = true;
		}
	}
}

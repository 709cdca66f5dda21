/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of statements: words, quoted texts, numbers. */
#include <string.h>

#include "core/hex.h"
#include "core/script_priv.h"

#define COMMAND_SYNOPSIS "BYTES [=> PATTERN]"
#define MS_PER_SECOND    1000

static const char *synopsis(const struct script_parser *p)
{
	return p->row ? p->row->word.synopsis : COMMAND_SYNOPSIS;
}

bool script_missing(struct script_parser *p)
{
	struct script_cursor end = *p->in;
	struct script_mark mark;

	/* behind the last word, not behind a comment */
	if (script_token_end(p->in) >= p->in->line_at)
		end.at = script_token_end(p->in);
	mark = script_mark(&end);
	script_tell(p, SCRIPT_ERROR, &mark, 1, "something is missing here: %s", synopsis(p));
	return false;
}

bool script_unfit(struct script_parser *p, const struct script_span *word)
{
	script_tell(p, SCRIPT_ERROR, &word->mark, word->len, "%q does not fit here: %s", word->text,
		    word->len, synopsis(p));
	return false;
}

static bool is_arg_char(char c)
{
	return (unsigned char)c > ' ' && !strchr("\"#{}()\\", c);
}

bool script_arg(struct script_parser *p, struct script_span *word)
{
	struct script_cursor *c = p->in;

	script_skip_blanks(c);
	*word = (struct script_span){script_mark(c), c->text + c->at, 0};
	while (c->at < c->len && is_arg_char(c->text[c->at]))
		c->at++;
	word->len = c->at - word->mark.at;
	return word->len > 0;
}

bool script_arg_name(struct script_parser *p, struct script_span *word)
{
	script_skip_blanks(p->in);
	*word = (struct script_span){script_mark(p->in), p->in->text + p->in->at, script_run(p->in)};
	p->in->at += word->len;
	return word->len > 0;
}

static const char *quoted_text(struct script_parser *p)
{
	struct script_expr e;
	const struct script_mark mark = script_mark(p->in);
	size_t len;

	script_expr_init(p, &e, false);
	if (!script_expr_quoted(p, &e))
		return NULL;
	if (p->used == e.start || memchr(p->names->value + e.start, '\0', p->used - e.start)) {
		script_tell(p, SCRIPT_ERROR, &mark, p->in->at - mark.at,
			    "a name is not empty and has no \\x00 in it");
		return NULL;
	}
	len = p->used - e.start;
	p->used = e.start;
	return script_copy(p, (const char *)p->names->value + e.start, len);
}

bool script_arg_text(struct script_parser *p, const char **out)
{
	struct script_span word;

	script_skip_blanks(p->in);
	if (script_peek(p->in) == '"')
		*out = quoted_text(p);
	else if (!script_arg(p, &word))
		return script_missing(p);
	else
		*out = script_copy(p, word.text, word.len);
	return *out != NULL;
}

bool script_arg_choice(struct script_parser *p, const char *const *choices, size_t *out)
{
	struct script_span word;

	if (!script_arg(p, &word))
		return script_missing(p);
	for (size_t i = 0; choices[i]; i++) {
		if (script_same_word(word.text, word.len, choices[i])) {
			*out = i;
			return true;
		}
	}
	return script_unfit(p, &word);
}

bool script_number(const struct script_span *word, uint32_t *out)
{
	const bool hex = word->len > 2 && word->text[0] == '0' && (word->text[1] | 0x20) == 'x';
	const unsigned base = hex ? 16 : 10;
	uint64_t n = 0;

	for (size_t i = hex ? 2 : 0; i < word->len; i++) {
		const int digit = hex_digit(word->text[i]);

		if (digit < 0 || (unsigned)digit >= base)
			return false;
		n = n * base + (unsigned)digit;
		if (n > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)n;
	return word->len > 0;
}

static bool within(struct script_parser *p, const struct script_span *word, uint64_t n, uint64_t max,
		   const char *unit)
{
	if (n <= max)
		return true;
	script_tell(p, SCRIPT_ERROR, &word->mark, word->len, "%q is above the limit of %u%s", word->text,
		    word->len, (size_t)max, unit);
	return false;
}

bool script_arg_number(struct script_parser *p, uint32_t max, uint32_t *out)
{
	struct script_span word;

	if (!script_arg(p, &word))
		return script_missing(p);
	if (!script_number(&word, out))
		return script_unfit(p, &word);
	return within(p, &word, *out, max, "");
}

/* digits behind the point; thousandths of a second are enough */
static bool fraction(const struct script_span *word, size_t at, uint32_t *ms)
{
	uint32_t weight = MS_PER_SECOND;

	*ms = 0;
	for (; at < word->len; at++) {
		if (word->text[at] < '0' || word->text[at] > '9')
			return false;
		weight /= 10;
		*ms += weight * (uint32_t)(word->text[at] - '0');
	}
	return true;
}

bool script_arg_seconds(struct script_parser *p, uint32_t *ms)
{
	struct script_span word, whole;
	uint32_t seconds = 0;
	const char *point;

	if (!script_arg(p, &word))
		return script_missing(p);
	whole = word;
	point = memchr(word.text, '.', word.len);
	if (point)
		whole.len = (size_t)(point - word.text);
	if (!script_number(&whole, &seconds) || !fraction(&word, whole.len + (point != NULL), ms))
		return script_unfit(p, &word);
	if (!within(p, &word, seconds, SCRIPT_MS_MAX / MS_PER_SECOND, " seconds"))
		return false;
	*ms += seconds * MS_PER_SECOND;
	return within(p, &word, *ms, SCRIPT_MS_MAX, " milliseconds");
}

/* What stands where a statement should end. */
static bool too_much(struct script_parser *p)
{
	const struct script_mark mark = script_mark(p->in);
	const char next = script_peek(p->in);
	struct script_span rest;

	if (next == '\\' || next == ';') {
		script_tell(p, SCRIPT_ERROR, &mark, 1,
			    next == ';' ? "a statement ends with its line, there is no ';'"
					: "a '\\' joins lines at the end of a line only");
		return false;
	}
	if (!script_arg(p, &rest))
		rest.len = 1;
	return script_unfit(p, &rest);
}

bool script_end(struct script_parser *p)
{
	struct script_cursor *c = p->in;

	script_skip_blanks(c);
	if (c->pending) {
		script_tell(p, SCRIPT_ERROR, &c->joint, 1, "the line that this '\\' joins is missing");
		return false;
	}
	return script_at_eol(c) || script_peek(c) == '}' || too_much(p);
}

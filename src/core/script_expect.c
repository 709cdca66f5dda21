/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns for answers: status words, then data. */
#include <string.h>

#include "core/script_priv.h"

#define ALTERNATIVES_MAX 64

static bool status_word(struct script_parser *p, struct expect_sw *sw)
{
	const struct script_mark mark = script_mark(p->in);
	const size_t len = script_run(p->in);

	if (!expect_sw_parse(sw, p->in->text + p->in->at, len)) {
		script_tell(p, SCRIPT_ERROR, &mark, len,
			    "a status word has four digits, 'x' for any: 9000, 61xx, 63Cx");
		return false;
	}
	p->in->at += len;
	script_skip_blanks(p->in);
	return true;
}

static bool status_words(struct script_parser *p, struct script_expect *expect)
{
	struct expect_sw sw[ALTERNATIVES_MAX], *copy;
	const struct script_mark mark = script_mark(p->in);
	size_t n = 0;

	for (;;) {
		if (n == ALTERNATIVES_MAX) {
			script_tell(p, SCRIPT_ERROR, &mark, 1, "more than %u status words",
				    (size_t)ALTERNATIVES_MAX);
			return false;
		}
		if (!status_word(p, &sw[n++]))
			return false;
		if (script_peek(p->in) != '|')
			break;
		p->in->at++;
		script_skip_blanks(p->in);
	}
	copy = script_alloc(p, n * sizeof(*copy));
	if (!copy)
		return false;
	memcpy(copy, sw, n * sizeof(*copy));
	expect->sw = copy;
	expect->n_sw = n;
	return true;
}

/* The text between the slashes, where "\/" is a slash. */
static char *copy_regex(struct script_parser *p, const char *text, size_t len)
{
	char *copy = script_copy(p, text, len);
	size_t n = 0;

	for (size_t i = 0; copy && i < len; i++) {
		if (copy[i] == '\\' && copy[i + 1] == '/')
			continue;
		if (copy[i] == '\\')
			copy[n++] = copy[i++];
		copy[n++] = copy[i];
	}
	if (copy)
		copy[n] = '\0';
	return copy;
}

static bool regex(struct script_parser *p, struct script_expect *expect)
{
	const struct script_mark mark = script_mark(p->in);
	const struct script_host *host = p->script->host;
	char why[SCRIPT_PROBLEM_MAX / 2] = "";
	size_t len;

	if (!script_skip_regex(p->in)) {
		script_tell(p, SCRIPT_ERROR, &mark, 1, "no '/' ends this regular expression in its line");
		return false;
	}
	len = p->in->at - mark.at;
	expect->regex = copy_regex(p, p->in->text + mark.at + 1, len - 2);
	if (!expect->regex)
		return false;
	if (!host->regex(host->data, expect->regex, why, sizeof(why))) {
		script_tell(p, SCRIPT_ERROR, &mark, len, "no regular expression: %s", why);
		return false;
	}
	return true;
}

static bool data(struct script_parser *p, struct script_expect *expect)
{
	struct script_expr e;

	script_skip_blanks(p->in);
	if (script_peek(p->in) == '/')
		return regex(p, expect);
	script_expr_init(p, &e, true);
	if (!script_expr_items(p, &e) || !script_expr_flush(p, &e, SCRIPT_BYTES))
		return false;
	expect->data = e.first;
	if (script_peek(p->in) == '*') {
		expect->tail = true;
		p->in->at++;
		script_skip_blanks(p->in);
	}
	expect->has_data = e.items > 0 || expect->tail;
	return true;
}

static bool take_not(struct script_cursor *c)
{
	const size_t len = script_run(c);

	if (!script_same_word(c->text + c->at, len, "not"))
		return false;
	c->at += len;
	script_skip_blanks(c);
	return true;
}

/* The pattern as it was written; what joins lines would tear a message apart. */
static const char *written(struct script_parser *p, size_t from)
{
	char *copy = script_copy(p, p->in->text + from, script_token_end(p->in) - from);

	for (char *c = copy; c && *c; c++) {
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	}
	return copy;
}

bool script_pattern(struct script_parser *p, enum script_pattern_kind kind, const struct script_expect **out)
{
	struct script_expect *expect = script_alloc(p, sizeof(*expect));
	size_t from;

	script_skip_blanks(p->in);
	if (!expect)
		return false;
	if (script_at_eol(p->in))
		return script_missing(p);
	expect->pos = script_mark(p->in).pos;
	if (kind != SCRIPT_PATTERN_SW)
		expect->negated = take_not(p->in);
	from = p->in->at;
	if (kind != SCRIPT_PATTERN_DATA && !status_words(p, expect))
		return false;
	if (kind != SCRIPT_PATTERN_SW && !data(p, expect))
		return false;
	if (kind == SCRIPT_PATTERN_DATA && !expect->has_data && !expect->regex)
		return script_missing(p);
	script_skip_blanks(p->in);
	expect->text = written(p, from);
	*out = p->expect = expect;
	return expect->text != NULL;
}

bool script_arrow(struct script_parser *p, enum script_pattern_kind kind, const struct script_expect **out)
{
	script_skip_blanks(p->in);
	if (script_peek(p->in) != '=' || p->in->len - p->in->at < 2 || p->in->text[p->in->at + 1] != '>')
		return true;
	p->in->at += 2;
	return script_pattern(p, kind, out);
}

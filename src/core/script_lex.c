/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/hex.h"
#include "core/script_priv.h"

struct script_cursor script_cursor_init(const char *text, size_t len, uint32_t file, uint32_t line)
{
	static const char bom[] = {(char)0xEF, (char)0xBB, (char)0xBF};
	struct script_cursor c = {.text = text, .len = len, .file = file, .line = line};

	if (len >= sizeof(bom) && memcmp(text, bom, sizeof(bom)) == 0) {
		c.at = sizeof(bom);
		c.line_at = c.at;
	}
	c.blank_from = c.blank_to = SIZE_MAX;
	return c;
}

struct script_mark script_mark(const struct script_cursor *c)
{
	return (struct script_mark){{c->file, c->line, (uint32_t)(c->at - c->line_at + 1)}, c->at};
}

char script_peek(const struct script_cursor *c)
{
	return c->at < c->len ? c->text[c->at] : '\0';
}

static bool eol_at(const struct script_cursor *c, size_t at)
{
	if (at == c->len || c->text[at] == '\n')
		return true;
	return c->text[at] == '\r' && (at + 1 == c->len || c->text[at + 1] == '\n');
}

bool script_at_eol(const struct script_cursor *c)
{
	return eol_at(c, c->at);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool script_is_word_char(char c)
{
	return (unsigned char)c > ' ' && !strchr("\"#{}(),:;$=>|[]*\\", c);
}

size_t script_run(const struct script_cursor *c)
{
	size_t at = c->at;

	while (at < c->len && script_is_word_char(c->text[at]))
		at++;
	return at - c->at;
}

void script_next_line(struct script_cursor *c)
{
	if (script_peek(c) == '\r')
		c->at++;
	if (c->at < c->len) {
		c->at++;
		c->line++;
		c->line_at = c->at;
	}
}

static bool at_comment(const struct script_cursor *c)
{
	if (script_peek(c) == '#')
		return true;
	return c->len - c->at >= 2 && c->text[c->at] == '/' && c->text[c->at + 1] == '/' &&
	       (c->at == c->line_at || !script_is_word_char(c->text[c->at - 1]));
}

static void skip_comment(struct script_cursor *c)
{
	const char *end = memchr(c->text + c->at, '\n', c->len - c->at);

	c->at = end ? (size_t)(end - c->text) : c->len;
	if (c->text[c->at - 1] == '\r')
		c->at--;
}

/* Whether a backslash joins this line to the next: nothing but blanks may stand behind it. */
static bool at_joint(const struct script_cursor *c)
{
	size_t at = c->at;

	if (script_peek(c) != '\\')
		return false;
	do
		at++;
	while (at < c->len && is_blank(c->text[at]));
	return eol_at(c, at);
}

/* Lines that are blank or only a comment do not end what a backslash joins. */
static void skip_joint(struct script_cursor *c)
{
	c->joint = script_mark(c);
	c->at++;
	for (;;) {
		while (is_blank(script_peek(c)))
			c->at++;
		if (at_comment(c))
			skip_comment(c);
		if (!script_at_eol(c))
			return;
		script_next_line(c);
		if (c->at == c->len) {
			c->pending = true;
			return;
		}
	}
}

void script_skip_blanks(struct script_cursor *c)
{
	const size_t from = c->at;

	for (;;) {
		if (is_blank(script_peek(c)))
			c->at++;
		else if (at_comment(c))
			skip_comment(c);
		else if (at_joint(c))
			skip_joint(c);
		else
			break;
	}
	if (from != c->blank_to)
		c->blank_from = from;
	c->blank_to = c->at;
}

void script_skip_lines(struct script_cursor *c)
{
	script_skip_blanks(c);
	while (c->at < c->len && script_at_eol(c)) {
		script_next_line(c);
		script_skip_blanks(c);
	}
}

size_t script_token_end(const struct script_cursor *c)
{
	return c->at == c->blank_to ? c->blank_from : c->at;
}

bool script_skip_quoted(struct script_cursor *c)
{
	for (c->at++; !script_at_eol(c); c->at++) {
		if (script_peek(c) == '"') {
			c->at++;
			return true;
		}
		if (script_peek(c) == '\\' && !eol_at(c, c->at + 1))
			c->at++;
	}
	return false;
}

bool script_skip_regex(struct script_cursor *c)
{
	const size_t from = c->at;

	for (c->at++; !script_at_eol(c); c->at++) {
		if (script_peek(c) == '/') {
			c->at++;
			return true;
		}
		if (script_peek(c) == '\\' && !eol_at(c, c->at + 1))
			c->at++;
	}
	c->at = from;
	return false;
}

bool script_same_word(const char *word, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++) {
		const char c = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + 'a' - 'A') : word[i];

		if (c != name[i] || c == '\0')
			return false;
	}
	return name[len] == '\0';
}

static int escaped_hex(const struct script_cursor *c)
{
	if (c->len - c->at < 4 || hex_digit(c->text[c->at + 2]) < 0 || hex_digit(c->text[c->at + 3]) < 0)
		return -1;
	return hex_digit(c->text[c->at + 2]) << 4 | hex_digit(c->text[c->at + 3]);
}

int script_escape(struct script_cursor *c)
{
	const char next = c->at + 1 < c->len ? c->text[c->at + 1] : '\0';
	int value = -1;

	if (next == 'x') {
		value = escaped_hex(c);
		c->at += value < 0 ? 0 : 4;
	} else if (next != '\0' && strchr("\"\\$", next)) {
		value = (unsigned char)next;
		c->at += 2;
	}
	return value;
}

static bool at_value(const struct script_cursor *c)
{
	const char next = c->at + 1 < c->len ? c->text[c->at + 1] : '\0';

	return script_peek(c) == '$' &&
	       (next == '_' || (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z'));
}

static int echo_plain(struct script_echo *e)
{
	struct script_cursor *c = e->in;

	if (at_comment(c))
		skip_comment(c);
	if (script_at_eol(c) || (script_peek(c) == '}' && e->braces == 0))
		return SCRIPT_ECHO_END;
	if (at_joint(c)) {
		skip_joint(c);
		return ' ';
	}
	if (script_peek(c) == '{')
		e->braces++;
	else if (script_peek(c) == '}')
		e->braces--;
	return (unsigned char)c->text[c->at++];
}

static int echo_quoted(struct script_echo *e)
{
	int value;

	if (script_at_eol(e->in))
		return SCRIPT_ECHO_BAD;
	if (script_peek(e->in) != '\\')
		return (unsigned char)e->in->text[e->in->at++];
	value = script_escape(e->in);
	return value < 0 ? SCRIPT_ECHO_BAD : value;
}

int script_echo_next(struct script_echo *e)
{
	while (script_peek(e->in) == '"') {
		e->quoted = !e->quoted;
		e->in->at++;
	}
	if (at_value(e->in))
		return SCRIPT_ECHO_VALUE;
	return e->quoted ? echo_quoted(e) : echo_plain(e);
}

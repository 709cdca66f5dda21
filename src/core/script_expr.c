/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/bytes.h"
#include "core/script_priv.h"
#include "core/tlv.h"

#define LC_SHORT_MAX 0xFF
#define LC_MAX       0xFFFF

void script_expr_init(struct script_parser *p, struct script_expr *e, bool wild)
{
	const struct script_mark mark = script_mark(p->in);

	*e = (struct script_expr){.open = mark, .mark = mark, .start = p->used, .wild = wild};
}

void script_expr_append(struct script_expr *e, struct script_piece *piece)
{
	if (e->last)
		e->last->next = piece;
	else
		e->first = piece;
	e->last = piece;
}

struct script_piece *script_piece_new(struct script_parser *p, enum script_piece_kind kind,
				      const struct script_mark *mark)
{
	struct script_piece *piece = script_alloc(p, sizeof(*piece));

	if (piece) {
		piece->kind = kind;
		piece->pos = mark->pos;
	}
	return piece;
}

static bool is_wild(const uint8_t *mask, size_t len)
{
	while (len > 0 && mask[len - 1] == 0xFF)
		len--;
	return len > 0;
}

bool script_expr_flush(struct script_parser *p, struct script_expr *e, enum script_piece_kind kind)
{
	const size_t len = p->used - e->start;
	const uint8_t *mask = p->names->mask + e->start;
	const bool wild = is_wild(mask, len);
	struct script_piece *piece;
	uint8_t *bytes;

	if (len == 0)
		return true;
	piece = script_piece_new(p, wild ? SCRIPT_MASK : kind, &e->mark);
	bytes = script_alloc(p, wild ? 2 * len : len);
	if (!piece || !bytes)
		return false;
	memcpy(bytes, p->names->value + e->start, len);
	if (wild)
		memcpy(bytes + len, mask, len);
	piece->bytes = bytes;
	piece->len = len;
	script_expr_append(e, piece);
	p->used = e->start;
	return true;
}

static bool too_long(struct script_parser *p, const struct script_expr *e)
{
	script_tell(p, SCRIPT_ERROR, &e->open, 1, "more than %u bytes", (size_t)SCRIPT_BYTES_MAX);
	return false;
}

bool script_expr_byte(struct script_parser *p, struct script_expr *e, uint8_t byte, uint8_t mask)
{
	if (p->used == SCRIPT_BYTES_MAX)
		return too_long(p, e);
	p->names->value[p->used] = byte;
	p->names->mask[p->used++] = mask;
	return true;
}

/* bytes before those that @e still holds in one stretch */
static bool prepend(struct script_parser *p, struct script_expr *e, const uint8_t *bytes, size_t len)
{
	uint8_t *at = p->names->value + e->start;
	const size_t n = p->used - e->start;

	if (len > SCRIPT_BYTES_MAX - p->used)
		return too_long(p, e);
	memmove(at + len, at, n);
	memcpy(at, bytes, len);
	memset(p->names->mask + e->start, 0xFF, n + len);
	p->used += len;
	return true;
}

bool script_enter(struct script_parser *p)
{
	const struct script_mark mark = script_mark(p->in);

	if (p->nest == SCRIPT_BLOCK_MAX) {
		script_tell(p, SCRIPT_ERROR, &mark, 1, "nested deeper than %u levels",
			    (size_t)SCRIPT_BLOCK_MAX);
		return false;
	}
	p->nest++;
	return true;
}

static bool open_bracket(struct script_parser *p, struct script_mark *mark)
{
	*mark = script_mark(p->in);
	if (!script_enter(p))
		return false;
	if (p->groups++ == 0)
		p->open = *mark;
	p->in->at++;
	return true;
}

static void skip_between(struct script_parser *p)
{
	for (;;) {
		if (p->groups > 0)
			script_skip_lines(p->in);
		else
			script_skip_blanks(p->in);
		if (script_peek(p->in) != ',' && script_peek(p->in) != ':')
			return;
		p->in->at++;
	}
}

/* Told where the bracket opens. A wrong bracket ends what this one began, unless it can be that of a block.
 */
static bool not_closed(struct script_parser *p, const struct script_mark *open, bool brace)
{
	const char next = script_peek(p->in);
	const bool wrong = next == ')' || (next == '}' && p->nest == p->groups);

	script_tell(p, SCRIPT_ERROR, open, 1, brace ? "no '}' closes this '{'" : "no ')' closes this '('");
	if (!wrong)
		p->groups = 0;
	return false;
}

static bool close_bracket(struct script_parser *p, const struct script_mark *open, char with)
{
	skip_between(p);
	if (script_peek(p->in) != with)
		return not_closed(p, open, with == '}');
	p->in->at++;
	p->groups--;
	p->nest--;
	return true;
}

/* an expression that has pieces becomes the inside of one piece of @e */
static bool nest(struct script_parser *p, struct script_expr *e, struct script_expr *inner,
		 enum script_piece_kind kind, uint32_t tag)
{
	struct script_piece *piece = script_piece_new(p, kind, &inner->open);

	if (!piece || !script_expr_flush(p, inner, SCRIPT_BYTES) || !script_expr_flush(p, e, SCRIPT_BYTES))
		return false;
	piece->inner = inner->first;
	piece->tag = tag;
	script_expr_append(e, piece);
	return true;
}

bool script_expr_group(struct script_parser *p, struct script_expr *e, struct script_expr *inner)
{
	const size_t len = p->used - inner->start;
	const uint8_t header[] = {0, (uint8_t)(len >> 8), (uint8_t)len};

	if (inner->first)
		return nest(p, e, inner, SCRIPT_GROUP, 0);
	if (len > LC_MAX) {
		script_tell(p, SCRIPT_ERROR, &inner->open, 1, "a group has at most %u bytes", (size_t)LC_MAX);
		return false;
	}
	if (len == 0) {
		script_tell(p, SCRIPT_LINT, &inner->open, 1, "an empty group adds nothing, no length either");
		return true;
	}
	return len > LC_SHORT_MAX ? prepend(p, inner, header, 3) : prepend(p, inner, header + 2, 1);
}

static bool group(struct script_parser *p, struct script_expr *e)
{
	struct script_expr inner;
	struct script_mark open;

	script_expr_init(p, &inner, false);
	return open_bracket(p, &open) && script_expr_items(p, &inner) && close_bracket(p, &open, '}') &&
	       script_expr_group(p, e, &inner);
}

static bool length(struct script_parser *p, struct script_expr *e)
{
	struct script_expr inner;
	struct script_mark open;
	size_t len;

	script_expr_init(p, &inner, false);
	p->in->at += sizeof("len") - 1;
	if (!open_bracket(p, &open) || !script_expr_items(p, &inner) || !close_bracket(p, &open, ')'))
		return false;
	if (inner.first)
		return nest(p, e, &inner, SCRIPT_LEN, 0);
	len = p->used - inner.start;
	if (len > 0xFF) {
		script_tell(p, SCRIPT_ERROR, &inner.open, 1, "a length above 255 does not fit one byte");
		return false;
	}
	p->used = inner.start;
	return script_expr_byte(p, e, (uint8_t)len, 0xFF);
}

static bool tag_of(struct script_parser *p, uint32_t *tag)
{
	struct script_expr e;
	struct script_mark mark;
	struct bytes raw;
	bool fits;

	skip_between(p);
	mark = script_mark(p->in);
	script_expr_init(p, &e, false);
	if (script_run(p->in) > 0 && !script_expr_hex(p, &e))
		return false;
	raw = bytes_init(p->names->value + e.start, p->used - e.start);
	fits = tlv_tag_parse(&raw, tag) == CS_OK && bytes_left(&raw) == 0;
	p->used = e.start;
	if (!fits)
		script_tell(p, SCRIPT_ERROR, &mark, p->in->at - mark.at, "not a tag of one to three bytes");
	return fits;
}

static bool object(struct script_parser *p, struct script_expr *e)
{
	struct script_mark outside, open;
	uint8_t header[TLV_HEADER_MAX];
	struct script_expr inner;
	uint32_t tag;

	script_expr_init(p, &inner, false);
	p->in->at += sizeof("tlv") - 1;
	if (!open_bracket(p, &outside) || !tag_of(p, &tag))
		return false;
	skip_between(p);
	if (script_peek(p->in) != '{') {
		open = script_mark(p->in);
		script_tell(p, SCRIPT_ERROR, &open, 1, "the value must follow: tlv(TAG { ... })");
		return false;
	}
	if (!open_bracket(p, &open) || !script_expr_items(p, &inner) || !close_bracket(p, &open, '}') ||
	    !close_bracket(p, &outside, ')'))
		return false;
	if (inner.first)
		return nest(p, e, &inner, SCRIPT_TLV, tag);
	return prepend(p, &inner, header, tlv_header_build(header, tag, p->used - inner.start));
}

static bool function(struct script_parser *p, struct script_expr *e)
{
	const char *text = p->in->text + p->in->at;

	if (script_same_word(text, 3, "len"))
		return length(p, e);
	if (script_same_word(text, 3, "tlv"))
		return object(p, e);
	return script_expr_hex(p, e);
}

static bool item(struct script_parser *p, struct script_expr *e)
{
	const size_t run = script_run(p->in);

	if (run == 3 && p->in->at + 3 < p->in->len && p->in->text[p->in->at + 3] == '(')
		return function(p, e);
	if (run > 0)
		return script_expr_hex(p, e);
	switch (script_peek(p->in)) {
	case '"':
		return script_expr_quoted(p, e);
	case '$':
		return script_expr_value(p, e);
	default:
		return group(p, e);
	}
}

static bool at_item(const struct script_cursor *c)
{
	const char next = script_peek(c);

	return script_is_word_char(next) || next == '"' || next == '$' || next == '{';
}

bool script_expr_items(struct script_parser *p, struct script_expr *e)
{
	for (;;) {
		skip_between(p);
		if (!at_item(p->in))
			return true;
		if (p->used == e->start)
			e->mark = script_mark(p->in);
		if (!item(p, e))
			return false;
		e->items++;
	}
}

bool script_bytes(struct script_parser *p, const struct script_piece **out, bool required)
{
	struct script_expr e;

	script_skip_blanks(p->in);
	script_expr_init(p, &e, false);
	p->bytes = script_mark(p->in);
	if (!script_expr_items(p, &e) || !script_expr_flush(p, &e, SCRIPT_BYTES))
		return false;
	*out = e.first;
	if (required && e.items == 0)
		return script_end(p) && script_missing(p);
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/log.h"

#include <string.h>

#include "core/utf8.h"

static const struct log_entry entries[] = {
#define LOG(kase, grade, pattern, meaning, check) {kase, LOG_##grade, pattern, meaning, check},
#include "diag/log.def"
#undef LOG
};

#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

const struct log_entry *log_entry_at(size_t i)
{
	return i < ENTRIES ? &entries[i] : NULL;
}

static const char *find(const char *at, const char *end, const char *piece, size_t len)
{
	while (at < end && (size_t)(end - at) >= len) {
		const char *hit = memchr(at, piece[0], (size_t)(end - at) - len + 1);

		if (!hit || memcmp(hit, piece, len) == 0)
			return hit;
		at = hit + 1;
	}
	return NULL;
}

/* A message ends where a terminal's colours do. */
static const char *end_of(const char *line, size_t len)
{
	const char *end = line + (len < LOG_LINE_MAX ? len : LOG_LINE_MAX);

	for (const char *p = line; p < end; p++) {
		if ((*p & 0xE0) == 0 && *p != '\t' && *p != '\033')
			return p;
	}
	return end;
}

static void capture_until(struct log_capture *c, const char *end)
{
	const char *stop = memchr(c->text, '\033', (size_t)(end - c->text));

	c->len = (size_t)((stop ? stop : end) - c->text);
	if (c->len > LOG_CAPTURE_MAX)
		c->len = LOG_CAPTURE_MAX;
}

/* Pieces are looked for from left to right, each at its first place: no later place could let a match succeed
 * that this one lets fail. */
static bool match_entry(struct log_match *m, const char *at, const char *end)
{
	struct log_capture *pending = NULL;
	const char *pattern = m->entry->pattern;

	m->n = 0;
	while (*pattern) {
		size_t len = strcspn(pattern, "<");

		if (len > 0) {
			const char *hit = find(at + (pending && at < end), end, pattern, len);

			if (!hit)
				return false;
			if (pending)
				capture_until(pending, hit);
			pending = NULL;
			at = hit + len;
			pattern += len;
		} else {
			pending = &m->capture[m->n++];
			pending->name = pattern + 1;
			pending->name_len = strcspn(pending->name, ">");
			pending->text = at;
			pattern = pending->name + pending->name_len + 1;
		}
	}
	if (pending)
		capture_until(pending, end);
	return !pending || pending->len > 0;
}

bool log_match(struct log_match *out, const char *line, size_t len)
{
	const char *end = end_of(line, len);

	for (size_t i = 0; i < ENTRIES; i++) {
		out->entry = &entries[i];
		if (match_entry(out, line, end))
			return true;
	}
	return false;
}

static const struct log_capture *capture_named(const struct log_match *match, const char *name, size_t len)
{
	for (size_t i = 0; i < match->n; i++) {
		const struct log_capture *c = &match->capture[i];

		if (c->name_len == len && memcmp(c->name, name, len) == 0)
			return c;
	}
	return NULL;
}

const struct log_capture *log_capture_get(const struct log_match *match, const char *name)
{
	return capture_named(match, name, strlen(name));
}

static size_t expanded_size(const struct log_match *match, const char *sentence)
{
	size_t size = strlen(sentence) + 1;

	for (const char *p = strchr(sentence, '<'); p; p = strchr(p + 1, '<')) {
		const struct log_capture *c = capture_named(match, p + 1, strcspn(p + 1, ">"));

		size += c ? UTF8_ESCAPE_SIZE(c->len) : 0;
	}
	return size;
}

static const char *expand(struct pool *pool, const struct log_match *match, const char *sentence)
{
	size_t size = expanded_size(match, sentence), n = 0;
	char *out = pool_take(pool, size);

	if (!out)
		return NULL;
	while (*sentence) {
		size_t len = strcspn(sentence, "<");

		memcpy(out + n, sentence, len);
		n += len;
		sentence += len;
		if (*sentence) {
			size_t name = strcspn(sentence + 1, ">");
			const struct log_capture *c = capture_named(match, sentence + 1, name);

			if (c)
				n += utf8_escape(out + n, size - n, c->text, c->len);
			sentence += name + 2;
		}
	}
	out[n] = '\0';
	return out;
}

const char *log_meaning(struct pool *pool, const struct log_match *match)
{
	return expand(pool, match, match->entry->meaning);
}

const char *log_check(struct pool *pool, const struct log_match *match)
{
	return expand(pool, match, match->entry->check);
}

static bool same(const struct log_match *a, const struct log_match *b)
{
	if (a->entry != b->entry)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct log_capture *x = &a->capture[i], *y = &b->capture[i];

		if (x->len != y->len || memcmp(x->text, y->text, x->len) != 0)
			return false;
	}
	return true;
}

static void digest_add(struct log_digest *digest, const struct log_finding *found)
{
	for (size_t i = 0; i < digest->n; i++) {
		if (same(&digest->finding[i].match, &found->match)) {
			digest->finding[i].count++;
			return;
		}
	}
	if (digest->n == LOG_FINDINGS_MAX)
		digest->left_out++;
	else
		digest->finding[digest->n++] = *found;
}

/* Stable: within a grade the lines stay in their order. */
static void sort_by_grade(struct log_finding *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct log_finding moved = v[i];
		size_t at = i;

		for (; at > 0 && v[at - 1].match.entry->grade < moved.match.entry->grade; at--)
			v[at] = v[at - 1];
		v[at] = moved;
	}
}

enum cs_err log_read(struct log_digest *out, struct pool *pool, const char *text, size_t len)
{
	const char *end = text + len;

	*out = (struct log_digest){.finding = pool_take(pool, LOG_FINDINGS_MAX * sizeof(*out->finding))};
	if (!out->finding)
		return CS_E_NOMEM;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		struct log_finding found = {.line = text, .number = ++out->lines, .count = 1};

		found.line_len = (size_t)((stop ? stop : end) - text);
		if (log_match(&found.match, found.line, found.line_len))
			digest_add(out, &found);
		text = stop ? stop + 1 : end;
	}
	sort_by_grade(out->finding, out->n);
	return CS_OK;
}

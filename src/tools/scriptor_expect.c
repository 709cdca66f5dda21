/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_expect.h"

#include <stdlib.h>
#include <string.h>

#include "core/apdu.h"
#include "core/hex.h"
#include "tools/scriptor_engine.h"

#define PATTERN_ROOM 256

static void *grow(void *rows, size_t have, size_t want, size_t size)
{
	char *more = realloc(rows, want * size);

	if (more)
		memset(more + have * size, 0, (want - have) * size);
	return more;
}

static bool make_room(struct checks *c, size_t n)
{
	struct expectation *expect;
	struct check_data *data;

	if (n <= c->room)
		return true;
	expect = grow(c->expect, c->room, n, sizeof(*expect));
	if (!expect)
		return false;
	c->expect = expect;
	data = grow(c->data, c->room, n, sizeof(*data));
	if (!data)
		return false;
	c->data = data;
	c->room = n;
	return true;
}

static bool enlarge(struct check_data *d)
{
	size_t room = d->room ? 4 * d->room : PATTERN_ROOM;
	uint8_t *value = realloc(d->value, room), *mask;

	if (!value)
		return false;
	d->value = value;
	mask = realloc(d->mask, room);
	if (!mask)
		return false;
	d->mask = mask;
	d->room = room;
	return true;
}

/* The pattern of a data field with the values of now; it grows with what it needs. */
static bool eval_data(struct engine *e, const struct script_expect *expect, struct check_data *d)
{
	struct script_eval_problem problem = {expect->pos, cs_err_text(CS_E_TOO_LONG)};
	enum cs_err err = CS_E_TOO_LONG;

	if (!d->room && !enlarge(d))
		return engine_fail(e, expect->pos, APP_USAGE, cs_err_text(CS_E_NOMEM));
	for (;;) {
		err = script_pattern_eval(expect, e->values, d->value, d->mask, d->room, &d->data, &problem);
		if (err != CS_E_TOO_LONG || d->room > APDU_ANSWER_MAX)
			break;
		if (!enlarge(d))
			return engine_fail(e, expect->pos, APP_USAGE, cs_err_text(CS_E_NOMEM));
	}
	return err == CS_OK || engine_fail(e, problem.pos, APP_NO, problem.text);
}

static bool match_regex(struct engine *e, const struct script_expect *expect, const uint8_t *data, size_t len,
			bool *matches)
{
	struct checks *c = &e->checks;
	size_t need = HEX_PACKED_SIZE(len);

	if (need > c->hex_room) {
		char *more = realloc(c->hex, need);

		if (!more)
			return engine_fail(e, expect->pos, APP_USAGE, cs_err_text(CS_E_NOMEM));
		c->hex = more;
		c->hex_room = need;
	}
	c->hex[0] = '\0';
	hex_build(c->hex, data, len, 0);
	*matches = regexec(host_regex(e->host, expect->regex), c->hex, 0, NULL, 0) == 0;
	return true;
}

static bool check_one(struct engine *e, const struct script_expect *expect, size_t i, const uint8_t *answer,
		      size_t len)
{
	struct checks *c = &e->checks;
	struct check_data *d = &c->data[i];
	const struct expect_data *data = expect->has_data ? &d->data : NULL;
	struct expect_result result;

	if (data && !eval_data(e, expect, d))
		return false;
	result = expect_compare(expect->sw, expect->n_sw, data, answer, len);
	if (expect->regex && !match_regex(e, expect, answer, len - 2, &result.data_ok))
		return false;
	c->expect[i] = (struct expectation){
		.place = engine_place(e, expect->pos),
		.pattern = expect->text,
		.negated = expect->negated,
		.ok = (result.sw_ok && result.data_ok) != expect->negated,
		.result = result,
		.sw = expect->sw,
		.n_sw = expect->n_sw,
		.data = data,
		.regex = expect->regex,
	};
	c->failed += !c->expect[i].ok;
	return true;
}

bool expect_check(struct engine *engine, const struct script_expect *list, const uint8_t *answer, size_t len)
{
	struct checks *c = &engine->checks;
	size_t n = 0;

	c->n = c->failed = 0;
	for (const struct script_expect *x = list; x; x = x->next)
		n++;
	if (!make_room(c, n))
		return engine_fail(engine, list->pos, APP_USAGE, cs_err_text(CS_E_NOMEM));
	for (const struct script_expect *x = list; x; x = x->next) {
		if (!check_one(engine, x, c->n, answer, len))
			return false;
		c->n++;
	}
	return true;
}

bool expect_count(struct engine *engine)
{
	engine->summary.checked += engine->checks.n;
	for (size_t i = 0; i < engine->checks.failed; i++)
		engine_note_failure(engine, APP_NO);
	return engine->checks.failed == 0;
}

void checks_release(struct checks *checks)
{
	for (size_t i = 0; i < checks->room; i++) {
		free(checks->data[i].value);
		free(checks->data[i].mask);
	}
	free(checks->expect);
	free(checks->data);
	free(checks->hex);
	*checks = (struct checks){.n = 0};
}

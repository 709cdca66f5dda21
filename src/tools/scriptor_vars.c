/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of the script's variables. */
#include <stdlib.h>
#include <string.h>

#include "tools/scriptor_engine.h"

enum cs_err engine_make_values(struct engine *engine)
{
	size_t have = engine->n_values, n = engine->script->n_vars;
	struct script_value *values;
	struct engine_var *vars;

	if (n <= have)
		return CS_OK;
	values = realloc(engine->values, n * sizeof(*values));
	if (!values)
		return CS_E_NOMEM;
	engine->values = values;
	vars = realloc(engine->vars, n * sizeof(*vars));
	if (!vars)
		return CS_E_NOMEM;
	engine->vars = vars;
	memset(values + have, 0, (n - have) * sizeof(*values));
	memset(vars + have, 0, (n - have) * sizeof(*vars));
	engine->n_values = n;
	return CS_OK;
}

void engine_point(struct engine *engine, enum script_var var, const uint8_t *bytes, size_t len)
{
	engine->values[var] = (struct script_value){.bytes = bytes, .len = len, .known = true};
}

void engine_forget(struct engine *engine, enum script_var var)
{
	engine->values[var] = (struct script_value){.known = false};
}

bool engine_set(struct engine *engine, struct script_pos pos, size_t var, const uint8_t *bytes, size_t len)
{
	struct engine_var *v = &engine->vars[var];

	if (len > v->room) {
		uint8_t *more = realloc(v->bytes, len);

		if (!more)
			return engine_fail(engine, pos, APP_USAGE, cs_err_text(CS_E_NOMEM));
		v->bytes = more;
		v->room = len;
	}
	if (len > 0)
		memcpy(v->bytes, bytes, len);
	engine->values[var] = (struct script_value){.bytes = v->bytes, .len = len, .known = true};
	return true;
}

bool engine_eval(struct engine *engine, const struct script_piece *pieces, uint8_t *out, size_t cap,
		 size_t *len)
{
	struct script_eval_problem problem = {.text = NULL};
	enum cs_err err = script_eval(pieces, engine->values, out, cap, len, &problem);

	if (err == CS_OK)
		return true;
	if (!problem.text)
		problem = (struct script_eval_problem){pieces->pos, cs_err_text(err)};
	return engine_fail(engine, problem.pos, APP_NO, problem.text);
}

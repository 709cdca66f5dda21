/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/script.h"

#include <assert.h>
#include <string.h>

#include "core/script_priv.h"

void *script_alloc(struct script_parser *p, size_t size)
{
	const struct script_host *host = p->script->host;
	void *memory = p->nomem ? NULL : host->alloc(host->data, size);

	if (!memory)
		p->nomem = true;
	return memory;
}

char *script_copy(struct script_parser *p, const char *text, size_t len)
{
	char *copy = script_alloc(p, len + 1);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

bool script_add_file(struct script_parser *p, const struct script_text *text, uint32_t *file)
{
	if (p->script->n_files == SCRIPT_FILES_MAX)
		return false;
	*file = (uint32_t)p->script->n_files++;
	p->names->file[*file] = (struct script_source){text->name, text->text, text->len};
	return true;
}

const char *script_file(const struct script *script, uint32_t file)
{
	return file < script->n_files ? script->names->file[file].name : NULL;
}

const char *script_var_name(const struct script *script, size_t var)
{
	return var < script->n_vars ? script->names->var[var].name : NULL;
}

/* FNV-1a */
static size_t hash(const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h % SCRIPT_SLOTS;
}

/* the slot where a name is or would be; a table that is at most half full always has one */
static uint16_t *slot_of(struct script_names *names, const char *name, size_t len)
{
	size_t i = hash(name, len);

	for (;; i = (i + 1) % SCRIPT_SLOTS) {
		const struct script_variable *var;

		if (names->slot[i] == 0)
			return &names->slot[i];
		var = &names->var[names->slot[i] - 1];
		if (var->len == len && memcmp(var->name, name, len) == 0)
			return &names->slot[i];
	}
}

size_t script_var_find(const struct script *script, const char *name, size_t len)
{
	const uint16_t slot = *slot_of(script->names, name, len);

	return slot ? slot - 1u : SIZE_MAX;
}

static size_t add_name(struct script *script, const char *name, size_t len)
{
	struct script_names *names = script->names;

	*slot_of(names, name, len) = (uint16_t)(script->n_vars + 1);
	names->var[script->n_vars] = (struct script_variable){.len = len};
	memcpy(names->var[script->n_vars].name, name, len);
	return script->n_vars++;
}

bool script_var_add(struct script_parser *p, const struct script_span *name, size_t *var)
{
	*var = script_var_find(p->script, name->text, name->len);
	if (*var != SIZE_MAX)
		return true;
	if (p->script->n_vars == SCRIPT_VARS_MAX) {
		script_tell(p, SCRIPT_ERROR, &name->mark, name->len, "more than %u variables",
			    (size_t)SCRIPT_VARS_MAX);
		return false;
	}
	*var = add_name(p->script, name->text, name->len);
	p->names->var[*var].mark = name->mark;
	p->names->var[*var].fresh = true;
	return true;
}

enum cs_err script_init(struct script *script, const struct script_host *host,
			const struct script_options *options)
{
	static const char *const built_in[SCRIPT_VAR_USER] = {
		[SCRIPT_VAR_SW] = "SW",     [SCRIPT_VAR_SW1] = "SW1", [SCRIPT_VAR_SW2] = "SW2",
		[SCRIPT_VAR_DATA] = "DATA", [SCRIPT_VAR_ATR] = "ATR", [SCRIPT_VAR_UID] = "UID",
	};

	*script = (struct script){.host = host};
	script->names = host->alloc(host->data, sizeof(*script->names));
	if (!script->names)
		return CS_E_NOMEM;
	script->names->options = *options;
	script->names->flow.protocol = options->protocol;
	for (size_t i = 0; i < SCRIPT_VAR_USER; i++)
		add_name(script, built_in[i], strlen(built_in[i]));
	return CS_OK;
}

/* The units of one text are one file. */
static bool unit_file(struct script_parser *p, const struct script_text *text, uint32_t *file)
{
	struct script_names *names = p->names;
	const size_t n = p->script->n_files;

	for (*file = 0; *file < n; ++*file) {
		if (names->options.units && strcmp(names->file[*file].name, text->name) == 0) {
			names->file[*file] = (struct script_source){text->name, text->text, text->len};
			return true;
		}
	}
	return script_add_file(p, text, file);
}

static void parse_text(struct script_parser *p)
{
	struct script_flow *flow = &p->names->flow;

	/* its text is gone */
	if (flow->hold == SCRIPT_HOLD_OPEN)
		flow->hold = SCRIPT_HOLD_UNSURE;
	for (size_t i = 0; i < p->script->n_vars; i++)
		p->names->var[i].fresh = false;
	script_tell_controls(p);
	script_statements(p, false);
	if (p->in->pending && p->script->errors == 0)
		script_end(p);
	script_lint_end(p);
	script_tell_all(p);
}

static enum cs_err outcome(const struct script_parser *p)
{
	if (p->nomem)
		return CS_E_NOMEM;
	return p->script->errors ? CS_E_FORMAT : CS_OK;
}

enum cs_err script_parse(struct script *script, const struct script_text *text, uint32_t first_line)
{
	struct script_parser p = {.script = script, .names = script->names};
	const struct script_flow flow = script->names->flow;
	const bool exchanged = script->names->exchanged, control = script->names->control;
	struct script_list list = {0};
	struct script_cursor in;
	uint32_t file;

	script->first = NULL;
	script->errors = script->lints = 0;
	if (text->len > SCRIPT_FILE_MAX || !unit_file(&p, text, &file))
		return CS_E_TOO_LONG;
	in = script_cursor_init(text->text, text->len, file, first_line);
	p.in = &in;
	p.list = &list;
	p.including[p.n_including++] = file;
	parse_text(&p);
	script->first = list.first;
	if (script->errors) {
		/* nothing of it is run */
		script->names->flow = flow;
		script->names->exchanged = exchanged;
		script->names->control = control;
	}
	return outcome(&p);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/polkit_rule.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "core/utf8.h"

#define RULES_PATH "/etc/polkit-1/rules.d/49-pcscd.rules"
#define PKLA_PATH  "/etc/polkit-1/localauthority/50-local.d/49-pcscd.pkla"

/* A character beyond it is two units in a script, and stays one in what polkit 122 (duktape) hands over: the
 * same name would not be equal. */
#define UNIT_MAX 0xFFFF

/* ECMAScript 5: older engines of polkit know no more. */
#define HEAD                                                                                                 \
	"// Smart cards without an active local session; beside it the defaults of pcsc-lite stay in "       \
	"force.\n"                                                                                           \
	"polkit.addRule(function(action, subject) {\n"

#define READER_TEST                                                                                          \
	"    function isReader(name, stem) { // index and slot number follow the stem\n"                     \
	"        var rest = name.substr(stem.length);\n"                                                     \
	"        return name.indexOf(stem) === 0 && /^ [0-9A-F]{2,} [0-9A-F]{2}$/.test(rest);\n"             \
	"    }\n"

const char *polkit_rule_path(enum polkit_form form)
{
	return form == POLKIT_PKLA ? PKLA_PATH : RULES_PATH;
}

static bool is_number(const char *text)
{
	return text[0] == ' ' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0;
}

size_t polkit_reader_stem(const char *name)
{
	size_t len = strlen(name);

	if (len > 6 && is_number(name + len - 6) && is_number(name + len - 3))
		return len - 6;
	return len;
}

static bool is_plain(uint32_t c)
{
	return c >= ' ' && c <= '~' && !strchr("\"'\\<>&", (int)c);
}

/* So neither the encoding of the file nor what shows it matters. */
const char *polkit_rule_string(struct pool *pool, const char *text, size_t len)
{
	size_t size = 6 * len + 3, n = 0;
	char *out = pool_take(pool, size);
	uint32_t c;

	if (!out)
		return NULL;
	out[n++] = '"';
	for (size_t i = 0, step; i < len; i += step) {
		step = utf8_sequence(text + i, len - i, &c);
		assert(step > 0 && c <= UNIT_MAX);
		if (is_plain(c))
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, size - n, "\\u%04X", (unsigned)c);
	}
	out[n++] = '"';
	out[n] = '\0';
	return out;
}

static bool has_one_form(const char *text)
{
	size_t len = strlen(text);
	uint32_t c;

	for (size_t i = 0, step; i < len; i += step) {
		step = utf8_sequence(text + i, len - i, &c);
		if (step == 0 || c > UNIT_MAX)
			return false;
	}
	return true;
}

static enum cs_err check_name(const char *name)
{
	if (!name[0])
		return CS_E_EMPTY;
	if (strlen(name) > POLKIT_NAME_MAX)
		return CS_E_TOO_LONG;
	return has_one_form(name) ? CS_OK : CS_E_FORMAT;
}

static enum cs_err check_rule(const struct polkit_rule *rule)
{
	enum cs_err err;

	if (!rule->user == !rule->group)
		return CS_E_ARG;
	err = check_name(rule->user ? rule->user : rule->group);
	for (size_t i = 0; i < rule->n_readers && !err; i++)
		err = check_name(rule->reader[i]);
	return err;
}

/* "isReader(reader, "A") ||\n" for each, as one condition. */
static const char *reader_condition(struct pool *pool, const struct polkit_rule *rule)
{
	const char *all = "";

	for (size_t i = 0; i < rule->n_readers && all; i++) {
		const char *name = rule->reader[i];
		const char *stem = polkit_rule_string(pool, name, polkit_reader_stem(name));

		all = stem ? pool_format(pool, "%s%sisReader(reader, %s)", all, i ? " ||\n            " : "",
					 stem)
			   : NULL;
	}
	return all;
}

static const char *build_rules(struct pool *pool, const struct polkit_rule *rule)
{
	const char *name = rule->user ? rule->user : rule->group;
	const char *word = polkit_rule_string(pool, name, strlen(name));
	const char *readers = reader_condition(pool, rule);
	const char *who = NULL;

	if (word)
		who = pool_format(pool, rule->user ? "subject.user === %s" : "subject.isInGroup(%s)", word);
	if (!who || !readers)
		return NULL;
	if (rule->n_readers == 0)
		return pool_format(pool,
				   HEAD "    if ((action.id === \"" POLKIT_ACTION_PCSC "\" ||\n"
					"         action.id === \"" POLKIT_ACTION_CARD "\") && %s) {\n"
					"        return polkit.Result.YES;\n"
					"    }\n"
					"});\n",
				   who);
	return pool_format(pool,
			   HEAD READER_TEST "    if (action.id === \"" POLKIT_ACTION_PCSC "\" && %s) {\n"
					    "        return polkit.Result.YES;\n"
					    "    }\n"
					    "    if (action.id === \"" POLKIT_ACTION_CARD "\" && %s) {\n"
					    "        var reader = action.lookup(\"reader\") || \"\";\n"
					    "        if (%s) {\n"
					    "            return polkit.Result.YES;\n"
					    "        }\n"
					    "    }\n"
					    "});\n",
			   who, who, readers);
}

/* A key file knows lists, patterns and escapes, and no way to be sure of them in every version. */
static bool fits_pkla(const char *name)
{
	static const char fit[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@$";

	return name[strspn(name, fit)] == '\0';
}

static enum cs_err build_pkla(const char **out, struct pool *pool, const struct polkit_rule *rule)
{
	const char *name = rule->user ? rule->user : rule->group;

	if (rule->n_readers > 0)
		return CS_E_ARG;
	if (!fits_pkla(name))
		return CS_E_FORMAT;
	*out = pool_format(pool,
			   "[Smart cards without an active local session]\n"
			   "Identity=unix-%s:%s\n"
			   "Action=" POLKIT_ACTION_PCSC ";" POLKIT_ACTION_CARD "\n"
			   "ResultAny=yes\n"
			   "ResultInactive=yes\n"
			   "ResultActive=yes\n",
			   rule->user ? "user" : "group", name);
	return *out ? CS_OK : CS_E_NOMEM;
}

enum cs_err polkit_rule_build(const char **out, struct pool *pool, const struct polkit_rule *rule,
			      enum polkit_form form)
{
	enum cs_err err = check_rule(rule);

	if (err)
		return err;
	if (form == POLKIT_PKLA)
		return build_pkla(out, pool, rule);
	*out = build_rules(pool, rule);
	return *out ? CS_OK : CS_E_NOMEM;
}

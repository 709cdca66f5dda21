/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/rule_scan.h"

#include <ctype.h>
#include <string.h>

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Length of the comment or string at @text, 0 when there is none. */
static size_t skip_of(const char *text)
{
	const char *end;

	if (text[0] == '/' && text[1] == '/')
		return strcspn(text, "\n");
	if (text[0] == '/' && text[1] == '*') {
		end = strstr(text + 2, "*/");
		return end ? (size_t)(end + 2 - text) : strlen(text);
	}
	if (text[0] != '"' && text[0] != '\'' && text[0] != '`')
		return 0;
	end = text + 1;
	while (*end && *end != *text)
		end += *end == '\\' && end[1] ? 2 : 1;
	return (size_t)(end - text) + (*end != '\0');
}

/* Comments become blanks, and so do strings but for results like "yes" that stand for polkit.Result.YES. */
static void blank_out(char *text)
{
	static const char *const results[] = {"\"yes\"", "\"no\"", "'yes'", "'no'"};

	while (*text) {
		size_t len = skip_of(text);
		bool keep = len == 0;

		for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
			keep = keep || (len == strlen(results[i]) && memcmp(text, results[i], len) == 0);
		if (!keep)
			memset(text, ' ', len);
		text += len ? len : 1;
	}
}

/* The first parameter of the function at @text; @behind is set behind the list of them. */
static const char *first_parameter(const char *text, size_t *len, const char **behind)
{
	static const char word[] = "function";

	text += strspn(text, " \t\r\n");
	if (strncmp(text, word, sizeof(word) - 1) == 0) {
		text += sizeof(word) - 1;
		while (is_name(*text) || isspace((unsigned char)*text))
			text++;
	}
	if (*text != '(')
		return NULL;
	text++;
	text += strspn(text, " \t\r\n");
	*len = 0;
	while (is_name(text[*len]))
		++*len;
	*behind = strchr(text, ')');
	return *len && *behind ? text : NULL;
}

static bool has_word(const char *text, const char *end, const char *word, size_t len)
{
	for (const char *at = text; at + len <= end; at++)
		if (memcmp(at, word, len) == 0 && !is_name(at[-1]) && !is_name(at[len]))
			return true;
	return false;
}

static bool decides(const char *text, const char *end)
{
	static const char *const words[] = {"Result.YES",        "Result.NO",
					    "Result.AUTH_SELF",  "Result.AUTH_SELF_KEEP",
					    "Result.AUTH_ADMIN", "Result.AUTH_ADMIN_KEEP",
					    "return \"yes\"",    "return \"no\"",
					    "return 'yes'",      "return 'no'"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (has_word(text, end, words[i], strlen(words[i])))
			return true;
	return false;
}

/* The next call that adds a rule of either kind. */
static const char *next_call(const char *text)
{
	const char *rule = strstr(text, "addRule("), *admin = strstr(text, "addAdminRule(");

	return !admin || (rule && rule < admin) ? rule : admin;
}

bool rule_scan_unguarded(struct pool *pool, const char *text)
{
	char *code = pool_copy(pool, text, strlen(text));
	const char *call;

	if (!code)
		return false;
	blank_out(code);
	call = next_call(code);
	while (call) {
		const char *inside = strchr(call, '(') + 1, *body, *action;
		const char *next = next_call(inside), *end = next ? next : inside + strlen(inside);
		bool is_rule = strncmp(call, "addRule", 7) == 0;
		size_t len;

		action = first_parameter(inside, &len, &body);
		if (is_rule && action && body < end && decides(body, end) &&
		    !has_word(body, end, action, len))
			return true;
		call = next;
	}
	return false;
}

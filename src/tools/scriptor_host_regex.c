/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions: compiled once, and only those that the C library can bear. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/scriptor_host.h"

#define BUCKETS 256

struct host_regex {
	struct host_regex *next;
	const char *text;
	regex_t compiled;
};

/* FNV-1a */
static size_t bucket_of(const char *text)
{
	uint32_t hash = UINT32_C(2166136261);

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT32_C(16777619);
	return hash % BUCKETS;
}

static const struct host_regex *regex_lookup(const struct host *host, const char *text)
{
	const struct host_regex *row = host->regexes[bucket_of(text)];

	while (row && strcmp(row->text, text) != 0)
		row = row->next;
	return row;
}

const regex_t *host_regex(const struct host *host, const char *text)
{
	return &regex_lookup(host, text)->compiled;
}

static struct host_regex *regex_new(struct host *host, const char *text)
{
	struct host_regex *row = calloc(1, sizeof(*row));
	char *copy = host_lasting(host, strlen(text) + 1);

	if (!row || !copy) {
		free(row);
		return NULL;
	}
	strcpy(copy, text);
	row->text = copy;
	return row;
}

/* ---- what the C library would need too much of ---- */

#define REGEX_DEPTH_MAX 32    /* groups within one another: the library calls itself for each */
#define REGEX_COST_MAX  10000 /* single characters, once repetitions are written out, as the library does */

/* Behind a bracket expression that begins at @p. */
static const char *behind_brackets(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	p += *p == ']';
	while (*p && *p != ']') {
		if (*p == '[' && p[1] && strchr(".:=", p[1])) {
			const char end[] = {p[1], ']', '\0'};
			const char *close = strstr(p + 2, end);

			p = close ? close + 1 : p;
		}
		p++;
	}
	return *p ? p + 1 : p;
}

/* The larger figure of {2,3}, {2} or {2,}. */
static size_t repetitions(const char *p)
{
	size_t first = strtoul(p + 1, NULL, 10);
	const char *comma = p + strcspn(p, ",}");
	size_t second = *comma == ',' ? strtoul(comma + 1, NULL, 10) : 0;
	size_t most = first > second ? first : second;

	return most > REGEX_COST_MAX ? REGEX_COST_MAX + 1 : most + (most == 0);
}

static bool is_affordable(const char *text)
{
	size_t sum[REGEX_DEPTH_MAX + 1] = {0}, depth = 0, last = 0;

	for (const char *p = text; *p;) {
		const char *at = p++;

		if (*at == '{') {
			last *= repetitions(at);
			p = at + strcspn(at, "}");
			p += *p == '}';
		} else if (*at == ')' && depth > 0) {
			last += sum[depth--];
		} else {
			sum[depth] += last;
			last = 1;
			if (*at == '(' && depth == REGEX_DEPTH_MAX)
				return false;
			if (*at == '(')
				sum[++depth] = last = 0;
			else if (*at == '[')
				p = behind_brackets(at);
			else if (*at == '\\' && *p)
				p++;
		}
		if (last > REGEX_COST_MAX || sum[depth] > REGEX_COST_MAX)
			return false;
	}
	return true;
}

/* glibc looks for what one fits by calling itself for each character: a long answer is more than the stack
 * holds. */
static bool has_back_reference(const char *text)
{
	for (const char *p = text; *p;) {
		const char *at = p++;

		if (*at == '[')
			p = behind_brackets(at);
		else if (*at == '\\' && *p >= '1' && *p <= '9')
			return true;
		else if (*at == '\\' && *p)
			p++;
	}
	return false;
}

static const char *objection(const char *text)
{
	if (!is_affordable(text))
		return "too large";
	return has_back_reference(text) ? "\\1 to \\9 are not supported" : NULL;
}

bool host_check_regex(void *data, const char *text, char *why, size_t why_size)
{
	struct host *host = data;
	const char *against = objection(text);
	struct host_regex *row;
	size_t bucket = bucket_of(text);
	int rc;

	if (regex_lookup(host, text))
		return true;
	if (against) {
		snprintf(why, why_size, "%s", against);
		return false;
	}
	row = regex_new(host, text);
	if (!row) {
		snprintf(why, why_size, "%s", cs_err_text(CS_E_NOMEM));
		return false;
	}
	rc = regcomp(&row->compiled, text, REG_EXTENDED | REG_NOSUB);
	if (rc != 0) {
		regerror(rc, &row->compiled, why, why_size);
		free(row);
		return false;
	}
	row->next = host->regexes[bucket];
	host->regexes[bucket] = row;
	return true;
}

enum cs_err host_regexes_init(struct host *host)
{
	host->regexes = calloc(BUCKETS, sizeof(struct host_regex *));
	return host->regexes ? CS_OK : CS_E_NOMEM;
}

static void drop_regexes(struct host_regex *row)
{
	while (row) {
		struct host_regex *next = row->next;

		regfree(&row->compiled);
		free(row);
		row = next;
	}
}

void host_regexes_release(struct host *host)
{
	for (size_t i = 0; host->regexes && i < BUCKETS; i++)
		drop_regexes(host->regexes[i]);
	free(host->regexes);
}

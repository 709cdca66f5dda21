/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_host.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)64 << 10)
#define BUCKETS    256

struct host_chunk {
	struct host_chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct host_regex {
	struct host_regex *next;
	const char *text;
	regex_t compiled;
};

static struct host_chunk *chunk_new(size_t size)
{
	struct host_chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (chunk)
		chunk->size = size;
	return chunk;
}

static void *take(struct host_chunk *chunk, size_t size)
{
	void *at = chunk->bytes + chunk->used;

	chunk->used += size;
	return at;
}

/* What is large gets a chunk of its own, behind the one that is being filled. */
static void *host_alloc(void *data, size_t size)
{
	struct host *host = data;
	struct host_chunk *chunk = host->chunks;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (chunk && size <= chunk->size - chunk->used)
		return take(chunk, size);
	chunk = chunk_new(size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE);
	if (!chunk)
		return NULL;
	if (host->chunks && size > CHUNK_SIZE / 4) {
		chunk->next = host->chunks->next;
		host->chunks->next = chunk;
	} else {
		chunk->next = host->chunks;
		host->chunks = chunk;
	}
	return take(chunk, size);
}

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
	char *copy = host_alloc(host, strlen(text) + 1);

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

static bool host_check_regex(void *data, const char *text, char *why, size_t why_size)
{
	struct host *host = data;
	struct host_regex *row;
	size_t bucket = bucket_of(text);
	int rc;

	if (regex_lookup(host, text))
		return true;
	if (!is_affordable(text)) {
		snprintf(why, why_size, "too large");
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

static void host_problem(void *data, const struct script_problem *problem)
{
	struct host *host = data;

	host->problem(host->problem_data, problem);
}

enum cs_err host_init(struct host *host, void (*problem)(void *data, const struct script_problem *problem),
		      void *problem_data)
{
	*host = (struct host){
		.ops = {.data = host,
			.alloc = host_alloc,
			.include = host_include,
			.regex = host_check_regex,
			.problem = host_problem},
		.problem = problem,
		.problem_data = problem_data,
	};
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

void host_release(struct host *host)
{
	for (size_t i = 0; host->regexes && i < BUCKETS; i++)
		drop_regexes(host->regexes[i]);
	free(host->regexes);
	host_drop_texts(host);
	while (host->chunks) {
		struct host_chunk *next = host->chunks->next;

		free(host->chunks);
		host->chunks = next;
	}
}

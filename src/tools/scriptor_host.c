/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_host.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)64 << 10)

struct host_chunk {
	struct host_chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
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

static void push(struct host_chunk **list, struct host_chunk *chunk)
{
	chunk->next = *list;
	*list = chunk;
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
	push(host->chunks && size > CHUNK_SIZE / 4 ? &host->chunks->next : &host->chunks, chunk);
	return take(chunk, size);
}

static void drop_chunks(struct host_chunk **list)
{
	while (*list) {
		struct host_chunk *next = (*list)->next;

		free(*list);
		*list = next;
	}
}

void *host_lasting(struct host *host, size_t size)
{
	struct host_chunk *chunk = chunk_new(size);

	if (!chunk)
		return NULL;
	push(&host->lasting, chunk);
	return take(chunk, size);
}

void host_settle(struct host *host)
{
	while (host->chunks) {
		struct host_chunk *next = host->chunks->next;

		push(&host->lasting, host->chunks);
		host->chunks = next;
	}
}

/* One chunk is kept, for a unit seldom needs more. */
void host_forget(struct host *host)
{
	if (!host->chunks)
		return;
	drop_chunks(&host->chunks->next);
	memset(host->chunks->bytes, 0, host->chunks->used);
	host->chunks->used = 0;
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
	return host_regexes_init(host);
}

void host_release(struct host *host)
{
	host_regexes_release(host);
	host_drop_texts(host);
	drop_chunks(&host->chunks);
	drop_chunks(&host->lasting);
}

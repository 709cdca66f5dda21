/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_UNIT_NOMEM_H
#define CS_TESTS_UNIT_NOMEM_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#define NOMEM_OFF LONG_MIN

/* What succeeds, in any thread, before one allocation fails; NOMEM_OFF: none does. */
static atomic_long until_failure = NOMEM_OFF;

/* fails - whether it is the turn of this one */
static inline bool fails(void)
{
	return atomic_load(&until_failure) != NOMEM_OFF && atomic_fetch_sub(&until_failure, 1) == 0;
}

/* To stand in for the functions of these names in the sources under test. */
static inline void *limited_malloc(size_t size)
{
	return fails() ? NULL : malloc(size);
}

static inline void *limited_calloc(size_t n, size_t size)
{
	return fails() ? NULL : calloc(n, size);
}

static inline void *limited_realloc(void *p, size_t size)
{
	return fails() ? NULL : realloc(p, size);
}

#endif

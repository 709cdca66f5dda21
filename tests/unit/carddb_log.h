/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_UNIT_CARDDB_LOG_H
#define CS_TESTS_UNIT_CARDDB_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/carddb.h"

/* What was reported, as LINE:COLUMN MESSAGE lines. */
struct log {
	char text[8192];
	size_t n;
};

/* note - a carddb_report; @data is a struct log */
static inline void note(void *data, const struct carddb_problem *p)
{
	struct log *log = data;
	size_t used = strlen(log->text);

	snprintf(log->text + used, sizeof(log->text) - used, "%zu:%zu %s\n", p->line, p->column, p->message);
	log->n++;
}

static inline struct carddb *fresh(void)
{
	struct carddb *db = NULL;

	assert_int_equal(carddb_new(&db), CS_OK);
	return db;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a file of /etc/reader.conf.d. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag/readerconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_value(const char *value)
{
	check(!value || !strpbrk(value, "\n"));
}

/* A reader without a problem has what pcscd wants; lines only grow. */
static void check_entry(const struct readerconf_entry *entry, unsigned after)
{
	check(entry->line >= after && entry->line > 0);
	check(!entry->problem || entry->problem_line >= entry->line);
	check(entry->problem || (entry->friendly && entry->library && (entry->device || entry->channel)));
	check_value(entry->friendly);
	check_value(entry->device);
	check_value(entry->library);
	check_value(entry->channel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool pool = {0};
	struct readerconf conf;
	const enum cs_err err = readerconf_parse(&conf, &pool, (const char *)data, size);

	check(err == CS_OK || (err == CS_E_TOO_LONG && conf.n == READERCONF_MAX));
	for (size_t i = 0; i < conf.n; i++)
		check_entry(&conf.entry[i], i ? conf.entry[i - 1].line : 0);
	pool_release(&pool);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the Info.plist of a driver bundle. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag/plist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_list(const struct pool_list *list)
{
	check(list->n <= PLIST_ITEM_MAX);
	for (size_t i = 0; i < list->n; i++)
		check(*list->item[i] && strlen(list->item[i]) <= PLIST_TEXT_MAX);
	check(plist_first(list) == (list->n ? list->item[0] : NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool pool = {0};
	struct plist plist;
	const enum cs_err err = plist_parse(&plist, &pool, (const char *)data, size);

	check(err == CS_OK || err == CS_E_FORMAT);
	check((err == CS_OK) == (plist.fault == NULL));
	check((err == CS_OK) == (plist.line == 0));
	check_list(&plist.vendor);
	check_list(&plist.product);
	check_list(&plist.friendly);
	check_list(&plist.executable);
	check_list(&plist.options);
	pool_release(&pool);
	return 0;
}

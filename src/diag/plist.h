/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_PLIST_H
#define CS_DIAG_PLIST_H

#include <stddef.h>

#include "core/err.h"
#include "diag/pool.h"

/*
 * The Info.plist of a driver bundle: the keys that pcscd and the CCID driver look at. As pcscd does, a list
 * is every <string> between a <key> and the next one, whatever stands around them, the last <key> of a name
 * counts, and an empty <string> is none.
 */

#define PLIST_DEPTH_MAX 32   /* elements within one another */
#define PLIST_TEXT_MAX  1024 /* bytes of one key or string */
#define PLIST_ITEM_MAX  8192 /* strings of one list */

struct plist {
	struct pool_list vendor, product, friendly; /* ifdVendorID, ifdProductID, ifdFriendlyName */
	struct pool_list executable;                /* CFBundleExecutable */
	struct pool_list name;                      /* CFBundleName */
	struct pool_list version;                   /* CFBundleShortVersionString */
	struct pool_list options;                   /* ifdDriverOptions */
	struct pool_list capabilities;              /* ifdCapabilities */
	const char *fault; /* why reading ended early; static storage; NULL: it did not */
	unsigned line;     /* of @fault, from 1 */
};

/*
 * plist_parse - read @len bytes of XML
 * Entities that the file declares itself are never expanded: a declaration is a fault.
 *
 * Return: CS_OK; CS_E_FORMAT there is a fault, and @out holds what came before it; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err plist_parse(struct plist *out, struct pool *pool, const char *text, size_t len);

/* plist_first - first string of a list, NULL when it is empty */
const char *plist_first(const struct pool_list *list);

#endif

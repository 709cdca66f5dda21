/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_LDCACHE_H
#define CS_DIAG_LDCACHE_H

#include "diag/pool.h"

/*
 * ldcache_lookup - the files that /etc/ld.so.cache knows for a library, in the loader's order
 * @cache: @len bytes of it, of any content
 * @soname: "libpcsclite.so.1"
 * @out: appended to
 *
 * Reads the form glibc 2.2 and later write (magic glibc-ld.so.cache1.1, in this machine's byte order), also
 * behind one of the old form. What is cut off or out of bounds is left out.
 */
void ldcache_lookup(struct pool *pool, const char *cache, size_t len, const char *soname,
		    struct pool_list *out);

#endif

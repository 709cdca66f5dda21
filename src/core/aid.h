/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_AID_H
#define CS_CORE_AID_H

#include <stddef.h>
#include <stdint.h>

#define AID_MAX 16 /* bytes; ISO/IEC 7816-4:2005 8.2.1.2 */

/* One row of aid.def: an application, or all applications of a provider. */
struct aid {
	const char *alias; /* one word for `select`: "PIV"; NULL when there is none */
	const char *name;  /* "PIV card application"; never NULL */
	uint8_t bytes[AID_MAX];
	size_t len;
};

/* aid_lookup - the row whose bytes are the longest prefix of @len bytes at @bytes; NULL when there is none */
const struct aid *aid_lookup(const uint8_t *bytes, size_t len);

/* aid_by_alias - the row of an alias, ASCII case ignored; NULL when there is none */
const struct aid *aid_by_alias(const char *alias, size_t len);

/* aid_next - every row that has an alias, in turn, for completion; @i starts at 0. NULL behind the last */
const struct aid *aid_next(size_t *i);

#endif

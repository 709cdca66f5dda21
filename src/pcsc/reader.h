/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_READER_H
#define CS_PCSC_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "pcsc/scard.h"

/*
 * reader_select - which reader a user means
 * @want: an index into @names, a full name, or a part of exactly one name (ASCII case ignored; a full name
 *   wins over an index, an index over a part)
 * @out:  receives the index
 * Return: CS_OK; CS_E_NOT_FOUND; CS_E_AMBIGUOUS several names contain @want.
 */
CS_NODISCARD enum cs_err reader_select(const struct scard_names *names, const char *want, size_t *out);

/* reader_matches - whether @pattern, a shell glob or a part of a name, fits @name; ASCII case ignored */
bool reader_matches(const char *name, const char *pattern);

/* reader_matches_any - whether one of the @n @patterns fits @name */
bool reader_matches_any(const char *name, const char *const *patterns, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/scard_text.h"

#include <assert.h>
#include <stdio.h>

size_t scard_fault_format(char *out, size_t size, const struct scard_fault *fault,
			  const struct scard_error *error)
{
	const char *gap = error->value && error->symbol ? " " : "";
	const char *symbol = *gap ? error->symbol : "";
	int n;

	assert(size > 0);
	n = snprintf(out, size, "%s: %s (%s%s0x%08lX)%s%s", fault->call, error->sentence, symbol, gap,
		     (unsigned long)fault->rv, error->cause ? "; " : "", error->cause ? error->cause : "");

	if (n < 0)
		n = 0;
	return (size_t)n < size ? (size_t)n : size - 1;
}

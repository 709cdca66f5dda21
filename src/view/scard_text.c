/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/scard_text.h"

#include <assert.h>
#include <stdio.h>

/* Codes that say "not reached" beside those of access denied; exit status 3 covers wrong reader names, too.
 */
static const uint32_t unreached[] = {
	0x80100013, /* SCARD_F_COMM_ERROR */
	0x8010001D, /* SCARD_E_NO_SERVICE */
	0x8010001E, /* SCARD_E_SERVICE_STOPPED */
	0x8010002E, /* SCARD_E_NO_READERS_AVAILABLE */
};

#define STATUS_DENIED 4

static const char *advice(const struct scard_error *error)
{
	for (size_t i = 0; i < sizeof(unreached) / sizeof(*unreached); i++)
		if (error->value == unreached[i])
			return "; run pcsc_doctor";
	return error->exit_status == STATUS_DENIED ? "; run pcsc_doctor" : "";
}

size_t scard_fault_format(char *out, size_t size, const struct scard_fault *fault,
			  const struct scard_error *error)
{
	const char *gap = error->value && error->symbol ? " " : "";
	const char *symbol = *gap ? error->symbol : "";
	int n;

	assert(size > 0);
	n = snprintf(out, size, "%s: %s (%s%s0x%08lX)%s%s%s", fault->call, error->sentence, symbol, gap,
		     (unsigned long)fault->rv, error->cause ? "; " : "", error->cause ? error->cause : "",
		     advice(error));

	if (n < 0)
		n = 0;
	return (size_t)n < size ? (size_t)n : size - 1;
}

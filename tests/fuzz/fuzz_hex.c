/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as hexadecimal: what is read can be written and read back. */
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[64], back[64];
	char text[HEX_SPACED_SIZE(64)];
	size_t len, back_len, bad;
	enum cs_err err = hex_parse(bytes, sizeof(bytes), &len, (const char *)data, size, &bad);

	if (len > sizeof(bytes) || (err != CS_OK && err != CS_E_EMPTY && bad >= size))
		abort();
	if (len == 0)
		return 0;
	hex_build(text, bytes, len, ' ');
	if (hex_parse(back, sizeof(back), &back_len, text, strlen(text), &bad) != CS_OK)
		abort();
	if (back_len != len || memcmp(back, bytes, len) != 0)
		abort();
	return 0;
}

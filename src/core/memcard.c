/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/memcard.h"

#include <string.h>

#define UNITS_RESERVED 15

/* ISO/IEC 7816-10 (unverified): b8..b5 of H1; NULL reserved. */
static const char *const protocols[16] = {
	"defined by ISO/IEC",       "defined by ISO/IEC", "defined by ISO/IEC", "defined by ISO/IEC",
	"defined by ISO/IEC",       "defined by ISO/IEC", "defined by ISO/IEC", "defined by ISO/IEC",
	"serial data access (I2C)", "three-wire bus",     "two-wire bus",
};

/* b7..b4 of H2: 1 is 128 data units, each step doubles (unverified; 2 and 4 seen on cards of 256 and 1024
 * bytes) */
static uint32_t units_of(uint8_t code)
{
	return code == 0 || code == UNITS_RESERVED ? 0 : UINT32_C(64) << code;
}

void memcard_decode(struct memcard *out, const struct atr *atr)
{
	memset(out, 0, sizeof(*out));
	if (atr->len != 2 + sizeof(out->h) || atr->ts != 0x3B || atr->t0 != 0x04)
		return;
	out->present = true;
	memcpy(out->h, atr->raw + 2, sizeof(out->h));
	out->protocol = out->h[0] >> 4;
	out->protocol_text = protocols[out->protocol];
	out->rfu_h1 = out->h[0] & 0x08;
	out->structure = out->h[0] & 0x07;
	out->read_to_end = !(out->h[1] & 0x80);
	out->units = units_of(out->h[1] >> 3 & 0x0F);
	out->unit_bits = (uint8_t)(1u << (out->h[1] & 0x07));
	out->category = out->h[2];
	out->dir_ref = out->h[3];
}

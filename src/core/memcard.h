/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_MEMCARD_H
#define CS_CORE_MEMCARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/atr.h"

/* A synchronous card's four header bytes H1..H4, which readers deliver as 3B 04 H1 H2 H3 H4; ISO/IEC 7816-10
 * 5 (unverified; sizes checked on SLE 4442 and SLE 4428). A processor card with T=0 alone and four historical
 * bytes has the same form: a view says "if this is a memory card". */
struct memcard {
	bool present; /* the ATR has this form */
	uint8_t h[4];
	uint8_t protocol; /* b8..b5 of H1: 8 serial (I2C), 9 three-wire, 10 two-wire, 0..7 ISO, others
			     reserved */
	const char *protocol_text; /* NULL: reserved */
	uint8_t structure;         /* b3..b1 of H1 */
	bool rfu_h1;               /* b4 of H1 */
	uint32_t units;            /* data units; 0: not indicated or reserved */
	uint8_t unit_bits;         /* length of a data unit in bits */
	bool read_to_end;          /* b8 of H2 is 0: the card delivers up to its end; 1: any length */
	uint8_t category;          /* H3: category indicator, as in historical bytes */
	uint8_t dir_ref;           /* H4: DIR data reference when H3 is 10 */
};

/* memcard_decode - the header of a memory card; @out->present is false for every other ATR */
void memcard_decode(struct memcard *out, const struct atr *atr);

#endif

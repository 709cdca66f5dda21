/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_CONTACTLESS_H
#define CS_CORE_CONTACTLESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atr.h"
#include "core/hist.h"

/* An ATR of the form 3B 8n 80 01 ... was made up by the reader for a contactless card; PC/SC part 3 3.1.3.2.3
 * (clause number unverified). Seen only when no historical byte is missing. */
enum contactless_kind {
	CONTACTLESS_NO,      /* not of this form */
	CONTACTLESS_STORAGE, /* storage card, see hist.pcsc */
	CONTACTLESS_TYPE_A,  /* historical bytes are those of the ATS; ISO/IEC 14443-4:2008 5.2.7 */
	CONTACTLESS_TYPE_B,  /* historical bytes are parts of the ATQB */
};

/* MIFARE type identification in the ATS historical bytes: C1, length, type, details, CRC_A over all before
 * it, as in C1 05 2F 2F 01 BC D6; NXP AN10833 (document unverified, CRC checked on known cards). */
struct contactless_mifare {
	bool present;
	uint8_t tl;          /* length byte: bytes that follow it, CRC included */
	uint8_t type;        /* chip type (high nibble) and memory size (low nibble) */
	uint8_t chip_status; /* chip generation (low nibble) and status (high nibble) */
	uint8_t vcs;         /* specifics of virtual card selection */
	bool has_crc, crc_ok;
	uint16_t crc; /* as on the card, which sends the low byte first */
};

/* ATQB as PC/SC part 3 lays it out; ISO/IEC 14443-3:2011 7.9.3, 7.9.4. */
struct contactless_type_b {
	uint8_t application_data[4];
	uint8_t afi;      /* application family; this and the three below only when @adc_iso, else 0 */
	uint16_t aid_crc; /* CRC_B of the AID, which the card sends low byte first */
	uint8_t applications_afi; /* number of applications in this AFI, 15: or more */
	uint8_t applications;     /* in all, 15: or more */
	uint8_t protocol_info[3];
	uint16_t kbps_to_card[4], kbps_from_card[4]; /* rates supported, ascending, 0 ends; 106 always */
	bool same_rate_both_ways;
	uint16_t fsci_bytes;   /* longest frame the card takes; 0 reserved */
	uint8_t protocol_type; /* b4 reserved, b3 b2 shortest TR2, b1 @iso14443_4 */
	bool iso14443_4;
	uint8_t fwi;     /* 0..14, 15 reserved */
	uint32_t fwt_us; /* (256 * 16 / fc) * 2^FWI, fc = 13.56 MHz, rounded down; 0 reserved */
	bool adc_iso;    /* application data coded as the standard says */
	bool nad, cid;   /* frame options supported */
	uint8_t mbli;    /* maximum buffer length index, 0: unknown */
};

struct contactless {
	enum contactless_kind kind;
	bool type_b_possible; /* eight bytes whose protocol info holds together: @type_b is filled. Nothing in
				 the ATR proves either type, so a view says so */
	struct contactless_mifare mifare;
	struct contactless_type_b type_b;
};

/*
 * contactless_decode - what an ATR made up by a contactless reader says
 * Eight historical bytes that are no COMPACT-TLV, no MIFARE type identification and no text and whose
 * protocol info holds together are read as type B, everything else as type A. The ATR cannot settle it.
 */
void contactless_decode(struct contactless *out, const struct atr *atr, const struct hist *hist);

/* Words for the fields above; NULL where reserved or unknown. Static storage. */
const char *contactless_afi_text(uint8_t afi);
const char *contactless_mifare_chip_text(uint8_t type);
const char *contactless_mifare_memory_text(uint8_t type);

#endif

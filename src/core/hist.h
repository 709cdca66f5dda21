/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_HIST_H
#define CS_CORE_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/finding.h"

#define HIST_MAX         15 /* historical bytes of an ATR */
#define HIST_OBJECTS_MAX 15 /* every COMPACT-TLV object takes a byte at least */

enum hist_kind {
	HIST_NONE,         /* no historical byte */
	HIST_STATUS_AFTER, /* category 00: COMPACT-TLV, then LCS SW1 SW2 */
	HIST_DIR_REF,      /* category 10 */
	HIST_COMPACT_TLV,  /* category 80 */
	HIST_RFU,          /* category 81..8F */
	HIST_PROPRIETARY,
};

#define HIST_TAG_BER_AID 0x4F /* PC/SC part 3 storage card: one-byte BER tag and a length byte */

/* Card service data; ISO/IEC 7816-4:2005 Table 85. */
struct hist_service {
	bool select_full_df_name, select_partial_df_name;
	bool ber_tlv_in_ef_dir, ber_tlv_in_ef_atr;
	uint8_t access; /* b4 b3 b2: 4 READ BINARY, 0 READ RECORD, 2 GET DATA, others reserved */
	bool has_mf;    /* b1 = 0 */
};

/* Card capabilities, up to three software function tables; 7816-4 Tables 86, 87, 88. */
struct hist_capabilities {
	uint8_t len;            /* 1..3 tables present */
	uint8_t selection;      /* Table 86 as read */
	uint8_t data_coding;    /* Table 87 as read */
	uint8_t chaining;       /* Table 88 as read */
	bool ef_tlv;            /* Table 87 b8 */
	uint8_t write;          /* Table 87 b7 b6: 0 one-time, 1 proprietary, 2 OR, 3 AND */
	bool ff_valid_as_tag;   /* Table 87 b5 */
	uint32_t unit_quartets; /* data unit in quartets: 2^(b4..b1) */
	bool command_chaining, extended_length, bit6;
	bool lc_by_card, lc_by_ifd; /* logical channel number assigned by */
	uint8_t max_channels;       /* 1..8 */
	bool max_channels_or_more;  /* the code for "8 or more" */
};

/* Status indicator; 7816-4 8.1.1.3 and Table 13. */
struct hist_status {
	bool has_lcs, has_sw;
	uint8_t lcs;
	uint16_t sw;
};

enum hist_detail { HIST_PLAIN, HIST_SERVICE, HIST_CAPABILITIES, HIST_STATUS };

struct hist_object {
	uint8_t tag;    /* 0..15, or HIST_TAG_BER_AID */
	uint8_t len;    /* as announced */
	uint8_t offset; /* of the value within the historical bytes */
	uint8_t avail;  /* value bytes there are */
	bool truncated;
	enum hist_detail
		detail; /* which member below is filled; HIST_PLAIN when the length does not fit the tag */
	struct hist_service service;
	struct hist_capabilities capabilities;
	struct hist_status status;
};

/* PC/SC part 3 storage card, 80 4F 0C A0 00 00 03 06 SS NN NN 00 00 00 00; PC/SC part 3 3.1.3.2.3
 * (clause number unverified). */
struct hist_pcsc {
	uint8_t rid[5];
	uint8_t standard;   /* SS */
	uint16_t card_name; /* NN NN */
	uint8_t rfu[4];
};

/* The historical bytes with their meaning. Everything after @kind is empty when bytes are missing. */
struct hist {
	uint8_t bytes[HIST_MAX];
	size_t len;
	bool complete;    /* no announced byte is missing */
	uint8_t category; /* first byte, when len > 0 */
	enum hist_kind kind;
	bool has_objects; /* objects were looked for */
	struct hist_object object[HIST_OBJECTS_MAX];
	size_t nobjects;
	bool has_status; /* of category 00, or of the last well-formed object with tag 8 of category 80 */
	struct hist_status status;
	bool has_dir_ref;
	uint8_t dir_ref;
	bool has_pcsc;
	struct hist_pcsc pcsc;
};

/*
 * hist_decode - the meaning of historical bytes
 * @out:      overwritten
 * @bytes:    @len bytes, 0..HIST_MAX, category indicator first
 * @complete: false when the card announced more than @len
 * @offset:   byte offset of @bytes in the ATR, added to the offset of each finding
 * @findings: NULL or receives what is wrong; finding_sort() is the caller's
 *
 * Memory: allocates nothing; @out keeps no pointer.
 * Spec: ISO/IEC 7816-4:2005 8.1.1.
 */
void hist_decode(struct hist *out, const uint8_t *bytes, size_t len, bool complete, size_t offset,
		 struct findings *findings);

/* hist_object_name - "country_code", ...; "unknown" for what the standard does not name; static storage */
const char *hist_object_name(uint8_t tag);

/* hist_lcs_name - life cycle status as a word of formats.md ("none", "creation", ...); 7816-4 Table 13 */
const char *hist_lcs_name(uint8_t lcs);

/* hist_selection_name - bit 7..0 of the first software function table as a word; NULL when it has none */
const char *hist_selection_name(unsigned bit);

/* hist_write_name, hist_access_name - words for hist_capabilities.write and hist_service.access */
const char *hist_write_name(uint8_t code);
const char *hist_access_name(uint8_t code);

/* hist_pcsc_standard_text, hist_pcsc_card_text - names of PC/SC part 3 (supplement); NULL when unknown */
const char *hist_pcsc_standard_text(uint8_t standard);
const char *hist_pcsc_card_text(uint16_t card_name);

/* Initial access data, tag 4, stands for a command whose answer introduces the card;
 * 7816-4:2005 8.1.1.2.4, 8.1.2 (clause numbers unverified). */
struct hist_access_command {
	uint8_t apdu[5];
	size_t len; /* 0: the bytes do not name a command */
};

/* hist_access_command_build - the command that the @len bytes of initial access data stand for: READ BINARY
 * (1 byte), READ BINARY or READ RECORD of a short EF (2 bytes), the command itself (5 bytes) */
void hist_access_command_build(struct hist_access_command *out, const uint8_t *value, size_t len);

#endif

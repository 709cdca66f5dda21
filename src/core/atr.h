/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ATR_H
#define CS_CORE_ATR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/finding.h"

#define ATR_MAX     33   /* TS and 32 characters; ISO/IEC 7816-3:2006 8.2.1 */
#define ATR_RAW_MAX 1024 /* what we accept and describe, conforming or not */
#define ATR_LEVELS_MAX                                                                                       \
	32              /* T0 and a chain of lone TDs fill 33 bytes with 31 levels and announce one more     \
			 */
#define ATR_HIST_MAX 15 /* K is four bits */

enum atr_position { ATR_TA, ATR_TB, ATR_TC, ATR_TD, ATR_POSITIONS };

/* One group TA(i) TB(i) TC(i) TD(i). */
struct atr_level {
	uint8_t y;       /* presence bits Y(i): 1 TA, 2 TB, 4 TC, 8 TD */
	uint8_t present; /* the same bits for the bytes that are really there */
	uint8_t t;       /* T of TD(i-1), which gives the bytes their meaning; 0 in level 1, unused there */
	uint8_t value[ATR_POSITIONS];  /* meaningful where @present says so */
	uint8_t offset[ATR_POSITIONS]; /* byte offset in the ATR, likewise */
};

struct atr_tck {
	bool required;     /* some TD names a T other than 0; 8.2.5 */
	bool present;      /* a byte stands where TCK would: after the last historical byte */
	bool superfluous;  /* present, though not required */
	uint8_t actual;    /* when present */
	uint8_t expected;  /* XOR of T0 .. last historical byte */
	bool has_expected; /* false when not all of these bytes are there, or neither required nor present */
};

/* An Answer To Reset split into its fields. No meaning is attached to interface bytes but T and Y. */
struct atr {
	uint8_t raw[ATR_RAW_MAX];
	size_t len; /* bytes in @raw */

	uint8_t ts;                             /* when len >= 1 */
	uint8_t t0;                             /* when len >= 2 */
	uint8_t k;                              /* historical bytes announced */
	struct atr_level level[ATR_LEVELS_MAX]; /* level[0] holds TA1..TD1 */
	size_t nlevels;                         /* levels announced, at least 1 when there is a T0 */
	bool interface_complete;                /* every announced interface byte is there, within ATR_MAX */

	size_t hist_offset;  /* first historical byte */
	size_t hist_len;     /* historical bytes there are, at most @k */
	size_t missing_hist; /* @k - @hist_len */
	size_t declared_len; /* length by T0, Ys, K and the TCK rule; 0 when a TD is cut off */
	struct atr_tck tck;
	size_t extra_offset; /* first byte after the ATR's own end */
	size_t extra_len;

	struct findings findings; /* structural ones; atr_info_decode() and hist_decode() add theirs */
};

/*
 * atr_parse - split an Answer To Reset into its fields; interprets nothing
 * @out:  overwritten; holds every field before the fault when the ATR is cut off
 * @raw:  @len bytes, TS first, as a PC/SC reader delivers them (3F ATRs are converted already)
 * @len:  bytes, 0..ATR_RAW_MAX
 *
 * Return: CS_OK; CS_E_RANGE @len is above ATR_RAW_MAX.
 *   Whatever the standard forbids is a finding in @out, not an error.
 * Memory: allocates nothing; @out keeps no pointer into @raw.
 * Spec: ISO/IEC 7816-3:2006 8.1 TS, 8.2.2 T0, 8.2.3 TA..TD, 8.2.5 TCK.
 */
CS_NODISCARD enum cs_err atr_parse(struct atr *out, const uint8_t *raw, size_t len);

/* atr_has - whether TA(i) .. TD(i) of @level (counted from 1) is there */
bool atr_has(const struct atr *atr, size_t level, enum atr_position pos);

/* atr_value - the byte TA(i) .. TD(i); only where atr_has() */
uint8_t atr_value(const struct atr *atr, size_t level, enum atr_position pos);

/*
 * atr_first - the first TA, TB or TC (not in levels 1 and 2) that belongs to protocol @t
 * Return: its level counted from 1, 0 when there is none.
 * Spec: ISO/IEC 7816-3:2006 8.2.3: "first TA for T=1" and the like; later ones do not count.
 */
size_t atr_first(const struct atr *atr, enum atr_position pos, uint8_t t);

/* atr_offers - whether protocol @t (0..14) is offered; T=0 is when there is no TD1; 8.2.3 */
bool atr_offers(const struct atr *atr, uint8_t t);

/*
 * atr_fix - what a conforming card would have sent: extra bytes dropped, TCK corrected, added or removed
 * @out: receives up to ATR_RAW_MAX bytes
 * Return: CS_OK; CS_E_FORMAT bytes are missing that nobody can guess (T0, interface or historical bytes).
 */
CS_NODISCARD enum cs_err atr_fix(const struct atr *atr, uint8_t *out, size_t *len);

#endif

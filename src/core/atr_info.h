/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ATR_INFO_H
#define CS_CORE_ATR_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atr.h"

enum atr_mode { ATR_MODE_UNKNOWN, ATR_NEGOTIABLE, ATR_SPECIFIC };
enum atr_convention { ATR_CONVENTION_UNKNOWN, ATR_DIRECT, ATR_INVERSE };

/* Transmission parameters of TA1 or the default 11; 8.3 Tables 7 and 8. */
struct atr_fidi {
	bool known;        /* false: the ATR is cut off before it is known whether TA1 exists */
	bool from_ta1;     /* false: default */
	uint8_t fi_code;   /* 0..15 */
	uint8_t di_code;   /* 0..15 */
	uint16_t fi;       /* 0: reserved */
	uint8_t di;        /* 0: reserved */
	uint16_t fmax_khz; /* 0: reserved */
	double etu_clocks; /* Fi/Di clock cycles; 0 when either is reserved */
	uint32_t bps_4mhz; /* bit/s at 4 MHz, rounded down; 0 likewise */
	uint32_t bps_fmax; /* bit/s at fmax, rounded down; 0 likewise */
};

/* TA2; 6.3.1, 8.3. */
struct atr_specific {
	bool present;
	uint8_t value;
	uint8_t t;
	bool can_change; /* b8 = 0: the card can leave specific mode after a warm reset */
	bool implicit;   /* b5 = 1: parameters agreed elsewhere, TA1 does not apply */
	uint8_t rfu;     /* b7 b6 */
};

/* TB1, TB2: deprecated since 2006, shown with their meaning of 1997. */
struct atr_vpp {
	bool tb1_present;
	uint8_t tb1;
	uint8_t pi1; /* volts, 5..25; 0: contact not connected */
	uint8_t ii;  /* b7 b6: 25, 50, 100 mA, reserved */
	uint8_t b8;
	bool tb2_present;
	uint8_t tb2; /* PI2, tenths of a volt, 50..250 */
};

/* Extra guard time N of TC1 and what follows; 8.3, 10.2, 11.2. */
struct atr_guard {
	bool known; /* false: cut off before it is known */
	bool from_tc1;
	uint8_t n;
	bool special;        /* N = 255 */
	bool by_fi_di;       /* T=15 is there: N counts in Fi/Di of TA1, otherwise in the F/D in force */
	uint16_t t0_etu;     /* 12 + N, 12 when special */
	uint16_t t1_cgt_etu; /* 12 + N, 11 when special */
};

/* T=0; 10.2. */
struct atr_t0_params {
	bool offered;
	bool from_tc2;
	uint8_t wi;         /* default 10 */
	uint32_t wt_clocks; /* WI * 960 * Fi; 0 when Fi is reserved */
	uint32_t wt_etu;    /* WI * 960 * Di; 0 when Di is reserved */
};

/* T=1; 11.4. */
struct atr_t1_params {
	bool offered;
	uint8_t ifsc; /* default 32 */
	bool ifsc_from_ta;
	size_t ifsc_level; /* i of the TA(i) it comes from, 0 for the default; likewise below */
	uint8_t bwi;       /* default 4 */
	uint8_t cwi;       /* default 13 */
	bool bwi_cwi_from_tb;
	size_t bwi_cwi_level;
	uint8_t edc_byte; /* default 0 */
	bool crc;         /* b1; false: LRC */
	bool edc_from_tc;
	size_t edc_level;
	uint32_t cwt_etu;                 /* 11 + 2^CWI */
	uint32_t bwt_clocks_beyond_11etu; /* 2^BWI * 960 * 372; 0 when BWI is reserved */
	uint8_t bgt_etu;                  /* 22 */
};

enum atr_spu { ATR_SPU_NOT_USED, ATR_SPU_PROPRIETARY, ATR_SPU_STANDARD_RFU };

/* Global bytes after T=15; 8.3, 6.3.2, 5.1.3. */
struct atr_t15_params {
	bool ta_present;
	size_t ta_level;
	uint8_t clock_stop;             /* XI: 0 not supported, 1 state L, 2 state H, 3 no preference */
	uint8_t class_code;             /* YI, 6 bits; default 1 */
	bool class_a, class_b, class_c; /* all false when the code is reserved */
	bool tb_present;
	size_t tb_level;
	uint8_t tb;
	enum atr_spu spu;
};

/* ATR with its meaning. Filled from a struct atr; findings go there. */
struct atr_info {
	enum atr_convention convention;
	uint8_t t_sequence[ATR_LEVELS_MAX]; /* T of TD1, TD2, ... as read */
	size_t nt_sequence;
	uint8_t protocols[15]; /* offered, in order, no 15, no repeats */
	size_t nprotocols;
	bool protocols_known; /* false: TD1 was announced and is cut off */
	bool t15;
	enum atr_mode mode;
	struct atr_fidi fidi;
	struct atr_specific specific;
	struct atr_vpp vpp;
	struct atr_guard guard;
	struct atr_t0_params t0;
	struct atr_t1_params t1;
	struct atr_t15_params t15_params;
};

/*
 * atr_info_decode - the meaning of the interface bytes
 * @out: overwritten
 * @atr: from atr_parse(); receives the findings about values, sorted in
 *
 * Memory: allocates nothing; @out keeps no pointer into @atr.
 * Spec: ISO/IEC 7816-3:2006 8.3, 10.2, 11.2, 11.4; 5.1.3 classes, 6.3.1 modes, 6.3.2 clock stop.
 */
void atr_info_decode(struct atr_info *out, struct atr *atr);

/* Times of one protocol at one card clock and one F/D, in nanoseconds; 0 where it cannot be told. */
struct atr_times {
	uint8_t t;       /* protocol */
	uint16_t f;      /* F in force */
	uint8_t d;       /* D in force */
	uint64_t etu_ps; /* one etu in picoseconds */
	uint32_t bps;    /* bit/s, rounded down */
	uint64_t
		gt_ns; /* guard time: two leading edges to the card; 12 etu + N at its reference (T=1: CGT) */
	uint64_t wt_ns;  /* T=0: waiting time WI * 960 * Fi / f */
	uint64_t cwt_ns; /* T=1: (11 + 2^CWI) etu */
	uint64_t bwt_ns; /* T=1: 11 etu + 2^BWI * 960 * 372 / f */
	uint64_t bgt_ns; /* T=1: 22 etu */
};

#define ATR_TIMES_MAX 4

/* What holds at one card clock. */
struct atr_timing {
	uint32_t clock_khz;
	struct atr_times now[ATR_TIMES_MAX];   /* each offered T=0/T=1 right after reset */
	struct atr_times offer[ATR_TIMES_MAX]; /* the same at the Fi/Di of TA1, after PPS; as many as @now */
	size_t n;
};

/*
 * atr_timing_compute - times in real units for a card clock
 * @clock_khz: 1..100000
 *
 * In negotiable mode @now is F=372, D=1; in specific mode it is Fi/Di of TA1 (or nothing, n = 0, when they
 * are implicit).
 * Spec: ISO/IEC 7816-3:2006 7.1 etu, 10.2 WT, 11.2 CGT, 11.4.3 CWT and BWT.
 */
void atr_timing_compute(struct atr_timing *out, const struct atr_info *info, uint32_t clock_khz);

/* What PPS would negotiate. */
struct atr_pps {
	bool possible;    /* negotiable mode, TA1 and the first protocol are known and usable */
	bool useful;      /* it would change something: several protocols, or TA1 above the default */
	uint8_t t;        /* protocol proposed: the first offered of T=0, T=1 */
	uint8_t bytes[4]; /* PPSS PPS0 [PPS1] PCK */
	size_t len;       /* 3 or 4 */
};

/*
 * atr_pps_build - the PPS request that asks for the best Fi/Di the card offers
 * @t: protocol to ask for, one that is offered
 * Spec: ISO/IEC 7816-3:2006 9 (unverified): PPSS = FF, PPS0 = 1t with PPS1 = TA1, PCK makes the XOR zero.
 */
void atr_pps_build(struct atr_pps *out, const struct atr_info *info, uint8_t t);

#endif

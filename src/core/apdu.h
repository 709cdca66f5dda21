/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_APDU_H
#define CS_CORE_APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define APDU_HEADER      4
#define APDU_COMMAND_MAX 65544 /* header, extended Lc, 65535 bytes, extended Le */
#define APDU_ANSWER_MAX  65538 /* 65536 bytes and the status word */

enum apdu_case { APDU_CASE_1 = 1, APDU_CASE_2, APDU_CASE_3, APDU_CASE_4 };

/* A command. */
struct apdu {
	uint8_t cla, ins, p1, p2;
	enum apdu_case kind;
	bool extended;       /* Lc and Le have their extended form; false in case 1 */
	const uint8_t *data; /* borrowed, @nc bytes; NULL when there are none */
	size_t nc;           /* 0 in case 1 and 2; 1..65535 */
	size_t ne;           /* 0 in case 1 and 3; 1..65536 */
};

/* Why bytes are no command of the four cases. */
enum apdu_fault {
	APDU_FINE,
	APDU_SHORT,        /* fewer than four bytes */
	APDU_LC_TOO_LARGE, /* Lc announces more than there is */
	APDU_LC_TOO_SMALL, /* more than one byte (short) or two bytes (extended) follow the data */
	APDU_LC_ZERO,      /* an extended Lc of zero with anything behind it */
	APDU_LE_SHORT,     /* one byte of a two-byte Le is missing, or a one-byte Le follows extended data */
	APDU_TOO_LONG,     /* above APDU_COMMAND_MAX */
};

/* What is wrong, and where. */
struct apdu_problem {
	enum apdu_fault fault;
	size_t offset; /* of the byte it is about: Lc, the lone byte of Le, the first too many or missing */
	size_t said;   /* length that Lc announces; 0 with APDU_SHORT and APDU_TOO_LONG */
	size_t there;  /* bytes that follow Lc; with APDU_SHORT and APDU_TOO_LONG the bytes of the command */
};

/* apdu_fault_text - a sentence without figures, capital and full stop; "" for APDU_FINE */
const char *apdu_fault_text(enum apdu_fault fault);

/*
 * apdu_parse - split a command; reads nothing of its meaning
 * Five bytes are case 2 (the fifth is Le, 00 stands for 256), seven with a fifth of 00 case 2 extended; from
 * eight bytes on a fifth of 00 makes Lc and Le extended. Six bytes with a fifth of 00 are APDU_LE_SHORT.
 * @out:     overwritten; on CS_E_FORMAT the header, @kind 0 and nothing else; on CS_E_RANGE the header if it
 *           is there
 * @problem: overwritten; fault APDU_FINE with CS_OK
 *
 * Return: CS_OK; CS_E_RANGE fewer than APDU_HEADER or more than APDU_COMMAND_MAX bytes; CS_E_FORMAT the
 *   rest fits none of the cases.
 * Memory: none; @out borrows from @raw.
 * Spec: ISO/IEC 7816-3:2006 12.1.3 decoding conventions; ISO/IEC 7816-4:2005 5.1.
 */
CS_NODISCARD enum cs_err apdu_parse(struct apdu *out, const uint8_t *raw, size_t len,
				    struct apdu_problem *problem);

/*
 * apdu_build - bytes of a command; the inverse of apdu_parse()
 * @out, @cap: room
 * @len:       receives the bytes written
 *
 * Return: CS_OK; CS_E_RANGE @nc or @ne do not fit the case and form; CS_E_TOO_LONG @cap is too small.
 */
CS_NODISCARD enum cs_err apdu_build(uint8_t *out, size_t cap, size_t *len, const struct apdu *apdu);

/* apdu_channel - logical channel 0..19 that an interindustry class byte names, -1 for other classes */
int apdu_channel(uint8_t cla);

/* apdu_is_interindustry - whether ISO/IEC 7816-4 defines the class byte (0x, 1x, 4x..7x) */
bool apdu_is_interindustry(uint8_t cla);

/* apdu_chained - whether the class byte announces a further command of the chain (bit 5) */
bool apdu_chained(uint8_t cla);

/*
 * apdu_secret - which bytes of a command must not be shown: all behind the header and Lc of commands that
 * carry a PIN or a key, an Le left out
 * By INS, so in any class byte: any logical channel, with or without secure messaging, any part of a
 * chain, proprietary classes, GSM class A0, the reader's class FF:
 *   20 21 VERIFY, 24 25 CHANGE REFERENCE DATA, 26 DISABLE and 28 ENABLE VERIFICATION REQUIREMENT,
 *   2C 2D RESET RETRY COUNTER, 82 EXTERNAL and MUTUAL AUTHENTICATE (PC/SC: LOAD KEYS), D8 PUT KEY;
 * by INS, P1 and P2:
 *   DA 00D3 and 00D5 PUT DATA of OpenPGP's resetting code and AES key, DB 3FFF PUT DATA (OpenPGP's key import
 *   and its chained parts; PIV's, a tag list 5C and an object 53, is not secret),
 *   FE and FF FF.. of Yubico's PIV: IMPORT ASYMMETRIC KEY, SET MANAGEMENT KEY;
 * in one class only: 90 5C SET CONFIGURATION and 90 C4 CHANGE KEY of DESFire, FF 000000 direct transmit when
 *   its frame is an authentication of MIFARE Classic or carries one of these commands.
 * In a malformed command of these all behind the header is secret, and so is @said of its apdu_problem, which
 * may be made of the secret: apdu_fault_text() says what is wrong without it.
 * @from: receives the offset of the first byte, 0 for none
 * Return: how many there are, 0 for none.
 */
size_t apdu_secret(const uint8_t *raw, size_t len, size_t *from);

/* apdu_may_hide - whether apdu_secret() would find bytes in a command with this header and some data field */
bool apdu_may_hide(const uint8_t header[APDU_HEADER]);

/*
 * apdu_verifies - whether this command costs a try when it fails: VERIFY, CHANGE REFERENCE DATA, DISABLE and
 * ENABLE VERIFICATION REQUIREMENT, RESET RETRY COUNTER, EXTERNAL and MUTUAL AUTHENTICATE with a data field
 * Without one such a command only asks for the state. LOAD KEYS (FF 82) costs none.
 */
bool apdu_verifies(const uint8_t *raw, size_t len);

#endif

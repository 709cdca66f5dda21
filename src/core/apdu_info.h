/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_APDU_INFO_H
#define CS_CORE_APDU_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/apdu.h"

/* Whose meaning of INS, P1 and P2 holds: instruction bytes mean different things to different applications.
 */
enum apdu_domain {
	APDU_ISO, /* ISO/IEC 7816-4, -7, -8, -9 */
	APDU_GP,  /* GlobalPlatform card specification */
	APDU_PIV, /* NIST SP 800-73, and what Yubico added */
	APDU_OPENPGP,
	APDU_EMV,
	APDU_UICC, /* ETSI TS 102 221, 3GPP TS 51.011 (class A0) */
	APDU_PCSC, /* storage cards through the reader, PC/SC part 3 (class FF) */
};

/* What the number of a note is; how wide it is shown follows from it. */
enum apdu_figure {
	APDU_NO_FIGURE,
	APDU_P1,          /* a whole parameter byte, when its value has no other name */
	APDU_P2,          /* likewise */
	APDU_P1_P2,       /* both, P1 first */
	APDU_OFFSET,      /* into a file, data units */
	APDU_SFI,         /* short identifier of a file, 0..31 */
	APDU_FILE,        /* identifier of a file, two bytes */
	APDU_RECORD,      /* number of a record */
	APDU_RECORD_ID,   /* identifier of a record */
	APDU_TAG,         /* of a data object, first byte highest */
	APDU_REFERENCE,   /* of a PIN or password */
	APDU_KEY,         /* reference, identifier or number of a key */
	APDU_KEY_VERSION, /* GlobalPlatform */
	APDU_ALGORITHM,
	APDU_CHANNEL,     /* logical channel */
	APDU_ENVIRONMENT, /* number of a security environment */
	APDU_LEVEL,       /* GlobalPlatform security level */
	APDU_STATE,       /* life cycle state */
	APDU_BLOCK,       /* number of a block of data, or of a storage card */
	APDU_COUNT,       /* how many */
	APDU_FIGURES,     /* how many kinds there are */
};

/* One thing that P1, P2 or the data field say: words, a number, or a number and its name. */
struct apdu_note {
	const char *text; /* static, ASCII; NULL for a number without a name */
	enum apdu_figure figure;
	uint32_t value; /* 0 without a figure */
};

#define APDU_NOTES_MAX 6

/* A command in words, as tables give them; all strings are static and ASCII. */
struct apdu_info {
	const char *command;                    /* "SELECT"; NULL when unknown */
	struct apdu_note notes[APDU_NOTES_MAX]; /* "by DF name", "first or only occurrence", ... in order */
	size_t n_notes;
	const char *source;      /* "ISO/IEC 7816-4 7.1.1", may say (unverified); NULL: unknown */
	enum apdu_domain domain; /* whose table it comes from, APDU_ISO when unknown */
	int channel;             /* logical channel 0..19, -1 where the class has none */
	bool chained, secure_messaging;
	bool secret;                 /* apdu_secret() finds bytes in it */
	size_t aid_from, aid_len;    /* SELECT by name: where the AID stands in the command; 0 0 for none */
	size_t path_from, path_len;  /* SELECT by path: where the path stands, even length; 0 0 for none */
	struct apdu apdu;            /* what apdu_parse() made of it; borrows from the command */
	struct apdu_problem problem; /* likewise */
};

/* apdu_domain_of - whose meanings hold once the application with this AID is selected; APDU_ISO by default */
enum apdu_domain apdu_domain_of(const uint8_t *aid, size_t len);

/*
 * apdu_info_get - meaning of a command
 * The tables of @domain first, then those of ISO; a command of a proprietary class that neither knows gets
 * the meaning it most often has (@domain of the result tells whose): class A0 is a SIM's, FF the reader's, 8x
 * GlobalPlatform's, a UICC's or EMV's. No note tells anything of the secret bytes of apdu_secret().
 * @raw: need not be well-formed; fewer than APDU_HEADER bytes are an unknown command
 */
struct apdu_info apdu_info_get(const uint8_t *raw, size_t len, enum apdu_domain domain);

#endif

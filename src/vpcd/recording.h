/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VPCD_RECORDING_H
#define CS_VPCD_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * A recording: what a card said, read from a .trace file (cardscope-recording(5)).
 * JSON Lines: first the card with its ATR, then exchanges, resets, and scripted removals and insertions.
 */

#define RECORDING_FORMAT      1            /* the "format" that is understood */
#define RECORDING_FILE_MAX    (64u << 20)  /* bytes; a larger file is refused */
#define RECORDING_LINE_MAX    (512u << 10) /* bytes; two messages of 65535 bytes, written with blanks, fit */
#define RECORDING_ENTRIES_MAX 500000u
#define RECORDING_ATR_MAX     255 /* bytes; above what any card sends: readers must be tried with such, too */
#define RECORDING_COMMAND_MIN 4   /* CLA INS P1 P2 */
#define RECORDING_ANSWER_MIN  2   /* SW1 SW2 */
#define RECORDING_MESSAGE_MAX 65535    /* bytes of a command or an answer: what vpcd can carry */
#define RECORDING_AFTER_MAX   86400000 /* ms */

enum recording_kind { RECORDING_APDU, RECORDING_RESET, RECORDING_EVENT };
enum recording_event { RECORDING_REMOVE, RECORDING_INSERT };

/* One line after the first. The fields of other kinds are zero. */
struct recording_entry {
	enum recording_kind kind;
	size_t line; /* 1-based, in the file */

	/* RECORDING_APDU */
	uint8_t *command;   /* @command_len bytes; 0 where any byte fits */
	uint8_t *mask;      /* @command_len bytes: FF the byte must be equal, 00 any byte fits */
	size_t command_len; /* RECORDING_COMMAND_MIN..RECORDING_MESSAGE_MAX */
	uint8_t *answer;    /* data and status word as the card sent them */
	size_t answer_len;  /* RECORDING_ANSWER_MIN..RECORDING_MESSAGE_MAX */

	/* RECORDING_RESET */
	uint8_t *atr;
	size_t atr_len; /* 0: not told, the ATR stays what it was */

	/* RECORDING_EVENT */
	enum recording_event event;
	uint32_t after_ms; /* since the entry before was played; 0..RECORDING_AFTER_MAX */
};

struct recording {
	uint8_t atr[RECORDING_ATR_MAX]; /* after a power-up */
	size_t atr_len;                 /* at least 1 */
	struct recording_entry *entry;  /* @n of them, in the order of the file */
	size_t n;
};

#define RECORDING_PROBLEM_MAX 240

/* Why a recording was refused. */
struct recording_problem {
	size_t line;                      /* 1-based; 0: the file as a whole */
	size_t column;                    /* 1-based byte within the line; 0: the line as a whole */
	char text[RECORDING_PROBLEM_MAX]; /* a sentence without a full stop; may quote the file: untrusted */
};

/*
 * recording_load - read a .trace file
 * @out:     overwritten; empty on error
 * @problem: overwritten when the answer is CS_E_FORMAT
 *
 * Return: CS_OK; CS_E_NOT_FOUND no such file; CS_E_IO it can not be read (errno tells); CS_E_TOO_LONG above
 *   RECORDING_FILE_MAX; CS_E_FORMAT it breaks the format, @problem tells where and how; CS_E_NOMEM.
 * Memory: release with recording_release().
 */
CS_NODISCARD enum cs_err recording_load(struct recording *out, const char *path,
					struct recording_problem *problem);

/* recording_parse - the same from @len bytes at @text, however many; nothing of @text is kept */
CS_NODISCARD enum cs_err recording_parse(struct recording *out, const char *text, size_t len,
					 struct recording_problem *problem);

/* recording_release - safe on a zeroed struct; leaves it zeroed */
void recording_release(struct recording *rec);

/* recording_matches - whether @entry is an exchange whose command fits @len bytes at @command */
bool recording_matches(const struct recording_entry *entry, const uint8_t *command, size_t len);

/* recording_ends_inserted - whether the last scripted event, if any, leaves the card in the reader */
bool recording_ends_inserted(const struct recording *rec);

#endif

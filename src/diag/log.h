/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_LOG_H
#define CS_DIAG_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "diag/pool.h"

/* What single lines of the logs of pcscd, its drivers and its unit mean. Logs are untrusted. */

enum log_grade {
	LOG_INFO,    /* normal; often taken for the fault */
	LOG_WARNING, /* explains trouble if there is some */
	LOG_FAULT,   /* something does not work */
};

/*
 * One row of log.def. @pattern is text that occurs in the line, with <name> for any text in between; @meaning
 * and @check are sentences in which the same <name> stands for what was there, @check may be "".
 */
struct log_entry {
	const char *kase; /* row of the doctor's table: "D28"; NULL: none */
	enum log_grade grade;
	const char *pattern;
	const char *meaning;
	const char *check;
};

#define LOG_CAPTURES    4
#define LOG_CAPTURE_MAX 256  /* bytes of a capture; more are left out */
#define LOG_LINE_MAX    4096 /* bytes of a line that are looked at */

struct log_capture {
	const char *name; /* @name_len characters: "pid" */
	size_t name_len;
	const char *text; /* @len bytes of the line, untrusted */
	size_t len;
};

struct log_match {
	const struct log_entry *entry;
	struct log_capture capture[LOG_CAPTURES];
	size_t n;
};

/*
 * log_match - what a line means
 * @out:  receives the first row of log.def that matches; its captures point into @line
 * @line: @len bytes without a line end; what stands before and behind the message does not matter
 * Return: false when no row matches.
 */
bool log_match(struct log_match *out, const char *line, size_t len);

/* log_capture_get - what stood for <@name>; NULL when the row has none */
const struct log_capture *log_capture_get(const struct log_match *match, const char *name);

/* log_meaning, log_check - the sentences of the row with the captures in their places, escaped for a
 * terminal; NULL: no memory */
const char *log_meaning(struct pool *pool, const struct log_match *match);
const char *log_check(struct pool *pool, const struct log_match *match);

/* log_entry_at - the @i-th row; NULL past the end */
const struct log_entry *log_entry_at(size_t i);

/* One meaning found in a log, however often: lines whose meaning and captures are equal are one finding. */
struct log_finding {
	struct log_match match; /* of the first such line, into the log */
	const char *line;       /* that line, @line_len bytes of the log */
	size_t line_len;
	size_t number; /* of that line, from 1 */
	size_t count;
};

#define LOG_FINDINGS_MAX 64 /* different ones; more are counted only */

struct log_digest {
	struct log_finding *finding; /* @n of them, faults first, then warnings, then the rest */
	size_t n;
	size_t lines;    /* of the log */
	size_t left_out; /* lines with a meaning that found no room */
};

/*
 * log_read - what a log says
 * @text: @len bytes, borrowed for as long as @out is used
 * Return: CS_OK; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err log_read(struct log_digest *out, struct pool *pool, const char *text, size_t len);

#endif

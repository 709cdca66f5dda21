/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CLI_LINES_H
#define CS_CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/err.h"

#define LINES_MAX    4096  /* bytes of a line without its end */
#define LINES_BUFFER 65536 /* bytes read at once */

/*
 * Lines of a file descriptor, in constant memory. While no input is waiting the output is flushed, so a
 * pipe gets full buffers and a person gets answers at once.
 * Zero-initialise, then set @fd and @flush.
 */
struct lines {
	int fd;
	FILE *flush;   /* flushed before a read that would block; NULL for none */
	size_t number; /* of the line returned last, from 1 */
	size_t start, end;
	bool eof, skipping;
	int error; /* errno of a failed read, 0 for none */
	char buffer[LINES_BUFFER];
};

/*
 * lines_next - the next line, without LF or CR LF; the first one without a UTF-8 byte order mark
 * @line: receives a pointer into @lines, good until the next call; may hold NUL bytes
 *
 * Return: CS_OK; CS_E_TOO_LONG the line is longer than LINES_MAX and is skipped; CS_E_END no more lines;
 *   CS_E_IO a read failed, see @error.
 */
CS_NODISCARD enum cs_err lines_next(struct lines *lines, const char **line, size_t *len);

#endif

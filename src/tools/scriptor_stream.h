/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_STREAM_H
#define CS_TOOLS_SCRIPTOR_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "tools/scriptor_guard.h"

/* A script that comes bit by bit. Zero-initialise, set @guard and @fd; stream_release() at the end. */
struct stream {
	struct guard *guard;
	int fd;
	char *buffer;
	size_t start, end, room; /* what is in @buffer and not given out */
	size_t given;            /* ... and what is given out, from @start on */
	uint32_t line;           /* number of the line at @start, from 0 */
	bool eof;
	int error; /* errno with CS_E_IO */
};

/*
 * stream_unit - the next statement, or block, with its lines
 * @text: receives a pointer to @len bytes, good until the next call
 * @line: receives the number of its first line, from 1
 *
 * Blocks until it is whole. One that is cut off by the end is given out, too.
 * Return: CS_OK; CS_E_END; CS_E_CANCELLED the run is being stopped; CS_E_IO; CS_E_NOMEM; CS_E_TOO_LONG a unit
 *   above SCRIPT_FILE_MAX.
 */
CS_NODISCARD enum cs_err stream_unit(struct stream *stream, const char **text, size_t *len, uint32_t *line);

void stream_release(struct stream *stream);

#endif

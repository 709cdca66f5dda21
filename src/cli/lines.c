/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lines.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static void flush_when_idle(struct lines *lines)
{
	struct pollfd pollfd = {.fd = lines->fd, .events = POLLIN};

	if (lines->flush && poll(&pollfd, 1, 0) == 0)
		fflush(lines->flush);
}

/* Makes room and reads once; false at the end of the input or on failure. */
static bool fill(struct lines *lines)
{
	ssize_t n;

	if (lines->eof)
		return false;
	memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	flush_when_idle(lines);
	do {
		n = read(lines->fd, lines->buffer + lines->end, sizeof(lines->buffer) - lines->end);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		lines->error = errno;
	if (n <= 0)
		lines->eof = true;
	else
		lines->end += (size_t)n;
	return n > 0;
}

static void skip_byte_order_mark(const char **line, size_t *len)
{
	static const char mark[] = {'\xEF', '\xBB', '\xBF'};

	if (*len >= sizeof(mark) && memcmp(*line, mark, sizeof(mark)) == 0) {
		*line += sizeof(mark);
		*len -= sizeof(mark);
	}
}

/* Takes @n bytes and the line end behind them. */
static enum cs_err take(struct lines *lines, size_t n, bool has_end, const char **line, size_t *len)
{
	bool skipped = lines->skipping;

	*line = lines->buffer + lines->start;
	*len = n;
	lines->start += n + has_end;
	lines->skipping = false;
	if (*len && (*line)[*len - 1] == '\r')
		(*len)--;
	if (lines->number == 1)
		skip_byte_order_mark(line, len);
	return skipped || *len > LINES_MAX ? CS_E_TOO_LONG : CS_OK;
}

enum cs_err lines_next(struct lines *lines, const char **line, size_t *len)
{
	size_t searched = 0;

	lines->number++;
	for (;;) {
		const char *from = lines->buffer + lines->start + searched;
		size_t have = lines->end - lines->start;
		const char *end = memchr(from, '\n', have - searched);

		if (end)
			return take(lines, (size_t)(end - (lines->buffer + lines->start)), true, line, len);
		if (have > LINES_MAX + 1) {
			lines->skipping = true;
			lines->start = lines->end;
			have = 0;
		}
		searched = have;
		if (fill(lines))
			continue;
		if (lines->error)
			return CS_E_IO;
		have = lines->end - lines->start;
		if (have || lines->skipping)
			return take(lines, have, false, line, len);
		return CS_E_END;
	}
}

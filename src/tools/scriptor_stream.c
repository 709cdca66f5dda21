/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/script.h"

#define READ_SIZE ((size_t)64 << 10)

static bool make_room(struct stream *s)
{
	char *more;

	if (s->start > 0) {
		memmove(s->buffer, s->buffer + s->start, s->end - s->start);
		s->end -= s->start;
		s->start = 0;
	}
	if (s->room - s->end >= READ_SIZE)
		return true;
	more = realloc(s->buffer, 2 * s->room + READ_SIZE);
	if (!more)
		return false;
	s->buffer = more;
	s->room = 2 * s->room + READ_SIZE;
	return true;
}

static enum cs_err fill(struct stream *s)
{
	ssize_t n;

	if (s->end - s->start > SCRIPT_FILE_MAX)
		return CS_E_TOO_LONG;
	if (!make_room(s))
		return CS_E_NOMEM;
	if (!guard_wait(s->guard, s->fd, GUARD_FOREVER))
		return CS_E_CANCELLED;
	n = read(s->fd, s->buffer + s->end, READ_SIZE);
	if (n < 0 && errno != EINTR && errno != EAGAIN) {
		s->error = errno;
		return CS_E_IO;
	}
	s->eof = n == 0;
	s->end += n > 0 ? (size_t)n : 0;
	return CS_OK;
}

/* Adds the line behind @len bytes of the unit. CS_E_END: there is none. */
static enum cs_err add_line(struct stream *s, size_t *len)
{
	const char *newline;
	size_t from;

	for (;;) {
		enum cs_err err;

		from = s->start + *len;
		newline = s->end > from ? memchr(s->buffer + from, '\n', s->end - from) : NULL;
		if (newline || s->eof)
			break;
		err = fill(s);
		if (err != CS_OK)
			return err;
	}
	if (!newline && from == s->end)
		return CS_E_END;
	*len = (newline ? (size_t)(newline - s->buffer) + 1 : s->end) - s->start;
	return CS_OK;
}

/* Whether the unit may be whole with this line: looking at all of it each time would take too long. */
static bool may_close(const char *line, size_t len, bool joined)
{
	return joined || memchr(line, '}', len) || memchr(line, ')', len);
}

static uint32_t lines_in(const char *text, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

enum cs_err stream_unit(struct stream *stream, const char **text, size_t *len, uint32_t *line)
{
	bool joined = true;
	size_t before;
	enum cs_err err;

	if (stream->given)
		stream->line += lines_in(stream->buffer + stream->start, stream->given);
	stream->start += stream->given;
	stream->given = *len = 0;
	do {
		before = *len;
		err = add_line(stream, len);
		if (err != CS_OK)
			break;
		*text = stream->buffer + stream->start;
		if (may_close(*text + before, *len - before, joined) && !script_wants_more(*text, *len))
			break;
		joined = memchr(*text + before, '\\', *len - before) != NULL;
	} while (err == CS_OK);
	if (err != CS_OK && (err != CS_E_END || *len == 0))
		return err;
	*text = stream->buffer + stream->start;
	*line = stream->line + 1;
	stream->given = *len;
	return CS_OK;
}

void stream_release(struct stream *stream)
{
	free(stream->buffer);
	stream->buffer = NULL;
}

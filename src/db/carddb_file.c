/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/carddb_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A FIFO is let through for the shell's <(command). Opened without waiting, it reads as empty until somebody
 * writes; waiting for that is poll()'s business. */
static enum cs_err wait_for_data(int fd, bool fifo)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (fifo && poll(&p, 1, -1) < 0) {
		if (errno != EINTR)
			return CS_E_IO;
	}
	return CS_OK;
}

static enum cs_err read_some(int fd, bool fifo, char *to, size_t room, size_t *got)
{
	for (;;) {
		ssize_t n;

		if (wait_for_data(fd, fifo) != CS_OK)
			return CS_E_IO;
		n = read(fd, to, room);
		if (n >= 0) {
			*got = (size_t)n;
			return CS_OK;
		}
		if (errno != EINTR && errno != EAGAIN)
			return CS_E_IO;
	}
}

/* What fstat() said of the size is a first guess: the file may be growing, or be one of /proc. */
static enum cs_err read_all(int fd, bool fifo, size_t guess, char **text, size_t *len)
{
	size_t room = guess + 2 < 4096 ? 4096 : guess + 2, got = 0;
	char *buf = malloc(room);
	enum cs_err err = buf ? CS_OK : CS_E_NOMEM;

	*len = 0;
	*text = buf;
	while (err == CS_OK) {
		if (*len + 1 == room) {
			buf = carddb_grow(*text, &room, room + 1, 1);
			if (!buf)
				return CS_E_NOMEM;
			*text = buf;
		}
		err = read_some(fd, fifo, *text + *len, room - 1 - *len, &got);
		if (err != CS_OK || got == 0)
			break;
		*len += got;
		if (*len > CARDDB_FILE_MAX)
			err = CS_E_TOO_LONG;
	}
	return err;
}

static enum cs_err read_open(int fd, char **text, size_t *len)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return CS_E_IO;
	if (S_ISFIFO(st.st_mode))
		return read_all(fd, true, 0, text, len);
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return CS_E_IO;
	}
	if (st.st_size > (off_t)CARDDB_FILE_MAX)
		return CS_E_TOO_LONG;
	return read_all(fd, false, (size_t)st.st_size, text, len);
}

enum cs_err carddb_file_read(const char *path, char **text, size_t *len)
{
	/* not blocking: an open of a FIFO or of a device must come back */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum cs_err err;
	int why;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? CS_E_NOT_FOUND : CS_E_IO;
	err = read_open(fd, text, len);
	why = errno;
	close(fd);
	if (err != CS_OK) {
		free(*text);
		*text = NULL;
	}
	errno = why;
	return err;
}

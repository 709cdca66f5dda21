/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/scriptor_host.h"

#define READ_SIZE ((size_t)64 << 10)

struct host_text {
	struct host_text *next;
	char bytes[];
};

/* All of a descriptor, at most SCRIPT_FILE_MAX bytes and one more. */
static enum cs_err read_all(int fd, struct host_text **out, size_t *len)
{
	struct host_text *text = NULL, *more;
	size_t room = 0;
	ssize_t n = 1;

	*len = 0;
	while (n != 0 && *len <= SCRIPT_FILE_MAX) {
		if (room - *len < READ_SIZE) {
			room = 2 * room + READ_SIZE;
			more = realloc(text, sizeof(*text) + room);
			if (!more) {
				free(text);
				return CS_E_NOMEM;
			}
			text = more;
		}
		n = read(fd, text->bytes + *len, READ_SIZE);
		if (n < 0 && errno != EINTR) {
			free(text);
			return CS_E_IO;
		}
		*len += n > 0 ? (size_t)n : 0;
	}
	*out = text;
	return CS_OK;
}

static enum cs_err load_fd(struct host *host, int fd, struct script_text *out, char *why, size_t why_size)
{
	struct host_text *text;
	size_t len;
	enum cs_err err = read_all(fd, &text, &len);

	if (err != CS_OK) {
		snprintf(why, why_size, "%s", err == CS_E_IO ? strerror(errno) : cs_err_text(err));
		return err;
	}
	text->next = host->texts;
	host->texts = text;
	out->text = text->bytes;
	out->len = len;
	if (len <= SCRIPT_FILE_MAX)
		return CS_OK;
	snprintf(why, why_size, "longer than %u MiB", SCRIPT_FILE_MAX >> 20);
	return CS_E_TOO_LONG;
}

enum cs_err host_load(struct host *host, const char *path, struct script_text *out, char *why,
		      size_t why_size)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum cs_err err;

	*out = (struct script_text){.name = path};
	if (fd < 0) {
		snprintf(why, why_size, "%s", strerror(errno));
		return CS_E_IO;
	}
	err = load_fd(host, fd, out, why, why_size);
	if (!is_stdin)
		close(fd);
	return err;
}

/* Where a file named in another one lies. */
static char *beside(struct host *host, const char *from, const char *path)
{
	const char *slash = *path == '/' ? NULL : strrchr(from, '/');
	size_t dir = slash ? (size_t)(slash - from) + 1 : 0;
	char *out = host_lasting(host, dir + strlen(path) + 1);

	if (!out)
		return NULL;
	memcpy(out, from, dir);
	strcpy(out + dir, path);
	return out;
}

enum cs_err host_include(void *data, const char *from, const char *path, struct script_text *out, char *why,
			 size_t why_size)
{
	struct host *host = data;
	const char *name = beside(host, from, path);
	int fd;
	enum cs_err err;

	if (!name)
		return CS_E_NOMEM;
	*out = (struct script_text){.name = name};
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(why, why_size, "%s", strerror(errno));
		return CS_E_IO;
	}
	err = load_fd(host, fd, out, why, why_size);
	close(fd);
	return err;
}

void host_drop_texts(struct host *host)
{
	while (host->texts) {
		struct host_text *next = host->texts->next;

		free(host->texts);
		host->texts = next;
	}
}

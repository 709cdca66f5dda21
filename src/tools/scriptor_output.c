/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "view/term.h"

/* Whether two names are of the same file. What is no file may be named twice. */
static bool is_same(const char *path, const char *other_path)
{
	struct stat file, other;

	return other_path && stat(other_path, &other) == 0 && stat(path, &file) == 0 &&
	       S_ISREG(file.st_mode) && file.st_dev == other.st_dev && file.st_ino == other.st_ino;
}

bool output_open(FILE **out, const char *path, const char *option, const struct scriptor_options *options)
{
	const struct term t = {.out = stderr};
	int fd = -1;

	*out = NULL;
	if (!path)
		return true;
	if (is_same(path, options->file)) {
		fprintf(stderr, "%s: --%s: this is the script itself\n", scriptor_name, option);
		return false;
	}
	if (path == options->junit && is_same(path, options->record)) {
		fprintf(stderr, "%s: --%s: this is the recording\n", scriptor_name, option);
		return false;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	*out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (*out)
		return true;
	fprintf(stderr, "%s: --%s: ", scriptor_name, option);
	term_put_untrusted(&t, TERM_PLAIN, path);
	fprintf(stderr, ": %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "scriptor_history"
#define NEW_NAME  "scriptor_history.new"
#define FILE_MAX  (HISTORY_LINES_MAX * (HISTORY_LINE_MAX + 1))

static void lines_release(struct history_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->line[i]);
	free(lines->line);
	*lines = (struct history_lines){0};
}

static enum cs_err lines_add(struct history_lines *lines, const char *text, size_t len)
{
	char *copy;

	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	if (len == 0 || len > HISTORY_LINE_MAX || memchr(text, '\0', len))
		return CS_OK;
	if (lines->n && strlen(lines->line[lines->n - 1]) == len &&
	    memcmp(lines->line[lines->n - 1], text, len) == 0)
		return CS_OK;
	if (!lines->line)
		lines->line = calloc(HISTORY_LINES_MAX, sizeof(*lines->line));
	copy = lines->line ? strndup(text, len) : NULL;
	if (!copy)
		return CS_E_NOMEM;
	if (lines->n == HISTORY_LINES_MAX) {
		free(lines->line[0]);
		lines->n--;
		memmove(lines->line, lines->line + 1, lines->n * sizeof(*lines->line));
	}
	lines->line[lines->n++] = copy;
	return CS_OK;
}

static enum cs_err lines_add_each(struct history_lines *lines, const char *text, size_t len)
{
	enum cs_err err = CS_OK;

	while (len && err == CS_OK) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		err = lines_add(lines, text, n);
		n += end != NULL;
		text += n;
		len -= n;
	}
	return err;
}

/* An existing file that is not of our making is an error. */
static enum cs_err read_whole(int fd, char **text, size_t *len)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return CS_E_IO;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_size > FILE_MAX) {
		errno = EPERM;
		return CS_E_IO;
	}
	*len = 0;
	*text = malloc((size_t)st.st_size + 1);
	if (!*text)
		return CS_E_NOMEM;
	while (*len < (size_t)st.st_size) {
		n = read(fd, *text + *len, (size_t)st.st_size - *len);
		if (n <= 0)
			break;
		*len += (size_t)n;
	}
	return CS_OK;
}

static enum cs_err load(int dir, struct history_lines *lines)
{
	int fd = openat(dir, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char *text = NULL;
	size_t len;
	enum cs_err err;

	if (fd < 0)
		return errno == ENOENT ? CS_OK : CS_E_IO;
	err = read_whole(fd, &text, &len);
	if (err == CS_OK) {
		fchmod(fd, S_IRUSR | S_IWUSR);
		err = lines_add_each(lines, text, len);
	}
	free(text);
	close(fd);
	return err;
}

static bool write_lines(int fd, const struct history_lines *lines)
{
	FILE *out = fdopen(fd, "w");
	bool ok;

	if (!out) {
		close(fd);
		return false;
	}
	for (size_t i = 0; i < lines->n; i++)
		fprintf(out, "%s\n", lines->line[i]);
	ok = !ferror(out);
	return fclose(out) == 0 && ok;
}

/* Whoever holds the lock of the directory has NEW_NAME to itself. */
static enum cs_err replace(int dir, const struct history_lines *lines)
{
	int fd, error;

	unlinkat(dir, NEW_NAME, 0);
	fd = openat(dir, NEW_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return CS_E_IO;
	fchmod(fd, S_IRUSR | S_IWUSR);
	if (write_lines(fd, lines) && renameat(dir, NEW_NAME, dir, FILE_NAME) == 0)
		return CS_OK;
	error = errno;
	unlinkat(dir, NEW_NAME, 0);
	errno = error;
	return CS_E_IO;
}

/* mkdir -p; what is there already is left as it is */
static bool make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

static int open_dir(const struct app_env *env)
{
	const char *state = env->xdg_state_home;
	char path[PATH_MAX];
	struct stat st;
	int n, dir;

	if (state && *state == '/') {
		n = snprintf(path, sizeof(path), "%s/cardscope", state);
	} else if (env->home && *env->home == '/') {
		n = snprintf(path, sizeof(path), "%s/.local/state/cardscope", env->home);
	} else {
		errno = ENOENT;
		return -1;
	}
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (!make_parents(path) || (mkdir(path, S_IRWXU) != 0 && errno != EEXIST))
		return -1;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -1;
	if (fstat(dir, &st) == 0 && st.st_uid == geteuid() && fchmod(dir, S_IRWXU) == 0)
		return dir;
	close(dir);
	errno = EPERM;
	return -1;
}

enum cs_err history_open(struct history *history, const struct app_env *env, char *why, size_t why_size)
{
	enum cs_err err = CS_E_IO;

	*history = (struct history){.dir = open_dir(env)};
	if (history->dir >= 0)
		err = load(history->dir, &history->lines);
	if (err == CS_OK)
		return CS_OK;
	snprintf(why, why_size, "%s", err == CS_E_NOMEM ? cs_err_text(err) : strerror(errno));
	if (history->dir >= 0)
		close(history->dir);
	history->dir = -1;
	return err;
}

void history_release(struct history *history)
{
	lines_release(&history->lines);
	if (history->dir >= 0)
		close(history->dir);
	history->dir = -1;
}

/* Other prompts may have added to the file. */
static enum cs_err save(int dir, const char *text)
{
	struct history_lines lines = {0};
	enum cs_err err = CS_E_IO;

	if (flock(dir, LOCK_EX) == 0)
		err = load(dir, &lines);
	if (err == CS_OK)
		err = lines_add_each(&lines, text, strlen(text));
	if (err == CS_OK)
		err = replace(dir, &lines);
	flock(dir, LOCK_UN);
	lines_release(&lines);
	return err;
}

enum cs_err history_add(struct history *history, const char *text)
{
	enum cs_err err = lines_add_each(&history->lines, text, strlen(text));
	int error;

	if (err != CS_OK || history->dir < 0)
		return err;
	err = save(history->dir, text);
	if (err == CS_OK)
		return CS_OK;
	error = errno;
	close(history->dir);
	history->dir = -1;
	errno = error;
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flock() and mkdtemp() */
#define _GNU_SOURCE
#include "tools/pcsc_remote_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#define STATE_NAME  "state"
#define STATE_MAX   4096
#define STATE_KIND  "pcsc_remote"
#define PATH_SIZE   512
#define TRIES       8
#define YOUNG_S     60 /* a directory without a state file may just be in the making */
#define RUNTIME_MAX 32 /* characters of $XDG_RUNTIME_DIR; longer ones leave no room for ssh's names */
#define BASE_SIZE   (RUNTIME_MAX + sizeof("/cardscope"))

static const char tmp[] = "/tmp", tmp_prefix[] = "cardscope-remote-", runtime_prefix[] = "remote-";

static bool is_private(const struct stat *st)
{
	return S_ISDIR(st->st_mode) && st->st_uid == geteuid();
}

/* $XDG_RUNTIME_DIR/cardscope, made when it is missing; false: it can not be used */
static bool runtime_base(char out[BASE_SIZE], const char *runtime)
{
	struct stat st;

	if (!runtime || !remote_path_ok(runtime) || strlen(runtime) > RUNTIME_MAX ||
	    stat(runtime, &st) != 0 || !is_private(&st))
		return false;
	snprintf(out, BASE_SIZE, "%s/cardscope", runtime);
	if (mkdir(out, 0700) != 0 && errno != EEXIST)
		return false;
	return lstat(out, &st) == 0 && is_private(&st) && !(st.st_mode & 022);
}

static void name_sockets(struct remote_dir *dir)
{
	snprintf(dir->socket, sizeof(dir->socket), "%s/pcscd.comm", dir->path);
	snprintf(dir->control, sizeof(dir->control), "%s/c", dir->path);
}

static bool is_unlinked(int fd)
{
	struct stat st;

	return fstat(fd, &st) != 0 || st.st_nlink == 0;
}

/* The state file, locked; -1: somebody took the directory for a dead one's and removes it, or has done so. */
static int lock_state(const char *path, int flags)
{
	int at = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd = at < 0 ? -1 : openat(at, STATE_NAME, flags | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
	int error;

	if (fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) != 0 || is_unlinked(fd))) {
		error = EWOULDBLOCK;
		close(fd);
		fd = -1;
		errno = error;
	}
	error = errno;
	if (at >= 0)
		close(at);
	errno = error;
	return fd;
}

enum cs_err remote_dir_new(struct remote_dir *out, const char *runtime, bool shared)
{
	char base[BASE_SIZE];
	bool own = !shared && runtime_base(base, runtime);

	memset(out, 0, sizeof(*out));
	out->lock = -1;
	for (int i = 0; i < TRIES && out->lock < 0; i++) {
		snprintf(out->path, sizeof(out->path), "%s/%sXXXXXX", own ? base : tmp,
			 own ? runtime_prefix : tmp_prefix);
		if (!mkdtemp(out->path))
			return CS_E_IO;
		out->lock = lock_state(out->path, O_CREAT);
	}
	if (out->lock < 0)
		return CS_E_IO;
	name_sockets(out);
	return CS_OK;
}

enum cs_err remote_dir_tell(const struct remote_dir *dir, const struct remote_state *state)
{
	char *text;
	json_t *object = json_pack("{s:s, s:s, s:s, s:b, s:I, s:I}", "type", STATE_KIND, "host", state->host,
				   "socket", state->socket, "reverse", state->reverse, "pid",
				   (json_int_t)state->pid, "since_ns", (json_int_t)state->since_ns);
	enum cs_err err = CS_E_NOMEM;
	ssize_t len;

	if (!object)
		return CS_E_NOMEM;
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (text) {
		len = (ssize_t)strlen(text);
		err = ftruncate(dir->lock, 0) == 0 && pwrite(dir->lock, text, (size_t)len, 0) == len
			      ? CS_OK
			      : CS_E_IO;
	}
	free(text);
	return err;
}

enum cs_err remote_dir_share(const struct remote_dir *dir, const char *group)
{
	bool all = strcmp(group, "all") == 0;
	const struct group *found = all ? NULL : getgrnam(group);

	if (!all && !found)
		return CS_E_NOT_FOUND;
	if (found && (chown(dir->path, (uid_t)-1, found->gr_gid) != 0 ||
		      chown(dir->socket, (uid_t)-1, found->gr_gid) != 0))
		return CS_E_IO;
	if (chmod(dir->socket, all ? 0666 : 0660) != 0 || chmod(dir->path, all ? 0711 : 0710) != 0)
		return CS_E_IO;
	return CS_OK;
}

static void remove_tree(const char *path)
{
	DIR *d;
	const struct dirent *entry;
	int at = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	d = at < 0 ? NULL : fdopendir(at);
	if (!d) {
		if (at >= 0)
			close(at);
		return;
	}
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(at, entry->d_name, 0);
	closedir(d);
	rmdir(path);
}

void remote_dir_remove(struct remote_dir *dir)
{
	if (dir->lock < 0)
		return;
	remove_tree(dir->path);
	close(dir->lock);
	dir->lock = -1;
}

static bool copy_text(char *out, size_t size, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || strlen(text) >= size)
		return false;
	strcpy(out, text);
	return true;
}

static bool read_state(struct remote_state *out, const char *path)
{
	char file[PATH_SIZE + sizeof("/" STATE_NAME)], text[STATE_MAX];
	json_t *object;
	ssize_t len;
	bool ok;
	int fd;

	snprintf(file, sizeof(file), "%s/%s", path, STATE_NAME);
	fd = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text));
	close(fd);
	object = len > 0 ? json_loadb(text, (size_t)len, 0, NULL) : NULL;
	ok = object && copy_text(out->host, sizeof(out->host), object, "host") &&
	     copy_text(out->socket, sizeof(out->socket), object, "socket") && remote_host_ok(out->host) &&
	     remote_path_ok(out->socket);
	out->reverse = json_is_true(json_object_get(object, "reverse"));
	out->pid = (pid_t)json_integer_value(json_object_get(object, "pid"));
	out->since_ns = json_integer_value(json_object_get(object, "since_ns"));
	json_decref(object);
	return ok;
}

/* A directory whose lock is free is a dead one's. Taken as such it stays locked until it is gone. */
static bool sweep(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) != 0 || !is_private(&st))
		return true;
	fd = lock_state(path, 0);
	if (fd < 0 && (errno != ENOENT || time(NULL) - st.st_mtime < YOUNG_S))
		return errno == ENOENT;
	remove_tree(path);
	if (fd >= 0)
		close(fd);
	return true;
}

static void each_below(const char *base, const char *prefix,
		       void (*tell)(const struct remote_state *state, void *context), void *context)
{
	DIR *d = opendir(base);
	const struct dirent *entry;
	char path[PATH_SIZE];
	struct remote_state state;

	while (d && (entry = readdir(d)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", base, entry->d_name);
		if (!sweep(path) && tell && read_state(&state, path))
			tell(&state, context);
	}
	if (d)
		closedir(d);
}

void remote_dir_each(const char *runtime, void (*tell)(const struct remote_state *state, void *context),
		     void *context)
{
	char base[BASE_SIZE];

	if (runtime_base(base, runtime))
		each_below(base, runtime_prefix, tell, context);
	each_below(tmp, tmp_prefix, tell, context);
}

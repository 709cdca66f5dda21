/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_ROOT_H
#define CS_DIAG_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "diag/pool.h"

/*
 * The file system that is diagnosed: "/" or a directory that looks like one (tests/roots). Every path handed
 * in is absolute, as seen within it. What can not be read is NULL or false, and errno says why. Reads only.
 */
struct root {
	const char *dir; /* without a slash at the end; "" for "/" */
	bool live;       /* it is "/": children may be asked, processes looked at, sockets connected to */
	uid_t uid;       /* who looks at a root that is not live: ".meta" may refuse him; 0 may all */
};

#define ROOT_FILE_MAX (1u << 20) /* bytes read of one file; the rest is left out */
#define ROOT_DIR_MAX  32768      /* entries read of one directory */

/* root_read - a whole file, NUL-terminated; @len may be NULL. /proc and /sys files of size 0 included */
char *root_read(const struct root *root, struct pool *pool, const char *path, size_t *len);

/* root_line - first line of a file without its end */
char *root_line(const struct root *root, struct pool *pool, const char *path);

/* root_list - names in a directory, sorted by strcmp, without "." and ".." */
bool root_list(const struct root *root, struct pool *pool, const char *path, struct pool_list *out);

/* root_stat - as stat() or, with @link, lstat(). In a root that is not live owner and mode are those of
 * the file ".meta" beside it ("NAME MODE UID GID TYPE" a line, MODE in octal, TYPE one of f d s l c), where
 * there is one: a fixture in git has no owners and no sockets. By them a path may be refused (EACCES): x of
 * each directory, r of what is read or listed; owner and others count, the group does not */
bool root_stat(const struct root *root, const char *path, bool link, struct stat *out);

/* root_readlink - target of a symbolic link as it stands there */
char *root_readlink(const struct root *root, struct pool *pool, const char *path);

/* root_exists - whether anything is at the path */
bool root_exists(const struct root *root, const char *path);

#endif

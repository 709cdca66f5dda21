/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define META       ".meta"
#define META_MAX   4096
#define LINKS_MAX  40
#define CHUNK      16384
#define MAY_READ   4u
#define MAY_SEARCH 1u
#define MODE_BITS  07777u
#define DECIMAL    10
#define OCTAL      8

/* A path on its way through the root: what is resolved holds no link and no "..", so it can not lead out. */
struct walk {
	char done[PATH_MAX]; /* "" or "/a/b", within the root */
	char rest[PATH_MAX]; /* still to go */
	unsigned links;
};

/* A pool without memory left gives paths that are NULL. */
static bool is_path(const char *path)
{
	if (!path)
		errno = ENOMEM;
	return path != NULL;
}

/* The path outside, for a path within that is resolved. */
static bool outside(const struct root *root, const char *inside, char *out, size_t cap)
{
	int n = snprintf(out, cap, "%s%s", root->dir, *inside || *root->dir ? inside : "/");

	if (n > 0 && (size_t)n < cap)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* Up to @cap bytes; SIZE_MAX when there is none to be had. */
static size_t read_some(int fd, char *buf, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, buf + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && len == 0)
			return SIZE_MAX;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	return len;
}

/* Files of /proc and /sys do not tell their size. */
static char *read_all(int fd, struct pool *pool, size_t *len)
{
	char *buf = NULL, *text = NULL;

	*len = 0;
	for (size_t cap = CHUNK; cap <= ROOT_FILE_MAX; cap *= 2) {
		char *more = realloc(buf, cap);
		size_t n;

		if (!more) {
			pool->failed = true;
			goto out;
		}
		buf = more;
		n = read_some(fd, buf + *len, cap - *len);
		if (n == SIZE_MAX && *len == 0)
			goto out;
		*len += n == SIZE_MAX ? 0 : n;
		if (*len < cap)
			break;
	}
	text = pool_copy(pool, buf, *len);
out:
	free(buf);
	return text;
}

/* Opens a regular file and nothing else: a FIFO would block, a device might act. */
static int open_regular(const char *path, int flags)
{
	struct stat st;
	int fd;

	if ((flags & O_NOFOLLOW ? lstat(path, &st) : stat(path, &st)) != 0)
		return -1;
	fd = S_ISREG(st.st_mode) ? open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags) : -1;
	if (fd >= 0 && fstat(fd, &st) != 0) {
		close(fd);
		return -1;
	}
	if (S_ISREG(st.st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	return -1;
}

static mode_t type_of(char letter)
{
	switch (letter) {
	case 'd':
		return S_IFDIR;
	case 's':
		return S_IFSOCK;
	case 'l':
		return S_IFLNK;
	case 'c':
		return S_IFCHR;
	default:
		return S_IFREG;
	}
}

/* "NAME MODE UID GID TYPE" */
static void meta_line(const char *line, const char *name, size_t name_len, struct stat *st)
{
	char *at;
	unsigned long mode;

	if (strncmp(line, name, name_len) != 0 || line[name_len] != ' ')
		return;
	mode = strtoul(line + name_len, &at, OCTAL);
	st->st_uid = (uid_t)strtoul(at, &at, DECIMAL);
	st->st_gid = (gid_t)strtoul(at, &at, DECIMAL);
	while (*at == ' ')
		at++;
	st->st_mode = type_of(*at) | (mode_t)(mode & MODE_BITS);
}

/* Puts into @st what .meta says of the resolved path @inside. */
static void meta_apply(const struct root *root, const char *inside, struct stat *st)
{
	const char *slash = strrchr(inside, '/');
	char path[PATH_MAX], text[META_MAX + 1];
	size_t len;
	int n, fd;

	if (!slash)
		return;
	n = snprintf(path, sizeof(path), "%s%.*s/" META, root->dir, (int)(slash - inside), inside);
	if (n <= 0 || (size_t)n >= sizeof(path))
		return;
	fd = open_regular(path, O_NOFOLLOW);
	if (fd < 0)
		return;
	len = read_some(fd, text, META_MAX);
	close(fd);
	text[len <= META_MAX ? len : 0] = '\0';
	for (const char *line = text; *line; line += strspn(line, "\n")) {
		meta_line(line, slash + 1, strlen(slash + 1), st);
		line += strcspn(line, "\n");
	}
}

static bool stat_inside(const struct root *root, const char *inside, struct stat *st)
{
	char path[PATH_MAX];

	if (!outside(root, inside, path, sizeof(path)) || lstat(path, st) != 0)
		return false;
	meta_apply(root, inside, st);
	return true;
}

static bool allowed(const struct root *root, const struct stat *st, unsigned bit)
{
	unsigned mode = (unsigned)st->st_mode & MODE_BITS;

	if (root->uid == 0 || (root->uid == st->st_uid ? mode >> 6 : mode) & bit)
		return true;
	errno = EACCES;
	return false;
}

static void pop(char *done)
{
	char *slash = strrchr(done, '/');

	if (slash)
		*slash = '\0';
}

/* Puts the target of a link in front of what is left to go. */
static bool follow_link(const struct root *root, struct walk *walk)
{
	char path[PATH_MAX], target[PATH_MAX], rest[PATH_MAX];
	ssize_t len;
	int n;

	if (!outside(root, walk->done, path, sizeof(path)))
		return false;
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	n = snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest);
	if (n <= 0 || (size_t)n >= sizeof(rest) || ++walk->links > LINKS_MAX) {
		errno = walk->links > LINKS_MAX ? ELOOP : ENAMETOOLONG;
		return false;
	}
	memcpy(walk->rest, rest, (size_t)n + 1);
	if (*target == '/')
		walk->done[0] = '\0';
	else
		pop(walk->done);
	return true;
}

/* Goes one name further; the last one is only followed when @follow. */
static bool step(const struct root *root, struct walk *walk, const char *name, size_t len, bool follow)
{
	size_t have = strlen(walk->done);
	bool last = walk->rest[strspn(walk->rest, "/")] == '\0';
	struct stat st;

	if (have + 1 + len >= sizeof(walk->done)) {
		errno = ENAMETOOLONG;
		return false;
	}
	walk->done[have] = '/';
	memcpy(walk->done + have + 1, name, len);
	walk->done[have + 1 + len] = '\0';
	if (last && !follow)
		return true;
	if (!stat_inside(root, walk->done, &st))
		return false;
	if (S_ISLNK(st.st_mode))
		return follow_link(root, walk);
	return last || allowed(root, &st, MAY_SEARCH);
}

/* Resolves @path into walk->done. */
static bool walk_to(const struct root *root, const char *path, bool follow, struct walk *walk)
{
	size_t len = strlen(path);

	if (len >= sizeof(walk->rest)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(walk->rest, path, len + 1);
	walk->done[0] = '\0';
	walk->links = 0;
	for (;;) {
		char name[PATH_MAX];
		const char *at = walk->rest + strspn(walk->rest, "/");

		len = strcspn(at, "/");
		if (len == 0)
			return true;
		memcpy(name, at, len);
		memmove(walk->rest, at + len, strlen(at + len) + 1);
		if (len == 2 && memcmp(name, "..", 2) == 0)
			pop(walk->done);
		else if (!(len == 1 && *name == '.') && !step(root, walk, name, len, follow))
			return false;
	}
}

/* The path to hand to the system for @path, checked against .meta for @bit where @root is not live. */
static bool locate(const struct root *root, const char *path, bool follow, unsigned bit, char out[PATH_MAX])
{
	struct walk walk;
	struct stat st;

	if (!is_path(path))
		return false;
	if (root->live)
		return outside(root, path, out, PATH_MAX);
	if (!walk_to(root, path, follow, &walk))
		return false;
	if (bit && (!stat_inside(root, walk.done, &st) || !allowed(root, &st, bit)))
		return false;
	return outside(root, walk.done, out, PATH_MAX);
}

char *root_read(const struct root *root, struct pool *pool, const char *path, size_t *len)
{
	char where[PATH_MAX], *text;
	int fd, error;
	size_t n;

	if (!locate(root, path, true, MAY_READ, where))
		return NULL;
	fd = open_regular(where, root->live ? 0 : O_NOFOLLOW);
	if (fd < 0)
		return NULL;
	text = read_all(fd, pool, &n);
	if (len)
		*len = n;
	error = errno;
	close(fd);
	errno = error;
	return text;
}

char *root_line(const struct root *root, struct pool *pool, const char *path)
{
	char *text = root_read(root, pool, path, NULL);

	if (text)
		text[strcspn(text, "\r\n")] = '\0';
	return text;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool wanted(const struct root *root, const char *name)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && (root->live || strcmp(name, META) != 0);
}

bool root_list(const struct root *root, struct pool *pool, const char *path, struct pool_list *out)
{
	char where[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	*out = (struct pool_list){0};
	if (!locate(root, path, true, MAY_READ, where))
		return false;
	dir = opendir(where);
	if (!dir)
		return false;
	while (out->n < ROOT_DIR_MAX && (entry = readdir(dir)) != NULL)
		if (wanted(root, entry->d_name))
			pool_list_add(pool, out, pool_copy(pool, entry->d_name, strlen(entry->d_name)));
	closedir(dir);
	if (out->n)
		qsort(out->item, out->n, sizeof(*out->item), compare);
	return true;
}

bool root_stat(const struct root *root, const char *path, bool link, struct stat *out)
{
	char where[PATH_MAX];
	struct walk walk;

	if (!is_path(path))
		return false;
	if (!root->live)
		return walk_to(root, path, !link, &walk) && stat_inside(root, walk.done, out);
	if (!outside(root, path, where, sizeof(where)))
		return false;
	return (link ? lstat(where, out) : stat(where, out)) == 0;
}

char *root_readlink(const struct root *root, struct pool *pool, const char *path)
{
	char where[PATH_MAX], target[PATH_MAX];
	ssize_t len;

	if (!locate(root, path, false, 0, where))
		return NULL;
	len = readlink(where, target, sizeof(target));
	return len < 0 ? NULL : pool_copy(pool, target, (size_t)len);
}

bool root_exists(const struct root *root, const char *path)
{
	struct stat st;

	return root_stat(root, path, true, &st);
}

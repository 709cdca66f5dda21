/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_UNIT_TEMP_ROOT_H
#define CS_TESTS_UNIT_TEMP_ROOT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TEMP_PATH_MAX (PATH_MAX + 512)

/* A file of a root made for one test: a @path that ends in a slash is a directory, a @text that begins with
 * "-> " a symbolic link. */
struct temp_file {
	const char *path, *text;
};

static inline void temp_write(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* temp_put - one file and the directories above it */
static inline void temp_put(const char *dir, const struct temp_file *file)
{
	char path[TEMP_PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, file->path);

	assert_true(n > 0 && (size_t)n < sizeof(path));
	for (char *slash = path + strlen(dir) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	if (path[n - 1] == '/')
		return;
	if (strncmp(file->text, "-> ", 3) == 0)
		assert_int_equal(symlink(file->text + 3, path), 0);
	else
		temp_write(path, file->text, strlen(file->text));
}

/* temp_make - the root with files up to one without a path; @dir ends in XXXXXX */
static inline void temp_make(char *dir, const struct temp_file *files)
{
	assert_non_null(mkdtemp(dir));
	for (; files->path; files++)
		temp_put(dir, files);
}

/* temp_remove - the directory with everything in it */
static inline void temp_remove(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d)) != NULL) {
		char path[TEMP_PATH_MAX];
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) >= sizeof(path))
			continue;
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			temp_remove(path);
		else
			unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

#endif

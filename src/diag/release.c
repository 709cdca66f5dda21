/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/release.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "diag/child.h"
#include "diag/pool.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const binaries[] = {"/usr/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd"};

/* Who knows the release of a package, and the names that libpcsclite's has. */
static const char *const managers[][6] = {
	{"dpkg-query", "-W", "-f=${Version}", "libpcsclite1", NULL},
	{"rpm", "-q", "--qf=%{VERSION}", "pcsc-lite-libs", NULL},
	{"rpm", "-q", "--qf=%{VERSION}", "libpcsclite1", NULL},
	{"pacman", "-Q", "pcsclite", NULL},
	{"apk", "info", "-ve", "pcsc-lite-libs", NULL},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool release_number(char out[RELEASE_MAX], const char *text)
{
	for (; *text; text++) {
		size_t whole = strspn(text, "0123456789"), n = strspn(text, "0123456789.");

		if (!whole || text[whole] != '.' || !is_digit(text[whole + 1])) {
			text += whole ? whole - 1 : 0;
			continue;
		}
		while (!is_digit(text[n - 1]))
			n--;
		if (n >= RELEASE_MAX)
			return false;
		memcpy(out, text, n);
		out[n] = '\0';
		return true;
	}
	return false;
}

/* "pcsc-lite 1.9.9 daemon ready." stands in the program as it is. */
static bool read_daemon(char out[RELEASE_MAX], const struct root *root, const char *path)
{
	static const char name[] = "pcsc-lite ", ready[] = " daemon ready";
	struct pool pool = {0};
	size_t len, n = sizeof(name) - 1;
	const char *bytes = root_read(root, &pool, path, &len), *at = bytes;
	bool found = false;

	while (at && !found && (at = memchr(at, name[0], len - (size_t)(at - bytes))) != NULL) {
		if ((size_t)(bytes + len - at) > n && memcmp(at, name, n) == 0 && release_number(out, at + n))
			found = strncmp(at + n + strlen(out), ready, sizeof(ready) - 1) == 0;
		at++;
	}
	pool_release(&pool);
	return found;
}

/* The one file of a pcscd there is: of two nobody knows which one runs. */
static const char *only_binary(const struct root *root)
{
	const char *found = NULL;
	struct stat first = {0}, st;

	for (size_t i = 0; i < COUNT(binaries); i++) {
		if (!root_stat(root, binaries[i], false, &st))
			continue;
		if (!found) {
			found = binaries[i];
			first = st;
		} else if (st.st_dev != first.st_dev || st.st_ino != first.st_ino) {
			return NULL;
		}
	}
	return found;
}

/* The file that runs is hidden from other users, the command is not. */
static bool read_running(char out[RELEASE_MAX], const struct root *root, long pid)
{
	char path[64];
	struct pool pool = {0};
	const char *binary;
	bool found;

	snprintf(path, sizeof(path), "/proc/%ld/exe", pid);
	if (read_daemon(out, root, path))
		return true;
	snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	binary = root_read(root, &pool, path, NULL);
	if (!binary || binary[0] != '/')
		binary = only_binary(root);
	found = binary && read_daemon(out, root, binary);
	pool_release(&pool);
	return found;
}

bool release_of_daemon(char out[RELEASE_MAX], const struct root *root, const struct wire *wire)
{
	const char *binary;
	bool own = strcmp(wire->peer_comm, "pcscd") == 0;

	/* systemd holds the socket of a daemon that it starts on demand */
	if (!wire->have_peer || wire->peer_pid <= 0 || (!own && strcmp(wire->peer_comm, "systemd") != 0))
		return false;
	if (own)
		return read_running(out, root, (long)wire->peer_pid);
	binary = only_binary(root);
	return binary && read_daemon(out, root, binary);
}

/* Whether the library that is loaded lies where packages put it. */
static bool is_packaged(const struct root *root)
{
	struct pool pool = {0};
	const char *maps = root_read(root, &pool, "/proc/self/maps", NULL);
	const char *library = maps ? strstr(maps, "/libpcsclite.so.1") : NULL, *path = library;
	bool packaged;

	while (path && path > maps && path[-1] != ' ' && path[-1] != '\n')
		path--;
	packaged = path && (strncmp(path, "/usr/lib", 8) == 0 || strncmp(path, "/lib", 4) == 0);
	pool_release(&pool);
	return packaged;
}

bool release_of_library(char out[RELEASE_MAX], const struct root *root, int limit_ms)
{
	bool found = false;

	if (!is_packaged(root))
		return false;
	for (size_t i = 0; i < COUNT(managers) && !found; i++) {
		struct pool pool = {0};
		struct child_result said;

		found = child_run(&pool, managers[i], limit_ms, &said) == CS_OK && said.status == 0 &&
			release_number(out, said.out);
		pool_release(&pool);
	}
	return found;
}

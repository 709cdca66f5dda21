/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "diag/facts_priv.h"
#include "diag/keyvalue.h"

#define CHILD_LEAST_MS 100 /* a program that works well answers in this time all the same */

static void (*const parts[])(struct facts *facts, const struct facts_options *options) = {
	facts_host_collect,   facts_user_collect,   facts_library_collect, facts_socket_collect,
	facts_daemon_collect, facts_polkit_collect, facts_kernel_collect,  facts_bundle_collect,
	facts_usb_collect,    facts_serial_collect, facts_clients_collect, facts_log_collect,
};

/* The directory without slashes at its end: "" is the machine itself. */
static bool open_root(struct facts *facts, const char *dir)
{
	size_t len = dir ? strlen(dir) : 0;
	struct stat st;

	while (len && dir[len - 1] == '/')
		len--;
	facts->root = (struct root){.dir = "", .live = len == 0};
	if (len == 0)
		return !dir || *dir;
	facts->root.dir = pool_copy(&facts->pool, dir, len);
	return !facts->root.dir || (stat(dir, &st) == 0 && S_ISDIR(st.st_mode));
}

/* Of a root that is not live: its /proc/self is who asks. */
static void identify(struct facts *facts)
{
	const char *status, *uid;
	char *end;

	facts->user.uid = facts->user.euid = FACT_NO_UID;
	if (facts->root.live) {
		facts->user.uid = getuid();
		facts->user.euid = geteuid();
		return;
	}
	status = root_read(&facts->root, &facts->pool, "/proc/self/status", NULL);
	uid = keyvalue_behind(status, "Uid:");
	if (!uid)
		return;
	facts->user.uid = (uid_t)strtoul(uid, &end, 10);
	facts->user.euid = (uid_t)strtoul(end, NULL, 10);
	facts->root.uid = facts->user.euid;
}

enum cs_err facts_collect(struct facts *out, const struct facts_options *options)
{
	enum cs_err err = CS_OK;

	*out = (struct facts){.env = options->env};
	if (!open_root(out, options->dir)) {
		err = CS_E_NOT_FOUND;
		goto out;
	}
	if (!out->pool.failed)
		identify(out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && !out->pool.failed; i++)
		parts[i](out, options);
	if (out->pool.failed)
		err = CS_E_NOMEM;
out:
	if (err != CS_OK)
		facts_release(out);
	return err;
}

void facts_release(struct facts *facts)
{
	pool_release(&facts->pool);
	*facts = (struct facts){0};
}

int facts_child_ms(struct facts *facts, const struct facts_options *options)
{
	struct timespec now;
	int64_t now_ms, left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (!facts->programs_end_ms)
		facts->programs_end_ms = now_ms + options->child_ms + options->child_ms / 2;
	left = facts->programs_end_ms - now_ms;
	if (left < CHILD_LEAST_MS)
		left = CHILD_LEAST_MS;
	return left < options->child_ms ? (int)left : options->child_ms;
}

void facts_file_get(const struct root *root, const char *path, struct facts_file *out)
{
	struct stat st;

	*out = (struct facts_file){.path = path};
	if (root_stat(root, path, false, &st)) {
		out->exists = FACT_YES;
		out->mode = st.st_mode;
		out->uid = st.st_uid;
		out->gid = st.st_gid;
	} else if (errno == ENOENT || errno == ENOTDIR) {
		out->exists = FACT_NO;
	} else {
		out->error = errno;
	}
}

const char *facts_find(const char *bytes, size_t len, const char *piece)
{
	const size_t n = strlen(piece);

	for (const char *at = bytes, *end = bytes + len; (size_t)(end - at) >= n; at++) {
		at = memchr(at, *piece, (size_t)(end - at) - n + 1);
		if (!at)
			return NULL;
		if (memcmp(at, piece, n) == 0)
			return at;
	}
	return NULL;
}

const char *facts_id_name(struct facts *facts, const char *path, unsigned long id)
{
	const char *text = root_read(&facts->root, &facts->pool, path, NULL);

	for (const char *line = text; line; line = keyvalue_next_line(line)) {
		size_t name = strcspn(line, ":\n");
		const char *number = line[name] == ':' ? line + name + 1 : "";
		char *end;

		number += strcspn(number, ":\n");
		if (*number != ':' || number[1] < '0' || number[1] > '9')
			continue;
		if (strtoul(number + 1, &end, 10) == id && *end == ':')
			return pool_copy(&facts->pool, line, name);
	}
	return pool_format(&facts->pool, "%lu", id);
}

const char *facts_user_name(struct facts *facts, uid_t uid)
{
	return facts_id_name(facts, "/etc/passwd", uid);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One text stands for every file that the facts are read from, and for what the programs asked print. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/facts.h"
#include "diag/keyvalue.h"
#include "diag/ldcache.h"
#include "diag/rule_scan.h"
#include "diag/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {
	"etc/passwd",
	"etc/group",
	"etc/os-release",
	"etc/ld.so.cache",
	"etc/default/pcscd",
	"etc/polkit-1/rules.d/a.rules",
	"proc/version",
	"proc/mounts",
	"proc/1/comm",
	"proc/1/cgroup",
	"proc/net/unix",
	"proc/self/status",
	"proc/self/cgroup",
	"proc/7/comm",
	"proc/7/stat",
	"proc/7/status",
	"proc/7/cmdline",
	"run/pcscd/pcscd.pid",
	"run/pcscd/.meta",
	"run/systemd/sessions/1",
	"run/systemd/users/1000",
	"run/systemd/seats/seat0",
	"usr/sbin/pcscd",
	"usr/lib/libpcsclite.so.1",
};

static char dir[] = "/tmp/fuzz-facts.XXXXXX"; /* every file in it is a link to "input" */

static void remove_all(void)
{
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *slash;

		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
		while ((slash = strrchr(path, '/')) > path + strlen(dir)) {
			*slash = '\0';
			rmdir(path);
		}
	}
	snprintf(path, sizeof(path), "%s/input", dir);
	unlink(path);
	rmdir(dir);
}

static void make_all(void)
{
	if (!mkdtemp(dir))
		abort();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		for (char *slash = path + strlen(dir) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
			*slash = '\0';
			mkdir(path, 0755);
			*slash = '/';
		}
		if (symlink("/input", path) != 0)
			abort();
	}
	atexit(remove_all);
}

static void put_input(const uint8_t *data, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/input", dir);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

static void collect(void)
{
	struct facts_options options = {.dir = dir, .env = {.session_id = "1", .library_path = "/usr/lib"}};
	struct facts facts;

	if (facts_collect(&facts, &options) == CS_OK)
		facts_release(&facts);
}

static void parse(const uint8_t *data, size_t size)
{
	struct facts facts = {.daemon = {.socket_unit = {.name = "pcscd.socket"},
					 .service_unit = {.name = "pcscd.service"}}};
	struct pool_list list = {0};
	char *text = malloc(size + 1); /* exact, for the sanitizer */

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	ldcache_lookup(&facts.pool, text, size, "libpcsclite.so.1", &list);
	rule_scan_unguarded(&facts.pool, text);
	keyvalue_get(&facts.pool, text, "KEY");
	unit_take(&facts, text);
	pool_release(&facts.pool);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;

	if (!made)
		make_all();
	made = true;
	parse(data, size);
	put_input(data, size);
	collect();
	return 0;
}

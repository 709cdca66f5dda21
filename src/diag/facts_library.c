/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/elf.h"
#include "diag/facts_priv.h"
#include "diag/ldcache.h"

#define SONAME     "libpcsclite.so.1"
#define COPIES_MAX 32

/* Copies found so far. */
struct search {
	struct facts *facts;
	struct {
		dev_t dev;
		ino_t ino;
	} seen[COPIES_MAX];
	struct elf_kind kind; /* of programs here */
	bool have_kind;
};

static const char *const places[] = {
	"/usr/lib",
	"/usr/lib64",
	"/lib",
	"/lib64",
	"/usr/local/lib",
	"/usr/local/lib64",
	"/run/current-system/sw/lib",
};

static const struct bundled {
	const char *origin, *parent, *tail;
} bundled[] = {
	{"snap", "/snap", "/current/usr/lib"},
	{"snap", "/var/lib/snapd/snap", "/current/usr/lib"},
	{"flatpak", "/var/lib/flatpak/app", "/current/active/files/lib"},
};

/* A library for another kind of processor, as the 32-bit one beside the usual, is not a second copy. */
static bool is_loadable(struct search *search, const char *path)
{
	struct elf_kind kind;
	size_t len;
	const char *text = root_read(&search->facts->root, &search->facts->pool, path, &len);

	if (!search->have_kind || !text || elf_kind_get(&kind, text, len) != CS_OK)
		return true;
	return kind.bits == search->kind.bits && kind.data == search->kind.data &&
	       kind.machine == search->kind.machine;
}

/* "1.9.9" of a name like libpcsclite.so.1.9.9; the libraries themselves mostly end in 1.0.0 and tell nothing
 */
static const char *version_of(struct facts *facts, const char *path)
{
	const char *target = root_readlink(&facts->root, &facts->pool, path);
	const char *version = target ? strstr(target, ".so.") : NULL;

	return version && strcmp(version + 4, "1.0.0") != 0 ? version + 4 : NULL;
}

static void add_copy(struct search *search, const char *path, const char *origin)
{
	struct facts *facts = search->facts;
	struct stat st;

	if (facts->n_library == COPIES_MAX || !root_stat(&facts->root, path, false, &st) ||
	    !S_ISREG(st.st_mode))
		return;
	for (size_t i = 0; i < facts->n_library; i++)
		if (search->seen[i].dev == st.st_dev && search->seen[i].ino == st.st_ino)
			return;
	if (!is_loadable(search, path))
		return;
	search->seen[facts->n_library].dev = st.st_dev;
	search->seen[facts->n_library].ino = st.st_ino;
	facts->library[facts->n_library++] =
		(struct facts_library){.path = path, .version = version_of(facts, path), .origin = origin};
}

static void add_in(struct search *search, const char *dir, const char *origin)
{
	const char *path = pool_format(&search->facts->pool, "%s/" SONAME, dir);

	if (path)
		add_copy(search, path, origin);
}

/* @dir and its directories for one kind of machine, "x86_64-linux-gnu". */
static void add_below(struct search *search, const char *dir, const char *origin)
{
	struct pool *pool = &search->facts->pool;
	struct pool_list names;

	add_in(search, dir, origin ? origin : dir);
	if (!root_list(&search->facts->root, pool, dir, &names))
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *sub;

		if (!strstr(names.item[i], "-linux-"))
			continue;
		sub = pool_format(pool, "%s/%s", dir, names.item[i]);
		if (sub)
			add_in(search, sub, origin ? origin : sub);
	}
}

static void add_path_list(struct search *search, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ":;");

		if (*list == '/')
			add_in(search, pool_copy(&search->facts->pool, list, len), "LD_LIBRARY_PATH");
		list += len + (list[len] != '\0');
	}
}

static void add_cached(struct search *search)
{
	struct facts *facts = search->facts;
	struct pool_list paths = {0};
	size_t len;
	const char *cache = root_read(&facts->root, &facts->pool, "/etc/ld.so.cache", &len);

	if (cache)
		ldcache_lookup(&facts->pool, cache, len, SONAME, &paths);
	for (size_t i = 0; i < paths.n; i++)
		add_copy(search, paths.item[i], "cache");
}

static void add_bundled(struct search *search, const struct bundled *where)
{
	struct pool *pool = &search->facts->pool;
	struct pool_list names;

	if (!root_list(&search->facts->root, pool, where->parent, &names))
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *dir = pool_format(pool, "%s/%s%s", where->parent, names.item[i], where->tail);

		if (dir)
			add_below(search, dir, where->origin);
	}
}

void facts_library_collect(struct facts *facts, const struct facts_options *options)
{
	struct search search = {.facts = facts};
	size_t len;
	const char *shell = root_read(&facts->root, &facts->pool, "/bin/sh", &len);

	(void)options;
	facts->library = pool_take(&facts->pool, COPIES_MAX * sizeof(*facts->library));
	if (!facts->library)
		return;
	search.have_kind = shell && elf_kind_get(&search.kind, shell, len) == CS_OK;
	add_path_list(&search, facts->env.library_path);
	add_cached(&search);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		add_below(&search, places[i], NULL);
	for (size_t i = 0; i < sizeof(bundled) / sizeof(*bundled); i++)
		add_bundled(&search, &bundled[i]);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/facts_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diag/elf.h"
#include "diag/plist.h"

#define HOTPLUG 1u /* ifdCapabilities: the driver's readers announce themselves */

static const char *const usual_dirs[] = {"/usr/lib/pcsc/drivers", "/usr/lib64/pcsc/drivers",
					 "/usr/local/lib/pcsc/drivers"};

static unsigned long number(const char *text, int base)
{
	return text ? strtoul(text, NULL, base) : 0;
}

static size_t shortest(const struct plist *plist)
{
	size_t n = plist->vendor.n;

	if (plist->product.n < n)
		n = plist->product.n;
	return plist->friendly.n < n ? plist->friendly.n : n;
}

/* pcscd reads both numbers as hexadecimal whatever they begin with. */
static void take_readers(struct pool *pool, struct facts_bundle *b, const struct plist *plist)
{
	const size_t n = shortest(plist);

	b->vendor = pool_take(pool, n * sizeof(*b->vendor));
	b->product = pool_take(pool, n * sizeof(*b->product));
	if (!b->vendor || !b->product)
		return;
	for (size_t i = 0; i < n; i++) {
		b->vendor[i] = (uint16_t)number(plist->vendor.item[i], 16);
		b->product[i] = (uint16_t)number(plist->product.item[i], 16);
	}
	b->friendly = plist->friendly.item;
	b->n = n;
}

static const char *plist_problem(struct pool *pool, const struct plist *plist)
{
	if (plist->vendor.n != plist->product.n || plist->vendor.n != plist->friendly.n)
		return pool_format(pool,
				   "its lists differ in length: %zu ifdVendorID, %zu ifdProductID, %zu "
				   "ifdFriendlyName",
				   plist->vendor.n, plist->product.n, plist->friendly.n);
	if (!plist->vendor.n)
		return "it names no reader (ifdVendorID)";
	if (!plist->executable.n)
		return "it names no library (CFBundleExecutable)";
	return NULL;
}

/* loads - whether pcscd can load the library, as far as the kind of machine goes */
static enum fact loads(struct facts *facts, const char *library)
{
	const char *const program[] = {facts->daemon.exe, facts->daemon.binary};
	struct elf_kind want, have;
	size_t len;
	const char *bytes = root_read(&facts->root, &facts->pool, library, &len);

	if (!bytes)
		return FACT_UNKNOWN;
	if (elf_kind_get(&have, bytes, len) != CS_OK)
		return FACT_NO;
	for (size_t i = 0; i < sizeof(program) / sizeof(program[0]); i++) {
		bytes = program[i] ? root_read(&facts->root, &facts->pool, program[i], &len) : NULL;
		if (bytes && elf_kind_get(&want, bytes, len) == CS_OK)
			return fact_of(have.bits == want.bits && have.data == want.data &&
				       have.machine == want.machine);
	}
	return FACT_UNKNOWN;
}

static void look_at_library(struct facts *facts, struct facts_bundle *b, const char *name)
{
	struct facts_file file;

	b->library = pool_format(&facts->pool, "%s/Contents/Linux/%s", b->dir, name);
	if (!b->library)
		return;
	facts_file_get(&facts->root, b->library, &file);
	b->library_exists = file.exists;
	if (file.exists == FACT_YES)
		b->library_loads = loads(facts, b->library);
}

static void read_bundle(struct facts *facts, struct facts_bundle *b)
{
	struct plist plist;
	size_t len;
	const char *text = root_read(&facts->root, &facts->pool, b->plist, &len);
	const char *name;
	enum cs_err err;

	if (!text) {
		b->problem = errno == ENOENT ? "it has no Contents/Info.plist"
					     : "its Contents/Info.plist can not be read";
		b->doubtful = errno != ENOENT;
		return;
	}
	err = plist_parse(&plist, &facts->pool, text, len);
	if (err == CS_E_NOMEM)
		return;
	take_readers(&facts->pool, b, &plist);
	b->problem = plist_problem(&facts->pool, &plist);
	b->doubtful = err != CS_OK;
	b->line = err != CS_OK ? plist.line : 0;
	if (b->problem && plist.fault)
		b->problem = pool_format(&facts->pool, "%s; it can be read up to line %u only: %s",
					 b->problem, plist.line, plist.fault);
	b->version = plist_first(&plist.version);
	b->options = number(plist_first(&plist.options), 0);
	b->generate_hotplug = (number(plist_first(&plist.capabilities), 0) & HOTPLUG) != 0;
	name = plist_first(&plist.name);
	b->class_driver = name && strcmp(name, "CCIDCLASSDRIVER") == 0;
	name = plist_first(&plist.executable);
	if (name)
		look_at_library(facts, b, name);
}

/* drivers_list - the names in the directory of the drivers, and which one that is */
static const char *drivers_list(struct facts *facts, struct pool_list *names)
{
	const char *os = facts->host.os_id;

	if (facts->daemon.drop_dir) {
		facts->drivers =
			fact_of(root_list(&facts->root, &facts->pool, facts->daemon.drop_dir, names));
		if (facts->drivers == FACT_NO && errno != ENOENT)
			facts->drivers = FACT_UNKNOWN;
		return facts->daemon.drop_dir;
	}
	for (size_t i = 0; i < sizeof(usual_dirs) / sizeof(usual_dirs[0]); i++) {
		if (root_list(&facts->root, &facts->pool, usual_dirs[i], names)) {
			facts->drivers = FACT_YES;
			return usual_dirs[i];
		}
	}
	/* there the directory is told to the daemon in its environment */
	if (!os || strcmp(os, "nixos") == 0 || strcmp(os, "guix") == 0)
		return NULL;
	facts->drivers = FACT_NO;
	return usual_dirs[0];
}

void facts_bundle_collect(struct facts *facts, const struct facts_options *options)
{
	struct pool_list names = {0};
	const char *dir = drivers_list(facts, &names);

	(void)options;
	facts->bundle = pool_take(&facts->pool, names.n * sizeof(*facts->bundle));
	for (size_t i = 0; facts->bundle && i < names.n; i++) {
		struct facts_bundle *b = &facts->bundle[facts->n_bundle];

		if (!strstr(names.item[i], ".bundle"))
			continue;
		b->dir = pool_format(&facts->pool, "%s/%s", dir, names.item[i]);
		b->plist = b->dir ? pool_format(&facts->pool, "%s/Contents/Info.plist", b->dir) : NULL;
		if (!b->plist)
			return;
		read_bundle(facts, b);
		facts->n_bundle++;
	}
}

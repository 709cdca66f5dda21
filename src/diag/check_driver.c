/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_driver_priv.h"

#include <string.h>

#include "diag/distro.h"
#include "diag/usb.h"

#define ESCAPE 1ul /* ifdDriverOptions: vendor commands are let through */

static const struct facts_usb *first_reader(const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_usb; i++)
		if (usb_kind_of(&facts->usb[i]) == USB_READER)
			return &facts->usb[i];
	return NULL;
}

static bool lists_readers(const struct facts *facts)
{
	return facts->live_known && facts->live.n > 0;
}

static void directory(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *u = first_reader(facts);
	const char *dir = facts->daemon.drop_dir;

	if (facts->n_bundle) {
		verdict_set(v, CHECK_OK, NULL, "%zu found", facts->n_bundle);
		for (size_t i = 0; i < facts->n_bundle; i++)
			verdict_evidence(v, "%s%s%s", verdict_clean(v, facts->bundle[i].dir),
					 facts->bundle[i].version ? " " : "",
					 verdict_clean(v, facts->bundle[i].version));
	} else if (!facts->daemon.binary || facts->drivers == FACT_UNKNOWN) {
		verdict_set(v, CHECK_SKIP, NULL, "where the daemon looks for drivers is not known");
	} else if (!u || lists_readers(facts)) {
		verdict_set(v, CHECK_SKIP, NULL, "none, and no USB reader that needs one");
	} else {
		verdict_set(v, CHECK_FAIL, "D23", "no driver for USB readers is installed");
		verdict_evidence(v, "%s: %s", dir ? verdict_clean(v, dir) : "/usr/lib/pcsc/drivers",
				 facts->drivers == FACT_NO ? "there is no such directory"
							   : "no *.bundle in it");
		verdict_evidence(v, "a reader is there: %s", usb_name(v, u));
		verdict_remedy(v, true, "Install the CCID driver.", distro_install(v, facts, DISTRO_CCID));
		verdict_remedy(v, true, "Then restart the daemon.", distro_service(facts, DISTRO_RESTART));
	}
}

/* One whose Info.plist is lost is known by its directory. */
static bool is_ccid(const struct facts_bundle *b)
{
	return b->class_driver || (b->dir && strstr(b->dir, "/ifd-ccid.bundle"));
}

static void bundle_advice(const struct facts *facts, const struct facts_bundle *b, struct verdict *v)
{
	if (is_ccid(b))
		verdict_remedy(v, true, "Reinstall the CCID driver; its lists are not to be edited by hand.",
			       distro_reinstall(v, facts, DISTRO_CCID));
	else
		verdict_remedy(v, true, "Reinstall the package it belongs to, or move it out of the way.",
			       pool_format(v->pool, "mv %s /root/", verdict_quote(v, b->dir)));
	verdict_remedy(v, true, "Then restart the daemon.", distro_service(facts, DISTRO_RESTART));
}

/* Lists of different length are the one fault of a bundle with which pcscd gives up on USB as a whole. */
static void bundles(const struct facts *facts, struct verdict *v)
{
	const struct facts_bundle *worst = NULL;
	bool stops_all;

	for (size_t i = 0; i < facts->n_bundle; i++) {
		const struct facts_bundle *b = &facts->bundle[i];

		if (b->problem && (!worst || (b->vendor && !b->doubtful)))
			worst = b;
	}
	if (!worst) {
		verdict_set(v, facts->n_bundle ? CHECK_OK : CHECK_SKIP, NULL, "%s",
			    facts->n_bundle ? "every Info.plist can be used" : "no driver to look at");
		return;
	}
	stops_all = worst->n && !worst->doubtful && !lists_readers(facts);
	verdict_set(v, stops_all ? CHECK_FAIL : CHECK_WARN, "D36", "the driver %s can not be used: %s",
		    verdict_clean(v, worst->dir), verdict_clean(v, worst->problem));
	verdict_evidence(v, "%s%s", verdict_clean(v, worst->plist),
			 stops_all ? ": pcscd gives up on USB readers of all drivers" : "");
	bundle_advice(facts, worst, v);
}

static bool drives_a_reader(const struct facts *facts, const struct facts_bundle *b)
{
	for (size_t i = 0; i < facts->n_usb; i++)
		if (usb_bundle(facts, facts->usb[i].vendor, facts->usb[i].product) == b)
			return true;
	return false;
}

static void library(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_bundle; i++) {
		const struct facts_bundle *b = &facts->bundle[i];
		const bool needed = drives_a_reader(facts, b) && !lists_readers(facts);

		if (b->library_exists != FACT_NO && b->library_loads != FACT_NO)
			continue;
		verdict_set(v, needed ? CHECK_FAIL : CHECK_WARN, "D36", "the library of %s %s",
			    verdict_clean(v, b->dir),
			    b->library_exists == FACT_NO ? "is missing" : "is for another kind of machine");
		verdict_evidence(v, "%s", verdict_clean(v, b->library));
		if (b->library_exists != FACT_NO && facts->daemon.binary)
			verdict_remedy(v, false, "Compare it with the daemon.",
				       pool_format(v->pool, "file -L %s %s", verdict_quote(v, b->library),
						   verdict_quote(v, facts->daemon.binary)));
		bundle_advice(facts, b, v);
		return;
	}
	verdict_set(v, facts->n_bundle ? CHECK_OK : CHECK_SKIP, NULL, "%s",
		    facts->n_bundle ? "every library is there" : "no driver to look at");
}

static void escape(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_bundle; i++) {
		const struct facts_bundle *b = &facts->bundle[i];

		if (!b->class_driver || b->problem)
			continue;
		if (b->options & ESCAPE) {
			verdict_set(v, CHECK_OK, NULL,
				    "on: programs may send them, to change firmware as well");
			return;
		}
		verdict_set(v, CHECK_OK, NULL, "off, as usual: SCardControl with vendor codes is refused");
		verdict_evidence(v, "%s: ifdDriverOptions is 0x%04lX; 0x0001 in it lets them through",
				 verdict_clean(v, b->plist), b->options);
		return;
	}
	verdict_set(v, CHECK_SKIP, NULL, "no CCID driver to look at");
}

const struct check check_driver[] = {
	{"driver-installed", LAYER_DRIVER, "drivers for USB readers are installed", directory},
	{"driver-bundle", LAYER_DRIVER, "the drivers' Info.plist can be used", bundles},
	{"driver-library", LAYER_DRIVER, "the drivers' libraries can be loaded", library},
	{"driver-match", LAYER_DRIVER, "a driver knows the reader", check_driver_match},
	{"driver-firmware", LAYER_DRIVER, "the driver accepts the reader's firmware", check_driver_firmware},
	{"driver-limit", LAYER_DRIVER, "there are no more readers than fit", check_driver_limit},
	{"driver-serial", LAYER_DRIVER, "the readers of reader.conf can be used", check_driver_serial},
	{"driver-note", LAYER_DRIVER, "what is known about the reader", check_driver_note},
	{"driver-escape", LAYER_DRIVER, "vendor commands (escape)", escape},
	{"driver-composite", LAYER_DRIVER, "each interface has its reader", check_driver_composite},
	{0},
};

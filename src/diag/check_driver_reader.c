/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_driver_priv.h"

#include <stdio.h>
#include <string.h>

#include "diag/advice.h"
#include "diag/distro.h"
#include "diag/reader_table.h"
#include "diag/usb.h"

#define OLD_FIRMWARE_TOO 4ul /* ifdDriverOptions: readers with known bad firmware are accepted */
#define SLOTS_BEFORE_2_5 16

static enum check_status trouble(const struct facts *facts, const struct facts_usb *u)
{
	return usb_another_works(facts, u) ? CHECK_WARN : CHECK_FAIL;
}

static void match_advice(const struct facts *facts, const struct facts_usb *u, struct verdict *v)
{
	const struct reader_driver *d = reader_driver_get(u->vendor, u->product);
	const char *install = d && d->package < DISTRO_PACKAGES ? distro_install(v, facts, d->package) : NULL;

	if (d) {
		verdict_set(v, trouble(facts, u), "D25", "%s needs a driver of its own", usb_name(v, u));
		verdict_remedy(v, true,
			       pool_format(v->pool, "Install the driver for %s (%s).", d->maker, d->where),
			       install);
	} else {
		verdict_set(v, trouble(facts, u), "D24", "no driver knows %s", usb_name(v, u));
		verdict_remedy(v, true,
			       "A newer CCID driver may know it; its lists are not to be edited by hand.",
			       distro_upgrade(v, facts, DISTRO_CCID));
		verdict_remedy(v, false,
			       "Look it up at https://ccid.apdu.fr/select_readers/; "
			       "https://ccid.apdu.fr/#CCID_compliant tells how to have it added.",
			       NULL);
	}
	verdict_remedy(v, true, "Then restart the daemon.", distro_service(facts, DISTRO_RESTART));
}

void check_driver_match(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *unknown = NULL;

	for (size_t i = 0; i < facts->n_usb && !unknown; i++) {
		const struct facts_usb *u = &facts->usb[i];
		const enum usb_kind kind = usb_kind_of(u);

		if (!u->known_vendor && (kind == USB_READER || kind == USB_NEEDS_DRIVER))
			unknown = u;
	}
	if (!facts->n_bundle) {
		verdict_set(v, CHECK_SKIP, NULL, "no driver to look at");
	} else if (!facts->n_usb) {
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
	} else if (!unknown) {
		verdict_set(v, CHECK_OK, NULL, "every reader is known");
	} else {
		match_advice(facts, unknown, v);
		verdict_evidence(
			v, "%04x:%04x is in no Info.plist of %zu drivers; its interface is of class %02x",
			unknown->vendor, unknown->product, facts->n_bundle,
			(unsigned)unknown->interface_class & 0xFF);
	}
}

/* refused - the CCID driver takes care of the reader and does not accept its firmware */
static bool refused(const struct facts *facts, const struct facts_usb *u)
{
	const struct facts_bundle *b = usb_bundle(facts, u->vendor, u->product);

	return b && b->class_driver && !(b->options & OLD_FIRMWARE_TOO) && u->release &&
	       u->release < reader_firmware_min(u->vendor, u->product);
}

void check_driver_firmware(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *bad = NULL;

	for (size_t i = 0; i < facts->n_usb && !bad; i++)
		if (refused(facts, &facts->usb[i]))
			bad = &facts->usb[i];
	if (!facts->n_usb) {
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
		return;
	}
	if (!bad) {
		verdict_set(v, CHECK_OK, NULL, "no reader with firmware that the CCID driver refuses");
		return;
	}
	verdict_set(v, trouble(facts, bad), "D28", "the CCID driver refuses the firmware of %s",
		    usb_name(v, bad));
	verdict_evidence(v, "bcdDevice is %x.%02x, the driver wants %x.%02x", bad->release >> 8,
			 bad->release & 0xFF, reader_firmware_min(bad->vendor, bad->product) >> 8,
			 reader_firmware_min(bad->vendor, bad->product) & 0xFF);
	if (bad->vendor == 0x072F)
		verdict_remedy(v, true, "Install the maker's driver, which accepts it.",
			       distro_install(v, facts, DISTRO_ACSCCID));
	verdict_remedy(v, false, "Update the firmware with the maker's tool, or use another reader.", NULL);
	verdict_remedy(v, true,
		       "At your own risk: set 0x0004 in ifdDriverOptions of the driver's Info.plist, then "
		       "restart the daemon.",
		       distro_service(facts, DISTRO_RESTART));
}

/* before_2_5 - whether the daemon has room for 16 slots only */
static bool before_2_5(const char *version)
{
	unsigned major, minor;

	return version && sscanf(version, "%3u.%3u", &major, &minor) == 2 &&
	       (major < 2 || (major == 2 && minor < 5));
}

void check_driver_limit(const struct facts *facts, struct verdict *v)
{
	size_t n = facts->n_serial;

	for (size_t i = 0; i < facts->n_usb; i++)
		n += usb_kind_of(&facts->usb[i]) == USB_READER;
	if (n <= SLOTS_BEFORE_2_5) {
		verdict_set(v, CHECK_OK, NULL, "%zu found", n);
	} else if (!facts->daemon.version) {
		verdict_set(v, CHECK_SKIP, NULL, "%zu; how many the daemon has room for is not known", n);
	} else if (!before_2_5(facts->daemon.version)) {
		verdict_set(v, CHECK_OK, NULL, "%zu, and pcscd %s has room for them", n,
			    verdict_clean(v, facts->daemon.version));
	} else {
		verdict_set(v, CHECK_WARN, "D36c", "%zu readers; pcscd %s has room for %d slots", n,
			    verdict_clean(v, facts->daemon.version), SLOTS_BEFORE_2_5);
		verdict_remedy(v, true, "pcsc-lite 2.5.0 and CCID 1.8.0 have no such limit: upgrade both.",
			       distro_upgrade(v, facts, DISTRO_PCSCD));
	}
}

/* What a device with several interfaces makes the driver write is taken for a fault by who reads the log. */
void check_driver_composite(const struct facts *facts, struct verdict *v)
{
	const char *line = advice_log(facts, "D36d");

	if (facts->log_known != FACT_YES) {
		verdict_set(v, CHECK_SKIP, NULL, "the daemon's log can not be read");
		return;
	}
	verdict_set(v, CHECK_OK, NULL, "%s",
		    line ? "its messages about interfaces are normal for a device with several"
			 : "nothing odd about its interfaces");
	if (line)
		verdict_evidence(v, "%s", verdict_clean(v, line));
}

void check_driver_note(const struct facts *facts, struct verdict *v)
{
	size_t n = 0;

	for (size_t i = 0; i < facts->n_usb; i++) {
		const struct facts_usb *u = &facts->usb[i];
		const struct reader_note *note = reader_note_get(u->vendor, u->product);

		if (!note)
			continue;
		n++;
		verdict_evidence(v, "%s: %s%s%s%s", usb_name(v, u), note->text, note->kase ? " (" : "",
				 note->kase ? note->kase : "", note->kase ? ")" : "");
	}
	if (facts->n_usb)
		verdict_set(v, CHECK_OK, NULL, "%s", n ? "something worth knowing" : "nothing special");
	else
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_READER_TABLE_H
#define CS_DIAG_READER_TABLE_H

#include "diag/distro.h"

/* What is known about models of USB readers beforehand: quirk.def and vendor_driver.def. Static storage. */

struct reader_driver {
	unsigned vendor, first, last;
	const char *maker;
	enum distro_package package; /* DISTRO_PACKAGES: none that is known */
	const char *where;           /* its name and place */
};

struct reader_note {
	unsigned vendor, first, last;
	const char *kase; /* "D36e"; NULL */
	const char *text;
};

struct reader_mode {
	unsigned vendor, first, last;
	const char *text;
	const char *command; /* that changes the mode; NULL: none */
};

/* Each: NULL, or 0, for a reader that no row holds. */
const struct reader_driver *reader_driver_get(unsigned vendor, unsigned product);
const struct reader_note *reader_note_get(unsigned vendor, unsigned product);
const struct reader_mode *reader_mode_get(unsigned vendor, unsigned product);

/* reader_firmware_min - lowest bcdDevice that the CCID driver accepts */
unsigned reader_firmware_min(unsigned vendor, unsigned product);

#endif

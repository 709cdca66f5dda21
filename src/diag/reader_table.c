/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/reader_table.h"

#include <stddef.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct reader_driver drivers[] = {
#define DRIVER(vendor, first, last, maker, package, where) {vendor, first, last, maker, package, where},
#include "diag/vendor_driver.def"
#undef DRIVER
};

static const struct firmware {
	unsigned vendor, product, below;
} firmware[] = {
#define FIRMWARE(vendor, product, below, name) {vendor, product, below},
#define NOTE(vendor, first, last, kase, text)
#define MODE(vendor, first, last, text, command)
#include "diag/quirk.def"
#undef FIRMWARE
#undef NOTE
#undef MODE
};

static const struct reader_note notes[] = {
#define FIRMWARE(vendor, product, below, name)
#define NOTE(vendor, first, last, kase, text) {vendor, first, last, kase, text},
#define MODE(vendor, first, last, text, command)
#include "diag/quirk.def"
#undef FIRMWARE
#undef NOTE
#undef MODE
};

static const struct reader_mode modes[] = {
#define FIRMWARE(vendor, product, below, name)
#define NOTE(vendor, first, last, kase, text)
#define MODE(vendor, first, last, text, command) {vendor, first, last, text, command},
#include "diag/quirk.def"
#undef FIRMWARE
#undef NOTE
#undef MODE
};

const struct reader_driver *reader_driver_get(unsigned vendor, unsigned product)
{
	const struct reader_driver *best = NULL;

	for (size_t i = 0; i < ROWS(drivers); i++) {
		const struct reader_driver *d = &drivers[i];

		if (d->vendor != vendor || product < d->first || product > d->last)
			continue;
		if (!best || d->last - d->first < best->last - best->first)
			best = d;
	}
	return best;
}

const struct reader_note *reader_note_get(unsigned vendor, unsigned product)
{
	for (size_t i = 0; i < ROWS(notes); i++)
		if (notes[i].vendor == vendor && product >= notes[i].first && product <= notes[i].last)
			return &notes[i];
	return NULL;
}

const struct reader_mode *reader_mode_get(unsigned vendor, unsigned product)
{
	for (size_t i = 0; i < ROWS(modes); i++)
		if (modes[i].vendor == vendor && product >= modes[i].first && product <= modes[i].last)
			return &modes[i];
	return NULL;
}

unsigned reader_firmware_min(unsigned vendor, unsigned product)
{
	for (size_t i = 0; i < ROWS(firmware); i++)
		if (firmware[i].vendor == vendor && firmware[i].product == product)
			return firmware[i].below;
	return 0;
}

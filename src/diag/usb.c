/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/usb.h"

#include <string.h>

#include "diag/check_priv.h"
#include "diag/reader_table.h"

bool usb_taking_module(const char *module)
{
	static const char *const taking[] = {"pn533_usb", "pn533", "port100", "nfcmrvl_usb"};

	for (size_t i = 0; i < sizeof(taking) / sizeof(taking[0]); i++)
		if (strcmp(taking[i], module) == 0)
			return true;
	return false;
}

enum usb_kind usb_kind_of(const struct facts_usb *usb)
{
	const bool wrong_class =
		usb->interface_class == USB_CLASS_HID || usb->interface_class == USB_CLASS_DISK;

	if (usb->interface_class == USB_CLASS_CARD)
		return USB_READER;
	if (reader_mode_get(usb->vendor, usb->product))
		return USB_OTHER_MODE;
	if (usb->known_vendor)
		return wrong_class ? USB_OTHER_MODE : USB_READER;
	return usb->interface_class == USB_CLASS_DISK ? USB_DISK : USB_NEEDS_DRIVER;
}

bool usb_taken(const struct facts_usb *usb)
{
	if (!usb->kernel_driver || strcmp(usb->kernel_driver, "usbfs") == 0)
		return false;
	return usb->interface_class == USB_CLASS_CARD || usb_taking_module(usb->kernel_driver);
}

bool usb_usable(const struct facts_usb *usb)
{
	return usb_kind_of(usb) == USB_READER && usb->known_vendor && usb->authorized != FACT_NO &&
	       usb->ignored != FACT_YES && usb->daemon_may_open != FACT_NO && !usb_taken(usb);
}

static bool names_reader(const struct facts_bundle *b, unsigned vendor, unsigned product)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->vendor[i] == vendor && b->product[i] == product)
			return true;
	return false;
}

const struct facts_bundle *usb_bundle(const struct facts *facts, unsigned vendor, unsigned product)
{
	const struct facts_bundle *found = NULL;

	for (size_t i = 0; i < facts->n_bundle; i++) {
		const struct facts_bundle *b = &facts->bundle[i];

		if (names_reader(b, vendor, product) && (!found || !b->class_driver))
			found = b;
	}
	return found;
}

bool usb_another_works(const struct facts *facts, const struct facts_usb *but)
{
	if (facts->live_known && facts->live.n > 0)
		return true;
	for (size_t i = 0; i < facts->n_usb; i++)
		if (&facts->usb[i] != but && usb_usable(&facts->usb[i]))
			return true;
	return false;
}

const char *usb_name(struct verdict *v, const struct facts_usb *usb)
{
	const char *product = usb->product_name ? usb->product_name : usb->manufacturer;
	const char *name =
		pool_format(v->pool, "%s %04x:%04x%s%s", verdict_clean(v, usb->bus_path), usb->vendor,
			    usb->product, product ? " " : "", verdict_clean(v, product));

	return name ? name : "";
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_USB_H
#define CS_DIAG_USB_H

#include <stdbool.h>

#include "diag/check.h"
#include "diag/facts.h"

#define USB_DEVICES      "/sys/bus/usb/devices"
#define USB_CLASS_CARD   0x0B /* smart card: CCID */
#define USB_CLASS_HID    0x03
#define USB_CLASS_DISK   0x08
#define USB_CLASS_VENDOR 0xFF

/* What the interface of a facts_usb is to PC/SC. */
enum usb_kind {
	USB_READER,       /* of the smart card class, or a driver bundle names it */
	USB_NEEDS_DRIVER, /* a reader that none of the installed drivers names, and no CCID reader */
	USB_OTHER_MODE,   /* can be a reader, but is none as it is set now */
	USB_DISK          /* takes memory cards */
};

/* usb_kind_of - see above */
enum usb_kind usb_kind_of(const struct facts_usb *usb);

/* usb_taking_module - whether a kernel module of this name takes readers away from user space */
bool usb_taking_module(const char *module);

/* usb_taken - whether a kernel driver holds the interface so that pcscd can not */
bool usb_taken(const struct facts_usb *usb);

/* usb_usable - a reader that nothing known here keeps from pcscd */
bool usb_usable(const struct facts_usb *usb);

/* usb_bundle - the bundle whose driver pcscd takes for a reader: one of its own before the CCID driver; NULL:
 * none names it */
const struct facts_bundle *usb_bundle(const struct facts *facts, unsigned vendor, unsigned product);

/*
 * usb_another_works - whether trouble with @but is not the whole trouble: PC/SC lists a reader, or another
 * device is usable; @but may be NULL
 */
bool usb_another_works(const struct facts *facts, const struct facts_usb *but);

/* usb_name - "1-4 072f:2200 ACR122U PICC Interface", harmless, of the verdict's pool */
const char *usb_name(struct verdict *v, const struct facts_usb *usb);

#endif

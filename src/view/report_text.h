/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_REPORT_TEXT_H
#define CS_VIEW_REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "diag/check.h"

/* The descriptors of a USB device, as /sys has them. */
struct report_usb {
	const char *bus_path; /* "1-4" */
	const uint8_t *bytes; /* @len of them */
	size_t len;
};

struct report {
	const char *version;   /* of cardscope */
	const char *host_name; /* to be taken out; NULL: unknown */
	const struct facts *facts;
	const struct diagnosis *diagnosis;
	const struct report_usb *usb; /* @n_usb of them */
	size_t n_usb;
	bool serials; /* leave serial numbers in */
};

/*
 * report_text_put - everything that was seen, for a bug report
 * Names of users and of the host, home directories, the addresses of SSH_CONNECTION and serial numbers are
 * taken out: they become USER, HOST, HOME, ADDRESSES and SERIAL.
 * Return: CS_OK; CS_E_NOMEM. What @out refuses shows in ferror().
 */
CS_NODISCARD enum cs_err report_text_put(FILE *out, const struct report *report);

#endif

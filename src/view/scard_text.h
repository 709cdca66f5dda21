/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_SCARD_TEXT_H
#define CS_VIEW_SCARD_TEXT_H

#include <stddef.h>

#include "pcsc/scard.h"

#define SCARD_FAULT_TEXT_MAX 512 /* characters of scard_fault_format() with the NUL */

/*
 * scard_fault_format - one line about a failed PC/SC call:
 *   "SCardEstablishContext: service not available (SCARD_E_NO_SERVICE 0x8010001D); likely cause"
 * What shows that PC/SC can not be reached, or denies access, ends with "; run pcsc_doctor".
 * @out:   receives at most @size characters with the NUL
 * @error: scard_error_get(@fault->rv); handed in so that this view needs no PC/SC library
 *
 * Return: length of the text without the NUL.
 */
size_t scard_fault_format(char *out, size_t size, const struct scard_fault *fault,
			  const struct scard_error *error);

#endif

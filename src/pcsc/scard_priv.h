/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_SCARD_PRIV_H
#define CS_PCSC_SCARD_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcsc/scard.h"

/* Answers that the PC/SC layer itself acts upon. */
#define SCX_INVALID_HANDLE    UINT32_C(0x80100003)
#define SCX_INVALID_PARAMETER UINT32_C(0x80100004)
#define SCX_UNKNOWN_READER    UINT32_C(0x80100009)
#define SCX_COMM_ERROR        UINT32_C(0x80100013)
#define SCX_UNAVAILABLE       UINT32_C(0x80100017)
#define SCX_NO_SERVICE        UINT32_C(0x8010001D)
#define SCX_SERVICE_STOPPED   UINT32_C(0x8010001E)
#define SCX_ACCESS_DENIED     UINT32_C(0x8010006A)

/*
 * scard_names_parse - take a list of readers apart
 * It is what comes before the first empty string or the end of the buffer, NUL or not.
 * Return: CS_OK; CS_E_NOMEM, @out is empty. Memory: release with scard_names_release().
 */
CS_NODISCARD enum cs_err scard_names_parse(struct scard_names *out, const char *list, size_t len);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_ERR_H
#define CS_CORE_ERR_H

#if defined(__GNUC__)
#define CS_NODISCARD __attribute__((warn_unused_result))
#else
#define CS_NODISCARD
#endif

/* Why an operation did not happen; 0 is success, every other value comes from err.def. */
enum cs_err {
	CS_OK = 0,
#define CS_ERR(name, sentence) CS_E_##name,
#include "core/err.def"
#undef CS_ERR
};

/*
 * cs_err_symbol, cs_err_text - the name of an error code, and one sentence without a full stop
 * @err: any value, also one outside the enumeration
 *
 * Return: static storage, never NULL.
 */
const char *cs_err_symbol(enum cs_err err);
const char *cs_err_text(enum cs_err err);

#endif

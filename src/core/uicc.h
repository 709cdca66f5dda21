/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_UICC_H
#define CS_CORE_UICC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atr_info.h"

/* One bit of the first TB for T=15 as a telecommunication card uses it. */
struct uicc_function {
	uint8_t bit;      /* 0x40, ... */
	const char *name; /* "ic_usb" */
	const char *text; /* no capital, no full stop */
};

/* uicc_function_get - the @i-th function from the highest bit down, NULL past the end; static storage */
const struct uicc_function *uicc_function_get(size_t i);

/*
 * uicc_applies - whether the first TB for T=15 is there and has the form of ETSI TS 102 221: b8 set
 * To ISO/IEC 7816-3 such a value is a proprietary use of contact C6.
 * Spec: ETSI TS 102 221 6.3.3 (unverified).
 */
bool uicc_applies(const struct atr_t15_params *p);

/*
 * uicc_speed_applies - whether TA1 asks for a rate of the speed enhancement of SIM and UICC cards, 94 to 97,
 * in an ATR as they send it: T=0 is offered, and a supply class stands behind T=15
 * Spec: ETSI TS 102 221 6.3 (unverified).
 */
bool uicc_speed_applies(const struct atr_info *info);

#endif

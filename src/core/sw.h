/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_SW_H
#define CS_CORE_SW_H

#include <stdint.h>

enum sw_class { SW_NORMAL, SW_WARNING, SW_EXECUTION_ERROR, SW_CHECKING_ERROR, SW_UNKNOWN };

struct sw_info {
	enum sw_class cls;
	const char *text;   /* sentence without figures; never NULL */
	const char *clause; /* where it is defined */
	int count; /* the figure the low byte or nibble carries (61xx, 6Cxx, 9Fxx: bytes, 00 stands for 256;
		  63Cx), -1 for none */
};

/*
 * sw_get - meaning of a status word; the most specific entry of sw.def wins
 * Spec: ISO/IEC 7816-4:2005 5.1.3 Tables 5 and 6; ISO/IEC 7816-3:2006 10.3.3 for T=0.
 */
struct sw_info sw_get(uint16_t sw);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/uicc.h"

/* ETSI TS 102 221 6.3.3 (unverified) */
static const struct uicc_function functions[] = {
	{0x40, "ic_usb", "Inter-Chip USB interface"},
	{0x20, "uicc_clf", "UICC-CLF interface (single wire protocol)"},
	{0x10, "low_impedance_io", "low impedance drivers on the I/O line"},
	{0x08, "secure_channel", "secure channel"},
	{0x04, "secured_apdu_required", "secured APDUs, platform to platform, required"},
	{0x02, "euicc", "eUICC functions"},
	{0x01, "rfu", "reserved bit b1"},
};

const struct uicc_function *uicc_function_get(size_t i)
{
	return i < sizeof(functions) / sizeof(functions[0]) ? &functions[i] : NULL;
}

bool uicc_speed_applies(const struct atr_info *info)
{
	const struct atr_fidi *f = &info->fidi;

	return f->from_ta1 && f->fi_code == 9 && f->di_code >= 4 && f->di_code <= 7 && info->t0.offered &&
	       info->t15_params.ta_present;
}

bool uicc_applies(const struct atr_t15_params *p)
{
	return p->tb_present && (p->tb & 0x80);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_CHECK_DRIVER_PRIV_H
#define CS_DIAG_CHECK_DRIVER_PRIV_H

#include "diag/check_priv.h"

/* The checks of the driver layer that are not in check_driver.c. */
void check_driver_match(const struct facts *facts, struct verdict *v);
void check_driver_firmware(const struct facts *facts, struct verdict *v);
void check_driver_limit(const struct facts *facts, struct verdict *v);
void check_driver_composite(const struct facts *facts, struct verdict *v);
void check_driver_note(const struct facts *facts, struct verdict *v);
void check_driver_serial(const struct facts *facts, struct verdict *v);

#endif

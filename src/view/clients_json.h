/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_CLIENTS_JSON_H
#define CS_VIEW_CLIENTS_JSON_H

#include <jansson.h>

#include "core/err.h"
#include "diag/check.h"

/*
 * clients_json_build -
 * {"type":"clients","known":bool,"clients":[{"pid","uid","user","comm","exe","connections",
 *   "by_socket","usb","what","remedy":null|{"text","command","as_root"}}],"hidden","sharing":[{"id","status",
 *   "case","detail"}]}
 * "usb" is the device node that the program has open itself; "hidden" counts connections that only root can
 * name; "sharing" holds what the checks found wrong.
 * Return: CS_OK, the caller releases @out; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err clients_json_build(json_t **out, const struct facts *facts,
					    const struct diagnosis *diagnosis);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_TLV_TEXT_H
#define CS_VIEW_TLV_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/term.h"

/*
 * tlv_text_put - response data as a tree of BER-TLV objects, one a line:
 *   6F FCI template, 11 bytes
 *     84 DF name, 7 bytes: A0 00 00 00 03 10 10 = Visa credit or debit
 * A value that is text follows its hex in quotes, made harmless. Of long values the beginning is shown, with
 * the number of bytes left out. Tags of a tag list or a DOL stand in lines of their own.
 * @bytes:  @len bytes without the status word
 * @indent: what every line begins with; ours (trusted)
 *
 * Return: false, and nothing is put, when the bytes had better be shown as hex: see tlv_readable().
 */
bool tlv_text_put(const struct term *t, const uint8_t *bytes, size_t len, const char *indent);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_APDU_TEXT_H
#define CS_VIEW_APDU_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/apdu_info.h"
#include "view/term.h"

#define APDU_PROBLEM_TEXT_MAX 128 /* characters of apdu_problem_format() with the NUL */

/*
 * apdu_text_put - a command in words, without a line end:
 *   "SELECT by DF name A0 00 00 03 08 (NIST), first or only occurrence, return FCI; Lc 5, Le 256; channel 1"
 *   "PIV VERIFY reference 80 (PIV PIN); malformed: Lc announces more bytes than follow"
 * It shows no byte of the data field but AIDs, paths, tags and numbers that apdu_info_get() found, none of
 * them secret.
 * @raw: the command @info was made of
 */
void apdu_text_put(const struct term *t, const struct apdu_info *info, const uint8_t *raw);

/*
 * apdu_problem_format - what is wrong with a command, with figures: "Lc announces 16 bytes, 14 follow"
 * For a command with secret bytes take apdu_fault_text(): its Lc may be part of a PIN.
 * @out: receives at most @size characters with the NUL
 *
 * Return: length of the text without the NUL; 0 for APDU_FINE.
 */
size_t apdu_problem_format(char *out, size_t size, const struct apdu_problem *problem);

#endif

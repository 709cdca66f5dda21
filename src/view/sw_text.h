/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_SW_TEXT_H
#define CS_VIEW_SW_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "view/term.h"

#define SW_TEXT_MAX 160 /* characters of sw_text_format() with the NUL */

/*
 * sw_text_format - a status word in words, with the figure it carries:
 *   "counter value, often the tries left after a failed verification: 3"
 * Return: length of the text without the NUL.
 */
size_t sw_text_format(char out[SW_TEXT_MAX], uint16_t sw);

/* sw_text_role - how it is coloured */
enum term_role sw_text_role(uint16_t sw);

#endif

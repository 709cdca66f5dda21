/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_TIME_TEXT_H
#define CS_VIEW_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_TEXT_MAX 48 /* characters of a time with the NUL */

/*
 * time_format - a moment as formats.md has it: RFC 3339 with milliseconds, and the offset as figures, also
 * for UTC: "2026-11-21T10:15:00.123+01:00"
 * @real_ns: CLOCK_REALTIME
 * Return: @out.
 */
const char *time_format(char out[TIME_TEXT_MAX], int64_t real_ns, bool utc);

/* time_format_clock - the time of day alone: "10:15:00", with @ms "10:15:00.123"; local time; returns @out */
const char *time_format_clock(char out[TIME_TEXT_MAX], int64_t real_ns, bool ms);

#endif

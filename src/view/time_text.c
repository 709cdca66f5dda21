/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/time_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MS_NS 1000000LL
#define S_NS  (1000 * MS_NS)

const char *time_format(char out[TIME_TEXT_MAX], int64_t real_ns, bool utc)
{
	time_t seconds = (time_t)(real_ns / S_NS);
	char date[24] = "", zone[8] = "";
	struct tm tm;

	if ((utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm)) != NULL) {
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
		strftime(zone, sizeof(zone), "%z", &tm);
	}
	snprintf(out, TIME_TEXT_MAX, "%s.%03d%.3s:%.2s", date, (int)(real_ns % S_NS / MS_NS), zone,
		 strlen(zone) > 3 ? zone + 3 : "");
	return out;
}

const char *time_format_clock(char out[TIME_TEXT_MAX], int64_t real_ns, bool ms)
{
	time_t seconds = (time_t)(real_ns / S_NS);
	char clock[16] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (ms)
		snprintf(out, TIME_TEXT_MAX, "%s.%03d", clock, (int)(real_ns % S_NS / MS_NS));
	else
		snprintf(out, TIME_TEXT_MAX, "%s", clock);
	return out;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vpcd/recorder.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "core/hex.h"
#include "core/utf8.h"

#define NS_PER_S  1000000000
#define NS_PER_MS 1000000
#define TIME_MAX  40

/* takes @object over; NULL: there was no memory for it */
static enum cs_err put_line(struct recorder *rec, json_t *object)
{
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	enum cs_err err = text ? CS_OK : CS_E_NOMEM;
	size_t len;

	json_decref(object);
	if (err != CS_OK)
		return err;
	len = strlen(text);
	text[len] = '\n';
	if (fwrite(text, 1, len + 1, rec->out) != len + 1 || fflush(rec->out) != 0)
		err = CS_E_IO;
	free(text);
	return err;
}

/* to be freed; NULL: no memory */
static char *hex_text(const uint8_t *bytes, size_t len)
{
	char *text = malloc(HEX_PACKED_SIZE(len));

	if (text)
		hex_build(text, bytes, len, 0);
	return text;
}

/* to be freed; NULL: no memory */
static char *clean_text(const char *untrusted)
{
	size_t len = strlen(untrusted);
	char *text = malloc(UTF8_CLEAN_SIZE(len));

	if (text)
		utf8_clean(text, UTF8_CLEAN_SIZE(len), untrusted, len);
	return text;
}

/* RFC 3339 in UTC: a recording travels, and the local time of its maker tells nothing */
static void format_time(char out[TIME_MAX], int64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	char date[24] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm) != NULL)
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, TIME_MAX, "%s.%03d+00:00", date, (int)(real_ns % NS_PER_S / NS_PER_MS));
}

enum cs_err recorder_card_put(struct recorder *rec, const struct recorder_card *card)
{
	char *atr = hex_text(card->atr, card->atr_len);
	char *reader = clean_text(card->reader);
	char time[TIME_MAX];
	json_t *object = NULL;

	assert(card->atr_len >= 1 && card->atr_len <= RECORDING_ATR_MAX);
	format_time(time, card->real_ns);
	if (atr && reader)
		object = json_pack("{s:s, s:i, s:s, s:s?, s:s, s:s}", "type", "card", "format",
				   RECORDING_FORMAT, "atr", atr, "protocol", card->protocol, "reader", reader,
				   "time", time);
	free(atr);
	free(reader);
	return put_line(rec, object);
}

enum cs_err recorder_apdu_put(struct recorder *rec, const uint8_t *command, size_t command_len,
			      size_t secret_from, size_t secret_len, const uint8_t *answer, size_t answer_len,
			      int64_t us)
{
	char *sent, *came;
	json_t *object = NULL;

	assert(command_len >= RECORDING_COMMAND_MIN && answer_len >= RECORDING_ANSWER_MIN);
	assert(secret_len <= command_len && secret_from <= command_len - secret_len);
	if (command_len > RECORDING_MESSAGE_MAX || answer_len > RECORDING_MESSAGE_MAX)
		return CS_E_TOO_LONG;
	sent = hex_text(command, command_len);
	came = hex_text(answer, answer_len);
	if (sent && came) {
		memset(sent + 2 * secret_from, '*', 2 * secret_len);
		object = json_pack("{s:s, s:s, s:s, s:I}", "type", "apdu", "command", sent, "response", came,
				   "us", (json_int_t)us);
	}
	free(sent);
	free(came);
	return put_line(rec, object);
}

enum cs_err recorder_reset_put(struct recorder *rec, const uint8_t *atr, size_t atr_len)
{
	char *text = hex_text(atr, atr_len);
	json_t *object = NULL;

	assert(atr_len <= RECORDING_ATR_MAX);
	if (text)
		object = json_pack("{s:s, s:s?}", "type", "reset", "atr", atr_len ? text : NULL);
	free(text);
	return put_line(rec, object);
}

enum cs_err recorder_event_put(struct recorder *rec, enum recording_event event, uint32_t after_ms)
{
	return put_line(rec, json_pack("{s:s, s:i, s:s}", "type", "event", "after_ms",
				       (int)(after_ms < RECORDING_AFTER_MAX ? after_ms : RECORDING_AFTER_MAX),
				       "event", event == RECORDING_INSERT ? "insert" : "remove"));
}

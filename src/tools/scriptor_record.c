/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_record.h"

#include <errno.h>
#include <string.h>

#include "tools/scriptor_guard.h"
#include "tools/scriptor_options.h"

#define NS_PER_MS INT64_C(1000000)

static void note(struct record *record, enum cs_err err)
{
	if (err == CS_OK) {
		record->last_ns = guard_now_ns();
		return;
	}
	if (!record->failed)
		fprintf(stderr, "%s: --record: %s; the recording ends here\n", scriptor_name,
			err == CS_E_IO ? strerror(errno) : cs_err_text(err));
	record->failed = true;
}

static bool is_on(const struct record *record)
{
	return record->file && record->begun && !record->failed;
}

void record_card(struct record *record, const struct recorder_card *card, bool reset)
{
	if (!record->file || record->failed || card->atr_len == 0)
		return;
	if (record->begun) {
		if (record->removed)
			record_event(record, RECORDING_INSERT);
		else if (reset)
			record_reset(record, card->atr, card->atr_len);
		return;
	}
	record->recorder.out = record->file;
	record->begun = true;
	note(record, recorder_card_put(&record->recorder, card));
}

void record_exchange(struct record *record, const struct exchange *x)
{
	if (is_on(record))
		note(record,
		     recorder_apdu_put(&record->recorder, x->command, x->command_len, x->secret_from,
				       record->secrets ? 0 : x->secret_len, x->answer, x->answer_len, x->us));
}

void record_reset(struct record *record, const uint8_t *atr, size_t atr_len)
{
	if (is_on(record))
		note(record, recorder_reset_put(&record->recorder, atr, atr_len));
}

void record_event(struct record *record, enum recording_event event)
{
	int64_t ms;

	if (!is_on(record))
		return;
	record->removed = event == RECORDING_REMOVE;
	ms = (guard_now_ns() - record->last_ns) / NS_PER_MS;
	note(record, recorder_event_put(&record->recorder, event,
					ms < RECORDING_AFTER_MAX ? (uint32_t)ms : RECORDING_AFTER_MAX));
}

bool record_close(struct record *record)
{
	FILE *file = record->file;

	record->file = NULL;
	if (file && fclose(file) != 0 && !record->failed) {
		fprintf(stderr, "%s: --record: %s\n", scriptor_name, strerror(errno));
		record->failed = true;
	}
	return !record->failed;
}

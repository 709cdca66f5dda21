/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes are a recording or a problem that is said; a recording answers its own commands. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vpcd/recording.h"
#include "vpcd/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS_MAX 64

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void check_problem(const struct recording *rec, const struct recording_problem *problem)
{
	require(rec->n == 0 && rec->entry == NULL);
	require(memchr(problem->text, '\0', sizeof(problem->text)) != NULL && problem->text[0] != '\0');
	require(problem->line > 0 || problem->column == 0);
}

/* play what is expected, whatever it is */
static void play_strict(const struct recording *rec)
{
	const struct recording_entry *entry;
	struct replay r;

	replay_init(&r, rec, (struct replay_options){.loop = true});
	for (unsigned i = 0; i < STEPS_MAX && (entry = replay_expected(&r)) != NULL; i++) {
		switch (entry->kind) {
		case RECORDING_APDU:
			require(replay_command(&r, entry->command, entry->command_len) == entry);
			break;
		case RECORDING_RESET:
			replay_reset(&r);
			require(entry->atr_len == 0 || r.atr == entry->atr);
			break;
		case RECORDING_EVENT:
			require(replay_wait_ms(&r, 0) == entry->after_ms);
			require(replay_wait_ms(&r, entry->after_ms) == 0);
			require(replay_event_take(&r) == entry->event);
			break;
		}
	}
	require(r.misses == 0);
}

static void play_any_order(const struct recording *rec)
{
	struct replay r;

	replay_init(&r, rec, (struct replay_options){.any_order = true});
	for (size_t i = rec->n < STEPS_MAX ? rec->n : STEPS_MAX; i-- > 0;) {
		if (rec->entry[i].kind == RECORDING_APDU)
			require(replay_command(&r, rec->entry[i].command, rec->entry[i].command_len) != NULL);
		replay_power_up(&r);
		replay_reset(&r);
		require(r.atr_len > 0);
	}
	while (replay_wait_ms(&r, 0) >= 0) {
		require(replay_wait_ms(&r, RECORDING_AFTER_MAX) == 0);
		replay_event_take(&r);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recording_problem problem;
	struct recording rec;
	enum cs_err err = recording_parse(&rec, (const char *)data, size, &problem);

	if (err == CS_E_FORMAT)
		check_problem(&rec, &problem);
	if (err == CS_OK) {
		play_strict(&rec);
		play_any_order(&rec);
	}
	recording_release(&rec);
	return 0;
}

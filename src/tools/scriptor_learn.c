/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer changes. */
#include <string.h>

#include "core/apdu.h"
#include "tools/scriptor_exchange.h"

#define SW_DONE   0x9000
#define TRIES_FEW 2 /* fewer left than this: no more guesses by a machine */

static uint16_t sw_of(const uint8_t *answer, size_t len)
{
	return (uint16_t)(answer[len - 2] << 8 | answer[len - 1]);
}

static bool is_uid_request(const uint8_t *cmd, size_t len)
{
	static const uint8_t get_uid[] = {0xFF, 0xCA, 0x00, 0x00};

	return len >= sizeof(get_uid) && memcmp(cmd, get_uid, sizeof(get_uid)) == 0;
}

/* A SELECT by name that worked tells whose meaning further commands have. */
static void learn_domain(struct engine *e)
{
	struct apdu_info info;

	if (e->link->command[1] != 0xA4 || e->link->command[2] != 0x04)
		return;
	info = apdu_info_get(e->link->command, e->sent_len, e->domain);
	if (info.aid_len)
		e->domain = apdu_domain_of(e->link->command + info.aid_from, info.aid_len);
}

void exchange_learn(struct engine *e)
{
	const struct link *l = e->link;
	size_t data_len = l->answer.len - 2;
	uint16_t sw = sw_of(l->answer.bytes, l->answer.len);

	e->status[0] = (uint8_t)(sw >> 8);
	e->status[1] = (uint8_t)sw;
	engine_point(e, SCRIPT_VAR_SW, e->status, 2);
	engine_point(e, SCRIPT_VAR_SW1, e->status, 1);
	engine_point(e, SCRIPT_VAR_SW2, e->status + 1, 1);
	engine_point(e, SCRIPT_VAR_DATA, l->answer.bytes, data_len);
	e->answered = true;
	if (sw == SW_DONE || e->status[0] == 0x61)
		learn_domain(e);
	if (sw == SW_DONE && is_uid_request(l->command, e->sent_len))
		engine_set(e, e->at[e->depth - 1]->pos, SCRIPT_VAR_UID, l->answer.bytes, data_len);
	if ((sw & 0xFFF0) == 0x63C0 && (sw & 0xF) < TRIES_FEW && apdu_verifies(l->command, e->sent_len))
		e->tries_low = true;
}

void exchange_forget(struct engine *e)
{
	e->answered = false;
	for (enum script_var var = SCRIPT_VAR_SW; var <= SCRIPT_VAR_DATA; var++)
		engine_forget(e, var);
}

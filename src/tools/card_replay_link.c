/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "card_replay_session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/app.h"

int64_t card_replay_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t card_replay_now_ms(void)
{
	return card_replay_now_us() / 1000;
}

/* "card_replay: WHAT host:port[TAIL]" */
static void tell(struct card_replay_session *s, const char *what, const char *tail)
{
	card_replay_tell_again(s);
	fprintf(stderr, "card_replay: %s ", what);
	card_replay_tell_address(s->options);
	fprintf(stderr, "%s\n", tail);
}

static void say(struct card_replay_session *s, const char *what)
{
	if (!s->options->quiet)
		tell(s, what, "");
}

static void say_waiting(struct card_replay_session *s, const char *reason)
{
	if (!s->options->quiet && !s->wait_told)
		tell(s, "waiting for vpcd at", reason);
	s->wait_told = true;
}

static void end(struct card_replay_session *s, int status)
{
	s->ended = true;
	s->status = status;
}

void card_replay_want(struct card_replay_session *s)
{
	if (s->wanted)
		return;
	s->wanted = true;
	s->wait_told = false;
	s->try_ms = card_replay_now_ms();
	s->give_up_ms = s->try_ms + (int64_t)s->options->wait_s * 1000;
}

bool card_replay_is_trying(const struct card_replay_session *s)
{
	return s->wanted && s->vpcd.fd < 0;
}

static void give_up(struct card_replay_session *s, enum cs_err err)
{
	char reason[128] = ": no such host";

	if (err != CS_E_NOT_FOUND)
		snprintf(reason, sizeof(reason), ": %s", strerror(errno));
	tell(s, "cannot connect to vpcd at", reason);
	if (err != CS_E_NOT_FOUND)
		fputs("card_replay: start pcscd with the vpcd driver (vsmartcard), or wait for it with "
		      "--wait SECONDS\n",
		      stderr);
	end(s, APP_SERVICE);
}

void card_replay_insert(struct card_replay_session *s)
{
	enum cs_err err = vpcd_connect(&s->vpcd, s->options->host, (unsigned)s->options->port);

	if (err == CS_OK) {
		s->taken = false;
		s->take_ms = card_replay_now_ms() + CARD_REPLAY_TAKE_MS;
	} else if (err == CS_E_NOT_FOUND ||
		   (!s->options->reconnect && card_replay_now_ms() >= s->give_up_ms)) {
		give_up(s, err);
	} else {
		say_waiting(s, "");
		s->try_ms = card_replay_now_ms() + CARD_REPLAY_RETRY_MS;
	}
}

int card_replay_wait_ms(struct card_replay_session *s)
{
	int64_t left = s->take_ms - card_replay_now_ms();

	if (left > 0)
		return (int)left;
	say_waiting(s, " to take the card: is another one in the reader?");
	return -1;
}

void card_replay_take(struct card_replay_session *s)
{
	if (s->taken)
		return;
	s->taken = true;
	s->atr_told = false;
	replay_insert(&s->replay);
	say(s, "card inserted into vpcd at");
}

void card_replay_remove(struct card_replay_session *s)
{
	if (s->vpcd.fd >= 0 && s->taken)
		say(s, "card removed from vpcd at");
	s->wanted = false;
	vpcd_close(&s->vpcd);
}

void card_replay_lose(struct card_replay_session *s, enum cs_err err)
{
	vpcd_close(&s->vpcd);
	s->try_ms = card_replay_now_ms() + CARD_REPLAY_RETRY_MS;
	if (err == CS_E_FORMAT) {
		tell(s, "this is not vpcd:", "");
		end(s, APP_SERVICE);
	} else if (s->options->reconnect) {
		say(s, "connecting again: connection closed by vpcd at");
		s->wait_told = true;
	} else if (s->taken) {
		say(s, "ending: connection closed by vpcd at");
		end(s, APP_OK);
	} else {
		tell(s, "connection closed by", ", which has not taken the card: is it vpcd?");
		end(s, APP_SERVICE);
	}
}

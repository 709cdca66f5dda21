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

static void say(const struct card_replay_session *s, const char *what)
{
	if (s->options->quiet)
		return;
	fprintf(stderr, "card_replay: %s ", what);
	card_replay_tell_address(s->options);
	fputc('\n', stderr);
}

void card_replay_want(struct card_replay_session *s)
{
	if (s->wanted)
		return;
	s->wanted = true;
	s->try_ms = card_replay_now_ms();
	s->give_up_ms = s->try_ms + (int64_t)s->options->wait_s * 1000;
}

bool card_replay_is_trying(const struct card_replay_session *s)
{
	return s->wanted && s->vpcd.fd < 0;
}

static void give_up(struct card_replay_session *s, enum cs_err err)
{
	const char *reason = err == CS_E_NOT_FOUND ? "no such host" : strerror(errno);

	fputs("card_replay: cannot connect to vpcd at ", stderr);
	card_replay_tell_address(s->options);
	fprintf(stderr,
		": %s\ncard_replay: start pcscd with the vpcd driver (vsmartcard), or wait for it with "
		"--wait "
		"SECONDS\n",
		reason);
	s->ended = true;
	s->status = APP_SERVICE;
}

void card_replay_insert(struct card_replay_session *s)
{
	enum cs_err err = vpcd_connect(&s->vpcd, s->options->host, (unsigned)s->options->port);

	if (err == CS_OK) {
		replay_insert(&s->replay);
		s->atr_told = false;
		say(s, "card inserted into vpcd at");
	} else if (err == CS_E_NOT_FOUND ||
		   (!s->options->reconnect && card_replay_now_ms() >= s->give_up_ms)) {
		give_up(s, err);
	} else {
		s->try_ms = card_replay_now_ms() + CARD_REPLAY_RETRY_MS;
	}
}

void card_replay_remove(struct card_replay_session *s)
{
	if (s->vpcd.fd >= 0)
		say(s, "card removed from vpcd at");
	s->wanted = false;
	vpcd_close(&s->vpcd);
}

void card_replay_lose(struct card_replay_session *s)
{
	vpcd_close(&s->vpcd);
	s->ended = !s->options->reconnect;
	s->try_ms = card_replay_now_ms() + CARD_REPLAY_RETRY_MS;
	say(s, s->ended ? "ending: connection closed by vpcd at"
			: "connecting again: connection closed by vpcd at");
}

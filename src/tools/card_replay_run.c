/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "card_replay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "card_replay_session.h"
#include "cli/app.h"

#define STREAK_MAX 32 /* messages served without a look at the signals */

static void note(const struct card_replay_session *s, const char *what)
{
	if (s->options->verbose)
		fprintf(stderr, "%s\n", what);
}

static void on_signals(struct card_replay_session *s)
{
	struct signalfd_siginfo info;

	if (app_signal_read(s->signals))
		s->ended = true;
	while (read(s->card_signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGUSR1)
			card_replay_remove(s);
		else
			card_replay_want(s);
	}
}

/* The answer is held back for --delay-us; a signal may take the card, and so the answer, away meanwhile. */
static void delay(struct card_replay_session *s)
{
	int64_t until = card_replay_now_us() + (int64_t)s->options->delay_us;
	int64_t left = (int64_t)s->options->delay_us;

	while (left > 0 && !s->ended && s->vpcd.fd >= 0) {
		const struct timespec timeout = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
		fd_set set;

		FD_ZERO(&set);
		FD_SET(s->signals, &set);
		FD_SET(s->card_signals, &set);
		if (pselect(FD_SETSIZE, &set, NULL, NULL, &timeout, NULL) > 0)
			on_signals(s);
		left = until - card_replay_now_us();
	}
}

static void send_bytes(struct card_replay_session *s, const uint8_t *bytes, size_t len)
{
	enum cs_err err = s->vpcd.fd < 0 ? CS_OK : vpcd_write(&s->vpcd, bytes, len);

	if (err != CS_OK)
		card_replay_lose(s, err);
}

static void on_command(struct card_replay_session *s, const struct vpcd_message *message)
{
	const struct card_replay_options *options = s->options;
	const struct recording_entry *expected = replay_expected(&s->replay);
	const struct recording_entry *entry = NULL;
	const uint8_t *answer = options->miss_sw;
	size_t len = sizeof(options->miss_sw);

	if (options->verbose)
		card_replay_tell_bytes(">", message->bytes, message->len);
	if (options->file)
		entry = replay_command(&s->replay, message->bytes, message->len);
	if (entry) {
		card_replay_tell_again(s);
		answer = entry->answer;
		len = entry->answer_len;
	} else if (options->file) {
		card_replay_tell_miss(s, message->bytes, message->len, expected);
	}
	delay(s);
	if (options->verbose && s->vpcd.fd >= 0)
		card_replay_tell_bytes("<", answer, len);
	send_bytes(s, answer, len);
}

static void on_get_atr(struct card_replay_session *s)
{
	if (!s->atr_told && s->options->verbose)
		card_replay_tell_bytes("ATR", s->replay.atr, s->replay.atr_len);
	s->atr_told = true;
	send_bytes(s, s->replay.atr, s->replay.atr_len);
}

static void on_message(struct card_replay_session *s, const struct vpcd_message *message)
{
	card_replay_take(s);
	switch (message->kind) {
	case VPCD_POWER_ON:
		note(s, "power on");
		replay_power_up(&s->replay);
		s->atr_told = false;
		break;
	case VPCD_RESET:
		note(s, "reset");
		replay_reset(&s->replay);
		s->atr_told = false;
		break;
	case VPCD_POWER_OFF:
		note(s, "power off");
		break;
	case VPCD_GET_ATR:
		on_get_atr(s);
		break;
	case VPCD_COMMAND:
		on_command(s, message);
		break;
	}
}

/* handle one message; false when there is none, nor anything else that has changed */
static bool serve(struct card_replay_session *s)
{
	struct vpcd_message message;
	enum cs_err err;

	if (s->vpcd.fd < 0 || s->ended)
		return false;
	err = vpcd_read(&s->vpcd, &message);
	if (err == CS_OK)
		on_message(s, &message);
	else if (err != CS_E_TIMEOUT)
		card_replay_lose(s, err);
	return err != CS_E_TIMEOUT;
}

static void sleep_until_something(struct card_replay_session *s, int timeout_ms)
{
	struct pollfd fds[] = {
		{.fd = s->vpcd.fd, .events = POLLIN},
		{.fd = s->signals, .events = POLLIN},
		{.fd = s->card_signals, .events = POLLIN},
	};

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms) > 0 && (fds[1].revents || fds[2].revents))
		on_signals(s);
}

/* play what is due; returns how long to sleep for the next thing, -1 for ever */
static int do_timed(struct card_replay_session *s)
{
	int64_t wait;

	if (card_replay_is_trying(s) && card_replay_now_ms() >= s->try_ms)
		card_replay_insert(s);
	if (card_replay_is_trying(s))
		return CARD_REPLAY_RETRY_MS;
	if (s->wanted && !s->taken)
		return card_replay_wait_ms(s);
	wait = replay_wait_ms(&s->replay, card_replay_now_ms());
	if (wait == 0 && replay_event_take(&s->replay) == RECORDING_INSERT)
		card_replay_want(s);
	else if (wait == 0)
		card_replay_remove(s);
	if (replay_is_over(&s->replay))
		s->ended = true;
	return (int)wait;
}

static int summary(struct card_replay_session *s)
{
	size_t misses = s->replay.misses;

	card_replay_tell_again(s);
	if (misses)
		fprintf(stderr, "card_replay: %zu unexpected command%s\n", misses, misses == 1 ? "" : "s");
	if (s->status != APP_OK)
		return s->status;
	return misses ? APP_NO : APP_OK;
}

static int card_signal_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int card_replay_run(const struct card_replay_options *options, const struct recording *rec, int signals)
{
	struct card_replay_session s = {
		.options = options, .signals = signals, .card_signals = card_signal_fd()};

	unsigned streak = 0;

	if (s.card_signals < 0) {
		fprintf(stderr, "card_replay: signals: %s\n", strerror(errno));
		return APP_CARD;
	}
	vpcd_init(&s.vpcd, -1);
	replay_init(&s.replay, rec, (struct replay_options){options->any_order, options->loop});
	card_replay_want(&s);
	while (!s.ended) {
		/* what is due comes before the next message: a removal may follow an answer at once */
		int timeout_ms = do_timed(&s);
		bool served = serve(&s);

		/* under load there is always a next message, and signals must get in */
		streak = served ? streak + 1 : 0;
		if (!s.ended && (!served || streak % STREAK_MAX == 0))
			sleep_until_something(&s, served ? 0 : timeout_ms);
	}
	vpcd_close(&s.vpcd);
	close(s.card_signals);
	return summary(&s);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "card_replay_session.h"

#include <stdio.h>
#include <string.h>

#include "core/hex.h"
#include "view/term.h"

#define CHUNK    256
#define MISS_MAX 32 /* bytes of a command shown in a message */

/* @mask: NULL or 00 for each byte to be shown as ** */
static void put_bytes(const uint8_t *bytes, const uint8_t *mask, size_t len)
{
	char text[HEX_SPACED_SIZE(CHUNK)];

	for (size_t at = 0; at < len; at += CHUNK) {
		size_t n = len - at < CHUNK ? len - at : CHUNK;

		hex_build(text, bytes + at, n, ' ');
		for (size_t i = 0; mask && i < n; i++) {
			if (mask[at + i] == 0)
				text[3 * i] = text[3 * i + 1] = '*';
		}
		fprintf(stderr, " %s", text);
	}
}

static void put_command(const uint8_t *bytes, const uint8_t *mask, size_t len)
{
	put_bytes(bytes, mask, len < MISS_MAX ? len : MISS_MAX);
	if (len > MISS_MAX)
		fprintf(stderr, " ... (%zu bytes)", len);
}

void card_replay_tell_bytes(const char *what, const uint8_t *bytes, size_t len)
{
	fputs(what, stderr);
	put_bytes(bytes, NULL, len);
	fputc('\n', stderr);
}

void card_replay_tell_address(const struct card_replay_options *options)
{
	const struct term t = {.out = stderr};

	bool brackets = strchr(options->host, ':') != NULL;

	fputs(brackets ? "[" : "", stderr);
	term_put_untrusted(&t, TERM_PLAIN, options->host);
	fprintf(stderr, "%s:%lu", brackets ? "]" : "", options->port);
}

static void put_expected(const struct recording_entry *expected)
{
	switch (expected->kind) {
	case RECORDING_APDU:
		put_command(expected->command, expected->mask, expected->command_len);
		break;
	case RECORDING_RESET:
		fputs(" a reset", stderr);
		break;
	case RECORDING_EVENT:
		fprintf(stderr, " the card to be %s",
			expected->event == RECORDING_REMOVE ? "removed" : "inserted");
		break;
	}
}

static void put_miss(const struct card_replay_options *options, const struct card_replay_miss *miss)
{
	const struct recording_entry *expected = miss->expected;
	const struct term t = {.out = stderr};

	fputs("card_replay: unexpected command", stderr);
	put_command(miss->command, NULL, miss->len);
	fprintf(stderr, ", answered %02X %02X; ", options->miss_sw[0], options->miss_sw[1]);
	term_put_untrusted(&t, TERM_PLAIN, options->file);
	if (expected) {
		fprintf(stderr, ":%zu: expected", expected->line);
		put_expected(expected);
	} else {
		fputs(options->any_order ? ": has no such command" : ": is at its end", stderr);
	}
	fputc('\n', stderr);
}

static bool is_same(const struct card_replay_miss *miss, const uint8_t *command, size_t len,
		    const struct recording_entry *expected)
{
	return miss->told && miss->expected == expected && miss->len == len &&
	       memcmp(miss->command, command, len) == 0;
}

void card_replay_tell_miss(struct card_replay_session *s, const uint8_t *command, size_t len,
			   const struct recording_entry *expected)
{
	struct card_replay_miss *miss = &s->miss;

	if (!s->options->verbose && is_same(miss, command, len, expected)) {
		miss->again++;
		return;
	}
	card_replay_tell_again(s);
	miss->told = true;
	memcpy(miss->command, command, len);
	miss->len = len;
	miss->expected = expected;
	put_miss(s->options, miss);
}

void card_replay_tell_again(struct card_replay_session *s)
{
	if (s->miss.again == 1)
		fputs("card_replay: the same once more\n", stderr);
	else if (s->miss.again > 1)
		fprintf(stderr, "card_replay: the same %zu times more\n", s->miss.again);
	s->miss.again = 0;
	s->miss.told = false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <winscard.h>

#include "world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS        12
#define ANSWER_MAX   (1u << 17)

/* ---- words ---- */

struct words {
	char v[WORDS][WORLD_WORD_MAX];
	size_t n;
};

static const char *word_read(char *out, const char *p)
{
	bool quoted = *p == '"';
	size_t n = 0;
	unsigned byte;

	for (p += quoted; *p && (quoted ? *p != '"' : *p != ' ' && *p != '\t'); p++) {
		if (n == WORLD_WORD_MAX - 1)
			world_quit("word too long");
		out[n++] = *p;
		if (*p != '\\')
			continue;
		if (*++p == 'x' && sscanf(p + 1, "%2x", &byte) == 1)
			p += 2;
		else
			byte = (unsigned char)*p;
		if (!*p)
			world_quit("nothing after the last backslash");
		out[n - 1] = (char)byte;
	}
	if (quoted && *p != '"')
		world_quit("quote not closed");
	out[n] = '\0';
	return p + quoted;
}

static const char *blank_skip(const char *p)
{
	return p + strspn(p, " \t\r");
}

static void words_split(struct words *words, const char *text)
{
	words->n = 0;
	for (text = blank_skip(text); *text && *text != '#'; text = blank_skip(text)) {
		if (words->n == WORDS)
			world_quit("too many words: %s", text);
		text = word_read(words->v[words->n++], text);
	}
}

static const char *word(const struct words *words, size_t i)
{
	if (i >= words->n)
		world_quit("too few words after %s", words->v[0]);
	return words->v[i];
}

static unsigned number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (end == text || (*end && strcmp(end, "ms") != 0) || n > UINT32_MAX)
		world_quit("not a number: %s", text);
	return (unsigned)n;
}

static unsigned choice(const char *text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, names[i]) == 0)
			return (unsigned)i;
	}
	world_quit("unknown word: %s", text);
}
#define CHOICE(text, ...)                                                                                    \
	choice(text, (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

static size_t hex(uint8_t *out, size_t cap, const char *text)
{
	static const char digits[] = "0123456789ABCDEFabcdef";
	size_t len = strlen(text);
	unsigned byte;

	if (strspn(text, digits) != len || len % 2 || len / 2 > cap)
		world_quit("not hexadecimal, or too long: %s", text);
	for (size_t i = 0; i < len / 2; i++) {
		sscanf(text + 2 * i, "%2x", &byte);
		out[i] = (uint8_t)byte;
	}
	return len / 2;
}

static struct reader *reader_of(const struct words *words, size_t i)
{
	unsigned n = number(word(words, i));

	if (n >= world.nreaders)
		world_quit("no reader %u", n);
	return &world.reader[n];
}

/* ---- directives ---- */

static void do_reader(const struct words *words)
{
	reader_add(word(words, 1));
}

static void do_unplug(const struct words *words)
{
	reader_plug(reader_of(words, 1), false);
}

static void do_replug(const struct words *words)
{
	reader_plug(reader_of(words, 1), true);
}

static void put(const struct words *words, uint32_t moves)
{
	uint8_t atr[WORLD_ATR_MAX];
	size_t len = hex(atr, sizeof(atr), word(words, 2));

	card_put(reader_of(words, 1), atr, len, moves);
}

static void do_insert(const struct words *words)
{
	put(words, 1);
}

static void do_swap(const struct words *words)
{
	put(words, 2);
}

static void do_remove(const struct words *words)
{
	card_take(reader_of(words, 1));
}

static void do_mute(const struct words *words)
{
	card_mute(reader_of(words, 1));
}

static void do_mute_sleep(const struct words *words)
{
	world.mute_sleep_ms = number(word(words, 1));
}

static void do_oversize(const struct words *words)
{
	reader_of(words, 1)->oversize = true;
}

static void do_state(const struct words *words)
{
	static const uint32_t bits[] = {SCARD_STATE_INUSE, SCARD_STATE_EXCLUSIVE, SCARD_STATE_UNPOWERED,
					SCARD_STATE_UNAVAILABLE};
	struct reader *reader = reader_of(words, 1);

	reader->bits = 0;
	for (size_t i = 2; i < words->n; i++)
		reader->bits |= bits[CHOICE(words->v[i], "INUSE", "EXCLUSIVE", "UNPOWERED", "UNAVAILABLE")];
}

static void do_burst(const struct words *words)
{
	world.burst.left = 2 * number(word(words, 1));
	world.burst.reader = reader_of(words, 2);
	world.burst.atr_len = hex(world.burst.atr, WORLD_ATR_MAX, word(words, 3));
}

/* ---- what is answered ---- */

/* Room for @more bytes behind @len; the bytes are the answer's. */
static uint8_t *grow(uint8_t *bytes, size_t len, size_t more)
{
	bytes = realloc(bytes, len + more + 1);
	if (!bytes)
		world_quit("no memory");
	return bytes;
}

/* "3F00", or "3F00x100" for so many times 3F00 */
static void data_append(struct answer *answer, const char *text)
{
	uint8_t bytes[WORLD_WORD_MAX / 2];
	char digits[WORLD_WORD_MAX];
	const char *times = strchr(text, 'x');
	size_t n, count = 1;

	snprintf(digits, sizeof(digits), "%.*s", (int)(times ? times - text : (long)strlen(text)), text);
	n = hex(bytes, sizeof(bytes), digits);
	if (times)
		count = number(times + 1);
	if (answer->data_len + n * count > ANSWER_MAX)
		world_quit("answer too long");
	answer->data = grow(answer->data, answer->data_len, n * count);
	for (; count > 0; count--, answer->data_len += n)
		memcpy(answer->data + answer->data_len, bytes, n);
}

/* The words from @i on: bytes, "-", "delay MS", "never", "remove" */
static void data_read(struct answer *answer, const struct words *words, size_t i)
{
	word(words, i);
	for (; i < words->n; i++) {
		const char *text = words->v[i];

		if (strcmp(text, "delay") == 0)
			answer->delay_ms = number(word(words, ++i));
		else if (strcmp(text, "never") == 0)
			answer->never = true;
		else if (strcmp(text, "remove") == 0)
			answer->removes = true;
		else if (strcmp(text, "-") != 0)
			data_append(answer, text);
	}
}

/* "00A4" exactly, "00A4*" what begins so, "-" nothing */
static void command_read(struct answer *answer, const char *text)
{
	char digits[WORLD_WORD_MAX];
	size_t len = strlen(text);

	snprintf(digits, sizeof(digits), "%s", text);
	if (len && digits[len - 1] == '*') {
		answer->prefix = true;
		digits[len - 1] = '\0';
	} else if (strcmp(text, "-") == 0) {
		digits[0] = '\0';
	}
	answer->command = grow(NULL, 0, len);
	answer->command_len = hex(answer->command, len, digits);
}

static void do_apdu(const struct words *words)
{
	struct answer *answer = world_answer();

	answer->call = CALL_TRANSMIT;
	if (strcmp(word(words, 2), "->") != 0)
		world_quit("no -> after the command");
	command_read(answer, words->v[1]);
	world_answer_forget(answer);
	if (words->n > 3)
		data_read(answer, words, 3);
}

static void do_answer(const struct words *words)
{
	struct answer *answer = world_answer();

	answer->call = CALL_TRANSMIT;
	answer->reader = reader_of(words, 1);
	command_read(answer, word(words, 2));
	data_read(answer, words, 3);
}

static void do_control(const struct words *words)
{
	struct answer *answer = world_answer();

	answer->call = CALL_CONTROL;
	answer->reader = reader_of(words, 1);
	answer->code = number(word(words, 2));
	command_read(answer, word(words, 3));
	data_read(answer, words, 4);
}

static void do_attrib(const struct words *words)
{
	struct answer *answer = world_answer();

	answer->call = CALL_ATTRIB;
	answer->reader = reader_of(words, 1);
	answer->code = number(word(words, 2));
	data_read(answer, words, 3);
}

static void do_hold(const struct words *words)
{
	struct reader *reader = reader_of(words, 1);

	if (reader->holder)
		world_quit("the card is held already");
	reader->holder = WORLD_STRANGER;
}

static void do_release(const struct words *words)
{
	struct reader *reader = reader_of(words, 1);

	if (reader->holder != WORLD_STRANGER)
		world_quit("the card is not held by another program");
	reader->holder = 0;
}

static void do_reset(const struct words *words)
{
	reader_of(words, 1)->resets++;
}

/* ---- the service ---- */

static void do_service(const struct words *words)
{
	switch (CHOICE(word(words, 1), "start", "stop", "freeze", "thaw")) {
	case 0:
		service_run(true);
		break;
	case 1:
		service_run(false);
		break;
	case 2:
		world.frozen = true;
		break;
	default:
		world.frozen = false;
	}
}

static void do_pnp(const struct words *words)
{
	world.pnp = (enum pnp)CHOICE(word(words, 1), "count", "counter", "unknown", "off");
}

static void do_limit(const struct words *words)
{
	world.limit = number(word(words, 1));
}

static void do_grow(const struct words *words)
{
	if (world.ngrow == COUNT(world.grow))
		world_quit("too many growths");
	world.grow[world.ngrow++] = strdup(word(words, 1));
}

static void do_fail(const struct words *words)
{
	struct rule rule = {.call = (enum call)choice(word(words, 1), call_names, CALLS),
			    .code = number(word(words, 2)),
			    .left = 1};

	rule.from = world.calls[rule.call] + 1;
	for (size_t i = 3; i < words->n; i++) {
		switch (CHOICE(words->v[i], "times", "always", "on")) {
		case 0:
			rule.left = number(word(words, ++i));
			break;
		case 1:
			rule.left = UINT32_MAX;
			break;
		default:
			i += 2;
			rule.from = number(word(words, i));
		}
	}
	/* A wait that goes on already is to hear of it, too. */
	if (rule.call == CALL_STATUS && words->n == 3 && rule.from > 1)
		rule.from--;
	if (world.nrules == COUNT(world.rule))
		world_quit("too many failures");
	world.rule[world.nrules++] = rule;
}

static void do_signal(const struct words *words)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

	kill(getpid(), numbers[CHOICE(word(words, 1), "INT", "TERM", "HUP")]);
}

static void do_lockstep(const struct words *words)
{
	(void)words;
	world.lockstep = true;
}

static void do_loop(const struct words *words)
{
	(void)words;
	world.at = 0;
}

static const struct directive {
	const char *name;
	size_t words_max; /* its name included */
	void (*run)(const struct words *words);
} directives[] = {
	{"reader", 2, do_reader},
	{"add", 2, do_reader},
	{"unplug", 2, do_unplug},
	{"replug", 2, do_replug},
	{"insert", 3, do_insert},
	{"card", 3, do_insert},
	{"remove", 2, do_remove},
	{"swap", 3, do_swap},
	{"mute", 2, do_mute},
	{"mute-sleep", 2, do_mute_sleep},
	{"oversize-atr", 2, do_oversize},
	{"state", WORDS, do_state},
	{"burst", 4, do_burst},
	{"apdu", WORDS, do_apdu},
	{"answer", WORDS, do_answer},
	{"control", WORDS, do_control},
	{"attrib", WORDS, do_attrib},
	{"hold", 2, do_hold},
	{"release", 2, do_release},
	{"reset", 2, do_reset},
	{"service", 2, do_service},
	{"pnp", 2, do_pnp},
	{"limit", 2, do_limit},
	{"grow-list", 2, do_grow},
	{"fail", WORDS, do_fail},
	{"signal", 2, do_signal},
	{"lockstep", 1, do_lockstep},
	{"loop", 1, do_loop},
};

static const struct directive *directive_get(const struct words *words)
{
	const struct directive *found = NULL;

	for (size_t i = 0; i < COUNT(directives) && !found; i++) {
		if (strcmp(words->v[0], directives[i].name) == 0)
			found = &directives[i];
	}
	if (!found)
		world_quit("unknown word: %s", words->v[0]);
	if (words->n > found->words_max)
		world_quit("too many words after %s", words->v[0]);
	return found;
}

void scenario_do(const char *text)
{
	struct words words;

	words_split(&words, text);
	directive_get(&words)->run(&words);
}

/* ---- the text ---- */

/* "after N DIRECTIVE" with @text at N */
static void step_add(const char *text)
{
	struct step *step = &world.step[world.nsteps];
	struct words words;
	char after[WORLD_WORD_MAX];

	if (world.nsteps == WORLD_STEPS)
		world_quit("timeline too long");
	text = word_read(after, blank_skip(text));
	words_split(&words, text);
	if (words.n == 0)
		world_quit("nothing to do after %s", after);
	directive_get(&words);
	*step = (struct step){.after_ms = number(after), .text = strdup(text), .line = world.line};
	world.nsteps++;
}

static void line_read(const char *line)
{
	static const char after[] = "after";
	struct words words;

	words_split(&words, line);
	if (words.n == 0)
		return;
	if (strcmp(words.v[0], after) == 0)
		step_add(blank_skip(line) + strlen(after));
	else
		directive_get(&words)->run(&words);
}

void scenario_read(const char *text)
{
	char line[2 * WORLD_WORD_MAX];

	for (world.line = 1; *text; world.line++) {
		size_t n = strcspn(text, "\n");

		if (n >= sizeof(line))
			world_quit("line too long");
		memcpy(line, text, n);
		line[n] = '\0';
		line_read(line);
		text += n + (text[n] == '\n');
	}
	world.line = 0;
}

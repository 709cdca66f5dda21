/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scenario.h"

#define STATUS 99
#define LIMIT  16 /* PCSCLITE_MAX_READERS_CONTEXTS of 1.9 */

const char *const call_names[CALLS] = {
	"SCardEstablishContext", "SCardReleaseContext", "SCardListReaders",      "SCardGetStatusChange",
	"SCardCancel",           "SCardConnect",        "SCardTransmit",         "SCardDisconnect",
	"SCardReconnect",        "SCardStatus",         "SCardBeginTransaction", "SCardEndTransaction",
	"SCardControl",          "SCardGetAttrib",
};

struct world world;
FILE *world_log;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

void world_quit(const char *format, ...)
{
	va_list args;

	fflush(NULL);
	fputs("fake winscard: ", stderr);
	if (world.line)
		fprintf(stderr, "scenario line %u: ", world.line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(STATUS);
}

void world_broken(enum call call, const char *what)
{
	fprintf(stderr, "fake winscard: %s: %s\n", call_names[call], what);
	abort();
}

/* ---- from nothing to a scenario ---- */

void world_begin(void)
{
	handles_check(false);
	for (size_t i = 0; i < world.nanswers; i++) {
		free(world.answer[i].command);
		free(world.answer[i].data);
	}
	for (size_t i = 0; i < world.nsteps; i++)
		free(world.step[i].text);
	for (size_t i = 0; i < world.ngrow; i++)
		free(world.grow[i]);
	memset(&world, 0, sizeof(world));
	world.limit = LIMIT;
	world.list_version = 1;
	world.last_ms = world_now_ms();
	loaded = true;
}

static void begin_from_file(void)
{
	static char text[1 << 16];
	const char *path = getenv("FAKE_WINSCARD");
	FILE *file = path ? fopen(path, "r") : NULL;
	size_t n = 0;

	if (path && !file)
		world_quit("cannot read %s", path);
	if (file) {
		n = fread(text, 1, sizeof(text), file);
		fclose(file);
	}
	if (n == sizeof(text))
		world_quit("%s is too long", path);
	text[n] = '\0';
	world_begin();
	scenario_read(text);
}

static void check_at_exit(void)
{
	handles_check(true);
}

static void log_open(void)
{
	const char *path = getenv("FAKE_WINSCARD_LOG");

	if (!path)
		return;
	world_log = fopen(path, "w");
	if (!world_log)
		world_quit("cannot write %s", path);
}

static void prepare(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attr);
	pthread_condattr_destroy(&attr);
	atexit(check_at_exit);
	log_open();
}

void world_lock(void)
{
	pthread_once(&once, prepare);
	pthread_mutex_lock(&lock);
	if (!loaded)
		begin_from_file();
}

void world_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

/* ---- readers and cards ---- */

size_t world_readers_there(void)
{
	size_t n = 0;

	for (size_t i = 0; i < world.nreaders; i++)
		n += world.reader[i].there;
	return n;
}

struct reader *reader_lookup(const char *name)
{
	for (size_t i = 0; i < world.nreaders; i++) {
		if (world.reader[i].there && strcmp(world.reader[i].name, name) == 0)
			return &world.reader[i];
	}
	return NULL;
}

void reader_add(const char *name)
{
	struct reader *reader = &world.reader[world.nreaders];

	if (world.nreaders == WORLD_READERS)
		world_quit("too many readers");
	*reader = (struct reader){.there = true};
	snprintf(reader->name, sizeof(reader->name), "%s", name);
	world.nreaders++;
	world.list_version++;
	world_changed();
}

void reader_plug(struct reader *reader, bool there)
{
	reader->there = there;
	reader->counter = there && reader->card;
	world.list_version++;
}

void card_put(struct reader *reader, const uint8_t *atr, size_t atr_len, uint32_t moves)
{
	reader->card = true;
	reader->mute = false;
	memcpy(reader->atr, atr, atr_len);
	reader->atr_len = atr_len;
	reader->protocol = 0;
	reader->counter += moves;
}

void card_mute(struct reader *reader)
{
	reader->counter += !reader->card;
	reader->card = reader->mute = true;
	reader->atr_len = 0;
}

void card_take(struct reader *reader)
{
	reader->counter += reader->card;
	reader->card = reader->mute = false;
	reader->atr_len = 0;
}

void service_run(bool run)
{
	world.stopped = !run;
	world.run += !run;
	for (size_t i = 0; run && i < world.nreaders; i++)
		world.reader[i].counter = world.reader[i].card;
}

/* ---- answers ---- */

struct answer *world_answer(void)
{
	if (world.nanswers == sizeof(world.answer) / sizeof(world.answer[0]))
		world_quit("too many answers");
	world.answer[world.nanswers] = (struct answer){0};
	return &world.answer[world.nanswers++];
}

static bool bytes_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

void world_answer_forget(const struct answer *like)
{
	for (size_t i = 0; i < world.nanswers; i++) {
		struct answer *a = &world.answer[i];

		if (a != like && a->call == like->call && a->reader == like->reader &&
		    a->prefix == like->prefix && a->command_len == like->command_len &&
		    bytes_equal(a->command, like->command, like->command_len))
			a->used = true;
	}
}

/* How well an answer fits, 0: not at all. A longer command before a shorter one, then one for this reader. */
static size_t fit(const struct answer *a, const struct reader *reader, const uint8_t *command,
		  size_t command_len)
{
	if (a->reader && a->reader != reader)
		return 0;
	if (a->command_len > command_len || (!a->prefix && a->command_len != command_len) ||
	    !bytes_equal(a->command, command, a->command_len))
		return 0;
	return 4 * a->command_len + (a->prefix ? 0 : 2) + (a->reader ? 1 : 0) + 1;
}

const struct answer *world_answer_pick(enum call call, const struct reader *reader, uint32_t code,
				       const uint8_t *command, size_t command_len)
{
	struct answer *best = NULL;
	size_t best_fit = 0;

	for (size_t i = 0; i < world.nanswers; i++) {
		struct answer *a = &world.answer[i];
		size_t n = a->call == call && a->code == code ? fit(a, reader, command, command_len) : 0;

		/* among equals the first that was not given yet, or the last */
		if (n == 0 || n < best_fit || (n == best_fit && !best->used))
			continue;
		best = a;
		best_fit = n;
	}
	if (best)
		best->used = true;
	return best;
}

/* ---- time ---- */

int64_t world_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void world_wake(void)
{
	pthread_cond_broadcast(&changed);
}

void world_changed(void)
{
	world.events++;
	world_wake();
}

void world_sleep_until(int64_t ms)
{
	struct timespec until = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

	if (ms == WORLD_NEVER)
		pthread_cond_wait(&changed, &lock);
	else
		pthread_cond_timedwait(&changed, &lock, &until);
}

int64_t world_next_due(void)
{
	int64_t from = world.last_ms;

	if (world.burst.left == 0 && world.at == world.nsteps)
		return WORLD_NEVER;
	if (world.lockstep && !world.stopped && !world.frozen) {
		if (!contexts_wait())
			return WORLD_NEVER;
		if (world.ready_ms == 0)
			world.ready_ms = world_now_ms();
		from = world.ready_ms;
	}
	return world.burst.left ? from : from + world.step[world.at].after_ms;
}

static void step_burst(void)
{
	if (world.burst.left-- % 2 == 0)
		card_put(world.burst.reader, world.burst.atr, world.burst.atr_len, 1);
	else
		card_take(world.burst.reader);
}

void world_advance(void)
{
	for (int64_t due = world_next_due(); due <= world_now_ms(); due = world_next_due()) {
		world.last_ms = due;
		world.ready_ms = 0;
		if (world.burst.left) {
			step_burst();
		} else {
			const struct step *step = &world.step[world.at++];

			world.line = step->line;
			scenario_do(step->text);
		}
		world_changed();
	}
}

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
	"SCardEstablishContext", "SCardReleaseContext", "SCardListReaders", "SCardGetStatusChange",
	"SCardCancel",           "SCardConnect",        "SCardTransmit",    "SCardDisconnect",
};

struct world world;

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
	handles_check();
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

static void prepare(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attr);
	pthread_condattr_destroy(&attr);
	atexit(handles_check);
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
		card_put(world.burst.reader, world.burst.atr.data, world.burst.atr.data_len, 1);
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

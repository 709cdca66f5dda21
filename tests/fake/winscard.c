/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "winscard.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include <winscard.h>

#include "handles.h"
#include "scenario.h"
#include "world.h"

#define CONTEXTS 64

static const char pnp_name[] = "\\\\?PnP?\\Notification";

static struct context contexts[CONTEXTS];
LONG handles = 0x4711;

static size_t contexts_open(void)
{
	size_t n = 0;

	for (size_t i = 0; i < CONTEXTS; i++)
		n += contexts[i].handle != 0;
	return n;
}

void handles_check(bool ending)
{
	size_t ncontexts = contexts_open(), ncards = cards_open();

	world.line = 0;
	if (ending && world.frozen)
		return;
	for (size_t i = 0; i < CONTEXTS && ending; i++) {
		if (!contexts[i].busy)
			continue;
		ncontexts--;
		ncards -= cards_of(&contexts[i]);
	}
	if (ncontexts)
		world_quit("%zu contexts leaked", ncontexts);
	if (ncards)
		world_quit("%zu cards leaked", ncards);
}

bool is_dead(const struct context *context)
{
	return context->run != world.run;
}

/* ---- what a context is told ---- */

static SCARD_READERSTATE *row_of(const struct context *context, DWORD i)
{
	return (SCARD_READERSTATE *)context->rows + i;
}

static bool update_pnp(const struct context *context, SCARD_READERSTATE *row)
{
	DWORD known = row->dwCurrentState;
	bool differs = false;

	row->dwEventState = 0;
	if (world.pnp == PNP_UNKNOWN) {
		row->dwEventState = SCARD_STATE_UNKNOWN;
		differs = !(known & SCARD_STATE_UNKNOWN);
	} else if (world.pnp == PNP_COUNTER) {
		row->dwEventState = world.list_version << 16;
		differs = known >> 16 != world.list_version;
	} else {
		differs = context->had_there != world_readers_there();
	}
	row->dwEventState |= differs ? SCARD_STATE_CHANGED : 0;
	return differs;
}

static bool update_row(SCARD_READERSTATE *row)
{
	const struct reader *reader = reader_lookup(row->szReader);
	const DWORD known = row->dwCurrentState;
	DWORD state = SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE;
	bool differs = !(known & SCARD_STATE_UNKNOWN);

	row->cbAtr = 0;
	if (reader) {
		state = reader->bits | (reader->card ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY) |
			(reader->mute ? SCARD_STATE_MUTE : 0);
		if (reader->bits & SCARD_STATE_UNAVAILABLE)
			state &= ~(DWORD)(SCARD_STATE_EMPTY | SCARD_STATE_PRESENT);
		differs = ((state ^ known) & 0xFFFF & ~(DWORD)SCARD_STATE_CHANGED) != 0 ||
			  (known >> 16 != 0 && known >> 16 != (reader->counter & 0xFFFF));
		state |= (reader->counter & 0xFFFF) << 16;
		row->cbAtr = reader->oversize ? 40 : reader->atr_len;
		memcpy(row->rgbAtr, reader->atr, sizeof(row->rgbAtr));
	}
	row->dwEventState = state | (differs ? SCARD_STATE_CHANGED : 0);
	return differs;
}

static bool update(const struct context *context)
{
	bool any = false;

	for (DWORD i = 0; i < context->nrows; i++) {
		SCARD_READERSTATE *row = row_of(context, i);

		any |= strcmp(row->szReader, pnp_name) == 0 ? update_pnp(context, row) : update_row(row);
	}
	return any;
}

static bool waits(const struct context *context)
{
	return context->handle && context->rows && context->blocks && !context->cancelled &&
	       !context->asleep && !update(context);
}

bool contexts_wait(void)
{
	bool any = false;

	for (size_t i = 0; i < CONTEXTS; i++) {
		const struct context *context = &contexts[i];

		if (!context->handle || is_dead(context))
			continue;
		if (!waits(context) && !context->hangs)
			return false;
		any = true;
	}
	return any;
}

/* ---- entering and leaving a call ---- */

static LONG rule_take(enum call call)
{
	for (size_t i = 0; i < world.nrules; i++) {
		struct rule *rule = &world.rule[i];

		if (rule->call != call || rule->left == 0 || world.calls[call] < rule->from)
			continue;
		if (rule->left != UINT32_MAX)
			rule->left--;
		return (LONG)rule->code;
	}
	return SCARD_S_SUCCESS;
}

void await_thaw(void)
{
	world_advance();
	while (world.frozen) {
		world_sleep_until(world_next_due());
		world_advance();
	}
}

LONG enter(enum call call)
{
	world_lock();
	world.calls[call]++;
	await_thaw();
	return rule_take(call);
}

LONG leave(LONG rv)
{
	world_wake();
	world_unlock();
	return rv;
}

struct context *context_get(enum call call, SCARDCONTEXT handle)
{
	for (size_t i = 0; i < CONTEXTS; i++) {
		struct context *context = &contexts[i];

		if (handle == 0 || context->handle != handle)
			continue;
		if (context->rows && call != CALL_CANCEL)
			world_broken(call, "the context waits in another thread");
		if (context->busy && call != CALL_CANCEL)
			world_broken(call, "a call of the context has not returned in another thread");
		return context;
	}
	world_broken(call, "no such context, or released before");
}

/* ---- contexts and readers ---- */

LONG SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out)
{
	LONG rv = enter(CALL_ESTABLISH);

	if (!out || reserved1 || reserved2 || scope != SCARD_SCOPE_SYSTEM)
		world_broken(CALL_ESTABLISH, "wrong argument");
	if (rv == SCARD_S_SUCCESS && world.stopped)
		rv = SCARD_E_NO_SERVICE;
	for (size_t i = 0; i < CONTEXTS && rv == SCARD_S_SUCCESS; i++) {
		if (contexts[i].handle)
			continue;
		contexts[i] = (struct context){.handle = ++handles, .run = world.run};
		*out = handles;
		return leave(rv);
	}
	return leave(rv != SCARD_S_SUCCESS ? rv : SCARD_E_NO_MEMORY);
}

LONG SCardReleaseContext(SCARDCONTEXT handle)
{
	LONG rv = enter(CALL_RELEASE);
	struct context *context = context_get(CALL_RELEASE, handle);

	if (rv == SCARD_S_SUCCESS && is_dead(context))
		rv = SCARD_E_NO_SERVICE;
	*context = (struct context){0};
	return leave(rv);
}

LONG SCardListReaders(SCARDCONTEXT handle, LPCSTR groups, LPSTR out, LPDWORD len)
{
	LONG rv = enter(CALL_LIST);
	const struct context *context = context_get(CALL_LIST, handle);
	DWORD need = 1, room;

	if (groups || !len || (out && *len == SCARD_AUTOALLOCATE))
		world_broken(CALL_LIST, "wrong argument");
	room = *len;
	*len = 0;
	if (rv != SCARD_S_SUCCESS || is_dead(context))
		return leave(rv != SCARD_S_SUCCESS ? rv : SCARD_E_NO_SERVICE);
	for (size_t i = 0; i < world.nreaders; i++)
		need += world.reader[i].there ? strlen(world.reader[i].name) + 1 : 0;
	*len = need;
	if (out && need > 1 && room < need)
		return leave(SCARD_E_INSUFFICIENT_BUFFER);
	for (size_t i = 0; out && i < world.nreaders; i++) {
		if (world.reader[i].there)
			out = stpcpy(out, world.reader[i].name) + 1;
	}
	if (out && need > 1)
		*out = '\0';
	if (!out && world.growing < world.ngrow)
		reader_add(world.grow[world.growing++]);
	return leave(need > 1 ? SCARD_S_SUCCESS : SCARD_E_NO_READERS_AVAILABLE);
}

/* ---- waiting ---- */

static LONG rows_check(const SCARD_READERSTATE *rows, DWORD n)
{
	if (!rows && n)
		world_broken(CALL_STATUS, "no rows");
	if (world.limit && n > world.limit)
		return SCARD_E_INVALID_PARAMETER;
	for (DWORD i = 0; i < n; i++) {
		if (!rows[i].szReader)
			world_broken(CALL_STATUS, "a row without a name");
		if (strcmp(rows[i].szReader, pnp_name) == 0 ? world.pnp == PNP_OFF
							    : !reader_lookup(rows[i].szReader))
			return SCARD_E_UNKNOWN_READER;
	}
	return SCARD_S_SUCCESS;
}

/* libpcsclite sleeps over each mute card before it says anything, at the start and after every event. */
static void sleep_over_mute(struct context *context)
{
	int64_t ms = 0;
	struct timespec pause;

	for (DWORD i = 0; i < context->nrows; i++) {
		const struct reader *reader = reader_lookup(row_of(context, i)->szReader);

		ms += reader && reader->mute ? world.mute_sleep_ms : 0;
	}
	if (ms == 0)
		return;
	pause = (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
	context->asleep = true;
	world_unlock();
	nanosleep(&pause, NULL);
	world_lock();
	context->asleep = false;
}

static LONG wait_for_news(struct context *context, int64_t deadline)
{
	unsigned seen = world.events - 1;

	for (;;) {
		int64_t due;
		LONG rv;

		await_thaw();
		if (seen != world.events) {
			seen = world.events;
			sleep_over_mute(context);
		}
		if (is_dead(context))
			return SCARD_F_COMM_ERROR;
		if ((rv = rule_take(CALL_STATUS)) != SCARD_S_SUCCESS)
			return rv;
		if (update(context))
			return SCARD_S_SUCCESS;
		if (context->cancelled)
			return SCARD_E_CANCELLED;
		if (world_now_ms() >= deadline)
			return SCARD_E_TIMEOUT;
		due = world_next_due();
		world_sleep_until(due < deadline ? due : deadline);
	}
}

LONG SCardGetStatusChange(SCARDCONTEXT handle, DWORD timeout, SCARD_READERSTATE *rows, DWORD n)
{
	LONG rv = enter(CALL_STATUS);
	struct context *context = context_get(CALL_STATUS, handle);

	if (rv == SCARD_S_SUCCESS && is_dead(context))
		rv = SCARD_E_NO_SERVICE;
	if (rv == SCARD_S_SUCCESS)
		rv = rows_check(rows, n);
	if (rv != SCARD_S_SUCCESS || n == 0)
		return leave(rv);
	context->rows = rows;
	context->nrows = n;
	context->cancelled = false;
	context->blocks = timeout > 0;
	context->had_there = world_readers_there();
	world_wake();
	rv = wait_for_news(context, timeout == INFINITE ? WORLD_NEVER : world_now_ms() + (int64_t)timeout);
	context->rows = NULL;
	return leave(rv);
}

LONG SCardCancel(SCARDCONTEXT handle)
{
	LONG rv = enter(CALL_CANCEL);
	struct context *context = context_get(CALL_CANCEL, handle);

	if (rv == SCARD_S_SUCCESS && context->rows && !context->asleep)
		context->cancelled = true;
	return leave(rv);
}

/* ---- for tests ---- */

void fake_winscard_load(const char *text)
{
	world_lock();
	world_begin();
	scenario_read(text);
	world_unlock();
}

void fake_winscard_do(const char *directive)
{
	world_lock();
	world.line = 0;
	scenario_do(directive);
	world_changed();
	world_unlock();
}

unsigned fake_winscard_calls(const char *name)
{
	unsigned n = 0;

	world_lock();
	for (size_t i = 0; i < CALLS; i++)
		n += strcmp(name, call_names[i]) == 0 ? world.calls[i] : 0;
	world_unlock();
	return n;
}

size_t fake_winscard_waiting(void)
{
	size_t n = 0;

	world_lock();
	for (size_t i = 0; i < CONTEXTS; i++)
		n += waits(&contexts[i]);
	world_unlock();
	return n;
}

bool fake_winscard_all_wait(void)
{
	bool all;

	world_lock();
	all = contexts_wait();
	world_unlock();
	return all;
}

size_t fake_winscard_hanging(void)
{
	size_t n = 0;

	world_lock();
	for (size_t i = 0; i < CONTEXTS; i++)
		n += contexts[i].hangs;
	world_unlock();
	return n;
}

void fake_winscard_log(FILE *stream)
{
	world_lock();
	world_log = stream;
	world_unlock();
}

size_t fake_winscard_contexts(void)
{
	size_t n;

	world_lock();
	n = contexts_open();
	world_unlock();
	return n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "winscard.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <winscard.h>

#define READERS  256
#define CONTEXTS 64
#define CARDS    64
#define STEPS    512
#define WORDS    12
#define WORD_MAX 400
#define NEVER    INT64_MAX
#define LEAKED   99

#define LISTED (SCARD_STATE_EMPTY | SCARD_STATE_PRESENT)

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardRawPci = {SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST)};

static const char pnp_name[] = "\\\\?PnP?\\Notification";

enum call { ESTABLISH, RELEASE, LIST, STATUS, CANCEL, CONNECT, TRANSMIT, DISCONNECT, CALLS };
static const char *const call_names[CALLS] = {
	"SCardEstablishContext", "SCardReleaseContext", "SCardListReaders", "SCardGetStatusChange",
	"SCardCancel",           "SCardConnect",        "SCardTransmit",    "SCardDisconnect",
};

enum pnp { PNP_COUNT, PNP_COUNTER, PNP_UNKNOWN, PNP_OFF };

struct reader {
	char name[WORD_MAX];
	bool there, card, mute, oversize;
	uint8_t atr[MAX_ATR_SIZE];
	size_t atr_len;
	DWORD counter, bits;
};

struct context {
	SCARDCONTEXT handle; /* 0: free */
	bool dead, cancelled;
	SCARD_READERSTATE *rows; /* NULL: not in SCardGetStatusChange */
	DWORD nrows;
	bool blocks;      /* the call at hand has a timeout above 0 */
	size_t had_there; /* readers at the start of the call */
};

struct card {
	SCARDHANDLE handle; /* 0: free */
	struct context *context;
	struct reader *reader;
	DWORD counter; /* of the reader when connected */
};

struct rule {
	enum call call;
	LONG code;
	unsigned left, from;
};

struct answer {
	uint8_t command[WORD_MAX / 2], data[WORD_MAX / 2];
	size_t command_len, data_len;
};

struct step {
	int64_t after_ms;
	char *text;
};

/* All there is of a scenario; memset() begins a new one. */
struct world {
	struct reader reader[READERS];
	struct context context[CONTEXTS];
	struct card card[CARDS];
	struct rule rule[WORDS * 8];
	struct answer answer[16];
	struct step step[STEPS];
	char *grow[16];
	size_t nreaders, nrules, nanswers, nsteps, ngrow, growing;
	size_t at; /* next step */
	unsigned burst_left;
	size_t burst_reader;
	char burst_atr[WORD_MAX];
	int64_t last_ms, ready_ms; /* last step; when all waited for the first time since, 0: not yet */
	unsigned calls[CALLS];
	LONG handles;
	DWORD limit, list_version;
	enum pnp pnp;
	bool lockstep, stopped;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct world w;
static bool loaded;

static void quit(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void broken(enum call call, const char *what) __attribute__((noreturn));

static void quit(const char *format, ...)
{
	va_list args;

	fflush(NULL);
	va_start(args, format);
	fputs("fake winscard: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	_exit(LEAKED);
}

static void broken(enum call call, const char *what)
{
	fprintf(stderr, "fake winscard: %s: %s\n", call_names[call], what);
	abort();
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- readers and cards ---- */

static size_t readers_there(void)
{
	size_t n = 0;

	for (size_t i = 0; i < w.nreaders; i++)
		n += w.reader[i].there;
	return n;
}

static struct reader *reader_lookup(const char *name)
{
	for (size_t i = 0; i < w.nreaders; i++) {
		if (w.reader[i].there && strcmp(w.reader[i].name, name) == 0)
			return &w.reader[i];
	}
	return NULL;
}

static void reader_add(const char *name)
{
	if (w.nreaders == READERS)
		quit("too many readers");
	w.reader[w.nreaders] = (struct reader){.there = true};
	snprintf(w.reader[w.nreaders].name, sizeof(w.reader[0].name), "%s", name);
	w.nreaders++;
	w.list_version++;
}

static void reader_plug(struct reader *reader, bool there)
{
	reader->there = there;
	reader->counter = there && reader->card;
	w.list_version++;
}

static size_t hex(uint8_t *out, size_t cap, const char *text)
{
	size_t n = 0;
	unsigned byte;

	for (; *text; text += 2, n++) {
		if (n == cap || sscanf(text, "%2x", &byte) != 1 || !text[1])
			quit("not hexadecimal, or too long: %s", text);
		out[n] = (uint8_t)byte;
	}
	return n;
}

static void card_put(struct reader *reader, const char *atr, DWORD moves)
{
	reader->card = true;
	reader->mute = false;
	reader->atr_len = hex(reader->atr, sizeof(reader->atr), atr);
	reader->counter += moves;
}

static void card_mute(struct reader *reader)
{
	reader->counter += !reader->card;
	reader->card = reader->mute = true;
	reader->atr_len = 0;
}

static void card_take(struct reader *reader)
{
	reader->counter += reader->card;
	reader->card = reader->mute = false;
	reader->atr_len = 0;
}

static void service(bool stop)
{
	w.stopped = stop;
	for (size_t i = 0; stop && i < CONTEXTS; i++)
		w.context[i].dead = true;
	for (size_t i = 0; !stop && i < w.nreaders; i++)
		w.reader[i].counter = w.reader[i].card;
}

/* ---- directives ---- */

struct words {
	char v[WORDS][WORD_MAX];
	size_t n;
};

static const char *word_read(char *out, const char *p)
{
	bool quoted = *p == '"';
	size_t n = 0;
	unsigned byte;

	for (p += quoted; *p && (quoted ? *p != '"' : *p != ' ' && *p != '\t'); p++) {
		if (n == WORD_MAX - 1)
			quit("word too long");
		out[n++] = *p;
		if (*p != '\\')
			continue;
		if (*++p == 'x' && sscanf(p + 1, "%2x", &byte) == 1)
			p += 2;
		else
			byte = (unsigned char)*p;
		out[n - 1] = (char)byte;
	}
	if (quoted && *p != '"')
		quit("quote not closed");
	out[n] = '\0';
	return p + quoted;
}

static void words_split(struct words *words, const char *line)
{
	for (words->n = 0;; words->n++) {
		line += strspn(line, " \t\r");
		if (!*line || *line == '#')
			return;
		if (words->n == WORDS)
			quit("too many words: %s", line);
		line = word_read(words->v[words->n], line);
	}
}

static const char *word(const struct words *words, size_t i)
{
	if (i >= words->n)
		quit("too few words after %s", words->v[0]);
	return words->v[i];
}

static unsigned number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (end == text || (*end && strcmp(end, "ms") != 0) || n > UINT32_MAX)
		quit("not a number: %s", text);
	return (unsigned)n;
}

static struct reader *reader_of(const struct words *words, size_t i)
{
	unsigned n = number(word(words, i));

	if (n >= w.nreaders)
		quit("no reader %u", n);
	return &w.reader[n];
}

static unsigned choice(const char *text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, names[i]) == 0)
			return (unsigned)i;
	}
	quit("unknown word: %s", text);
}
#define CHOICE(text, ...)                                                                                    \
	choice(text, (const char *const[]){__VA_ARGS__},                                                     \
	       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void do_fail(const struct words *words)
{
	struct rule rule = {.call = choice(word(words, 1), call_names, CALLS),
			    .code = (LONG)number(word(words, 2)),
			    .left = 1};

	rule.from = w.calls[rule.call] + 1;
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
	if (rule.call == STATUS && words->n == 3 && rule.from > 1)
		rule.from--;
	if (w.nrules == sizeof(w.rule) / sizeof(w.rule[0]))
		quit("too many failures");
	w.rule[w.nrules++] = rule;
}

static void do_apdu(const struct words *words)
{
	struct answer *answer = &w.answer[w.nanswers++];

	if (w.nanswers == sizeof(w.answer) / sizeof(w.answer[0]))
		quit("too many APDUs");
	answer->command_len = hex(answer->command, sizeof(answer->command), word(words, 1));
	answer->data_len = words->n > 3 ? hex(answer->data, sizeof(answer->data), words->v[3]) : 0;
}

static void do_state(const struct words *words)
{
	static const DWORD bits[] = {SCARD_STATE_INUSE, SCARD_STATE_EXCLUSIVE, SCARD_STATE_UNPOWERED,
				     SCARD_STATE_UNAVAILABLE};
	struct reader *reader = reader_of(words, 1);

	reader->bits = 0;
	for (size_t i = 2; i < words->n; i++)
		reader->bits |= bits[CHOICE(words->v[i], "INUSE", "EXCLUSIVE", "UNPOWERED", "UNAVAILABLE")];
}

static void do_burst(const struct words *words)
{
	w.burst_left = 2 * number(word(words, 1));
	w.burst_reader = (size_t)(reader_of(words, 2) - w.reader);
	snprintf(w.burst_atr, sizeof(w.burst_atr), "%s", word(words, 3));
}

static void do_signal(const struct words *words)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

	kill(getpid(), numbers[CHOICE(word(words, 1), "INT", "TERM", "HUP")]);
}

static void do_grow(const struct words *words)
{
	if (w.ngrow == sizeof(w.grow) / sizeof(w.grow[0]))
		quit("too many growths");
	w.grow[w.ngrow++] = strdup(word(words, 1));
}

enum word_code {
	READER,
	ADD,
	UNPLUG,
	REPLUG,
	INSERT,
	CARD,
	REMOVE,
	SWAP,
	MUTE,
	OVERSIZE,
	STATE,
	BURST,
	APDU,
	SERVICE,
	PNP,
	LIMIT,
	GROW,
	FAIL,
	SIGNAL,
	LOCKSTEP,
	LOOP,
};

static enum word_code code_of(const char *text)
{
	return (enum word_code)CHOICE(text, "reader", "add", "unplug", "replug", "insert", "card", "remove",
				      "swap", "mute", "oversize-atr", "state", "burst", "apdu", "service",
				      "pnp", "limit", "grow-list", "fail", "signal", "lockstep", "loop");
}

static void directive(const struct words *words)
{
	switch (code_of(words->v[0])) {
	case READER:
	case ADD:
		reader_add(word(words, 1));
		break;
	case UNPLUG:
		reader_plug(reader_of(words, 1), false);
		break;
	case REPLUG:
		reader_plug(reader_of(words, 1), true);
		break;
	case INSERT:
	case CARD:
		card_put(reader_of(words, 1), word(words, 2), 1);
		break;
	case REMOVE:
		card_take(reader_of(words, 1));
		break;
	case SWAP:
		card_put(reader_of(words, 1), word(words, 2), 2);
		break;
	case MUTE:
		card_mute(reader_of(words, 1));
		break;
	case OVERSIZE:
		reader_of(words, 1)->oversize = true;
		break;
	case STATE:
		do_state(words);
		break;
	case BURST:
		do_burst(words);
		break;
	case APDU:
		do_apdu(words);
		break;
	case SERVICE:
		service(CHOICE(word(words, 1), "start", "stop"));
		break;
	case PNP:
		w.pnp = (enum pnp)CHOICE(word(words, 1), "count", "counter", "unknown", "off");
		break;
	case LIMIT:
		w.limit = number(word(words, 1));
		break;
	case GROW:
		do_grow(words);
		break;
	case FAIL:
		do_fail(words);
		break;
	case SIGNAL:
		do_signal(words);
		break;
	case LOCKSTEP:
		w.lockstep = true;
		break;
	case LOOP:
		w.at = 0;
		break;
	}
}

/* ---- the timeline ---- */

static void line_take(const char *line)
{
	struct words words;
	const char *rest;

	words_split(&words, line);
	if (words.n == 0)
		return;
	if (strcmp(words.v[0], "after") != 0) {
		directive(&words);
		return;
	}
	if (w.nsteps == STEPS)
		quit("timeline too long");
	code_of(word(&words, 2));
	rest = strstr(line, words.v[1]) + strlen(words.v[1]);
	w.step[w.nsteps++] = (struct step){.after_ms = number(words.v[1]), .text = strdup(rest)};
}

static void begin(const char *text)
{
	char line[2 * WORD_MAX];

	for (size_t i = 0; i < w.nsteps; i++)
		free(w.step[i].text);
	for (size_t i = 0; i < w.ngrow; i++)
		free(w.grow[i]);
	memset(&w, 0, sizeof(w));
	w.limit = PCSCLITE_MAX_READERS_CONTEXTS;
	w.list_version = 1;
	w.handles = 0x4711;
	w.last_ms = now_ms();
	loaded = true;
	while (*text) {
		size_t n = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		line_take(line);
		text += n + (text[n] == '\n');
	}
}

static void leaks_tell(void)
{
	size_t contexts = 0, cards = 0;

	for (size_t i = 0; i < CONTEXTS; i++)
		contexts += w.context[i].handle != 0;
	for (size_t i = 0; i < CARDS; i++)
		cards += w.card[i].handle != 0;
	if (contexts)
		quit("%zu contexts leaked", contexts);
	if (cards)
		quit("%zu cards leaked", cards);
}

static void prepare(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attr);
	pthread_condattr_destroy(&attr);
	atexit(leaks_tell);
}

static void begin_from_file(void)
{
	static char text[1 << 16];
	const char *path = getenv("FAKE_WINSCARD");
	FILE *file = path ? fopen(path, "r") : NULL;
	size_t n = 0;

	if (path && !file)
		quit("cannot read %s", path);
	if (file) {
		n = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	begin(text);
}

static bool update(const struct context *context);

/* In lockstep: whether everybody waits and knows all there is to know. */
static bool all_wait(void)
{
	bool any = false;

	for (size_t i = 0; i < CONTEXTS; i++) {
		const struct context *context = &w.context[i];

		if (!context->handle || context->dead)
			continue;
		if (!context->rows || !context->blocks || context->cancelled || update(context))
			return false;
		any = true;
	}
	return any;
}

/* When the next step is due, NEVER when there is none or it waits for the program. */
static int64_t next_due(void)
{
	int64_t from = w.last_ms;

	if (w.burst_left == 0 && w.at == w.nsteps)
		return NEVER;
	if (w.lockstep && !w.stopped) {
		if (!all_wait())
			return NEVER;
		if (w.ready_ms == 0)
			w.ready_ms = now_ms();
		from = w.ready_ms;
	}
	return w.burst_left ? from : from + w.step[w.at].after_ms;
}

static void advance(void)
{
	struct words words;

	for (int64_t due = next_due(); due <= now_ms(); due = next_due()) {
		w.last_ms = due;
		w.ready_ms = 0;
		if (w.burst_left) {
			struct reader *reader = &w.reader[w.burst_reader];

			if (w.burst_left-- % 2 == 0)
				card_put(reader, w.burst_atr, 1);
			else
				card_take(reader);
		} else {
			words_split(&words, w.step[w.at++].text);
			directive(&words);
		}
		pthread_cond_broadcast(&changed);
	}
}

/* ---- entering a call ---- */

static LONG rule_take(enum call call)
{
	for (size_t i = 0; i < w.nrules; i++) {
		struct rule *rule = &w.rule[i];

		if (rule->call != call || rule->left == 0 || w.calls[call] < rule->from)
			continue;
		if (rule->left != UINT32_MAX)
			rule->left--;
		return rule->code;
	}
	return SCARD_S_SUCCESS;
}

static LONG enter(enum call call)
{
	pthread_once(&once, prepare);
	pthread_mutex_lock(&lock);
	if (!loaded)
		begin_from_file();
	advance();
	w.calls[call]++;
	return rule_take(call);
}

static LONG leave(LONG rv)
{
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return rv;
}

static struct context *context_get(enum call call, SCARDCONTEXT handle)
{
	for (size_t i = 0; i < CONTEXTS; i++) {
		if (handle == 0 || w.context[i].handle != handle)
			continue;
		if (w.context[i].rows && call != CANCEL)
			broken(call, "the context waits in another thread");
		return &w.context[i];
	}
	broken(call, "no such context, or released before");
}

static struct card *card_get(enum call call, SCARDHANDLE handle)
{
	for (size_t i = 0; i < CARDS; i++) {
		if (handle == 0 || w.card[i].handle != handle)
			continue;
		if (!w.card[i].context->handle)
			broken(call, "the context of the card was released before");
		return &w.card[i];
	}
	broken(call, "no such card, or disconnected before");
}

/* ---- the calls ---- */

LONG SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out)
{
	LONG rv = enter(ESTABLISH);

	if (!out || reserved1 || reserved2 || scope != SCARD_SCOPE_SYSTEM)
		broken(ESTABLISH, "wrong argument");
	if (rv == SCARD_S_SUCCESS && w.stopped)
		rv = SCARD_E_NO_SERVICE;
	for (size_t i = 0; i < CONTEXTS && rv == SCARD_S_SUCCESS; i++) {
		if (w.context[i].handle)
			continue;
		w.context[i] = (struct context){.handle = ++w.handles};
		*out = w.handles;
		return leave(rv);
	}
	return leave(rv != SCARD_S_SUCCESS ? rv : SCARD_E_NO_MEMORY);
}

LONG SCardReleaseContext(SCARDCONTEXT handle)
{
	LONG rv = enter(RELEASE);
	struct context *context = context_get(RELEASE, handle);

	if (rv == SCARD_S_SUCCESS && context->dead)
		rv = SCARD_E_NO_SERVICE;
	*context = (struct context){0};
	return leave(rv);
}

LONG SCardListReaders(SCARDCONTEXT handle, LPCSTR groups, LPSTR out, LPDWORD len)
{
	LONG rv = enter(LIST);
	const struct context *context = context_get(LIST, handle);
	DWORD need = 1, room;

	if (groups || !len || (out && *len == SCARD_AUTOALLOCATE))
		broken(LIST, "wrong argument");
	room = *len;
	*len = 0;
	if (rv != SCARD_S_SUCCESS || context->dead)
		return leave(rv != SCARD_S_SUCCESS ? rv : SCARD_E_NO_SERVICE);
	for (size_t i = 0; i < w.nreaders; i++)
		need += w.reader[i].there ? strlen(w.reader[i].name) + 1 : 0;
	*len = need;
	if (out && need > 1 && room < need)
		return leave(SCARD_E_INSUFFICIENT_BUFFER);
	for (size_t i = 0; out && i < w.nreaders; i++) {
		if (w.reader[i].there)
			out = stpcpy(out, w.reader[i].name) + 1;
	}
	if (out && need > 1)
		*out = '\0';
	if (!out && w.growing < w.ngrow)
		reader_add(w.grow[w.growing++]);
	return leave(need > 1 ? SCARD_S_SUCCESS : SCARD_E_NO_READERS_AVAILABLE);
}

static bool update_pnp(const struct context *context, SCARD_READERSTATE *row)
{
	DWORD known = row->dwCurrentState;
	bool differs = false;

	row->dwEventState = 0;
	if (w.pnp == PNP_UNKNOWN) {
		row->dwEventState = SCARD_STATE_UNKNOWN;
		differs = !(known & SCARD_STATE_UNKNOWN);
	} else if (w.pnp == PNP_COUNTER) {
		row->dwEventState = w.list_version << 16;
		differs = known >> 16 != w.list_version;
	} else {
		differs = context->had_there != readers_there();
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
			state &= ~(DWORD)LISTED;
		differs = ((state ^ known) & 0xFFFF & ~(DWORD)SCARD_STATE_CHANGED) != 0 ||
			  (known >> 16 != 0 && known >> 16 != (reader->counter & 0xFFFF));
		state |= (reader->counter & 0xFFFF) << 16;
		row->cbAtr = reader->oversize ? 40 : reader->atr_len;
		memcpy(row->rgbAtr, reader->atr, sizeof(row->rgbAtr));
	}
	row->dwEventState = state | (differs ? SCARD_STATE_CHANGED : 0);
	return differs;
}

/* Fills in the rows of a waiting call; whether any differs from what the program knows. */
static bool update(const struct context *context)
{
	bool any = false;

	for (DWORD i = 0; i < context->nrows; i++) {
		SCARD_READERSTATE *row = &context->rows[i];

		any |= strcmp(row->szReader, pnp_name) == 0 ? update_pnp(context, row) : update_row(row);
	}
	return any;
}

static LONG rows_check(const SCARD_READERSTATE *rows, DWORD n)
{
	if (!rows && n)
		broken(STATUS, "no rows");
	if (w.limit && n > w.limit)
		return SCARD_E_INVALID_PARAMETER;
	for (DWORD i = 0; i < n; i++) {
		if (!rows[i].szReader)
			broken(STATUS, "a row without a name");
		if (strcmp(rows[i].szReader, pnp_name) == 0 ? w.pnp == PNP_OFF
							    : !reader_lookup(rows[i].szReader))
			return SCARD_E_UNKNOWN_READER;
	}
	return SCARD_S_SUCCESS;
}

static void sleep_until(int64_t ms)
{
	struct timespec until = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

	if (ms == NEVER)
		pthread_cond_wait(&changed, &lock);
	else
		pthread_cond_timedwait(&changed, &lock, &until);
}

static LONG wait_for_news(struct context *context, int64_t deadline)
{
	for (;;) {
		int64_t due;
		LONG rv;

		advance();
		if (context->dead)
			return SCARD_F_COMM_ERROR;
		if ((rv = rule_take(STATUS)) != SCARD_S_SUCCESS)
			return rv;
		if (update(context))
			return SCARD_S_SUCCESS;
		if (context->cancelled)
			return SCARD_E_CANCELLED;
		if (now_ms() >= deadline)
			return SCARD_E_TIMEOUT;
		due = next_due();
		sleep_until(due < deadline ? due : deadline);
	}
}

LONG SCardGetStatusChange(SCARDCONTEXT handle, DWORD timeout, SCARD_READERSTATE *rows, DWORD n)
{
	LONG rv = enter(STATUS);
	struct context *context = context_get(STATUS, handle);

	if (rv == SCARD_S_SUCCESS && context->dead)
		rv = SCARD_E_NO_SERVICE;
	if (rv == SCARD_S_SUCCESS)
		rv = rows_check(rows, n);
	if (rv != SCARD_S_SUCCESS || n == 0)
		return leave(rv);
	context->rows = rows;
	context->nrows = n;
	context->cancelled = false;
	context->blocks = timeout > 0;
	context->had_there = readers_there();
	pthread_cond_broadcast(&changed);
	rv = wait_for_news(context, timeout == INFINITE ? NEVER : now_ms() + (int64_t)timeout);
	context->rows = NULL;
	return leave(rv);
}

LONG SCardCancel(SCARDCONTEXT handle)
{
	LONG rv = enter(CANCEL);
	struct context *context = context_get(CANCEL, handle);

	if (rv == SCARD_S_SUCCESS && context->rows)
		context->cancelled = true;
	return leave(rv);
}

/* The first protocol that TD1 names. */
static DWORD protocol_of(const struct reader *reader)
{
	size_t td1 = 2;

	if (reader->atr_len < 2 || !(reader->atr[1] & 0x80))
		return SCARD_PROTOCOL_T0;
	for (unsigned bit = 0x10; bit < 0x80; bit <<= 1)
		td1 += (reader->atr[1] & bit) != 0;
	return td1 < reader->atr_len && (reader->atr[td1] & 0x0F) == 1 ? SCARD_PROTOCOL_T1
								       : SCARD_PROTOCOL_T0;
}

static LONG connectable(const struct reader *reader, DWORD share, DWORD protocols)
{
	if (!reader)
		return SCARD_E_UNKNOWN_READER;
	if (reader->bits & SCARD_STATE_EXCLUSIVE)
		return SCARD_E_SHARING_VIOLATION;
	if (share == SCARD_SHARE_DIRECT)
		return SCARD_S_SUCCESS;
	if (!reader->card)
		return SCARD_E_NO_SMARTCARD;
	if (reader->mute)
		return SCARD_W_UNPOWERED_CARD;
	return protocols & protocol_of(reader) ? SCARD_S_SUCCESS : SCARD_E_PROTO_MISMATCH;
}

LONG SCardConnect(SCARDCONTEXT handle, LPCSTR name, DWORD share, DWORD protocols, LPSCARDHANDLE out,
		  LPDWORD protocol)
{
	LONG rv = enter(CONNECT);
	struct context *context = context_get(CONNECT, handle);
	struct reader *reader;

	if (!name || !out || !protocol || share < SCARD_SHARE_EXCLUSIVE || share > SCARD_SHARE_DIRECT)
		broken(CONNECT, "wrong argument");
	reader = reader_lookup(name);
	if (rv == SCARD_S_SUCCESS)
		rv = context->dead ? SCARD_E_NO_SERVICE : connectable(reader, share, protocols);
	for (size_t i = 0; i < CARDS && rv == SCARD_S_SUCCESS; i++) {
		if (w.card[i].handle)
			continue;
		*out = ++w.handles;
		*protocol = share == SCARD_SHARE_DIRECT ? 0 : protocol_of(reader);
		w.card[i] = (struct card){*out, context, reader, reader->counter};
		return leave(rv);
	}
	return leave(rv != SCARD_S_SUCCESS ? rv : SCARD_E_NO_MEMORY);
}

static LONG reachable(const struct card *card)
{
	if (card->context->dead)
		return SCARD_E_NO_SERVICE;
	if (!card->reader->there)
		return SCARD_E_READER_UNAVAILABLE;
	return card->reader->counter == card->counter ? SCARD_S_SUCCESS : SCARD_W_REMOVED_CARD;
}

LONG SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *pci, LPCBYTE command, DWORD command_len,
		   SCARD_IO_REQUEST *got, LPBYTE out, LPDWORD len)
{
	static const struct answer otherwise = {.data = {0x6D, 0x00}, .data_len = 2};
	LONG rv = enter(TRANSMIT);
	const struct card *card = card_get(TRANSMIT, handle);
	const struct answer *answer = &otherwise;
	DWORD room;

	if (!pci || !command || command_len < 4 || got || !out || !len)
		broken(TRANSMIT, "wrong argument");
	if (rv == SCARD_S_SUCCESS)
		rv = reachable(card);
	if (rv != SCARD_S_SUCCESS)
		return leave(rv);
	for (size_t i = 0; i < w.nanswers; i++) {
		if (w.answer[i].command_len == command_len &&
		    memcmp(w.answer[i].command, command, command_len) == 0)
			answer = &w.answer[i];
	}
	room = *len;
	*len = answer->data_len;
	if (room < answer->data_len)
		return leave(SCARD_E_INSUFFICIENT_BUFFER);
	memcpy(out, answer->data, answer->data_len);
	return leave(rv);
}

LONG SCardDisconnect(SCARDHANDLE handle, DWORD disposition)
{
	LONG rv = enter(DISCONNECT);
	struct card *card = card_get(DISCONNECT, handle);

	if (disposition > SCARD_EJECT_CARD)
		broken(DISCONNECT, "wrong argument");
	if (rv == SCARD_S_SUCCESS && card->context->dead)
		rv = SCARD_E_NO_SERVICE;
	*card = (struct card){0};
	return leave(rv);
}

/* ---- for tests ---- */

void fake_winscard_load(const char *text)
{
	pthread_once(&once, prepare);
	pthread_mutex_lock(&lock);
	leaks_tell();
	begin(text);
	pthread_mutex_unlock(&lock);
}

void fake_winscard_do(const char *line)
{
	struct words words;

	pthread_mutex_lock(&lock);
	words_split(&words, line);
	directive(&words);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

unsigned fake_winscard_calls(const char *name)
{
	unsigned n;

	pthread_mutex_lock(&lock);
	n = w.calls[choice(name, call_names, CALLS)];
	pthread_mutex_unlock(&lock);
	return n;
}

size_t fake_winscard_waiting(void)
{
	size_t n = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < CONTEXTS; i++) {
		const struct context *context = &w.context[i];

		n += context->handle && context->rows && context->blocks && !context->cancelled &&
		     !update(context);
	}
	pthread_mutex_unlock(&lock);
	return n;
}

size_t fake_winscard_contexts(void)
{
	size_t n = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < CONTEXTS; i++)
		n += w.context[i].handle != 0;
	pthread_mutex_unlock(&lock);
	return n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_FAKE_WORLD_H
#define CS_TESTS_FAKE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * What the stand-in is made of: world.c holds readers, cards, contexts and time, scenario.c turns text into
 * what happens to them, winscard.c shows them to the program. One lock guards everything; whoever calls from
 * outside takes it with world_lock(), all else here is called with it held.
 */

#define WORLD_READERS  256
#define WORLD_ATR_MAX  33
#define WORLD_STEPS    512
#define WORLD_WORD_MAX 400 /* bytes of a word of a scenario with its NUL */
#define WORLD_NEVER    INT64_MAX

enum call {
	CALL_ESTABLISH,
	CALL_RELEASE,
	CALL_LIST,
	CALL_STATUS,
	CALL_CANCEL,
	CALL_CONNECT,
	CALL_TRANSMIT,
	CALL_DISCONNECT,
	CALL_RECONNECT,
	CALL_CARD_STATUS,
	CALL_BEGIN,
	CALL_END,
	CALL_CONTROL,
	CALL_ATTRIB,
	CALLS,
};

extern const char *const call_names[CALLS];

enum pnp { PNP_COUNT, PNP_COUNTER, PNP_UNKNOWN, PNP_OFF };

struct reader {
	char name[WORLD_WORD_MAX];
	bool there, card, mute, oversize;
	uint8_t atr[WORLD_ATR_MAX];
	size_t atr_len;
	uint32_t counter;
	uint32_t bits;          /* SCARD_STATE_... beside those of the card */
	long holder;            /* card that has a transaction, WORLD_STRANGER, 0: nobody */
	unsigned held;          /* how often it has begun it */
	unsigned resets;        /* of the card, by whomever */
	unsigned long protocol; /* in use since somebody connected, 0: free to choose */
};
#define WORLD_STRANGER (-1L)

/* A failure that is to come. */
struct rule {
	enum call call;
	uint32_t code;
	unsigned left, from; /* how often (UINT_MAX: for ever), as from which call */
};

/* What is said to a command to a card or a reader driver, or to a question for an attribute. */
struct answer {
	enum call call;
	const struct reader *reader; /* NULL: any */
	uint32_t code;               /* of CALL_CONTROL and CALL_ATTRIB */
	uint8_t *command, *data;
	size_t command_len, data_len;
	bool prefix; /* any command that begins with this one */
	int64_t delay_ms;
	bool never;   /* the call does not return */
	bool removes; /* the card goes away instead */
	bool used;
};

/* A line of the timeline. */
struct step {
	int64_t after_ms;
	char *text; /* the directive */
	unsigned line;
};

/* All there is of a scenario. */
struct world {
	struct reader reader[WORLD_READERS];
	struct rule rule[96];
	struct answer answer[512];
	struct step step[WORLD_STEPS];
	char *grow[16]; /* names of readers that come while the list is read */
	size_t nreaders, nrules, nanswers, nsteps, ngrow, growing;
	size_t at; /* next step */
	struct {
		unsigned left;
		struct reader *reader;
		uint8_t atr[WORLD_ATR_MAX];
		size_t atr_len;
	} burst;
	int64_t last_ms, ready_ms; /* last step; when all waited for the first time since, 0: not yet */
	unsigned calls[CALLS];
	unsigned events; /* goes up when anything happens */
	unsigned run;    /* of the service; what knows another one is dead */
	uint32_t limit, list_version;
	enum pnp pnp;
	int64_t mute_sleep_ms;
	bool lockstep, stopped, frozen;
	unsigned line; /* of the scenario that is read or carried out, 0: none */
};
extern struct world world;
extern FILE *world_log; /* where calls to cards are told, NULL: nowhere */

/* world_lock - the first call of all loads the scenario that FAKE_WINSCARD names */
void world_lock(void);
void world_unlock(void);

/* world_quit - a mistake of the scenario or a leak: say so, with the line, and end the program with status 99
 */
void world_quit(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* world_broken - the program broke the contract of a call: say so and abort() */
void world_broken(enum call call, const char *what) __attribute__((noreturn));

/* world_begin - an empty world that runs; contexts of the old one must have been released */
void world_begin(void);

int64_t world_now_ms(void);

/* world_wake - everybody who sleeps in world_sleep_until() looks again; world_changed - and something
 * happened */
void world_wake(void);
void world_changed(void);

/* world_advance - carry out what is due */
void world_advance(void);

/* world_next_due - when the next step is due, WORLD_NEVER when there is none or it waits for the program */
int64_t world_next_due(void);

/* world_sleep_until - without the lock; until then, WORLD_NEVER for ever, or until something happens */
void world_sleep_until(int64_t ms);

size_t world_readers_there(void);
struct reader *reader_lookup(const char *name);
void reader_add(const char *name);
void reader_plug(struct reader *reader, bool there);
void card_put(struct reader *reader, const uint8_t *atr, size_t atr_len, uint32_t moves);
void card_mute(struct reader *reader);
void card_take(struct reader *reader);
void service_run(bool run);

/* world_answer - room for one more; world_answer_forget - answers of this kind to this command are over */
struct answer *world_answer(void);
void world_answer_forget(const struct answer *like);

/* world_answer_pick - what is to be said: the most specific answer, those to one command in turn, the last of
 * them for ever; NULL when there is none */
const struct answer *world_answer_pick(enum call call, const struct reader *reader, uint32_t code,
				       const uint8_t *command, size_t command_len);

/* contexts_wait - whether there is a living context, and all of them block and have nothing left to tell;
 * winscard.c */
bool contexts_wait(void);

/* handles_check - every context and card must have been given back; winscard.c
 * @ending: the program ends, and can not give back what hangs in a call */
void handles_check(bool ending);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_MONITOR_H
#define CS_PCSC_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "pcsc/scard.h"

/*
 * Watches readers and cards and turns what PC/SC reports into events. Survives the loss of the service when
 * told to. Blocks in SCardGetStatusChange, connects to no card. Has one context, and one more for every
 * further 16 readers and for each mute card, because libpcsclite sleeps over these (waitset_priv.h); all
 * threads but the caller's have every signal blocked.
 */
struct monitor;

enum monitor_event_kind {
	MONITOR_READER_ADDED,
	MONITOR_READER_REMOVED,
	MONITOR_CARD_INSERTED,
	MONITOR_CARD_REMOVED,
	MONITOR_CARD_MUTE,
	MONITOR_STATE_CHANGED,
	MONITOR_SERVICE_LOST,
	MONITOR_SERVICE_BACK,
	MONITOR_EVENT_KINDS,
};

/* monitor_event_names - "reader_added", ... as in formats.md, by kind; ends with NULL */
extern const char *const monitor_event_names[MONITOR_EVENT_KINDS + 1];

/* monitor_event_name - the one of @kind; static storage */
const char *monitor_event_name(enum monitor_event_kind kind);

struct monitor_event {
	enum monitor_event_kind kind;
	bool initial;       /* was there already when the run began (or when the service came back) */
	const char *reader; /* borrowed until the callback returns; NULL for service events */
	size_t slot_id;     /* number of the reader while it lives; a new one gets the lowest that is free */
	uint16_t state, before; /* reader state bits without CHANGED; @before is 0 for a new reader */
	uint16_t event_count;   /* upper half of the state */
	uint8_t atr[SCARD_ATR_MAX];
	size_t atr_len;           /* 0: none */
	int64_t mono_ns;          /* CLOCK_MONOTONIC when SCardGetStatusChange returned */
	int64_t real_ns;          /* CLOCK_REALTIME likewise */
	struct scard_fault fault; /* of MONITOR_SERVICE_LOST */
};

/* What the caller is told beside events, once each. */
enum monitor_notice {
	MONITOR_IDLE,       /* everything known is reported; now blocking (after each round) */
	MONITOR_POLLING,    /* plug-and-play does not work: new readers are looked for once a second */
	MONITOR_NO_READER,  /* no reader; waiting for the first */
	MONITOR_SPLIT_WAIT, /* more readers than one call takes: each further 16 have a thread */
};

struct monitor_ops {
	void (*event)(void *data, const struct monitor_event *event);
	void (*notice)(void *data, enum monitor_notice notice);
	bool (*wanted)(void *data, const char *reader); /* NULL: every reader */
};

struct monitor_options {
	bool force_pnp;     /* trust plug-and-play even when the service says it does not know it */
	bool exit_on_loss;  /* return instead of waiting for the service to come back */
	bool once;          /* report what is there and return */
	bool await_service; /* a service that can not be reached at the start is lost, and waited for */
	uint32_t retry_min_ms, retry_max_ms; /* back-off of the reconnection; 0: 200 and 5000 */
	uint32_t poll_ms;                    /* look for new readers without plug-and-play; 0: 1000 */
};

/*
 * monitor_new - a monitor that does nothing yet
 * @ops:  copied; all of them are called in the thread that calls monitor_run()
 * @data: handed to them
 * Return: CS_OK; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err monitor_new(struct monitor **out, const struct monitor_options *options,
				     const struct monitor_ops *ops, void *data);

/* monitor_free - not before monitor_run() has returned; NULL-safe, NULLs its argument */
void monitor_free(struct monitor **monitor);

/*
 * monitor_run - watch until monitor_stop(), or until the service is lost under exit_on_loss, or once is done
 * Return: CS_OK after a stop or with once; CS_E_PCSC with @fault: the service can not be reached at the
 * start (without await_service), or was lost under exit_on_loss; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err monitor_run(struct monitor *monitor, struct scard_fault *fault);

/*
 * monitor_stop - make monitor_run() return soon, now or when it is called; from any thread, never blocks
 * It takes a few milliseconds, except when PC/SC lets nobody in:
 * - the service does not answer (a daemon that was stopped, a dead link): not before it does;
 * - there is a mute card: 400 ms for each that was just found, 400 ms when any reader had an event just now.
 *
 * Who must end in time calls monitor_run() in a thread and, when that has not ended in time, leaves with
 * _exit(), without monitor_free() and exit(): the thread still uses the monitor and libpcsclite.
 */
void monitor_stop(struct monitor *monitor);

#endif

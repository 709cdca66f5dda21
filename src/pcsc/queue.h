/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_PCSC_QUEUE_H
#define CS_PCSC_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "pcsc/monitor.h"

/* What the monitor's thread hands to the main thread. */
struct queue_item {
	bool is_notice;
	enum monitor_notice notice;
	struct monitor_event event; /* its reader is not to be used, but @reader; see queue_pop() */
	bool has_reader;
	char reader[SCARD_READER_MAX];
};

/*
 * First in, first out, between two threads. Nothing is lost: with QUEUE_CAP items in it the giver waits. The
 * memory of a backlog is given back once it is worked off.
 */
#define QUEUE_CAP 4096

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t room;
	struct queue_item *item; /* ring of QUEUE_CAP */
	size_t first, n;
	size_t touched; /* items that take up memory at most */
	bool closed;
};

CS_NODISCARD enum cs_err queue_init(struct queue *q);
void queue_release(struct queue *q);

/* queue_push_event, queue_push_notice - copy one in; dropped once the queue is closed */
void queue_push_event(struct queue *q, const struct monitor_event *event);
void queue_push_notice(struct queue *q, enum monitor_notice notice);

/* queue_pop - take the oldest out, its event.reader pointing into @out; false: empty */
bool queue_pop(struct queue *q, struct queue_item *out);

/* queue_close - nobody pops any more: let the giver go on */
void queue_close(struct queue *q);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAP_ANONYMOUS and madvise() are not POSIX */
#define _GNU_SOURCE
#include "pcsc/queue.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define RING_SIZE (QUEUE_CAP * sizeof(struct queue_item))
#define KEEP      64 /* items whose memory stays */

enum cs_err queue_init(struct queue *q)
{
	void *ring = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(q, 0, sizeof(*q));
	if (ring == MAP_FAILED)
		return CS_E_NOMEM;
	q->item = ring;
	if (pthread_mutex_init(&q->lock, NULL) != 0)
		goto out;
	if (pthread_cond_init(&q->room, NULL) == 0)
		return CS_OK;
	pthread_mutex_destroy(&q->lock);
out:
	munmap(ring, RING_SIZE);
	return CS_E_NOMEM;
}

void queue_release(struct queue *q)
{
	pthread_cond_destroy(&q->room);
	pthread_mutex_destroy(&q->lock);
	munmap(q->item, RING_SIZE);
	q->item = NULL;
}

static void push(struct queue *q, const struct queue_item *item)
{
	pthread_mutex_lock(&q->lock);
	while (!q->closed && q->n == QUEUE_CAP)
		pthread_cond_wait(&q->room, &q->lock);
	if (!q->closed) {
		size_t at = (q->first + q->n++) % QUEUE_CAP;

		q->item[at] = *item;
		q->touched = q->touched > at + 1 ? q->touched : at + 1;
	}
	pthread_mutex_unlock(&q->lock);
}

/* An empty ring begins anew, so that few items in a row touch little memory. */
static void rewind_ring(struct queue *q)
{
	q->first = 0;
	if (q->touched <= KEEP)
		return;
	/* It is a matter of economy only: a refusal changes nothing. */
	(void)madvise(q->item, RING_SIZE, MADV_DONTNEED);
	q->touched = 0;
}

void queue_push_event(struct queue *q, const struct monitor_event *event)
{
	struct queue_item item = {.event = *event, .has_reader = event->reader != NULL};

	if (event->reader)
		snprintf(item.reader, sizeof(item.reader), "%s", event->reader);
	push(q, &item);
}

void queue_push_notice(struct queue *q, enum monitor_notice notice)
{
	push(q, &(struct queue_item){.is_notice = true, .notice = notice});
}

bool queue_pop(struct queue *q, struct queue_item *out)
{
	bool any;

	pthread_mutex_lock(&q->lock);
	any = q->n > 0;
	if (any) {
		*out = q->item[q->first];
		q->first = (q->first + 1) % QUEUE_CAP;
		if (--q->n == 0)
			rewind_ring(q);
		pthread_cond_signal(&q->room);
	}
	pthread_mutex_unlock(&q->lock);
	if (any)
		out->event.reader = out->has_reader ? out->reader : NULL;
	return any;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->room);
	pthread_mutex_unlock(&q->lock);
}

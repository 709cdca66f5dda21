/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/job.h"

#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define MS_NS 1000000LL

static void *run_thread(void *arg)
{
	struct job *job = arg;

	job->run(job->data);
	atomic_store(&job->ended, true);
	job_tell(job);
	return NULL;
}

enum cs_err job_start(struct job *job, void (*run)(void *), void (*stop)(void *), void *data)
{
	*job = (struct job){.run = run, .stop = stop, .data = data};
	atomic_init(&job->ended, false);
	job->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (job->fd < 0)
		return CS_E_NOMEM;
	if (pthread_create(&job->thread, NULL, run_thread, job) == 0)
		return CS_OK;
	close(job->fd);
	return CS_E_NOMEM;
}

void job_tell(struct job *job)
{
	static const uint64_t one = 1;

	/* A counter that is full is as readable as can be. */
	if (write(job->fd, &one, sizeof(one)) < 0)
		return;
}

void job_hear(struct job *job)
{
	uint64_t count;

	if (read(job->fd, &count, sizeof(count)) < 0)
		return;
}

bool job_ended(const struct job *job)
{
	return atomic_load(&job->ended);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 * MS_NS + now.tv_nsec;
}

static bool wait_end(struct job *job, int limit_ms)
{
	struct pollfd news = {.fd = job->fd, .events = POLLIN};
	int64_t end_ns = now_ns() + (int64_t)limit_ms * MS_NS;

	while (!job_ended(job)) {
		int64_t left_ns = end_ns - now_ns();

		if (left_ns <= 0)
			return false;
		poll(&news, 1, (int)(left_ns / MS_NS) + 1);
		job_hear(job);
	}
	return true;
}

bool job_finish(struct job *job, int limit_ms)
{
	if (job->stop)
		job->stop(job->data);
	if (!wait_end(job, limit_ms))
		return false;
	pthread_join(job->thread, NULL);
	close(job->fd);
	return true;
}

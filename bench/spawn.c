/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs two commands in turn and measures each as a whole process: spawn ROUNDS CMD ARG... -- CMD ARG...
 * Prints, for each, the median wall-clock time in microseconds and the largest resident set in KiB.
 */
#define _GNU_SOURCE /* wait4 tells the resident set of one child */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 10000

struct command {
	char **argv;
	int64_t us[ROUNDS_MAX];
	long rss_kib;
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void run(struct command *command, size_t round)
{
	int64_t start = now_us();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(command->argv[0], command->argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == 127) {
		fprintf(stderr, "spawn: %s did not run\n", command->argv[0]);
		exit(1);
	}
	command->us[round] = now_us() - start;
	if (usage.ru_maxrss > command->rss_kib)
		command->rss_kib = usage.ru_maxrss;
}

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(int64_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), ascending);
	return values[n / 2];
}

int main(int argc, char **argv)
{
	static struct command command[2];
	size_t rounds;
	int split = 2;

	while (split < argc && strcmp(argv[split], "--") != 0)
		split++;
	rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	if (rounds == 0 || rounds > ROUNDS_MAX || split == 2 || split + 1 >= argc) {
		fprintf(stderr, "usage: spawn ROUNDS CMD ARG... -- CMD ARG...\n");
		return 2;
	}
	argv[split] = NULL;
	command[0].argv = argv + 2;
	command[1].argv = argv + split + 1;
	for (size_t i = 0; i < rounds; i++)
		for (size_t k = 0; k < 2; k++)
			run(&command[k], i);
	for (size_t k = 0; k < 2; k++)
		printf("%lld %ld\n", (long long)median(command[k].us, rounds), command[k].rss_kib);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least there can be: a thread blocked in SCardGetStatusChange on one reader. Prints a line "in NS" or
 * "out NS" (CLOCK_MONOTONIC, taken when the call returned) for each insertion and removal.
 *
 * evloop READER COUNT   ends after COUNT lines
 * evloop --stamp        copies stdin to stdout, each line with the CLOCK_MONOTONIC of its arrival before it
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <winscard.h>

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* What one read() brings has arrived at one time. */
static int stamp(void)
{
	char buffer[65536];
	int at_start = 1;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0) {
		int64_t ns = now_ns();

		for (ssize_t i = 0; i < n; i++) {
			if (at_start)
				printf("%" PRId64 " ", ns);
			putchar(buffer[i]);
			at_start = buffer[i] == '\n';
		}
		fflush(stdout);
	}
	return n < 0;
}

static int fail(const char *call, LONG rv)
{
	fprintf(stderr, "evloop: %s: 0x%08lX\n", call, (unsigned long)rv & 0xFFFFFFFF);
	return 1;
}

static int watch(const char *reader, long count)
{
	SCARD_READERSTATE row = {.szReader = reader};
	SCARDCONTEXT context;
	LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

	if (rv != SCARD_S_SUCCESS)
		return fail("SCardEstablishContext", rv);
	while (count > 0) {
		DWORD known = row.dwCurrentState;
		int64_t ns;

		rv = SCardGetStatusChange(context, INFINITE, &row, 1);
		ns = now_ns();
		if (rv != SCARD_S_SUCCESS)
			return fail("SCardGetStatusChange", rv);
		row.dwCurrentState = row.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
		if (!known || !((known ^ row.dwEventState) & SCARD_STATE_PRESENT))
			continue;
		printf("%s %" PRId64 "\n", row.dwEventState & SCARD_STATE_PRESENT ? "in" : "out", ns);
		fflush(stdout);
		count--;
	}
	rv = SCardReleaseContext(context);
	return rv == SCARD_S_SUCCESS ? 0 : fail("SCardReleaseContext", rv);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--stamp") == 0)
		return stamp();
	if (argc != 3 || atol(argv[2]) <= 0) {
		fprintf(stderr, "usage: evloop READER COUNT | evloop --stamp\n");
		return 2;
	}
	return watch(argv[1], atol(argv[2]));
}

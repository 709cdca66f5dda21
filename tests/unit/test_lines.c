/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/lines.h"

/* A reader over a temporary file that holds @text. */
static struct lines *open_text(const char *text, size_t len)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	char name[] = "/tmp/cs-lines-XXXXXX";

	assert_non_null(lines);
	lines->fd = mkstemp(name);
	assert_true(lines->fd >= 0);
	unlink(name);
	assert_int_equal(write(lines->fd, text, len), (ssize_t)len);
	assert_int_equal(lseek(lines->fd, 0, SEEK_SET), 0);
	return lines;
}

static void close_text(struct lines *lines)
{
	close(lines->fd);
	free(lines);
}

static void expect(struct lines *lines, enum cs_err err, size_t number, const char *text)
{
	const char *line;
	size_t len;

	assert_int_equal(lines_next(lines, &line, &len), err);
	if (err != CS_E_END)
		assert_int_equal(lines->number, number);
	if (err == CS_OK) {
		assert_int_equal(len, strlen(text));
		assert_memory_equal(line, text, len);
	}
}

static void test_ends(void **state)
{
	struct lines *lines = open_text("a\r\n\nb\nlast", 10);

	(void)state;
	expect(lines, CS_OK, 1, "a");
	expect(lines, CS_OK, 2, "");
	expect(lines, CS_OK, 3, "b");
	expect(lines, CS_OK, 4, "last");
	expect(lines, CS_E_END, 0, NULL);
	expect(lines, CS_E_END, 0, NULL);
	close_text(lines);
}

static void test_byte_order_mark(void **state)
{
	struct lines *lines = open_text("\xEF\xBB\xBF"
					"a\n\xEF\xBB\xBF"
					"b\n",
					10);

	(void)state;
	expect(lines, CS_OK, 1, "a");
	expect(lines, CS_OK, 2,
	       "\xEF\xBB\xBF"
	       "b");
	close_text(lines);
	lines = open_text("\xEF\xBB\xBF", 3);
	expect(lines, CS_OK, 1, "");
	expect(lines, CS_E_END, 0, NULL);
	close_text(lines);
	lines = open_text("\xEF\xBB", 2);
	expect(lines, CS_OK, 1, "\xEF\xBB");
	close_text(lines);
}

static void test_empty(void **state)
{
	struct lines *lines = open_text("", 0);

	(void)state;
	expect(lines, CS_E_END, 0, NULL);
	close_text(lines);
}

/* The longest line is read; one byte more is a fault, and the line behind it is read again. */
static void test_too_long(void **state)
{
	static char text[3 * LINES_BUFFER];
	char longest[LINES_MAX + 1];
	struct lines *lines;
	size_t n = 0;

	(void)state;
	memset(longest, 'x', LINES_MAX);
	longest[LINES_MAX] = '\0';
	memset(text, 'x', sizeof(text));
	n = LINES_MAX;
	text[n++] = '\n';
	n += LINES_MAX + 1;
	text[n++] = '\n';
	memcpy(text + n, "ok\n", 3);
	n += 3;
	n += 2 * LINES_BUFFER; /* far more than the buffer */
	text[n++] = '\n';
	memcpy(text + n, "end", 3);
	n += 3;
	lines = open_text(text, n);
	expect(lines, CS_OK, 1, longest);
	expect(lines, CS_E_TOO_LONG, 2, NULL);
	expect(lines, CS_OK, 3, "ok");
	expect(lines, CS_E_TOO_LONG, 4, NULL);
	expect(lines, CS_OK, 5, "end");
	expect(lines, CS_E_END, 0, NULL);
	close_text(lines);
}

static void test_too_long_at_the_end(void **state)
{
	static char text[2 * LINES_MAX];
	struct lines *lines;

	(void)state;
	memset(text, 'x', sizeof(text));
	lines = open_text(text, sizeof(text));
	expect(lines, CS_E_TOO_LONG, 1, NULL);
	expect(lines, CS_E_END, 0, NULL);
	close_text(lines);
}

/* Lines that cross the end of the buffer come out whole. */
static void test_many(void **state)
{
	static char text[4 * LINES_BUFFER];
	struct lines *lines;
	char want[32];
	size_t n = 0, count = 0;

	(void)state;
	while (n + sizeof(want) < sizeof(text))
		n += (size_t)sprintf(text + n, "line %zu\n", count++);
	lines = open_text(text, n);
	for (size_t i = 0; i < count; i++) {
		sprintf(want, "line %zu", i);
		expect(lines, CS_OK, i + 1, want);
	}
	expect(lines, CS_E_END, 0, NULL);
	close_text(lines);
}

static void test_read_fails(void **state)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	const char *line;
	size_t len;

	(void)state;
	assert_non_null(lines);
	lines->fd = -1;
	assert_int_equal(lines_next(lines, &line, &len), CS_E_IO);
	assert_int_not_equal(lines->error, 0);
	free(lines);
}

struct pipes {
	int input[2], output[2];
	bool flushed;
};

/* The person at the other end: types the second line once the answer to the first has come. */
static void *answer(void *data)
{
	struct pipes *pipes = data;
	struct pollfd pollfd = {.fd = pipes->output[0], .events = POLLIN};

	pipes->flushed = poll(&pollfd, 1, 5000) == 1;
	if (write(pipes->input[1], "two\n", 4) != 4)
		pipes->flushed = false;
	close(pipes->input[1]);
	return NULL;
}

static void test_flush(void **state)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	struct pipes pipes;
	pthread_t thread;

	(void)state;
	assert_non_null(lines);
	assert_int_equal(pipe(pipes.input), 0);
	assert_int_equal(pipe(pipes.output), 0);
	lines->fd = pipes.input[0];
	lines->flush = fdopen(pipes.output[1], "w");
	assert_non_null(lines->flush);
	assert_int_equal(write(pipes.input[1], "one\n", 4), 4);
	expect(lines, CS_OK, 1, "one");
	fputs("answer", lines->flush);
	assert_int_equal(pthread_create(&thread, NULL, answer, &pipes), 0);
	expect(lines, CS_OK, 2, "two");
	pthread_join(thread, NULL);
	assert_true(pipes.flushed);
	expect(lines, CS_E_END, 0, NULL);
	fclose(lines->flush);
	close(pipes.input[0]);
	close(pipes.output[0]);
	free(lines);
}

/* While input is waiting the output stays in its buffer. */
static void test_no_flush(void **state)
{
	struct lines *lines = open_text("one\ntwo\n", 8);
	char *written = NULL;
	size_t size = 0;

	(void)state;
	lines->flush = open_memstream(&written, &size);
	assert_non_null(lines->flush);
	fputs("answer", lines->flush);
	expect(lines, CS_OK, 1, "one");
	expect(lines, CS_OK, 2, "two");
	expect(lines, CS_E_END, 0, NULL);
	assert_int_equal(size, 0);
	fclose(lines->flush);
	free(written);
	close_text(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_too_long_at_the_end),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_read_fails),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_no_flush),
		cmocka_unit_test(test_byte_order_mark),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}

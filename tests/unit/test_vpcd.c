/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "vpcd/vpcd.h"

/* One connection: the card's end, and the descriptor that plays vpcd. */
struct pair {
	struct vpcd card;
	int peer;
};

static int setup(void **state)
{
	struct pair *pair = malloc(sizeof(*pair));
	int fds[2];

	assert_non_null(pair);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	vpcd_init(&pair->card, fds[0]);
	pair->peer = fds[1];
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	vpcd_close(&pair->card);
	if (pair->peer >= 0)
		close(pair->peer);
	free(pair);
	return 0;
}

static void put(const struct pair *pair, const void *bytes, size_t len)
{
	assert_int_equal(write(pair->peer, bytes, len), len);
}

static void hang_up(struct pair *pair)
{
	close(pair->peer);
	pair->peer = -1;
}

/* what vpcd begins with */
static void greet(struct pair *pair)
{
	struct vpcd_message message;

	put(pair, "\0\1\4", 3);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.kind, VPCD_GET_ATR);
}

static void test_kinds(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
		enum vpcd_kind kind;
	} rows[] = {
		{{0, 1, 0}, 3, VPCD_POWER_OFF},  {{0, 1, 1}, 3, VPCD_POWER_ON},
		{{0, 1, 2}, 3, VPCD_RESET},      {{0, 1, 3}, 3, VPCD_COMMAND},
		{{0, 1, 4}, 3, VPCD_GET_ATR},    {{0, 1, 5}, 3, VPCD_COMMAND},
		{{0, 1, 255}, 3, VPCD_COMMAND},  {{0, 0}, 2, VPCD_COMMAND},
		{{0, 2, 4, 0}, 4, VPCD_COMMAND}, {{0, 5, 0, 1, 2, 3, 4}, 7, VPCD_COMMAND},
	};
	struct pair *pair = *state;
	struct vpcd_message message;

	greet(pair);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(pair, rows[i].bytes, rows[i].len);
		assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
		assert_int_equal(message.kind, rows[i].kind);
		assert_int_equal(message.len, rows[i].len - 2);
		assert_memory_equal(message.bytes, rows[i].bytes + 2, message.len);
		assert_int_equal(vpcd_read(&pair->card, &message), CS_E_TIMEOUT);
	}
}

static void test_byte_by_byte(void **state)
{
	static const uint8_t bytes[] = {0, 4, 0x00, 0xA4, 0x00, 0x0C};
	struct pair *pair = *state;
	struct vpcd_message message;

	greet(pair);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		assert_int_equal(vpcd_read(&pair->card, &message), CS_E_TIMEOUT);
		put(pair, bytes + i, 1);
	}
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.len, 4);
	assert_memory_equal(message.bytes, bytes + 2, 4);
}

static void test_several_at_once(void **state)
{
	static const uint8_t bytes[] = {0, 1, 1, 0, 1, 4, 0, 4, 1, 2, 3, 4, 0, 1};
	struct pair *pair = *state;
	struct vpcd_message message;

	put(pair, bytes, sizeof(bytes));
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.kind, VPCD_POWER_ON);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.kind, VPCD_GET_ATR);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.len, 4);
	assert_memory_equal(message.bytes, "\1\2\3\4", 4);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_E_TIMEOUT);
	put(pair, "\2", 1);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.kind, VPCD_RESET);
}

static void test_longest(void **state)
{
	static uint8_t bytes[2 + VPCD_MESSAGE_MAX], got[2 + VPCD_MESSAGE_MAX];
	struct pair *pair = *state;
	struct vpcd_message message;
	enum cs_err err = CS_E_TIMEOUT;
	size_t have = 0;

	greet(pair);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i < 2 ? 0xFF : (uint8_t)(i * 7);
	for (size_t at = 0; at < sizeof(bytes); at += 4096) {
		assert_int_equal(err, CS_E_TIMEOUT);
		put(pair, bytes + at, sizeof(bytes) - at < 4096 ? sizeof(bytes) - at : 4096);
		err = vpcd_read(&pair->card, &message);
	}
	assert_int_equal(err, CS_OK);
	assert_int_equal(message.len, VPCD_MESSAGE_MAX);
	assert_memory_equal(message.bytes, bytes + 2, message.len);

	assert_int_equal(vpcd_write(&pair->card, bytes + 2, VPCD_MESSAGE_MAX), CS_OK);
	while (have < sizeof(got)) {
		ssize_t n = read(pair->peer, got + have, sizeof(got) - have);

		assert_true(n > 0);
		have += (size_t)n;
	}
	assert_memory_equal(got, bytes, sizeof(bytes));
}

static void test_write(void **state)
{
	struct pair *pair = *state;
	uint8_t got[8];

	assert_int_equal(vpcd_write(&pair->card, (const uint8_t *)"\x90\x00", 2), CS_OK);
	assert_int_equal(read(pair->peer, got, sizeof(got)), 4);
	assert_memory_equal(got, "\x00\x02\x90\x00", 4);
}

static void test_hang_up(void **state)
{
	struct pair *pair = *state;
	struct vpcd_message message;

	put(pair, "\0\1\1\0\4", 5);
	hang_up(pair);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.kind, VPCD_POWER_ON);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_E_END);
	assert_int_equal(vpcd_write(&pair->card, (const uint8_t *)"\x90\x00", 2), CS_E_END);
	vpcd_close(&pair->card);
	assert_int_equal(pair->card.fd, -1);
}

/* a connection begins with a control, or whoever is at the other end is not vpcd */
static void test_stranger(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum cs_err err;
	} rows[] = {
		{"", 0, CS_E_TIMEOUT},        {"\0", 1, CS_E_TIMEOUT},
		{"\0\1", 2, CS_E_TIMEOUT},    {"\0\1\1", 3, CS_OK},
		{"\0\0", 2, CS_E_FORMAT},     {"\0\5\0\xA4\0\0\0", 7, CS_E_FORMAT},
		{"SSH-2.0-", 8, CS_E_FORMAT}, {"\xFF\xFF", 2, CS_E_FORMAT},
	};
	struct vpcd_message message;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup(state);
		put(*state, rows[i].bytes, rows[i].len);
		assert_int_equal(vpcd_read(&((struct pair *)*state)->card, &message), rows[i].err);
		teardown(state);
	}
}

static int tcp_socket(struct sockaddr_in *address)
{
	socklen_t len = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(fd, (struct sockaddr *)address, sizeof(*address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)address, &len), 0);
	return fd;
}

static void test_connect(void **state)
{
	struct sockaddr_in address;
	struct vpcd_message message;
	struct pair *pair = *state;
	int listener = tcp_socket(&address);

	assert_int_equal(listen(listener, 1), 0);
	vpcd_close(&pair->card);
	assert_int_equal(vpcd_connect(&pair->card, "127.0.0.1", ntohs(address.sin_port)), CS_OK);
	close(pair->peer);
	pair->peer = accept(listener, NULL, NULL);
	assert_true(pair->peer >= 0);
	assert_false(vpcd_is_self_connected(pair->card.fd));
	assert_int_equal(vpcd_read(&pair->card, &message), CS_E_TIMEOUT);
	put(pair, "\0\1\4", 3);
	assert_int_equal(poll(&(struct pollfd){.fd = pair->card.fd, .events = POLLIN}, 1, 5000), 1);
	assert_int_equal(vpcd_read(&pair->card, &message), CS_OK);
	assert_int_equal(message.kind, VPCD_GET_ATR);
	close(listener);
}

static void test_connect_fails(void **state)
{
	struct sockaddr_in address;
	struct pair *pair = *state;
	int bound = tcp_socket(&address);

	vpcd_close(&pair->card);
	assert_int_equal(vpcd_connect(&pair->card, "127.0.0.1", ntohs(address.sin_port)), CS_E_IO);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(vpcd_connect(&pair->card, "no host", 1), CS_E_NOT_FOUND);
	assert_int_equal(pair->card.fd, -1);
	close(bound);
}

static void test_self_connected(void **state)
{
	struct sockaddr_in address;
	int fd = tcp_socket(&address);

	(void)state;
	assert_false(vpcd_is_self_connected(fd));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_true(vpcd_is_self_connected(fd));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_byte_by_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(test_several_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_longest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_write, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hang_up, setup, teardown),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test_setup_teardown(test_connect, setup, teardown),
		cmocka_unit_test_setup_teardown(test_connect_fails, setup, teardown),
		cmocka_unit_test(test_self_connected),
	};

	return cmocka_run_group_tests_name("vpcd", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The handshake with pcscd's socket, against real sockets that a thread of the test holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "diag/wire.h"

#define REQUEST_LEN 20
#define LIMIT_MS    250 /* for peers that let us wait */
#define AMPLE_MS    5000
#define SLACK_MS    200
#define NOBODY      65534
#define STOPPED     UINT32_C(0x8010001E)

enum habit {
	HANGS_UP,   /* closes at once */
	RESETS,     /* closes with our bytes unread */
	CLOSES,     /* reads them, closes */
	STAYS,      /* reads nothing, says nothing */
	ANSWERS,    /* reads, answers @len bytes, closes */
	DRIBBLES,   /* the same, a byte at a time */
	HALF_STAYS, /* answers @len bytes and stays */
};

struct peer {
	enum habit habit;
	unsigned again; /* connections taken after the first; all but the last are reset before an answer */
	uint8_t answer[12];
	size_t len;
	int listener;
	uint8_t heard[REQUEST_LEN];
	pthread_t thread;
	int stop[2];
};

static char dir[64];
static char path[96];

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/cs-wire-XXXXXX");
	if (!mkdtemp(dir) || chmod(dir, 0755) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/pcscd.comm", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static int listen_at(const char *where, int type, int backlog)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", where);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void put(uint8_t answer[12], uint32_t major, uint32_t minor, uint32_t rv)
{
	memcpy(answer, &major, 4);
	memcpy(answer + 4, &minor, 4);
	memcpy(answer + 8, &rv, 4);
}

static void answer(const struct peer *peer, int fd)
{
	size_t at_once = peer->habit == DRIBBLES ? 1 : peer->len;

	for (size_t i = 0; i < peer->len; i += at_once) {
		if (send(fd, peer->answer + i, at_once, MSG_NOSIGNAL) < 0)
			break;
		if (peer->habit == DRIBBLES)
			pause_ms(20);
	}
}

static void serve(struct peer *peer, enum habit habit, int fd)
{
	struct pollfd here = {.fd = fd, .events = POLLIN}, stop = {.fd = peer->stop[0], .events = POLLIN};

	if (habit == RESETS)
		poll(&here, 1, AMPLE_MS);
	else if (habit != HANGS_UP && habit != STAYS &&
		 recv(fd, peer->heard, REQUEST_LEN, MSG_WAITALL) == REQUEST_LEN && habit != CLOSES)
		answer(peer, fd);
	if (habit == STAYS || habit == HALF_STAYS)
		poll(&stop, 1, AMPLE_MS);
}

static void *play(void *data)
{
	struct peer *peer = data;

	for (unsigned i = 0; i <= peer->again; i++) {
		int fd = accept(peer->listener, NULL, NULL);

		serve(peer, i < peer->again && peer->habit == ANSWERS ? RESETS : peer->habit, fd);
		close(fd);
	}
	return NULL;
}

/* Probes a peer of some habit. */
static struct wire meet(struct peer *peer, int limit_ms)
{
	struct wire wire;

	peer->listener = listen_at(path, SOCK_STREAM, 4);
	assert_int_equal(pipe(peer->stop), 0);
	assert_int_equal(pthread_create(&peer->thread, NULL, play, peer), 0);
	wire_probe(&wire, path, limit_ms);
	close(peer->stop[1]);
	pthread_join(peer->thread, NULL);
	close(peer->stop[0]);
	close(peer->listener);
	unlink(path);
	return wire;
}

static struct wire probe(const char *where)
{
	struct wire wire;

	wire_probe(&wire, where, LIMIT_MS);
	return wire;
}

static void answers(void **state)
{
	static const struct {
		uint32_t major, minor, rv;
		enum wire_end end;
	} rows[] = {
		{4, 4, 0, WIRE_ANSWERED},
		{4, 5, 0, WIRE_ANSWERED},
		{4, 6, 0, WIRE_ANSWERED},
		{4, 5, STOPPED, WIRE_OTHER_VERSION},
		{4, 2, STOPPED, WIRE_OTHER_VERSION},
		{4, 4, 0x8010006A, WIRE_BAD_ANSWER},
		{0, 4, 0, WIRE_BAD_ANSWER},
		{4, 100, 0, WIRE_BAD_ANSWER},
		{0x50545448, 0x302E312F, 0x30303420, WIRE_BAD_ANSWER}, /* "HTTP/1.0 400" */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool told = rows[i].end != WIRE_BAD_ANSWER;
		struct peer peer = {.habit = i % 2 ? DRIBBLES : ANSWERS, .len = 12};
		struct wire wire;

		put(peer.answer, rows[i].major, rows[i].minor, rows[i].rv);
		wire = meet(&peer, AMPLE_MS);
		assert_int_equal(wire.end, rows[i].end);
		assert_int_equal(wire.major, told ? (int)rows[i].major : -1);
		assert_int_equal(wire.minor, told ? (int)rows[i].minor : -1);
		assert_int_equal(wire.rv, told ? rows[i].rv : 0);
		assert_true(wire.connect_us >= 0 && wire.answer_us >= wire.connect_us);
	}
}

static void says_what_a_client_says(void **state)
{
	static const uint32_t expected[] = {12, 0x11, WIRE_MAJOR, WIRE_MINOR, 0};
	struct peer peer = {.habit = CLOSES};

	(void)state;
	meet(&peer, AMPLE_MS);
	assert_memory_equal(peer.heard, expected, REQUEST_LEN);
}

static void knows_its_peer(void **state)
{
	struct peer peer = {.habit = CLOSES};
	struct wire wire = meet(&peer, AMPLE_MS);

	(void)state;
	assert_true(wire.have_peer);
	assert_int_equal(wire.peer_pid, getpid());
	assert_int_equal(wire.peer_uid, getuid());
	assert_string_equal(wire.peer_comm, "test_wire");
}

static void peers_that_do_not_answer(void **state)
{
	static const struct {
		enum habit habit;
		size_t len;
		int limit_ms;
		enum wire_end end;
		int error;
	} rows[] = {
		{CLOSES, 0, AMPLE_MS, WIRE_CLOSED, 0},
		{RESETS, 0, AMPLE_MS, WIRE_RESET, ECONNRESET},
		{STAYS, 0, LIMIT_MS, WIRE_SILENT, ETIMEDOUT},
		{ANSWERS, 11, AMPLE_MS, WIRE_BAD_ANSWER, 0},
		{HALF_STAYS, 5, LIMIT_MS, WIRE_BAD_ANSWER, ETIMEDOUT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct peer peer = {
			.habit = rows[i].habit,
			.again = rows[i].habit == RESETS ? 2 : 0,
			.len = rows[i].len,
		};
		int64_t start = now_ms();
		struct wire wire = meet(&peer, rows[i].limit_ms);

		assert_int_equal(wire.end, rows[i].end);
		assert_int_equal(wire.error, rows[i].error);
		assert_true(wire.connect_us >= 0);
		assert_int_equal(wire.answer_us, -1);
		assert_int_equal(wire.major, -1);
		assert_true(now_ms() - start < rows[i].limit_ms + SLACK_MS);
	}
}

/* Whether our bytes went out before the end came is luck; what it is called must not be. */
static void closed_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct peer peer = {.habit = HANGS_UP, .again = 2};
		struct wire wire = meet(&peer, AMPLE_MS);

		assert_int_equal(wire.end, WIRE_RESET);
		assert_int_equal(wire.tries, 3);
		assert_true(wire.error == EPIPE || wire.error == ECONNRESET);
	}
}

static void a_reset_is_not_believed_at_once(void **state)
{
	(void)state;
	for (unsigned resets = 0; resets < 3; resets++) {
		struct peer peer = {.habit = ANSWERS, .again = resets, .len = 12};
		struct wire wire;

		put(peer.answer, 4, 6, 0);
		wire = meet(&peer, AMPLE_MS);
		assert_int_equal(wire.end, WIRE_ANSWERED);
		assert_int_equal(wire.tries, resets + 1);
		assert_int_equal(wire.error, 0);
	}
}

/* No time for another try: the first answer stands. */
static void the_limit_holds_for_tries(void **state)
{
	struct peer peer = {.habit = RESETS};
	struct wire wire = meet(&peer, 95);

	(void)state;
	assert_int_equal(wire.end, WIRE_RESET);
	assert_int_equal(wire.tries, 1);
}

/* Twelve bytes 20 ms apart fit into no 100 ms: the limit is one for all steps, not one for each. */
static void one_limit_for_all(void **state)
{
	struct peer peer = {.habit = DRIBBLES, .len = 12};
	struct wire wire;

	(void)state;
	put(peer.answer, 4, 4, 0);
	wire = meet(&peer, 100);
	assert_int_equal(wire.end, WIRE_BAD_ANSWER);
	assert_int_equal(wire.error, ETIMEDOUT);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void signals_do_not_matter(void **state)
{
	const struct itimerval often = {.it_interval.tv_usec = 5000, .it_value.tv_usec = 5000}, never = {0};
	struct sigaction action = {.sa_handler = on_alarm}, before;
	struct peer peer = {.habit = STAYS};
	struct wire wire;
	int64_t took, start;

	(void)state;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &often, NULL);
	start = now_ms();
	wire = meet(&peer, LIMIT_MS);
	took = now_ms() - start;
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	assert_int_equal(wire.end, WIRE_SILENT);
	assert_true(took >= LIMIT_MS && took < LIMIT_MS + SLACK_MS);
}

static void a_full_queue_is_waited_for(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = listen_at(path, SOCK_STREAM, 0), fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int64_t start = now_ms();
	struct wire wire;

	(void)state;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	wire = probe(path);
	assert_int_equal(wire.end, WIRE_SILENT);
	assert_int_equal(wire.connect_us, -1);
	assert_true(now_ms() - start >= LIMIT_MS && now_ms() - start < LIMIT_MS + SLACK_MS);
	close(fd);
	close(listener);
	unlink(path);
}

static void nothing_there(void **state)
{
	char below[160];
	struct wire wire = probe(path);

	(void)state;
	assert_int_equal(wire.end, WIRE_MISSING);
	assert_int_equal(wire.error, ENOENT);
	assert_string_equal(wire.denied_at, "");
	assert_false(wire.have_peer);
	assert_int_equal(wire.connect_us, -1);
	snprintf(below, sizeof(below), "%s/none/pcscd.comm", dir);
	assert_int_equal(probe(below).end, WIRE_MISSING);
	assert_int_equal(probe("").end, WIRE_MISSING);
}

static void something_else_there(void **state)
{
	FILE *file = fopen(path, "w");
	char below[160];
	int fd;

	(void)state;
	fclose(file);
	assert_int_equal(probe(path).end, WIRE_NOT_SOCKET);
	snprintf(below, sizeof(below), "%s/below", path);
	assert_int_equal(probe(below).end, WIRE_MISSING);
	assert_int_equal(probe(below).error, ENOTDIR);
	unlink(path);
	assert_int_equal(probe(dir).end, WIRE_NOT_SOCKET);
	fd = listen_at(path, SOCK_DGRAM, 0);
	assert_int_equal(probe(path).end, WIRE_NOT_SOCKET);
	close(fd);
	unlink(path);
}

static void nobody_listens(void **state)
{
	struct wire wire;

	(void)state;
	close(listen_at(path, SOCK_STREAM, 1));
	wire = probe(path);
	assert_int_equal(wire.end, WIRE_REFUSED);
	assert_int_equal(wire.error, ECONNREFUSED);
	unlink(path);
}

static void too_long(void **state)
{
	char longest[WIRE_PATH_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[0] = '/';
	longest[WIRE_PATH_MAX + 1] = '\0';
	assert_int_equal(probe(longest).end, WIRE_TOO_LONG);
	longest[WIRE_PATH_MAX] = '\0';
	assert_int_equal(probe(longest).end, WIRE_MISSING);
}

/* Probes as a user who is not root: as the one we are, else as nobody. */
static struct wire probe_unprivileged(const char *where)
{
	struct wire wire;
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		if (getuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(1);
		wire_probe(&wire, where, LIMIT_MS);
		_exit(write(fds[1], &wire, sizeof(wire)) != (ssize_t)sizeof(wire));
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &wire, sizeof(wire)), sizeof(wire));
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return wire;
}

static void no_permission(void **state)
{
	char closed[80], below[160];
	struct wire wire;
	int fd;

	(void)state;
	snprintf(closed, sizeof(closed), "%s/closed", dir);
	snprintf(below, sizeof(below), "%s/closed/deep/pcscd.comm", dir);
	assert_int_equal(mkdir(closed, 0700), 0);
	assert_int_equal(chmod(closed, 0), 0);
	wire = probe_unprivileged(below);
	assert_int_equal(wire.end, WIRE_NO_PERMISSION);
	assert_int_equal(wire.error, EACCES);
	assert_string_equal(wire.denied_at, closed);
	assert_int_equal(wire.denied_mode, 0);
	assert_int_equal(wire.denied_uid, getuid());
	rmdir(closed);

	fd = listen_at(path, SOCK_STREAM, 1);
	assert_int_equal(chmod(path, 0400), 0);
	wire = probe_unprivileged(path);
	assert_int_equal(wire.end, WIRE_NO_PERMISSION);
	assert_string_equal(wire.denied_at, path);
	assert_int_equal(wire.denied_mode, 0400);
	close(fd);
	unlink(path);
}

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < WIRE_ENDS; i++) {
		assert_non_null(wire_end_name((enum wire_end)i));
		assert_string_not_equal(wire_end_name((enum wire_end)i), "unknown");
	}
	assert_string_equal(wire_end_name(WIRE_NO_PERMISSION), "no_permission");
	assert_string_equal(wire_end_name(WIRE_ENDS), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(says_what_a_client_says),
		cmocka_unit_test(knows_its_peer),
		cmocka_unit_test(peers_that_do_not_answer),
		cmocka_unit_test(closed_at_once),
		cmocka_unit_test(a_reset_is_not_believed_at_once),
		cmocka_unit_test(the_limit_holds_for_tries),
		cmocka_unit_test(one_limit_for_all),
		cmocka_unit_test(signals_do_not_matter),
		cmocka_unit_test(a_full_queue_is_waited_for),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(something_else_there),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(too_long),
		cmocka_unit_test(no_permission),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("wire", tests, make_dir, remove_dir);
}

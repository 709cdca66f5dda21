/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is connected: with real sockets and processes, and from files alone. */
#include "facts_harness.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag/facts_priv.h"
#include "diag/peers.h"
#include "diag/program.h"

#define NOBODY          65534
#define CONNECTIONS_MAX 8

/* A daemon's socket, and a process with connections to it. */
struct stage {
	char path[64];
	int listener;
	int accepted[CONNECTIONS_MAX]; /* the kernel names no peer before that */
	pid_t client;
	int hold; /* the client ends when this is closed */
};

static int dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, path, strlen(path));
	return connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ? fd : -1;
}

static void client_main(const struct stage *stage, int connections, int ready, int hold)
{
	char byte = 0;

	for (int i = 0; i < connections; i++) {
		if (dial(stage->path) < 0)
			_exit(1);
	}
	if (write(ready, &byte, 1) != 1)
		_exit(1);
	_exit((int)read(hold, &byte, 1));
}

static void raise_curtain(struct stage *stage, int connections)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int ready[2], hold[2];
	char byte;

	snprintf(stage->path, sizeof(stage->path), "/tmp/cs-clients-%ld", (long)getpid());
	unlink(stage->path);
	memcpy(address.sun_path, stage->path, strlen(stage->path));
	stage->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(stage->listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod(stage->path, 0666), 0);
	assert_int_equal(listen(stage->listener, 8), 0);
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(hold), 0);
	stage->client = fork();
	if (stage->client == 0) {
		close(hold[1]);
		client_main(stage, connections, ready[1], hold[0]);
	}
	stage->hold = hold[1];
	close(hold[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	for (int i = 0; i < connections; i++)
		stage->accepted[i] = accept(stage->listener, NULL, NULL);
}

static void drop_curtain(struct stage *stage)
{
	close(stage->hold);
	waitpid(stage->client, NULL, 0);
	for (size_t i = 0; i < CONNECTIONS_MAX && stage->accepted[i] > 0; i++)
		close(stage->accepted[i]);
	close(stage->listener);
	unlink(stage->path);
}

static void collect(struct facts *facts, const struct stage *stage)
{
	const struct facts_options options = {0};

	*facts = (struct facts){.root = {.dir = "", .live = true}};
	facts->user.uid = facts->user.euid = getuid();
	facts->socket.path = stage->path;
	facts_clients_collect(facts, &options);
}

static void a_client_is_named(void **state)
{
	struct stage stage = {0};
	struct facts facts;

	(void)state;
	raise_curtain(&stage, 2);
	collect(&facts, &stage);
	assert_int_equal(facts.clients_known, FACT_YES);
	assert_int_equal(facts.n_client, 1);
	assert_int_equal(facts.client[0].pid, stage.client);
	assert_int_equal(facts.client[0].connections, 2);
	assert_true(facts.client[0].by_socket);
	assert_false(facts.client[0].raw_usb);
	assert_int_equal(facts.client[0].uid, getuid());
	assert_string_equal(facts.client[0].comm, "test_facts_clie");
	assert_non_null(strstr(facts.client[0].exe, "test_facts_clients"));
	assert_int_equal(facts.hidden_clients, 0);
	assert_int_equal(facts.unreadable.n, 0);
	facts_release(&facts);
	drop_curtain(&stage);
}

static void nobody_is_connected(void **state)
{
	struct stage stage = {0};
	struct facts facts;

	(void)state;
	raise_curtain(&stage, 0);
	collect(&facts, &stage);
	assert_int_equal(facts.clients_known, FACT_YES);
	assert_int_equal(facts.n_client, 0);
	assert_int_equal(facts.hidden_clients, 0);
	facts_release(&facts);
	drop_curtain(&stage);
}

/* Another user sees that there are connections, and not whose: the kernel shows him no open files of ours. */
static void other_users_are_counted(void **state)
{
	struct stage stage = {0};
	struct facts facts;
	int status = 0;
	pid_t pid;

	(void)state;
	if (getuid() != 0)
		fail_msg("to become another user needs root");
	raise_curtain(&stage, 3);
	pid = fork();
	if (pid == 0) {
		if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
			_exit(10);
		collect(&facts, &stage);
		if (facts.clients_known != FACT_YES || facts.unreadable.n != 1)
			_exit(11);
		for (size_t i = 0; i < facts.n_client; i++) {
			if (facts.client[i].by_socket)
				_exit(12);
		}
		_exit((int)facts.hidden_clients);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	drop_curtain(&stage);
}

static void inodes(void **state)
{
	struct stage stage = {0};
	struct pool pool = {0};
	struct peers peers;
	uint32_t joined;

	(void)state;
	raise_curtain(&stage, 5);
	assert_true(peers_get(&peers, &pool, stage.path));
	assert_int_equal(peers.joined.n, 5);
	joined = peers.joined.inode[4];
	assert_true(inodes_hold(&peers.joined, joined));
	assert_false(inodes_hold(&peers.joined, 0));
	assert_false(inodes_hold(&peers.lost, joined));
	assert_true(peers_get(&peers, &pool, "/nowhere/pcscd.comm"));
	assert_int_equal(peers.joined.n, 0);
	for (size_t i = 0; i < 5; i++) {
		close(stage.accepted[i]);
		stage.accepted[i] = 0;
	}
	assert_true(peers_get(&peers, &pool, stage.path));
	assert_int_equal(peers.joined.n, 0);
	assert_true(inodes_hold(&peers.lost, joined));
	pool_release(&pool);
	drop_curtain(&stage);
}

#define UNIX_HEAD "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define UNIX_LISTEN                                                                                          \
	"0000000000000000: 00000002 00000000 00010000 0001 01 11 /run/pcscd/pcscd.comm\n"                    \
	"0000000000000000: 00000003 00000000 00000000 0001 03 12\n"                                          \
	"0000000000000000: 00000003 00000000 00000000 0001 03 13 /run/dbus/system_bus_socket\n"
#define UNIX_JOINED "0000000000000000: 00000003 00000000 00000000 0001 03 14 /run/pcscd/pcscd.comm\n"

/* clients: "PID COMM [suspect|usb NODE] CMDLINE" a line */
struct row {
	const char *name;
	struct temp_file files[FILES_MAX];
	enum fact known;
	unsigned hidden;
	const char *clients;
};

static const struct row rows[] = {
	{.name = "no /proc: nothing is known", .files = {{"etc/passwd", ""}}, .clients = ""},
	{.name = "nobody is connected",
	 .files = {{"proc/net/unix", UNIX_HEAD UNIX_LISTEN},
		   {"proc/41/comm", "scdaemon\n"},
		   {"proc/41/maps", "7f00-7f01 r-xp 0 0 0 /usr/lib/libpcsclite.so.1.0.0\n"}},
	 .known = FACT_YES,
	 .clients = ""},
	{.name = "connections without names: known programs and those with the library are suspects",
	 .files = {{"proc/net/unix", UNIX_HEAD UNIX_LISTEN UNIX_JOINED UNIX_JOINED},
		   {"proc/41/comm", "scdaemon\n"},
		   {"proc/41/cmdline", "scdaemon"},
		   {"proc/42/comm", "mytool\n"},
		   {"proc/42/maps", "7f00-7f01 r-xp 0 0 0 /usr/lib/libpcsclite.so.1.0.0\n"},
		   {"proc/43/comm", "bash\n"},
		   {"proc/43/maps", "7f00-7f01 r-xp 0 0 0 /usr/lib/libc.so.6\n"},
		   {"proc/44/comm", "pcscd\n"},
		   {"proc/44/maps", "7f00-7f01 r-xp 0 0 0 /usr/lib/libpcsclite.so.1.0.0\n"}},
	 .known = FACT_YES,
	 .hidden = 2,
	 .clients = "41 scdaemon suspect scdaemon\n42 mytool suspect -\n"},
	{.name = "a program that has the reader's USB device open; pcscd's own does not count",
	 .files = {{"proc/50/comm", "qemu-system-x86\n"},
		   {"proc/50/fd/0", "-> /dev/null"},
		   {"proc/50/fd/9", "-> /dev/bus/usb/001/004"},
		   {"proc/51/comm", "pcscd\n"},
		   {"proc/51/fd/8", "-> /dev/bus/usb/001/004"},
		   {"proc/52/comm", "lsusb\n"},
		   {"proc/52/fd/3", "-> /dev/bus/usb/001/001"}},
	 .clients = "50 qemu-system-x86 usb /dev/bus/usb/001/004 -\n"},
};

static const char *client_line(struct pool *pool, const char *before, const struct facts_client *c)
{
	return pool_format(pool, "%s%ld %s %s%s%s %s\n", before, (long)c->pid, c->comm,
			   c->raw_usb ? "usb " : "suspect", c->raw_usb ? c->usb : "", c->by_socket ? "!" : "",
			   c->cmdline ? c->cmdline : "-");
}

static void from_files(void **state)
{
	const struct facts_options options = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct facts_usb usb = {.node = {.path = "/dev/bus/usb/001/004"}};
		char dir[] = "/tmp/facts.XXXXXX";
		struct facts facts = {.root = {.dir = dir}, .usb = &usb, .n_usb = 1};
		const char *told = "";

		print_message("# %s\n", rows[i].name);
		temp_make(dir, rows[i].files);
		facts.socket.path = "/run/pcscd/pcscd.comm";
		facts_clients_collect(&facts, &options);
		temp_remove(dir);
		for (size_t j = 0; j < facts.n_client; j++)
			told = client_line(&facts.pool, told, &facts.client[j]);
		assert_int_equal(facts.clients_known, rows[i].known);
		assert_int_equal(facts.hidden_clients, rows[i].hidden);
		assert_string_equal(told, rows[i].clients);
		facts_release(&facts);
	}
}

static void arguments_are_left_out(void **state)
{
	const struct facts_options options = {0};
	const struct temp_file files[FILES_MAX] = {
		{"proc/net/unix", UNIX_HEAD UNIX_JOINED},
		{"proc/60/comm", "pkcs15-tool\n"},
		{"proc/60/cmdline", ""},
	};
	char dir[] = "/tmp/facts.XXXXXX", path[80];
	struct facts facts = {.root = {.dir = dir}};
	FILE *file;

	(void)state;
	temp_make(dir, files);
	snprintf(path, sizeof(path), "%s/proc/60/cmdline", dir);
	file = fopen(path, "w");
	fwrite("pkcs15-tool\0--pin\0001234\0", 1, 24, file);
	fclose(file);
	facts.socket.path = "/run/pcscd/pcscd.comm";
	facts_clients_collect(&facts, &options);
	temp_remove(dir);
	assert_int_equal(facts.n_client, 1);
	assert_string_equal(facts.client[0].cmdline, "pkcs15-tool");
	facts_release(&facts);
}

static void programs(void **state)
{
	const struct facts_client own = {.pid = 77, .uid = 1000};
	char command[PROGRAM_COMMAND_MAX];

	(void)state;
	assert_int_equal(program_lookup("scdaemon")->kind, PROGRAM_GNUPG);
	assert_string_equal(program_lookup("scdaemon")->command, "gpgconf --kill scdaemon");
	assert_int_equal(program_lookup("qemu-system-x86")->kind, PROGRAM_VM);
	assert_null(program_lookup("bash"));
	assert_string_equal(program_let_go(program_lookup("scdaemon"), &own, 1000, command).command,
			    "gpgconf --kill scdaemon");
	assert_false(program_let_go(program_lookup("scdaemon"), &own, 1000, command).as_root);
	assert_string_equal(program_let_go(program_lookup("scdaemon"), &own, 0, command).command, "kill 77");
	assert_true(program_let_go(program_lookup("scdaemon"), &own, 0, command).as_root);
	assert_null(program_let_go(program_lookup("firefox"), &own, 0, command).command);
	assert_null(program_lookup(""));
	assert_null(program_lookup(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_is_named),
		cmocka_unit_test(nobody_is_connected),
		cmocka_unit_test(other_users_are_counted),
		cmocka_unit_test(inodes),
		cmocka_unit_test(from_files),
		cmocka_unit_test(arguments_are_left_out),
		cmocka_unit_test(programs),
	};

	return cmocka_run_group_tests_name("facts_clients", tests, NULL, NULL);
}

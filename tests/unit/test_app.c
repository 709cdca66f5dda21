/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/app.h"

enum { STARTED, REFUSED, WRONG_DESCRIPTOR };

static bool is_null_device(int fd)
{
	struct stat null, got;

	return stat("/dev/null", &null) == 0 && fstat(fd, &got) == 0 && S_ISCHR(got.st_mode) &&
	       got.st_rdev == null.st_rdev;
}

/* What becomes of a process that starts with these descriptors closed; bit 0 is stdin. */
static int start_without(unsigned closed)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		/* the message of a refusal is not for the log of the tests */
		int null = open("/dev/null", O_RDWR);
		const struct app_env *env;

		dup2(null, STDERR_FILENO);
		close(null);
		for (int fd = 0; fd <= 2; fd++)
			if (closed >> fd & 1)
				close(fd);
		env = app_start("test");
		for (int fd = 0; fd <= 2; fd++)
			if (closed >> fd & 1 && !is_null_device(fd))
				_exit(WRONG_DESCRIPTOR);
		_exit(env ? STARTED : REFUSED);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void closed_descriptors(void **state)
{
	(void)state;
	for (unsigned closed = 0; closed < 8; closed++)
		assert_int_equal(start_without(closed), closed & 2 ? REFUSED : STARTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signalfd() is Linux' own; elsewhere a self-pipe would take its place. */
#define _GNU_SOURCE
#include "cli/app.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#ifndef CS_DATADIR
#define CS_DATADIR "/usr/local/share/cardscope"
#endif

const char *const app_color_choices[] = {"auto", "always", "never", NULL};

static struct app_env environment;

static const char *get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* What pcsc_doctor looks for causes in. */
static void get_surroundings(struct app_env *env)
{
	env->csock_name = getenv("PCSCLITE_CSOCK_NAME");
	env->no_blocking = getenv("PCSCLITE_NO_BLOCKING");
	env->delegate = get("LIBPCSCLITE_DELEGATE");
	env->library_path = get("LD_LIBRARY_PATH");
	env->preload = get("LD_PRELOAD");
	env->ssh_connection = get("SSH_CONNECTION");
	env->session_id = get("XDG_SESSION_ID");
	env->tmux = get("TMUX") ? get("TMUX") : get("STY");
	env->snap = get("SNAP");
	env->appimage = get("APPIMAGE");
	env->flatpak_id = get("FLATPAK_ID");
	env->path = get("PATH");
	env->sudo_user = get("SUDO_USER");
	env->xdg_runtime_dir = get("XDG_RUNTIME_DIR");
	env->shell = get("SHELL");
	env->prompt = get("PS1");
}

/* A standard descriptor that is closed would be taken by the next file to be opened. */
static bool fill_descriptors(void)
{
	bool has_stdout = fcntl(STDOUT_FILENO, F_GETFD) >= 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	if (!has_stdout)
		errno = EBADF;
	return has_stdout;
}

const struct app_env *app_start(const char *tool)
{
	struct app_env *env = &environment;

	if (!fill_descriptors()) {
		fprintf(stderr, "%s: standard output: %s\n", tool, strerror(errno));
		return NULL;
	}
	setlocale(LC_CTYPE, "");
	env->home = get("HOME");
	env->xdg_data_home = get("XDG_DATA_HOME");
	env->xdg_cache_home = get("XDG_CACHE_HOME");
	env->xdg_state_home = get("XDG_STATE_HOME");
	env->smartcard_list = get("SMARTCARD_LIST");
	env->pcsc_reader = get("PCSC_READER");
	env->datadir = get("CARDSCOPE_DATADIR") ? get("CARDSCOPE_DATADIR") : CS_DATADIR;
	env->term = get("TERM");
	get_surroundings(env);
	env->no_color = get("NO_COLOR") != NULL;
	env->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	return env;
}

bool app_use_color(enum app_color choice, const struct app_env *env, FILE *stream)
{
	if (choice != APP_COLOR_AUTO)
		return choice == APP_COLOR_ALWAYS;
	return !env->no_color && env->term && strcmp(env->term, "dumb") != 0 && isatty(fileno(stream));
}

int app_finish(const char *tool, int status)
{
	bool failed = ferror(stdout) != 0;

	if (fclose(stdout) != 0)
		failed = true;
	if (!failed || errno == EPIPE)
		return status;
	fprintf(stderr, "%s: standard output: %s\n", tool, strerror(errno ? errno : EIO));
	return APP_USAGE;
}

int app_signal_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int app_signal_read(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

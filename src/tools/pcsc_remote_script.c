/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "tools/pcsc_remote_ssh.h"

/*
 * Scripts for the far sh, within single quotes for the login shell, which may be csh or fish: no single
 * quote, backslash, exclamation mark or newline. They end when ssh does: cat sees the end of its input.
 */
static const char find_script[] = "f=none; for s in %s; do test -S \"$s\" || continue; f=\"file $s\"; "
				  "if test -r /proc/net/unix; then f=\"stale $s\"; "
				  "grep -q \" 00010000 .*/${s##*/}$\" /proc/net/unix && f=\"socket $s\"; fi; "
				  "test -w \"$s\" || f=\"locked $s\"; break; done; "
				  "PATH=$PATH:/usr/sbin:/usr/local/sbin:/sbin; "
				  "if test \"$f\" = none; then command -v pcscd >/dev/null || f=absent; fi; "
				  "echo \"" REMOTE_FAR_PREFIX "$f\"; exec cat >/dev/null";

static const char known_sockets[] = "${PCSCLITE_CSOCK_NAME:+\"$PCSCLITE_CSOCK_NAME\"} /run/pcscd/pcscd.comm "
				    "/var/run/pcscd/pcscd.comm";

/* The command ends with the connection. Directories of shells that were killed go, too. */
static const char directory_script[] =
	"umask 077; p=/tmp/cardscope-far-; for d in $p*; do n=${d#$p}; n=${n%%-*}; "
	"if test -d \"$d\" && test -O \"$d\"; then kill -0 \"$n\" 2>/dev/null || rm -rf \"$d\"; fi; done; "
	"d=$(mktemp -d $p$$-XXXXXX) || { echo \"" REMOTE_FAR_PREFIX "failed\"; exit 1; }; "
	"end() { test -f \"$d/pid\" && kill -HUP `cat \"$d/pid\"`; rm -rf \"$d\"; }; "
	"trap end EXIT; trap \"exit 1\" HUP INT TERM; "
	"echo \"" REMOTE_FAR_PREFIX "directory $d\"; cat >/dev/null";

void ssh_script(char out[SSH_SCRIPT_MAX], const struct tunnel *t)
{
	char text[SSH_SCRIPT_MAX - 16];

	if (t->reverse)
		snprintf(text, sizeof(text), "%s", directory_script);
	else
		snprintf(text, sizeof(text), find_script,
			 t->options->remote_socket ? t->options->remote_socket : known_sockets);
	snprintf(out, SSH_SCRIPT_MAX, "exec sh -c '%s'", text);
}

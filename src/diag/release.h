/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_RELEASE_H
#define CS_DIAG_RELEASE_H

#include <stdbool.h>

#include "diag/root.h"
#include "diag/wire.h"

/*
 * Which releases of pcsc-lite are at work. Neither the daemon nor the library tells; the daemon's file has it
 * in a message, and of the library the package manager knows.
 */
#define RELEASE_MAX 24

/*
 * release_of_daemon - the release of the pcscd that answered
 * @wire: what wire_probe() saw
 * Return: false: not known, as when the answer comes through a tunnel or from another container,
 * or of two that are installed nobody can tell which one runs.
 */
bool release_of_daemon(char out[RELEASE_MAX], const struct root *root, const struct wire *wire);

/*
 * release_of_library - the release of the libpcsclite that this process has loaded
 * Asks the package manager there is, within @limit_ms for each of those known; only about a library that
 * lies where packages put it.
 * Return: false: not known.
 */
bool release_of_library(char out[RELEASE_MAX], const struct root *root, int limit_ms);

/* release_number - the first number with a dot in it: "1.9.9" of "1:1.9.9-2"; false: there is none */
bool release_number(char out[RELEASE_MAX], const char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_DISTRO_H
#define CS_DIAG_DISTRO_H

#include <stdbool.h>

#include "diag/check.h"

/*
 * Commands that differ between distributions and init systems, in one table. The family is told by ID and
 * then ID_LIKE of os-release, the init system by process 1. Commands hold no "sudo": the remedy's as_root
 * says it. Texts are static or the verdict's pool's.
 */

enum distro_package {
	DISTRO_PCSCD,     /* the daemon */
	DISTRO_LIBRARY,   /* libpcsclite.so.1 */
	DISTRO_CCID,      /* the CCID driver */
	DISTRO_ACSCCID,   /* the driver of ACS for its own readers */
	DISTRO_CYBERJACK, /* the one of REINER SCT */
	DISTRO_PACKAGES
};

/* distro_install - "apt-get install pcscd"; NULL when the family is unknown or has no such package */
const char *distro_install(struct verdict *v, const struct facts *facts, enum distro_package package);

/* distro_upgrade - the same for "bring it to the newest version" */
const char *distro_upgrade(struct verdict *v, const struct facts *facts, enum distro_package package);

/* distro_reinstall - the same for "put its files back" */
const char *distro_reinstall(struct verdict *v, const struct facts *facts, enum distro_package package);

/* distro_package - its name: "libpcsclite1"; that of Debian when the family is unknown or has none */
const char *distro_package(const struct facts *facts, enum distro_package package);

enum distro_action { DISTRO_START, DISTRO_RESTART, DISTRO_STOP, DISTRO_ACTIONS };

/*
 * distro_service - lines that start (now and at boot), restart or stop pcscd here: systemctl, rc-service, sv,
 * service, or pcscd itself where no init system was recognised
 */
const char *distro_service(const struct facts *facts, enum distro_action action);

/* distro_systemd - whether process 1 is systemd */
bool distro_systemd(const struct facts *facts);

#endif

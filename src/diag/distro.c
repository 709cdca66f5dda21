/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/distro.h"

#include <assert.h>
#include <string.h>

enum verb { INSTALL, UPGRADE, REINSTALL, VERBS };

/* NULL in a row of packages: the family ships none under its own roof. */
static const struct family {
	const char *ids; /* ID or ID_LIKE, separated by blanks */
	const char *verb[VERBS];
	const char *package[DISTRO_PACKAGES];
} families[] = {
	{"debian ubuntu raspbian linuxmint devuan kali pop",
	 {"apt-get install", "apt-get install --only-upgrade", "apt-get install --reinstall"},
	 {"pcscd", "libpcsclite1", "libccid", "libacsccid1", "libifd-cyberjack6"}},
	{"fedora rhel centos rocky almalinux ol amzn",
	 {"dnf install", "dnf upgrade", "dnf reinstall"},
	 {"pcsc-lite", "pcsc-lite-libs", "pcsc-lite-ccid", NULL, NULL}},
	{"opensuse suse sles opensuse-leap opensuse-tumbleweed",
	 {"zypper install", "zypper update", "zypper install --force"},
	 {"pcsc-lite", "libpcsclite1", "pcsc-ccid", "pcsc-acsccid", "pcsc-cyberjack"}},
	{"arch manjaro endeavouros artix",
	 {"pacman -S", "pacman -Syu", "pacman -S"},
	 {"pcsclite", "pcsclite", "ccid", NULL, NULL}},
	{"alpine postmarketos",
	 {"apk add", "apk add --upgrade", "apk fix --reinstall"},
	 {"pcsc-lite", "pcsc-lite-libs", "ccid", "acsccid", NULL}},
	{"gentoo",
	 {"emerge --ask", "emerge --ask --update", "emerge --ask"},
	 {"sys-apps/pcsc-lite", "sys-apps/pcsc-lite", "app-crypt/ccid", NULL, NULL}},
	{"void",
	 {"xbps-install -S", "xbps-install -Su", "xbps-install -Sf"},
	 {"pcsclite", "pcsclite", "pcsc-ccid", NULL, NULL}},
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

/* How to run a service. The first row whose process 1 and distribution fit. */
static const struct init {
	const char *process; /* comm of process 1; NULL: any */
	const char *ids;     /* distributions; NULL: any */
	const char *command[DISTRO_ACTIONS];
} inits[] = {
	{"systemd",
	 NULL,
	 {"systemctl enable --now pcscd.socket", "systemctl restart pcscd.socket pcscd.service",
	  "systemctl stop pcscd.socket pcscd.service"}},
	{"openrc-init",
	 NULL,
	 {"rc-service pcscd start\nrc-update add pcscd", "rc-service pcscd restart",
	  "rc-service pcscd stop"}},
	{"init",
	 "alpine postmarketos gentoo artix",
	 {"rc-service pcscd start\nrc-update add pcscd", "rc-service pcscd restart",
	  "rc-service pcscd stop"}},
	{"runit", NULL, {"ln -s /etc/sv/pcscd /var/service/", "sv restart pcscd", "sv stop pcscd"}},
	{"init", NULL, {"service pcscd start", "service pcscd restart", "service pcscd stop"}},
	{NULL, NULL, {"pcscd", "pkill -x pcscd\nsleep 1\npcscd", "pkill -x pcscd"}},
};

/* has_word - whether one of the words of @words is one of those of @list */
static bool has_word(const char *list, const char *words)
{
	while (words && *words) {
		size_t len = strcspn(words, " ");

		for (const char *at = list; len > 0 && *at; at += strcspn(at, " "), at += strspn(at, " "))
			if (strcspn(at, " ") == len && strncmp(at, words, len) == 0)
				return true;
		words += len;
		words += strspn(words, " ");
	}
	return false;
}

static const struct family *family_of(const struct facts *facts)
{
	const char *const told[] = {facts->host.os_id, facts->host.os_like};

	for (size_t t = 0; t < sizeof(told) / sizeof(told[0]); t++)
		for (size_t i = 0; i < FAMILIES; i++)
			if (has_word(families[i].ids, told[t]))
				return &families[i];
	return NULL;
}

static const char *command(struct verdict *v, const struct facts *facts, enum verb verb,
			   enum distro_package package)
{
	const struct family *f = family_of(facts);

	assert(package < DISTRO_PACKAGES);
	return f && f->package[package] ? pool_format(v->pool, "%s %s", f->verb[verb], f->package[package])
					: NULL;
}

const char *distro_install(struct verdict *v, const struct facts *facts, enum distro_package package)
{
	return command(v, facts, INSTALL, package);
}

const char *distro_upgrade(struct verdict *v, const struct facts *facts, enum distro_package package)
{
	return command(v, facts, UPGRADE, package);
}

const char *distro_reinstall(struct verdict *v, const struct facts *facts, enum distro_package package)
{
	return command(v, facts, REINSTALL, package);
}

const char *distro_package(const struct facts *facts, enum distro_package package)
{
	const struct family *f = family_of(facts);

	assert(package < DISTRO_PACKAGES);
	return f && f->package[package] ? f->package[package] : families[0].package[package];
}

const char *distro_service(const struct facts *facts, enum distro_action action)
{
	const char *process = facts->host.init;

	assert(action < DISTRO_ACTIONS);
	for (const struct init *i = inits;; i++)
		if ((!i->process || (process && strcmp(i->process, process) == 0)) &&
		    (!i->ids || has_word(i->ids, facts->host.os_id)))
			return i->command[action];
}

bool distro_systemd(const struct facts *facts)
{
	return facts->host.init && strcmp(facts->host.init, "systemd") == 0;
}

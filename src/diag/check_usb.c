/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_priv.h"

#include <string.h>

#include "diag/distro.h"
#include "diag/reader_table.h"
#include "diag/usb.h"

static const char attach_wsl[] = "usbipd list\nusbipd bind --busid BUSID\nusbipd attach --wsl --busid BUSID";

/* machine - who runs this virtual machine; NULL: nobody that is known */
static const char *machine(const struct facts *facts)
{
	static const char *const makers[] = {"VMware", "QEMU", "innotek", "Xen", "Parallels"};

	for (size_t i = 0; facts->host.vm && i < sizeof(makers) / sizeof(makers[0]); i++)
		if (strstr(facts->host.vm, makers[i]))
			return makers[i];
	return NULL;
}

static size_t count(const struct facts *facts, enum usb_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < facts->n_usb; i++)
		n += usb_kind_of(&facts->usb[i]) == kind;
	return n;
}

static void no_reader_advice(const struct facts *facts, struct verdict *v)
{
	const char *vm = machine(facts);

	if (facts->host.wsl == FACT_YES) {
		verdict_remedy(v, false,
			       "In Windows, as administrator, hand the reader over to WSL 2 (WSL 1 can not "
			       "have one).",
			       attach_wsl);
		verdict_remedy(v, true, "Then start the daemon here.", distro_service(facts, DISTRO_START));
		return;
	}
	if (vm)
		verdict_remedy(
			v, false,
			pool_format(
				v->pool,
				"This is a virtual machine (%s): pass the reader's USB device through to it.",
				vm),
			NULL);
	verdict_remedy(v, false,
		       "Plug the reader in, try another port or cable, and see what the kernel says.",
		       "lsusb\ndmesg | tail");
	if (!vm)
		verdict_remedy(v, false, "A built-in reader may be switched off in the firmware set-up.",
			       NULL);
}

static void no_reader(const struct facts *facts, struct verdict *v)
{
	const char *kase = facts->host.wsl == FACT_YES ? "D34" : "D21";

	if (facts->live_known && facts->live.n > 0) {
		verdict_set(v, CHECK_OK, NULL, "none, but PC/SC lists %zu of another kind", facts->live.n);
	} else if (facts->socket.from_env == FACT_YES) {
		verdict_set(v, CHECK_SKIP, NULL, "the readers are where PCSCLITE_CSOCK_NAME leads to");
	} else if (facts->host.container) {
		verdict_set(v, CHECK_SKIP, NULL, "none in this container; the daemon may run outside");
	} else if (facts->n_serial > 0) {
		verdict_set(v, CHECK_OK, NULL, "none, but %zu in %s", facts->n_serial,
			    verdict_clean(v, facts->daemon.config));
	} else if (facts->kernel.any_usb == FACT_UNKNOWN) {
		verdict_set(v, CHECK_SKIP, NULL, "USB can not be seen from here");
	} else {
		verdict_set(v, CHECK_FAIL, kase, "no smart card reader is on USB");
		verdict_evidence(v, "%s: %s", USB_DEVICES,
				 facts->kernel.any_usb == FACT_YES ? "devices, but no reader"
								   : "no device at all");
		no_reader_advice(facts, v);
	}
}

static void reader(const struct facts *facts, struct verdict *v)
{
	if (facts->n_usb == 0) {
		no_reader(facts, v);
		return;
	}
	for (size_t i = 0; i < facts->n_usb; i++)
		verdict_evidence(v, "%s", usb_name(v, &facts->usb[i]));
	if (count(facts, USB_DISK) < facts->n_usb) {
		verdict_set(v, CHECK_OK, NULL, "%zu found", facts->n_usb - count(facts, USB_DISK));
	} else if (usb_another_works(facts, NULL) || facts->n_serial > 0) {
		verdict_set(v, CHECK_OK, NULL, "none, but others are there");
	} else {
		verdict_set(v, CHECK_FAIL, "D26", "%s takes memory cards, not smart cards",
			    usb_name(v, &facts->usb[0]));
		no_reader_advice(facts, v);
	}
}

/* trouble - fail, or warn when it does not keep every reader away */
static enum check_status trouble(const struct facts *facts, const struct facts_usb *u)
{
	return usb_another_works(facts, u) ? CHECK_WARN : CHECK_FAIL;
}

/* first_with - the first device that @is says yes of; NULL: none */
static const struct facts_usb *first_with(const struct facts *facts, bool (*is)(const struct facts_usb *))
{
	for (size_t i = 0; i < facts->n_usb; i++)
		if (is(&facts->usb[i]))
			return &facts->usb[i];
	return NULL;
}

static bool other_mode(const struct facts_usb *u)
{
	return usb_kind_of(u) == USB_OTHER_MODE;
}

static void mode(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *u = first_with(facts, other_mode);
	const struct reader_mode *row = u ? reader_mode_get(u->vendor, u->product) : NULL;

	if (!facts->n_usb) {
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
		return;
	}
	if (!u) {
		verdict_set(v, CHECK_OK, NULL, "every device offers its card function");
		return;
	}
	if (usb_another_works(facts, u)) {
		verdict_set(v, CHECK_OK, NULL, "%s is no reader now, but others are", usb_name(v, u));
		return;
	}
	verdict_set(v, CHECK_FAIL, "D26", "%s is no card reader in its present mode", usb_name(v, u));
	verdict_evidence(v, "interface %s is of class %02x, not 0b", verdict_clean(v, u->interface),
			 (unsigned)u->interface_class & 0xFF);
	if (row)
		verdict_evidence(v, "%04x:%04x: %s", u->vendor, u->product, row->text);
	if (row && row->command)
		verdict_remedy(v, u->vendor == 0x0D46, "Switch it, then plug it in again.", row->command);
	else
		verdict_remedy(v, false,
			       "Switch its card function on with the maker's tool, or use another device.",
			       NULL);
}

static bool unauthorized(const struct facts_usb *u)
{
	return u->authorized == FACT_NO;
}

static void authorized(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *u = first_with(facts, unauthorized);

	if (!facts->n_usb) {
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
	} else if (!u) {
		verdict_set(v, CHECK_OK, NULL, "nothing is blocked");
	} else {
		verdict_set(v, trouble(facts, u), "D32", "%s is blocked, by USBGuard or the like",
			    usb_name(v, u));
		verdict_evidence(v, "%s/%s/authorized is 0", USB_DEVICES, verdict_clean(v, u->bus_path));
		verdict_remedy(v, true, "Find its number and allow it.",
			       "usbguard list-devices --blocked\nusbguard allow-device -p NUMBER");
		verdict_remedy(v, true, "Then have the daemon look again.",
			       distro_service(facts, DISTRO_RESTART));
	}
}

static bool is_ignored(const struct facts_usb *u)
{
	return u->ignored == FACT_YES;
}

static void ignored(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *u = first_with(facts, is_ignored);
	const char *filter = facts->daemon.env_filter;

	if (u) {
		verdict_set(v, trouble(facts, u), "D32b", "pcscd is told to ignore %s", usb_name(v, u));
		verdict_evidence(v, "udev: PCSCLITE_IGNORE is set%s%s", u->ignore_rule ? " by " : "",
				 verdict_clean(v, u->ignore_rule));
		verdict_remedy(v, true,
			       "Take that line out of the rule, reload, and plug the reader in again.",
			       "udevadm control --reload\nudevadm trigger --subsystem-match=usb");
	} else if (filter && *filter) {
		verdict_set(v, CHECK_WARN, "D32b", "pcscd hides readers whose name holds \"%s\"",
			    verdict_clean(v, filter));
		verdict_evidence(v, "%s: PCSCLITE_FILTER_IGNORE_READER_NAMES",
				 verdict_clean(v, facts->daemon.args_file));
		verdict_remedy(v, true, "If a reader is missed: take that line out, then restart the daemon.",
			       distro_service(facts, DISTRO_RESTART));
	} else if (!facts->n_usb) {
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
	} else {
		verdict_set(v, CHECK_OK, NULL, "no reader is hidden on purpose");
	}
}

static bool closed_to_daemon(const struct facts_usb *u)
{
	return u->daemon_may_open == FACT_NO && usb_kind_of(u) == USB_READER;
}

static bool open_to_daemon(const struct facts_usb *u)
{
	return u->daemon_may_open == FACT_YES;
}

static void permission_advice(const struct facts *facts, const struct facts_usb *u, struct verdict *v)
{
	verdict_remedy(v, true,
		       "The CCID driver from 1.7.0 on gives its readers to the daemon: upgrade it and plug "
		       "the reader in again.",
		       distro_upgrade(v, facts, DISTRO_CCID));
	verdict_remedy(
		v, true, "Or do it with a rule of your own, then plug the reader in again.",
		pool_format(v->pool,
			    "echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", "
			    "GROUP=\"pcscd\", MODE=\"0660\"' | tee -a /etc/udev/rules.d/93-reader.rules\n"
			    "udevadm control --reload\nudevadm trigger --subsystem-match=usb",
			    u->vendor, u->product));
}

static void permission(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *u = first_with(facts, closed_to_daemon);

	if (u) {
		verdict_set(v, trouble(facts, u), "D27", "the daemon may not open %s", usb_name(v, u));
		verdict_evidence(v, "%s: mode %04o, owner %lu, group %lu", verdict_clean(v, u->node.path),
				 u->node.mode & 07777, (unsigned long)u->node.uid,
				 (unsigned long)u->node.gid);
		if (facts->daemon.user)
			verdict_evidence(v, "pcscd runs as %s", verdict_clean(v, facts->daemon.user));
		permission_advice(facts, u, v);
	} else if (first_with(facts, open_to_daemon)) {
		verdict_set(v, CHECK_OK, NULL, "the daemon may open the reader");
	} else {
		verdict_set(v, CHECK_SKIP, NULL, "%s",
			    facts->n_usb ? "the user of the daemon is not known" : "no device to look at");
	}
}

static bool asleep(const struct facts_usb *u)
{
	return usb_usable(u) && u->power_control && u->runtime_status &&
	       strcmp(u->power_control, "auto") == 0 && strcmp(u->runtime_status, "suspended") == 0;
}

/* A reader that sleeps is the normal case with no card in it: only one that is missed, too, is suspicious. */
static void power(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *u = first_with(facts, asleep);

	if (!facts->n_usb) {
		verdict_set(v, CHECK_SKIP, NULL, "no device to look at");
		return;
	}
	if (!u || !facts->live_known || facts->live.list.outcome != LIVE_ANSWERED || facts->live.n > 0) {
		verdict_set(v, CHECK_OK, NULL, "nothing speaks for a lost reader");
		return;
	}
	verdict_set(v, CHECK_WARN, "D31", "%s sleeps and PC/SC does not list it", usb_name(v, u));
	verdict_evidence(v, "power/control is auto, power/runtime_status is suspended");
	verdict_remedy(v, true, "Wake it up: have the daemon look again.",
		       distro_service(facts, DISTRO_RESTART));
	verdict_remedy(v, true, "If it comes back after each suspend: keep the reader awake.",
		       pool_format(v->pool,
				   "echo 'ACTION==\"add\", SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", "
				   "ATTR{idProduct}==\"%04x\", ATTR{power/control}=\"on\", "
				   "ATTR{power/persist}=\"0\"' | tee -a "
				   "/etc/udev/rules.d/93-reader-power.rules",
				   u->vendor, u->product));
}

const struct check check_usb[] = {
	{"usb-reader", LAYER_USB, "a smart card reader is on USB", reader},
	{"usb-mode", LAYER_USB, "the device is in its card reader mode", mode},
	{"usb-authorized", LAYER_USB, "the kernel lets the device be used", authorized},
	{"usb-ignored", LAYER_USB, "no reader is hidden from the daemon", ignored},
	{"usb-permission", LAYER_USB, "the daemon may open the reader", permission},
	{"usb-power", LAYER_USB, "the reader is awake when it is needed", power},
	{0},
};

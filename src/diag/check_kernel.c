/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_priv.h"

#include <string.h>

#include "diag/advice.h"
#include "diag/distro.h"
#include "diag/usb.h"

#define BLACKLIST "/etc/modprobe.d/blacklist-nfc.conf"

static bool mentions_debian(const char *ids)
{
	return ids && strstr(ids, "debian");
}

static void nfc_advice(const struct facts *facts, struct verdict *v, const char *driver)
{
	const bool initramfs = mentions_debian(facts->host.os_id) || mentions_debian(facts->host.os_like);
	const bool pn533 = strncmp(driver, "pn533", 5) == 0;

	verdict_remedy(v, true, "Take the reader from the kernel now, then have the daemon look again.",
		       pool_format(v->pool, "modprobe -r %s\n%s", pn533 ? "pn533_usb pn533 nfc" : driver,
				   distro_service(facts, DISTRO_RESTART)));
	verdict_remedy(v, true, "And for good, then plug the reader in again.",
		       pool_format(v->pool, "printf 'blacklist %%s\\n' %s | tee -a " BLACKLIST "%s",
				   pn533 ? "pn533_usb pn533 nfc" : driver,
				   initramfs ? "\nupdate-initramfs -u" : ""));
}

static void taken(const struct facts *facts, struct verdict *v, const struct facts_usb *u)
{
	const enum check_status status = usb_another_works(facts, u) ? CHECK_WARN : CHECK_FAIL;
	const bool nfc = usb_taking_module(u->kernel_driver);
	const char *driver = verdict_quote(v, u->kernel_driver);
	const char *interface = verdict_quote(v, u->interface);

	verdict_set(v, status, nfc ? "D22" : "D22b", "the kernel driver %s holds %s",
		    verdict_clean(v, u->kernel_driver), usb_name(v, u));
	verdict_evidence(v, "%s/%s/driver -> %s", USB_DEVICES, interface, driver);
	if (nfc)
		nfc_advice(facts, v, driver);
	else
		verdict_remedy(v, true,
			       "Take the interface from that driver, then have the daemon look again.",
			       pool_format(v->pool, "echo %s | tee /sys/bus/usb/drivers/%s/unbind\n%s",
					   interface, driver, distro_service(facts, DISTRO_RESTART)));
}

static void driver(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_usb; i++) {
		if (usb_taken(&facts->usb[i])) {
			taken(facts, v, &facts->usb[i]);
			return;
		}
	}
	verdict_set(v, facts->n_usb ? CHECK_OK : CHECK_SKIP, NULL, "%s",
		    facts->n_usb ? "no kernel driver holds a reader" : "no device to look at");
	for (size_t i = 0; i < facts->kernel.modules.n; i++)
		verdict_evidence(v, "module %s is loaded; it could take a reader that is plugged in later",
				 verdict_clean(v, facts->kernel.modules.item[i]));
}

static void link_check(const struct facts *facts, struct verdict *v)
{
	const char *line = advice_log(facts, "D30");

	if (facts->log_known != FACT_YES) {
		verdict_set(v, CHECK_SKIP, NULL, "the daemon's log can not be read");
	} else if (!line || usb_another_works(facts, NULL)) {
		verdict_set(v, CHECK_OK, NULL, "nothing in the daemon's log speaks of a lost device");
	} else {
		verdict_set(v, CHECK_WARN, "D30", "the USB link to the reader failed some time ago");
		verdict_evidence(v, "%s", verdict_clean(v, line));
		verdict_remedy(v, false,
			       "Try another cable, port or hub; an error of the host controller in here is "
			       "none of PC/SC.",
			       "dmesg | grep -i -e usb -e xhci | tail");
	}
}

static void policy(const struct facts *facts, struct verdict *v)
{
	const bool selinux = facts->host.selinux_enforcing == FACT_YES;
	const char *line = advice_log(facts, "D33");

	if (line) {
		verdict_set(v, CHECK_WARN, "D33", "%s denied the daemon something",
			    selinux ? "SELinux" : "the security module");
		verdict_evidence(v, "%s", verdict_clean(v, line));
		verdict_remedy(v, true, "Look at the denials.", "ausearch -m avc -c pcscd -ts recent");
		verdict_remedy(v, true, "Upgrade the policy; a driver of your own needs a module of its own.",
			       NULL);
	} else if (selinux) {
		verdict_set(v, CHECK_SKIP, NULL,
			    "SELinux enforces; its denials stand in the audit log, for root");
	} else if (facts->host.selinux_enforcing == FACT_UNKNOWN && facts->host.apparmor == FACT_UNKNOWN) {
		verdict_set(v, CHECK_SKIP, NULL, "whether there is one can not be told");
	} else {
		verdict_set(v, CHECK_OK, NULL, "nothing speaks for a denial");
	}
}

const struct check check_kernel[] = {
	{"kernel-driver", LAYER_KERNEL, "no kernel driver keeps the reader from the daemon", driver},
	{"kernel-link", LAYER_KERNEL, "the USB link to the reader holds", link_check},
	{"kernel-security", LAYER_KERNEL, "no security module stands in the way", policy},
	{0},
};

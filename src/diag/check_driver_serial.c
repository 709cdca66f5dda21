/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_driver_priv.h"

#include <string.h>

#include "diag/distro.h"
#include "diag/usb.h"

#define GROUP_MAY 060u /* read and write */

enum fault {
	FAULT_NONE,
	FAULT_BACKUP,
	FAULT_LINES,
	FAULT_BUNDLE,
	FAULT_NO_LIBRARY,
	FAULT_NO_DEVICE,
	FAULT_CLOSED_DEVICE
};

static enum fault fault_of(const struct facts_serial *s)
{
	if (s->backup)
		return FAULT_BACKUP;
	if (s->problem)
		return FAULT_LINES;
	if (s->library_file.exists == FACT_NO)
		return FAULT_NO_LIBRARY;
	if (strstr(s->library, ".bundle"))
		return FAULT_BUNDLE;
	if (s->device_file.path && s->device_file.exists == FACT_NO)
		return FAULT_NO_DEVICE;
	return s->daemon_may_open == FACT_NO ? FAULT_CLOSED_DEVICE : FAULT_NONE;
}

static const char *user(const struct facts *facts)
{
	return facts->daemon.user ? facts->daemon.user : "pcscd";
}

static void tell_backup(const struct facts_serial *s, struct verdict *v)
{
	verdict_set(v, v->status, "D36b", "%s is a left-over copy, and pcscd reads it, too",
		    verdict_clean(v, s->file));
	verdict_evidence(v, "line %u sets up %s; only hidden files are passed over", s->line,
			 verdict_clean(v, s->friendly));
	verdict_remedy(v, true, "Move it away.",
		       pool_format(v->pool, "mv %s /root/", verdict_quote(v, s->file)));
}

static void tell_lines(const struct facts_serial *s, struct verdict *v)
{
	verdict_set(v, v->status, "D36b", "%s, line %u: %s", verdict_clean(v, s->file), s->problem_line,
		    s->problem);
	verdict_evidence(v, "after the first fault pcscd takes no more readers from a file");
	verdict_remedy(v, true, "Correct it; reader.conf(5) tells how.", "man 5 reader.conf");
}

static void tell_device(const struct facts *facts, const struct facts_serial *s, struct verdict *v)
{
	const char *device = verdict_quote(v, s->device_file.path);
	const char *who = verdict_quote(v, user(facts));

	verdict_set(v, v->status, "D36b", "the daemon may not open %s, the device of %s", device,
		    verdict_clean(v, s->friendly));
	verdict_evidence(v, "%s: mode %04o, owner %lu, group %lu", device, s->device_file.mode & 07777,
			 (unsigned long)s->device_file.uid, (unsigned long)s->device_file.gid);
	verdict_evidence(v, "pcscd runs as %s", verdict_clean(v, user(facts)));
	if (s->device_file.gid != 0 && (s->device_file.mode & GROUP_MAY) == GROUP_MAY)
		verdict_remedy(v, true, "Put the daemon's user into the group of the device.",
			       pool_format(v->pool, "usermod -aG \"$(stat -c %%G %s)\" %s", device, who));
	else
		verdict_remedy(v, true,
			       "Give the device to a group that the daemon's user is in, by a rule of udev: "
			       "GROUP=\"dialout\", MODE=\"0660\".",
			       NULL);
}

static void tell(const struct facts *facts, const struct facts_serial *s, enum fault fault, struct verdict *v)
{
	const char *file = verdict_clean(v, s->file);

	switch (fault) {
	case FAULT_BACKUP:
		tell_backup(s, v);
		break;
	case FAULT_LINES:
		tell_lines(s, v);
		break;
	case FAULT_NO_LIBRARY:
		verdict_set(v, v->status, "D36b", "the driver of %s is missing",
			    verdict_clean(v, s->friendly));
		verdict_evidence(v, "%s, line %u: there is no %s", file, s->line,
				 verdict_clean(v, s->library));
		verdict_remedy(v, true, "Install that driver, or take the reader out of the file.", NULL);
		break;
	case FAULT_BUNDLE:
		verdict_set(v, CHECK_WARN, "D36b", "%s lists a USB driver; it is found without, and twice so",
			    file);
		verdict_evidence(v, "line %u: %s", s->line, verdict_clean(v, s->library));
		verdict_remedy(v, true, "Take the reader out of the file.", NULL);
		break;
	case FAULT_NO_DEVICE:
		verdict_set(v, v->status, "D36b", "the device of %s is missing",
			    verdict_clean(v, s->friendly));
		verdict_evidence(v, "%s, line %u: there is no %s", file, s->line,
				 verdict_clean(v, s->device_file.path));
		verdict_remedy(v, true, "Plug it in, or correct DEVICENAME; see which there are.",
			       "ls -l /dev/tty*");
		break;
	case FAULT_CLOSED_DEVICE:
		tell_device(facts, s, v);
		break;
	case FAULT_NONE:
		break;
	}
	verdict_remedy(v, true, "Then restart the daemon.", distro_service(facts, DISTRO_RESTART));
}

void check_driver_serial(const struct facts *facts, struct verdict *v)
{
	const struct facts_serial *worst = NULL;
	enum fault fault = FAULT_NONE;

	for (size_t i = 0; i < facts->n_serial; i++) {
		const enum fault f = fault_of(&facts->serial[i]);

		if (f > fault) {
			fault = f;
			worst = &facts->serial[i];
		}
	}
	if (worst) {
		v->status = usb_another_works(facts, NULL) ? CHECK_WARN : CHECK_FAIL;
		tell(facts, worst, fault, v);
	} else {
		verdict_set(v, CHECK_OK, NULL, "%zu set up in %s", facts->n_serial,
			    verdict_clean(v, facts->daemon.config));
	}
}

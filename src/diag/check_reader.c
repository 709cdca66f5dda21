/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/check_live.h"
#include "diag/distro.h"
#include "diag/usb.h"

static size_t usb_readers(const struct facts *facts)
{
	size_t n = 0;

	for (size_t i = 0; i < facts->n_usb; i++)
		n += usb_kind_of(&facts->usb[i]) == USB_READER;
	return n;
}

static const struct facts_client *raw_holder(const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_client; i++) {
		if (facts->client[i].raw_usb)
			return &facts->client[i];
	}
	return NULL;
}

static void run_holder(const struct facts *facts, struct verdict *v)
{
	const struct facts_client *holder = raw_holder(facts);
	bool listed = live_listed(facts);

	if (!usb_readers(facts)) {
		verdict_set(v, CHECK_SKIP, NULL, "no USB reader to look at");
		return;
	}
	if (!holder) {
		verdict_set(v, CHECK_OK, NULL,
			    "no program is seen to have a reader's USB device open itself");
		return;
	}
	if (listed && facts->live.n >= usb_readers(facts)) {
		verdict_set(v, CHECK_OK, NULL, "%s has %s open, and pcscd has its readers all the same",
			    verdict_clean(v, holder->comm), verdict_clean(v, holder->usb));
		return;
	}
	verdict_set(v, listed && facts->live.n == 0 ? CHECK_FAIL : CHECK_WARN, "D11",
		    "%s (process %ld) has the reader's USB device open itself, so pcscd can not have it",
		    verdict_clean(v, holder->comm), (long)holder->pid);
	verdict_evidence(v, "open: %s", verdict_clean(v, holder->usb));
	sharing_evidence(facts, v);
	sharing_remedies(facts, v, REMEDIES_MAX - 1);
	verdict_remedy(v, true, "Then let pcscd look for readers again.", "pcscd --hotplug");
}

/* Others explain a refusal or a dead service; what is left here has no better explanation. */
static void context_refused(const struct facts *facts, struct verdict *v)
{
	const struct live_call *call = &facts->live.establish;
	bool greeted = facts->socket.wire_known && facts->socket.wire.end == WIRE_ANSWERED;

	verdict_set(v, CHECK_FAIL, call->rv == RV_ACCESS_DENIED ? "D8e" : NULL,
		    "SCardEstablishContext answered 0x%08X", (unsigned)call->rv);
	verdict_evidence(v, "asked %u time%s, %u of them Access denied", call->tries,
			 call->tries == 1 ? "" : "s", call->denied);
	if (!greeted)
		return;
	verdict_evidence(v, "the daemon answers a version request, so it is not polkit that refuses");
	sharing_evidence(facts, v);
	if (call->rv == RV_ACCESS_DENIED || call->rv == RV_NO_SERVICE) {
		verdict_remedy(v, false,
			       "Too many contexts are open (pcscd allows 200, or what its --max-thread "
			       "says), or several "
			       "clients came at one instant through ssh: close programs, try again.",
			       NULL);
		verdict_remedy(v, true, "Or start the daemon again: every program loses its session.",
			       distro_service(facts, DISTRO_RESTART));
	}
}

static void call_stuck(const struct facts *facts, struct verdict *v, const struct live_call *call,
		       const char *name)
{
	if (call->outcome == LIVE_CRASHED) {
		verdict_set(v, CHECK_FAIL, NULL, "the process that called %s crashed in it", name);
		verdict_evidence(v, "library in use: %s", verdict_clean(v, facts->live.library));
		verdict_remedy(v, true, "Install the library again.",
			       distro_reinstall(v, facts, DISTRO_LIBRARY));
	} else {
		verdict_set(v, CHECK_FAIL, "D20", "%s does not return", name);
		verdict_evidence(v, "given up on it after its time limit");
		verdict_remedy(v, true, "Start the daemon again.", distro_service(facts, DISTRO_RESTART));
	}
}

static void call_failed(struct verdict *v, const struct live_call *call, const char *name)
{
	verdict_set(v, CHECK_FAIL, NULL, "%s fails, though the context works", name);
	verdict_evidence(v, "%s answered 0x%08X", name, (unsigned)call->rv);
	verdict_remedy(v, false, "What the code means:",
		       pool_format(v->pool, "pcsc_doctor explain 0x%08X", (unsigned)call->rv));
}

/* The first call that did not do its work; a list without readers is work done. */
static const struct live_call *first_trouble(const struct facts *facts, const char **name)
{
	const struct live *live = &facts->live;
	const struct {
		const struct live_call *call;
		const char *name;
	} calls[] = {{&live->establish, "SCardEstablishContext"},
		     {&live->list, "SCardListReaders"},
		     {&live->status, "SCardGetStatusChange"}};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		*name = calls[i].name;
		if (calls[i].call->outcome == LIVE_NOT_TRIED)
			return NULL;
		if (!live_worked(facts, calls[i].call) &&
		    !(calls[i].call == &live->list && live_listed(facts)))
			return calls[i].call;
	}
	return NULL;
}

static void run_context(const struct facts *facts, struct verdict *v)
{
	const char *name = "";
	const struct live_call *trouble = facts->live_known ? first_trouble(facts, &name) : NULL;

	if (!facts->live_known || facts->live.establish.outcome == LIVE_NOT_TRIED) {
		verdict_set(v, CHECK_SKIP, NULL, "PC/SC was not asked");
	} else if (!trouble) {
		verdict_set(v, CHECK_OK, NULL, "PC/SC calls answer");
		if (facts->live.establish.tries > 1)
			verdict_evidence(v, "only at attempt %u: clients came at the same moment",
					 facts->live.establish.tries);
	} else if (trouble->outcome != LIVE_ANSWERED) {
		call_stuck(facts, v, trouble, name);
	} else if (trouble == &facts->live.establish) {
		context_refused(facts, v);
	} else {
		call_failed(v, trouble, name);
		verdict_remedy(v, true, "Start the daemon again.", distro_service(facts, DISTRO_RESTART));
	}
}

static void usb_evidence(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_usb; i++) {
		const struct facts_usb *usb = &facts->usb[i];

		if (usb_kind_of(usb) != USB_READER)
			continue;
		verdict_evidence(v, "USB device %s: %04X:%04X %s", verdict_clean(v, usb->bus_path),
				 usb->vendor, usb->product, verdict_clean(v, usb->product_name));
		if (usb->runtime_status && strcmp(usb->runtime_status, "suspended") == 0)
			verdict_evidence(v, "USB device %s is suspended (power/control is %s)",
					 verdict_clean(v, usb->bus_path),
					 verdict_clean(v, usb->power_control));
	}
}

static void run_list(const struct facts *facts, struct verdict *v)
{
	if (!live_listed(facts)) {
		verdict_set(v, CHECK_SKIP, NULL, "no list of readers to look at");
		return;
	}
	if (facts->live.n) {
		verdict_set(v, CHECK_OK, NULL, "%zu reader%s, the first is \"%s\"", facts->live.n,
			    facts->live.n == 1 ? "" : "s", verdict_clean(v, facts->live.reader[0].name));
		return;
	}
	if (usb_readers(facts)) {
		verdict_set(v, CHECK_FAIL, "D29",
			    "pcscd is fine, the USB reader is there, and pcscd lists none");
		usb_evidence(facts, v);
		verdict_remedy(v, true, "Let pcscd look for readers again.", "pcscd --hotplug");
		verdict_remedy(v, false, "Plug the reader in again, into another port, without a hub.", NULL);
		verdict_remedy(v, true, "Start the daemon again, after the computer slept above all.",
			       distro_service(facts, DISTRO_RESTART));
		if (distro_systemd(facts))
			verdict_remedy(v, true, "Its log tells what the reader's driver says.",
				       "journalctl -u pcscd -n 50");
		return;
	}
	verdict_set(v, CHECK_FAIL, "D21", "pcscd is fine, and there is no reader");
	verdict_evidence(v, "SCardListReaders lists none, and no USB reader is seen");
	verdict_remedy(v, false,
		       "Plug in a reader; a built-in one may have to be enabled in the firmware's setup.",
		       NULL);
}

static void run_gone(const struct facts *facts, struct verdict *v)
{
	const struct live_reader *reader = live_reader_with(facts, RSTATE_UNAVAILABLE);

	if (!reader)
		reader = live_reader_with(facts, RSTATE_UNKNOWN);
	if (!live_readers(facts)) {
		verdict_set(v, CHECK_SKIP, NULL, "no reader to look at");
	} else if (!reader) {
		verdict_set(v, CHECK_OK, NULL, "the readers listed are there");
	} else {
		verdict_set(v, CHECK_FAIL, "D30", "reader \"%s\" is listed but does not answer any more",
			    verdict_clean(v, reader->name));
		verdict_evidence(v, "state of the reader 0x%04X", (unsigned)(reader->state & 0xFFFF));
		verdict_remedy(v, false, "Plug it in again, with another cable or into another port.", NULL);
		verdict_remedy(v, true, "See what the kernel says of the USB port.", "dmesg | tail -n 30");
	}
}

const struct check check_reader[] = {
	{"reader-claimed", LAYER_READER, "no other program drives the reader", run_holder},
	{"reader-context", LAYER_READER, "PC/SC calls answer", run_context},
	{"reader-list", LAYER_READER, "pcscd lists a reader", run_list},
	{"reader-gone", LAYER_READER, "the readers listed are there", run_gone},
	{0},
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/advice.h"
#include "diag/check_live.h"
#include "diag/distro.h"

/* Which releases speak a version of the protocol. */
static const struct release {
	int major, minor;
	const char *pcsc_lite;
} releases[] = {
	{4, 2, "pcsc-lite 1.7 or older 1.8"}, {4, 3, "pcsc-lite 1.8 up to 1.8.23"},
	{4, 4, "pcsc-lite 1.8.24 to 2.2.3"},  {4, 5, "pcsc-lite 2.3.0 to 2.4.1"},
	{4, 6, "pcsc-lite 2.5.0 or later"},
};

static const char *release_name(int major, int minor)
{
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		if (releases[i].major == major && releases[i].minor == minor)
			return releases[i].pcsc_lite;
	}
	return "a release unknown to this tool";
}

static bool told_version(const struct facts *facts)
{
	return facts->socket.wire_known &&
	       (facts->socket.wire.end == WIRE_ANSWERED || facts->socket.wire.end == WIRE_OTHER_VERSION);
}

static void run_answer(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	if (told_version(facts)) {
		verdict_set(v, CHECK_OK, NULL, "the socket is answered by pcscd");
		return;
	}
	if (!facts->socket.wire_known || wire->end != WIRE_BAD_ANSWER) {
		verdict_set(v, CHECK_SKIP, NULL, "nothing answered that could be looked at");
		return;
	}
	verdict_set(v, CHECK_FAIL, NULL, "what listens on the socket does not speak like pcscd");
	verdict_evidence(v, "socket %s", verdict_clean(v, facts->socket.path));
	if (wire->have_peer && wire->peer_pid > 0)
		verdict_evidence(v, "process %ld (%s) listens there", (long)wire->peer_pid,
				 verdict_clean(v, wire->peer_comm));
	advice_restart(facts, v, "End what listens there, then start pcscd again.");
}

static void mismatch_evidence(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	if (told_version(facts))
		verdict_evidence(v, "the daemon speaks %d:%d: %s", wire->major, wire->minor,
				 release_name(wire->major, wire->minor));
	if (facts->daemon.version)
		verdict_evidence(v, "pcscd is version %s", verdict_clean(v, facts->daemon.version));
	if (facts->live.library)
		verdict_evidence(v, "library in use: %s%s%s", verdict_clean(v, facts->live.library),
				 facts->live.library_version ? ", release " : "",
				 verdict_clean(v, facts->live.library_version));
	for (size_t i = 0; i < facts->n_library; i++)
		verdict_evidence(v, "library found: %s%s%s", verdict_clean(v, facts->library[i].path),
				 facts->library[i].version ? ", version " : "",
				 verdict_clean(v, facts->library[i].version));
}

/* Both from one release: the package of the daemon alone may leave an older library in place. */
static const char *upgrade(const struct facts *facts, struct verdict *v)
{
	const char *daemon = distro_upgrade(v, facts, DISTRO_PCSCD);
	const char *library = distro_package(facts, DISTRO_LIBRARY);

	return !daemon || strcmp(library, distro_package(facts, DISTRO_PCSCD)) == 0
		       ? daemon
		       : pool_format(v->pool, "%s %s", daemon, library);
}

static void run_version(const struct facts *facts, struct verdict *v)
{
	const struct wire *wire = &facts->socket.wire;

	if (live_said(facts, &facts->live.establish, RV_STOPPED)) {
		verdict_set(v, CHECK_FAIL, "D37",
			    "library and daemon are of different pcsc-lite releases and refuse each other");
		mismatch_evidence(facts, v);
		if (facts->host.sandbox)
			verdict_remedy(v, false,
				       "The program brings its own libpcsclite: update it, or use the one of "
				       "the distribution.",
				       NULL);
		verdict_remedy(v, true, "Take library and daemon from the same release.", upgrade(facts, v));
		verdict_remedy(v, true, "Then start the daemon again.",
			       distro_service(facts, DISTRO_RESTART));
		verdict_remedy(v, false,
			       "Where the releases must differ: 2.4.1 and later understand the others from "
			       "1.8.24 on; 2.3.0 to 2.4.0 only themselves.",
			       NULL);
	} else if (!told_version(facts)) {
		verdict_set(v, CHECK_SKIP, NULL, "the daemon told no version");
	} else if (wire->end == WIRE_ANSWERED || live_worked(facts, &facts->live.establish)) {
		verdict_set(v, CHECK_OK, NULL, "the daemon speaks %d:%d (%s)", wire->major, wire->minor,
			    release_name(wire->major, wire->minor));
	} else {
		verdict_set(v, CHECK_SKIP, NULL,
			    "the daemon speaks %d:%d only (%s); whether the library does is not known",
			    wire->major, wire->minor, release_name(wire->major, wire->minor));
	}
}

static void run_list(const struct facts *facts, struct verdict *v)
{
	const struct live *live = &facts->live;

	if (!live_worked(facts, &live->establish) || live->list.outcome != LIVE_ANSWERED) {
		verdict_set(v, CHECK_SKIP, NULL, "no list was asked for");
		return;
	}
	if (live->list.rv != RV_COMM) {
		verdict_set(v, CHECK_OK, NULL, "library and daemon agree on the list of readers");
		return;
	}
	verdict_set(v, CHECK_FAIL, "D40", "the context works, but the list of readers breaks the connection");
	verdict_evidence(v, "SCardListReaders answered 0x%08X (RPC transport error)",
			 (unsigned)live->list.rv);
	mismatch_evidence(facts, v);
	verdict_remedy(
		v, false,
		"Library and daemon were built with different numbers of readers: use the distribution's "
		"own libpcsclite, in a sandbox, too.",
		NULL);
	verdict_remedy(v, true, "If the daemon has crashed instead, its log says so.",
		       distro_systemd(facts) ? "journalctl -u pcscd -n 50" : NULL);
}

const struct check check_protocol[] = {
	{"protocol-answer", LAYER_PROTOCOL, "the socket is answered by pcscd", run_answer},
	{"protocol-version", LAYER_PROTOCOL, "library and daemon speak the same version", run_version},
	{"protocol-list", LAYER_PROTOCOL, "library and daemon agree on the list of readers", run_list},
	{0},
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diag/check_priv.h"
#include "diag/distro.h"
#include "diag/reach.h"

static void check_present(const struct facts *facts, struct verdict *v)
{
	if (facts->live_known && facts->live.library) {
		verdict_set(v, CHECK_OK, NULL, "libpcsclite is %s", verdict_clean(v, facts->live.library));
		return;
	}
	if (facts->n_library > 0) {
		verdict_set(v, CHECK_OK, NULL, "libpcsclite is %s", verdict_clean(v, facts->library[0].path));
		return;
	}
	if (!facts->daemon.binary) {
		verdict_set(v, CHECK_SKIP, NULL, "no libpcsclite.so.1 and no pcscd seen here");
		return;
	}
	verdict_set(v, CHECK_WARN, "D40d", "libpcsclite.so.1 is in none of the usual directories");
	verdict_remedy(v, true,
		       pool_format(v->pool, "Programs such as gpg load it when they run: install %s.",
				   distro_package(facts, DISTRO_LIBRARY)),
		       distro_install(v, facts, DISTRO_LIBRARY));
}

static bool starts_with(const char *text, const char *prefix)
{
	return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_foreign(const struct facts_library *library)
{
	static const char *const places[] = {"/usr/local/", "/opt/lib/", "/home/", "/root/", "/tmp/"};

	if (library->origin && strcmp(library->origin, "LD_LIBRARY_PATH") == 0)
		return true;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (starts_with(library->path, places[i]))
			return true;
	return false;
}

/* One that a program brings along in a directory of its own is for that program only. */
static bool is_bundled(const struct facts_library *library)
{
	static const char *const origins[] = {"snap", "flatpak"};

	for (size_t i = 0; library->origin && i < sizeof(origins) / sizeof(origins[0]); i++)
		if (strcmp(library->origin, origins[i]) == 0)
			return true;
	return false;
}

static bool are_mixed(const struct facts *facts)
{
	bool own = false, foreign = false;

	for (size_t i = 0; i < facts->n_library; i++) {
		const struct facts_library *l = &facts->library[i];

		if (is_foreign(l))
			foreign = true;
		else if (!is_bundled(l))
			own = true;
	}
	return own && foreign;
}

static bool are_daemons_mixed(const struct pool_list *daemons)
{
	bool own = false, foreign = false;

	for (size_t i = 0; i < daemons->n; i++) {
		if (starts_with(daemons->item[i], "/usr/local/") || starts_with(daemons->item[i], "/opt/"))
			foreign = true;
		else
			own = true;
	}
	return own && foreign;
}

static void put_copies(const struct facts *facts, struct verdict *v)
{
	for (size_t i = 0; i < facts->n_library; i++) {
		const struct facts_library *l = &facts->library[i];

		verdict_evidence(v, "%s%s%s%s%s%s", verdict_clean(v, l->path), l->version ? " version " : "",
				 verdict_clean(v, l->version), l->origin ? " (" : "",
				 verdict_clean(v, l->origin), l->origin ? ")" : "");
	}
	for (size_t i = 0; i < facts->daemon.binaries.n; i++)
		verdict_evidence(v, "%s", verdict_clean(v, facts->daemon.binaries.item[i]));
}

static void check_copies(const struct facts *facts, struct verdict *v)
{
	if (facts->n_library == 0) {
		verdict_set(v, CHECK_SKIP, NULL, "no libpcsclite.so.1 seen here");
		return;
	}
	if (!are_mixed(facts) && !are_daemons_mixed(&facts->daemon.binaries)) {
		verdict_set(v, CHECK_OK, NULL, "one pcsc-lite is installed");
		return;
	}
	verdict_set(v, CHECK_WARN, "D38",
		    "two pcsc-lite are installed: programs and daemon may not fit together");
	put_copies(facts, v);
	verdict_remedy(v, true,
		       "Remove the one that was compiled here, from the directory where it was built.",
		       "ninja uninstall || make uninstall\nldconfig");
	if (facts->env.library_path)
		verdict_remedy(v, false, "Or do not direct programs to it.", "unset LD_LIBRARY_PATH");
}

static void put_sandbox_remedy(const struct facts *facts, struct verdict *v)
{
	const char *id = verdict_quote(v, facts->env.flatpak_id ? facts->env.flatpak_id : "APP");

	if (strcmp(facts->host.sandbox, "flatpak") == 0)
		verdict_remedy(v, false,
			       "Outside of the sandbox, let the program see PC/SC and start it again.",
			       pool_format(v->pool, "flatpak override --user --socket=pcsc %s", id));
	else if (strcmp(facts->host.sandbox, "snap") == 0)
		verdict_remedy(v, true, "Connect the snap to pcscd; NAME is the name of the snap.",
			       "snap connect NAME:pcscd");
	else
		verdict_remedy(v, false, "Use the program from the distribution's packages instead.", NULL);
}

static void check_sandbox(const struct facts *facts, struct verdict *v)
{
	enum reach reach = reach_of(facts);

	if (!facts->host.sandbox) {
		verdict_set(v, CHECK_OK, NULL, "no sandbox around this program");
		return;
	}
	if (reach == REACH_LISTENING || reach == REACH_UNKNOWN) {
		verdict_set(v, reach == REACH_UNKNOWN ? CHECK_SKIP : CHECK_OK, NULL,
			    "inside of %s, with a libpcsclite of its own",
			    verdict_clean(v, facts->host.sandbox));
		return;
	}
	verdict_set(v, CHECK_FAIL, "D39", "this program runs inside of %s, which hides the daemon's socket",
		    verdict_clean(v, facts->host.sandbox));
	verdict_evidence(v, "%s is not there inside of the sandbox", verdict_clean(v, facts->socket.path));
	put_sandbox_remedy(facts, v);
}

/* The library that calls go to instead of the real one; NULL: none. */
static const char *diversion(const struct facts *facts)
{
	const char *const spies[] = {facts->env.preload, facts->live_known ? facts->live.library : NULL};

	if (facts->env.delegate && *facts->env.delegate)
		return facts->env.delegate;
	for (size_t i = 0; i < sizeof(spies) / sizeof(spies[0]); i++)
		if (spies[i] && strstr(spies[i], "libpcscspy"))
			return spies[i];
	return NULL;
}

static void check_delegate(const struct facts *facts, struct verdict *v)
{
	const char *to = diversion(facts);
	const struct live_call *establish = &facts->live.establish;
	bool harms = facts->socket.wire_known && facts->socket.wire.end == WIRE_ANSWERED &&
		     facts->live_known && establish->outcome != LIVE_NOT_TRIED &&
		     (establish->outcome != LIVE_ANSWERED || establish->rv != 0);

	if (!to) {
		verdict_set(v, CHECK_OK, NULL, "calls go to libpcsclite itself");
		return;
	}
	verdict_set(v, harms ? CHECK_FAIL : CHECK_WARN, "D40b", "calls go to %s, not straight to pcscd",
		    verdict_clean(v, to));
	if (facts->env.delegate)
		verdict_evidence(v, "LIBPCSCLITE_DELEGATE=%s", verdict_clean(v, facts->env.delegate));
	if (facts->env.preload)
		verdict_evidence(v, "LD_PRELOAD=%s", verdict_clean(v, facts->env.preload));
	if (harms)
		verdict_evidence(v, "the daemon answers on its socket, the library's calls fail");
	verdict_remedy(v, false, "Start the program without it.",
		       facts->env.delegate ? "unset LIBPCSCLITE_DELEGATE" : "unset LD_PRELOAD");
}

static void check_java(const struct facts *facts, struct verdict *v)
{
	const char *property = "-Dsun.security.smartcardio.library";

	if (!facts->n_java) {
		verdict_set(v, CHECK_OK, NULL, "no Java program is seen that misses libpcsclite");
		return;
	}
	verdict_set(v, CHECK_WARN, "D40c", "a Java program wants smart cards and did not find libpcsclite");
	for (size_t i = 0; i < facts->n_java; i++)
		verdict_evidence(
			v, "process %ld (%s) has Java's library for smart cards loaded, libpcsclite not",
			(long)facts->java[i].pid, verdict_clean(v, facts->java[i].comm));
	if (facts->n_library)
		verdict_remedy(v, false, "Tell Java where it is, and start the program again.",
			       pool_format(v->pool, "export JAVA_TOOL_OPTIONS=%s=%s", property,
					   verdict_quote(v, facts->library[0].path)));
	else
		verdict_remedy(v, true, "Install it, and start the program again.",
			       distro_install(v, facts, DISTRO_LIBRARY));
}

const struct check check_library[] = {
	{"library-present", LAYER_LIBRARY, "libpcsclite is installed", check_present},
	{"library-copies", LAYER_LIBRARY, "there is one pcsc-lite", check_copies},
	{"library-sandbox", LAYER_LIBRARY, "no sandbox hides the daemon", check_sandbox},
	{"library-delegate", LAYER_LIBRARY, "calls are not diverted", check_delegate},
	{"library-java", LAYER_LIBRARY, "Java programs find libpcsclite", check_java},
	{0},
};

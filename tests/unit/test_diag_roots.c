/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every directory of tests/roots is a case, made whole by tests/roots.sh: its facts are collected, what a
 * root can not hold is put in from its file "case", it is diagnosed, and compared. That file has sections,
 * all but the last optional:
 *
 * [env]    "NAME=VALUE" of the variables in struct facts_env
 * [wire]   "end=answered", "error=", "peer=PID UID COMM", "version=4 4", "denied=PATH MODE UID"
 * [live]   "library=", "establish=RV|timeout|crash TRIES DENIED", "list=RV", "status=RV", "listed=ENTRIES
 * DATE", "reader=STATE ATR|- CONNECT-RV|timeout|- NAME", "card=NAME" of that reader in a card list [asked]
 * what programs and the kernel would have said: see asked_texts and asked_facts, and "log=CASE LINE",
 * "client=PID UID USER COMM CONNECTIONS", "hidden_clients=N", "left=PID UID COMM" [expect] "CHECK-ID STATUS
 * CASE" (CASE "-": none), "says|never CHECK-ID TEXT", "root_cause CHECK-ID CASE" or "root_cause none",
 * "verdict ok|problem|unknown", "healthy": every check is ok or skip
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diag/check.h"
#include "roots.h"

#define CASES_MAX 400
#define ROWS_MAX  32
#define LINE_MAX_ 1024

struct root_case {
	char dir[PATH_MAX];
	struct facts facts;
	struct pool pool; /* of the texts of the files beside */
};

typedef void take_line(struct root_case *c, const char *key, const char *value);

/* The file "case" of a case from the first line of a section on; NULL when it has none. */
static FILE *open_section(const struct root_case *c, const char *name)
{
	char path[PATH_MAX + 16], line[LINE_MAX_], want[32];
	FILE *f;

	snprintf(path, sizeof(path), "%s/case", c->dir);
	snprintf(want, sizeof(want), "[%s]\n", name);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (strcmp(line, want) == 0)
			return f;
	fclose(f);
	return NULL;
}

/* The next line of the section that is not empty. */
static bool next_line(FILE *f, char line[LINE_MAX_])
{
	while (fgets(line, LINE_MAX_, f) && *line != '[') {
		line[strcspn(line, "\n")] = '\0';
		if (*line && *line != '#')
			return true;
	}
	return false;
}

static bool for_lines(struct root_case *c, const char *name, take_line *take)
{
	FILE *f = open_section(c, name);
	char line[LINE_MAX_];

	while (f && next_line(f, line)) {
		char *value = strchr(line, '=');

		if (!value)
			fail_msg("%s: [%s]: no '=': %s", c->dir, name, line);
		*value++ = '\0';
		take(c, line, pool_copy(&c->pool, value, strlen(value)));
	}
	if (!f)
		return false;
	fclose(f);
	return true;
}

static void unknown_key(const struct root_case *c, const char *file, const char *key)
{
	fail_msg("%s/%s: unknown key %s", c->dir, file, key);
}

static struct facts_env env; /* of the case being read: collected facts need it beforehand */

static const struct {
	const char *name;
	const char **at;
} env_names[] = {
	{"PCSCLITE_CSOCK_NAME", &env.csock_name},
	{"PCSCLITE_NO_BLOCKING", &env.no_blocking},
	{"LIBPCSCLITE_DELEGATE", &env.delegate},
	{"LD_LIBRARY_PATH", &env.library_path},
	{"LD_PRELOAD", &env.preload},
	{"SSH_CONNECTION", &env.ssh_connection},
	{"XDG_SESSION_ID", &env.session_id},
	{"TMUX", &env.tmux},
	{"SNAP", &env.snap},
	{"APPIMAGE", &env.appimage},
	{"FLATPAK_ID", &env.flatpak_id},
	{"PATH", &env.path},
	{"HOME", &env.home},
};

static void take_env(struct root_case *c, const char *key, const char *value)
{
	for (size_t i = 0; i < sizeof(env_names) / sizeof(env_names[0]); i++) {
		if (strcmp(env_names[i].name, key) == 0) {
			*env_names[i].at = value;
			return;
		}
	}
	unknown_key(c, "env", key);
}

static enum wire_end end_of(const struct root_case *c, const char *name)
{
	for (enum wire_end end = 0; end < WIRE_ENDS; end++)
		if (strcmp(wire_end_name(end), name) == 0)
			return end;
	fail_msg("%s/wire: no such end: %s", c->dir, name);
	return WIRE_ENDS;
}

static void take_peer(struct wire *wire, const char *value)
{
	char *at;

	wire->have_peer = true;
	wire->peer_pid = (pid_t)strtol(value, &at, 10);
	wire->peer_uid = (uid_t)strtoul(at, &at, 10);
	snprintf(wire->peer_comm, sizeof(wire->peer_comm), "%s", at + strspn(at, " "));
}

static void take_denied(struct wire *wire, const char *value)
{
	size_t len = strcspn(value, " ");
	char *at;

	snprintf(wire->denied_at, sizeof(wire->denied_at), "%.*s", (int)len, value);
	wire->denied_mode = (unsigned)strtoul(value + len, &at, 8);
	wire->denied_uid = (uid_t)strtoul(at, NULL, 10);
}

static void take_wire(struct root_case *c, const char *key, const char *value)
{
	struct wire *wire = &c->facts.socket.wire;
	char *at;

	if (strcmp(key, "end") == 0) {
		wire->end = end_of(c, value);
	} else if (strcmp(key, "error") == 0) {
		wire->error = (int)strtol(value, NULL, 10);
	} else if (strcmp(key, "peer") == 0) {
		take_peer(wire, value);
	} else if (strcmp(key, "version") == 0) {
		wire->major = (int)strtol(value, &at, 10);
		wire->minor = (int)strtol(at, NULL, 10);
		wire->answer_us = 500;
	} else if (strcmp(key, "denied") == 0) {
		take_denied(wire, value);
	} else {
		unknown_key(c, "wire", key);
	}
}

static const char *take_call(struct live_call *call, const char *value)
{
	char *at;

	call->tries = 1;
	call->us = 500;
	if (strncmp(value, "timeout", 7) == 0)
		call->outcome = LIVE_TIMED_OUT;
	else if (strncmp(value, "crash", 5) == 0)
		call->outcome = LIVE_CRASHED;
	else if (*value != '-')
		call->outcome = LIVE_ANSWERED;
	call->rv = (uint32_t)strtoul(value, &at, 0);
	value += strcspn(value, " ");
	return value + strspn(value, " ");
}

static void take_establish(struct live_call *call, const char *value)
{
	char *at;

	value = take_call(call, value);
	if (!*value)
		return;
	call->tries = (unsigned)strtoul(value, &at, 10);
	call->denied = (unsigned)strtoul(at, NULL, 10);
}

static void take_reader(struct root_case *c, const char *value)
{
	struct live *live = &c->facts.live;
	struct live_reader *reader;
	size_t len;
	char *at;

	if (!live->reader)
		live->reader = pool_take(&c->pool, ROWS_MAX * sizeof(*live->reader));
	assert_non_null(live->reader);
	assert_true(live->n < ROWS_MAX);
	reader = &live->reader[live->n++];
	reader->state = (uint32_t)strtoul(value, &at, 0);
	at += strspn(at, " ");
	len = strcspn(at, " ");
	reader->atr = pool_copy(&c->pool, at, *at == '-' ? 0 : len);
	at += len;
	reader->name = take_call(&reader->connect, at + strspn(at, " "));
}

static void take_listed(struct live *live, const char *value)
{
	char *at;

	live->listed = strtoul(value, &at, 10);
	live->listed_date = at + strspn(at, " ");
}

static void take_live(struct root_case *c, const char *key, const char *value)
{
	struct live *live = &c->facts.live;

	if (strcmp(key, "library") == 0)
		live->library = value;
	else if (strcmp(key, "library_version") == 0)
		live->library_version = value;
	else if (strcmp(key, "establish") == 0)
		take_establish(&live->establish, value);
	else if (strcmp(key, "list") == 0)
		take_call(&live->list, value);
	else if (strcmp(key, "status") == 0)
		take_call(&live->status, value);
	else if (strcmp(key, "reader") == 0)
		take_reader(c, value);
	else if (strcmp(key, "listed") == 0)
		take_listed(live, value);
	else if (strcmp(key, "card") == 0 && live->n)
		live->reader[live->n - 1].card = value;
	else
		unknown_key(c, "live", key);
}

#define AT(member) offsetof(struct facts, member)

static const struct {
	const char *key;
	size_t at;
} asked_texts[] = {
	{"daemon.version", AT(daemon.version)},
	{"daemon.features", AT(daemon.features)},
	{"daemon.user", AT(daemon.user)},
	{"socket_unit.load_state", AT(daemon.socket_unit.load_state)},
	{"socket_unit.active_state", AT(daemon.socket_unit.active_state)},
	{"socket_unit.unit_file_state", AT(daemon.socket_unit.unit_file_state)},
	{"socket_unit.result", AT(daemon.socket_unit.result)},
	{"service_unit.load_state", AT(daemon.service_unit.load_state)},
	{"service_unit.active_state", AT(daemon.service_unit.active_state)},
	{"service_unit.result", AT(daemon.service_unit.result)},
	{"polkit.version", AT(polkit.version)},
	{"polkit.unit_state", AT(polkit.unit_state)},
	{"polkit.pkcheck_said", AT(polkit.pkcheck_said)},
};

static const struct {
	const char *key;
	size_t at;
} asked_facts[] = {
	{"socket_unit.need_reload", AT(daemon.socket_unit.need_reload)},
	{"daemon.polkit", AT(daemon.polkit)},
	{"polkit.registered", AT(polkit.registered)},
	{"polkit.may_pcsc", AT(polkit.may_pcsc)},
	{"polkit.may_card", AT(polkit.may_card)},
	{"polkit.asks_password", AT(polkit.asks_password)},
	{"clients_known", AT(clients_known)},
	{"log_known", AT(log_known)},
};

static void add_log(struct root_case *c, const char *value)
{
	struct facts *facts = &c->facts;
	struct facts_log *log = pool_take(&c->pool, (facts->n_log + 1) * sizeof(*log));
	size_t len = strcspn(value, " ");

	assert_non_null(log);
	if (facts->n_log)
		memcpy(log, facts->log, facts->n_log * sizeof(*log));
	log[facts->n_log++] = (struct facts_log){.kase = pool_copy(&c->pool, value, len),
						 .line = value + len + strspn(value + len, " ")};
	facts->log = log;
	facts->log_known = FACT_YES;
}

static void add_client(struct root_case *c, const char *value)
{
	struct facts *facts = &c->facts;
	struct facts_client *client = pool_take(&c->pool, (facts->n_client + 1) * sizeof(*client));
	char user[64], comm[64];
	long pid;
	unsigned uid, connections;

	assert_non_null(client);
	assert_int_equal(sscanf(value, "%ld %u %63s %63s %u", &pid, &uid, user, comm, &connections), 5);
	if (facts->n_client)
		memcpy(client, facts->client, facts->n_client * sizeof(*client));
	client[facts->n_client++] = (struct facts_client){
		.pid = (pid_t)pid,
		.uid = (uid_t)uid,
		.user = pool_format(&c->pool, "%s", user),
		.comm = pool_format(&c->pool, "%s", comm),
		.connections = connections,
		.by_socket = true,
	};
	facts->client = client;
	facts->clients_known = FACT_YES;
}

static void add_left(struct root_case *c, const char *value)
{
	struct facts_process *left = pool_take(&c->pool, sizeof(*left));
	char *at;

	assert_non_null(left);
	assert_int_equal(c->facts.n_left, 0);
	left->pid = (pid_t)strtol(value, &at, 10);
	left->uid = (uid_t)strtoul(at, &at, 10);
	left->comm = at + strspn(at, " ");
	c->facts.left = left;
	c->facts.n_left = 1;
}

static enum fact fact_named(const char *value)
{
	return strcmp(value, "yes") == 0 ? FACT_YES : strcmp(value, "no") == 0 ? FACT_NO : FACT_UNKNOWN;
}

static void take_asked(struct root_case *c, const char *key, const char *value)
{
	char *base = (char *)&c->facts;

	for (size_t i = 0; i < sizeof(asked_texts) / sizeof(asked_texts[0]); i++) {
		if (strcmp(asked_texts[i].key, key) == 0) {
			memcpy(base + asked_texts[i].at, &value, sizeof(value));
			return;
		}
	}
	for (size_t i = 0; i < sizeof(asked_facts) / sizeof(asked_facts[0]); i++) {
		if (strcmp(asked_facts[i].key, key) == 0) {
			enum fact fact = fact_named(value);

			memcpy(base + asked_facts[i].at, &fact, sizeof(fact));
			return;
		}
	}
	if (strcmp(key, "log") == 0)
		add_log(c, value);
	else if (strcmp(key, "client") == 0)
		add_client(c, value);
	else if (strcmp(key, "left") == 0)
		add_left(c, value);
	else if (strcmp(key, "hidden_clients") == 0)
		c->facts.hidden_clients = (unsigned)strtoul(value, NULL, 10);
	else
		unknown_key(c, "asked", key);
}

static void collect(struct root_case *c)
{
	struct facts_options options = {.dir = c->dir};

	env = (struct facts_env){0};
	for_lines(c, "env", take_env);
	options.env = env;
	assert_int_equal(facts_collect(&c->facts, &options), CS_OK);
	c->facts.socket.wire.major = c->facts.socket.wire.minor = -1;
	c->facts.socket.wire.answer_us = c->facts.socket.wire.connect_us = -1;
	c->facts.socket.wire_known = for_lines(c, "wire", take_wire);
	c->facts.live_known = for_lines(c, "live", take_live);
	for_lines(c, "asked", take_asked);
}

static const char *const status_names[] = {
	[CHECK_OK] = "ok", [CHECK_WARN] = "warn", [CHECK_FAIL] = "fail", [CHECK_SKIP] = "skip"};

static const char *const verdict_names[] = {
	[DIAGNOSIS_OK] = "ok", [DIAGNOSIS_PROBLEM] = "problem", [DIAGNOSIS_UNKNOWN] = "unknown"};

static bool same(const char *kase, const char *want)
{
	return kase ? strcmp(kase, want) == 0 : strcmp(want, "-") == 0;
}

static void print_rows(const struct root_case *c, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n; i++)
		print_error("%s: %s %s %s: %s\n", c->dir, d->row[i].check->id,
			    status_names[d->row[i].verdict.status],
			    d->row[i].verdict.kase ? d->row[i].verdict.kase : "-", d->row[i].verdict.detail);
}

static bool is_row(const struct diagnosis *d, const char *id, const char *status, const char *kase)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->row[i].check->id, id) == 0)
			return strcmp(status_names[d->row[i].verdict.status], status) == 0 &&
			       (!*kase || same(d->row[i].verdict.kase, kase));
	return false;
}

static bool is_root_cause(const struct diagnosis *d, const char *id, const char *kase)
{
	if (!d->root_cause)
		return strcmp(id, "none") == 0;
	return strcmp(d->root_cause->check->id, id) == 0 && same(d->root_cause->verdict.kase, kase);
}

static bool is_healthy(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->row[i].verdict.status != CHECK_OK && d->row[i].verdict.status != CHECK_SKIP)
			return false;
	return true;
}

static bool holds(const char *text, const char *piece)
{
	return text && strstr(text, piece);
}

static bool says(const struct diagnosis *d, const char *id, const char *piece)
{
	const struct verdict *v = NULL;

	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->row[i].check->id, id) == 0)
			v = &d->row[i].verdict;
	if (!v)
		fail_msg("no check %s", id);
	if (holds(v->detail, piece))
		return true;
	for (size_t i = 0; i < v->evidence.n; i++)
		if (holds(v->evidence.item[i], piece))
			return true;
	for (size_t i = 0; i < v->n_remedies; i++)
		if (holds(v->remedy[i].text, piece) || holds(v->remedy[i].command, piece))
			return true;
	return false;
}

static bool is_as_expected(const struct diagnosis *d, const char *line)
{
	char word[3][128] = {{0}};
	int rest = 0;

	sscanf(line, "%127s %127s %n%127s", word[0], word[1], &rest, word[2]);
	if (strcmp(word[0], "says") == 0)
		return says(d, word[1], line + rest);
	if (strcmp(word[0], "never") == 0)
		return !says(d, word[1], line + rest);
	if (strcmp(word[0], "root_cause") == 0)
		return is_root_cause(d, word[1], word[2]);
	if (strcmp(word[0], "verdict") == 0)
		return strcmp(verdict_names[d->verdict], word[1]) == 0;
	if (strcmp(word[0], "healthy") == 0)
		return is_healthy(d);
	return is_row(d, word[0], word[1], word[2]);
}

static bool ends_well(const char *text, const char *ends)
{
	return text && *text && strchr(ends, text[strlen(text) - 1]);
}

/* What a view relies on: every row has its words, and a failure says what to do or what was seen. */
static void check_rows(const struct root_case *c, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct verdict *v = &d->row[i].verdict;

		if (!v->detail || !*v->detail)
			fail_msg("%s: %s says nothing", c->dir, d->row[i].check->id);
		if (strpbrk(v->detail, "\n\t\033"))
			fail_msg("%s: %s: more than a line: %s", c->dir, d->row[i].check->id, v->detail);
		if (v->status == CHECK_FAIL && v->evidence.n == 0)
			fail_msg("%s: %s fails without evidence", c->dir, d->row[i].check->id);
		for (size_t r = 0; r < v->n_remedies; r++)
			if (!ends_well(v->remedy[r].text, v->remedy[r].command ? ".:" : "."))
				fail_msg("%s: %s: no sentence: %s", c->dir, d->row[i].check->id,
					 v->remedy[r].text);
	}
}

static void compare(const struct root_case *c, const struct diagnosis *d)
{
	FILE *f = open_section(c, "expect");
	unsigned wrong = 0, lines = 0;
	char line[LINE_MAX_];

	assert_non_null(f);
	for (; next_line(f, line); lines++) {
		if (is_as_expected(d, line))
			continue;
		print_error("%s: not so: %s\n", c->dir, line);
		wrong++;
	}
	fclose(f);
	if (wrong || !lines) {
		print_rows(c, d);
		fail();
	}
}

static void run_case(void **state)
{
	struct root_case c = {0};
	struct diagnosis d;

	snprintf(c.dir, sizeof(c.dir), "%s", (const char *)*state);
	collect(&c);
	assert_int_equal(diagnose(&d, &c.facts), CS_OK);
	check_rows(&c, &d);
	compare(&c, &d);
	diagnosis_release(&d);
	facts_release(&c.facts);
	pool_release(&c.pool);
}

static int by_name(const void *a, const void *b)
{
	const struct CMUnitTest *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static size_t find_cases(const char *base, struct CMUnitTest *tests)
{
	DIR *dir = opendir(base);
	size_t n = 0;

	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		char path[PATH_MAX];
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s/case", base, entry->d_name);
		f = entry->d_name[0] != '.' ? fopen(path, "r") : NULL;
		if (!f || n == CASES_MAX)
			continue;
		fclose(f);
		path[strlen(path) - strlen("/case")] = '\0';
		tests[n] = (struct CMUnitTest){.name = strdup(path), .test_func = run_case};
		tests[n].initial_state = (void *)(uintptr_t)tests[n].name;
		n++;
	}
	if (dir)
		closedir(dir);
	qsort(tests, n, sizeof(*tests), by_name);
	return n;
}

static void some_cases(void **state)
{
	assert_true(*(const size_t *)*state > 1);
}

int main(void)
{
	char dir[] = ROOTS_TEMP;
	static struct CMUnitTest tests[CASES_MAX + 1];
	static size_t n;
	int failed;

	if (!roots_make(dir))
		return 1;
	n = find_cases(dir, tests);
	tests[n] =
		(struct CMUnitTest){.name = "there are cases", .test_func = some_cases, .initial_state = &n};
	n++;
	failed = _cmocka_run_group_tests("diag_roots", tests, n, NULL, NULL);
	temp_remove(dir);
	for (size_t i = 0; i + 1 < n; i++)
		free((void *)(uintptr_t)tests[i].name);
	return failed;
}

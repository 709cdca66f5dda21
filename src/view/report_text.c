/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/report_text.h"

#include <stdlib.h>
#include <string.h>

#include "diag/polkit_rule.h"
#include "view/diagnosis_text.h"
#include "view/facts_json.h"
#include "view/redact.h"

#define PATH_LEN_MAX    200
#define USER_UID_MIN    1000 /* below are the users that every system has */
#define SERIAL_MIN      4    /* a shorter one is a made-up "0" or "01", which stands everywhere */
#define DESCRIPTORS_MAX 4096 /* bytes of a device's descriptors that are shown */
#define ROW_BYTES       32

/* ---- the facts, a line each ---- */

static void put_value(const struct term *t, const char *path, json_t *value);

static void put_object(const struct term *t, const char *path, json_t *object)
{
	char inner[PATH_LEN_MAX];
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? "." : "", key);
		put_value(t, inner, value);
	}
}

static void put_array(const struct term *t, const char *path, json_t *array)
{
	char inner[PATH_LEN_MAX];

	if (json_array_size(array) == 0)
		term_printf(t, TERM_PLAIN, "%s: none\n", path);
	for (size_t i = 0; i < json_array_size(array); i++) {
		snprintf(inner, sizeof(inner), "%s[%zu]", path, i);
		put_value(t, inner, json_array_get(array, i));
	}
}

static void put_scalar(const struct term *t, json_t *value)
{
	if (json_is_string(value))
		term_put_untrusted(t, TERM_PLAIN, json_string_value(value));
	else if (json_is_integer(value))
		term_printf(t, TERM_PLAIN, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		term_put(t, TERM_PLAIN, json_is_null(value) ? "unknown" : json_is_true(value) ? "yes" : "no");
}

static void put_value(const struct term *t, const char *path, json_t *value)
{
	if (json_is_object(value)) {
		put_object(t, path, value);
	} else if (json_is_array(value)) {
		put_array(t, path, value);
	} else {
		term_printf(t, TERM_PLAIN, "%s: ", path);
		put_scalar(t, value);
		term_put(t, TERM_PLAIN, "\n");
	}
}

static enum cs_err put_facts(const struct term *t, const struct report *report)
{
	struct json_out jo = {false};
	json_t *facts;
	enum cs_err err = json_finish(&jo, facts_json_build(&jo, report->facts, report->serials), &facts);

	if (err == CS_OK && jo.failed)
		err = CS_E_NOMEM;
	if (err == CS_OK)
		put_object(t, "", facts);
	json_decref(facts);
	return err;
}

/* ---- the rest ---- */

static void put_descriptors(FILE *out, const struct report_usb *usb)
{
	const struct term t = {.out = out};
	size_t len = usb->len < DESCRIPTORS_MAX ? usb->len : DESCRIPTORS_MAX;

	term_put_untrusted(&t, TERM_PLAIN, usb->bus_path);
	fprintf(out, ", %zu bytes:\n", usb->len);
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02X%c", usb->bytes[i],
			i + 1 == len || i % ROW_BYTES == ROW_BYTES - 1 ? '\n' : ' ');
}

static enum cs_err put_body(FILE *out, const struct report *report)
{
	const struct term t = {.out = out};
	enum cs_err err;

	fprintf(out, "cardscope %s, report of pcsc_doctor\n\n== What was checked ==\n", report->version);
	diagnosis_text_put(&t, report->diagnosis, &report->facts->unreadable, DIAGNOSIS_ALL);
	fprintf(out, "\n== What was seen ==\n");
	err = put_facts(&t, report);
	if (report->facts->log_tail.n)
		fprintf(out, "\n== Last lines of pcscd's log, without exchanges with cards ==\n");
	for (size_t i = 0; i < report->facts->log_tail.n; i++) {
		term_put_untrusted(&t, TERM_PLAIN, report->facts->log_tail.item[i]);
		fputc('\n', out);
	}
	if (report->n_usb)
		fprintf(out, "\n== USB descriptors ==\n");
	for (size_t i = 0; i < report->n_usb; i++)
		put_descriptors(out, &report->usb[i]);
	return err;
}

/* pcscd puts a serial number in parentheses before the two numbers at the end of a reader's name. */
static const char *serial_in_name(struct pool *pool, const char *name)
{
	const char *open = name ? strrchr(name, '(') : NULL;
	const char *close = open ? strchr(open, ')') : NULL;

	if (!close || strspn(close + 1, " 0123456789ABCDEFabcdef") != strlen(close + 1))
		return NULL;
	return pool_copy(pool, open, (size_t)(close - open) + 1);
}

/* What follows a serial number where the log has a reader's name: the two numbers, or what became of it. */
static bool ends_name(const char *rest)
{
	static const char digits[] = "0123456789ABCDEFabcdef", failed[] = " init failed";

	if (strncmp(rest, failed, sizeof(failed) - 1) == 0)
		return true;
	return rest[0] == ' ' && strspn(rest + 1, digits) == 2 && rest[3] == ' ' &&
	       strspn(rest + 4, digits) == 2;
}

static bool is_added(const struct redact *redact, const char *word)
{
	for (size_t i = 0; word && i < redact->n; i++)
		if (strcmp(redact->word[i].word, word) == 0)
			return true;
	return false;
}

/* A log has the same name many times. */
static void add_once(struct redact *redact, const char *word)
{
	if (!is_added(redact, word))
		redact_add(redact, word, "(SERIAL)");
}

static void add_serials_in_line(struct redact *redact, struct pool *pool, const char *line)
{
	const char *open = NULL;

	for (; (line = strpbrk(line, "()")) != NULL; line++) {
		if (*line == '(')
			open = line;
		else if (open && line > open + 1 && ends_name(line + 1))
			add_once(redact, pool_copy(pool, open, (size_t)(line - open) + 1));
	}
}

static void add_serials(struct redact *redact, struct pool *pool, const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_usb; i++)
		if (facts->usb[i].serial && strlen(facts->usb[i].serial) >= SERIAL_MIN)
			redact_add(redact, facts->usb[i].serial, "SERIAL");
	for (size_t i = 0; facts->live_known && i < facts->live.n; i++)
		redact_add(redact, serial_in_name(pool, facts->live.reader[i].name), "(SERIAL)");
	for (size_t i = 0; i < facts->n_log; i++)
		add_serials_in_line(redact, pool, facts->log[i].line);
	for (size_t i = 0; i < facts->log_tail.n; i++)
		add_serials_in_line(redact, pool, facts->log_tail.item[i]);
}

/* A name also as the rules hold it that remedies print. */
static void add_user(struct redact *redact, struct pool *pool, uid_t uid, const char *name)
{
	const struct polkit_rule rule = {.user = name};
	const char *text;

	if (uid < USER_UID_MIN || !name)
		return;
	redact_add(redact, name, "USER");
	if (polkit_rule_build(&text, pool, &rule, POLKIT_RULES) != CS_OK)
		return;
	text = polkit_rule_string(pool, name, strlen(name));
	if (text && strlen(text) > strlen(name) + 2)
		redact_add(redact, pool_copy(pool, text + 1, strlen(text) - 2), "USER");
}

static void add_names(struct redact *redact, struct pool *pool, const struct report *report)
{
	const struct facts *facts = report->facts;

	redact_add(redact, report->host_name, "HOST");
	if (report->host_name) /* as logs have it */
		redact_add(redact, pool_copy(pool, report->host_name, strcspn(report->host_name, ".")),
			   "HOST");
	redact_add(redact, facts->env.ssh_connection, "ADDRESSES");
	if (facts->env.home && strcmp(facts->env.home, "/") != 0)
		redact_add(redact, facts->env.home, "HOME");
	add_user(redact, pool, facts->user.uid, facts->user.name);
	add_user(redact, pool, facts->user.uid, facts->user.session_user);
	add_user(redact, pool, facts->socket.file.uid, facts->socket.owner);
	for (size_t i = 0; i < facts->n_client; i++)
		add_user(redact, pool, facts->client[i].uid, facts->client[i].user);
}

enum cs_err report_text_put(FILE *out, const struct report *report)
{
	struct redact *redact = calloc(1, sizeof(*redact));
	struct pool pool = {.blocks = NULL};
	char *text = NULL;
	size_t len = 0;
	FILE *body = open_memstream(&text, &len);
	enum cs_err err = redact && body ? put_body(body, report) : CS_E_NOMEM;

	if (body && fclose(body) != 0 && err == CS_OK)
		err = CS_E_NOMEM;
	if (err != CS_OK)
		goto out;
	add_names(redact, &pool, report);
	if (!report->serials)
		add_serials(redact, &pool, report->facts);
	err = pool.failed ? CS_E_NOMEM : CS_OK;
	if (err == CS_OK)
		redact_put(out, redact, text);
out:
	pool_release(&pool);
	free(redact);
	free(text);
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vpcd/recording.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/hex.h"
#include "vpcd/json_locate.h"

/* The line being read. */
struct parser {
	struct recording *rec;
	size_t room; /* entries rec->entry has space for */
	bool has_card;
	struct recording_problem *problem;
	const char *line;
	size_t len;
	size_t number; /* of the line, 1-based */
};

/* What a member that holds bytes may hold. */
struct bounds {
	const char *key;
	size_t min, max;
	bool wildcards;
};

struct octets {
	uint8_t *value;
	uint8_t *mask;
	size_t len;
};

__attribute__((format(printf, 3, 4))) static enum cs_err fail_at(struct parser *p, size_t column,
								 const char *format, ...)
{
	va_list args;

	p->problem->line = p->number;
	p->problem->column = column;
	va_start(args, format);
	vsnprintf(p->problem->text, sizeof(p->problem->text), format, args);
	va_end(args);
	return CS_E_FORMAT;
}

static size_t value_column(const struct parser *p, const char *key)
{
	return json_locate_value(p->line, p->len, key);
}

static size_t character_column(const struct parser *p, const char *key, size_t index)
{
	return json_locate_character(p->line, p->len, key, index);
}

/* one byte, or ** for any; false when the two characters at @text are neither, with @bad the one at fault */
static bool read_pair(const char *text, bool wildcards, uint8_t *value, uint8_t *mask, size_t *bad)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	*value = 0;
	*mask = 0x00;
	if (wildcards && text[0] == '*' && text[1] == '*')
		return true;
	*bad = high < 0 && !(wildcards && text[0] == '*') ? 0 : 1;
	if (low < 0)
		return false;
	*value = (uint8_t)(high << 4 | low);
	*mask = 0xFF;
	return true;
}

static enum cs_err read_pairs(struct parser *p, const struct bounds *bounds, const char *text, size_t len,
			      struct octets *out)
{
	size_t bad = 0;

	for (size_t i = 0; i < len;) {
		if (text[i] == ' ') {
			i++;
			continue;
		}
		if (i + 1 == len)
			return fail_at(p, character_column(p, bounds->key, i), "%s: half a byte at the end",
				       bounds->key);
		if (!read_pair(text + i, bounds->wildcards, &out->value[out->len], &out->mask[out->len],
			       &bad))
			return fail_at(p, character_column(p, bounds->key, i + bad),
				       "%s: not a hexadecimal digit%s", bounds->key,
				       bounds->wildcards ? " and not **" : "");
		out->len++;
		i += 2;
	}
	if (out->len < bounds->min || out->len > bounds->max)
		return fail_at(p, value_column(p, bounds->key), "%s: %zu bytes, allowed are %zu to %zu",
			       bounds->key, out->len, bounds->min, bounds->max);
	return CS_OK;
}

static void octets_release(struct octets *octets)
{
	free(octets->value);
	free(octets->mask);
	*octets = (struct octets){0};
}

static enum cs_err read_octets(struct parser *p, const json_t *object, const struct bounds *bounds,
			       struct octets *out)
{
	const json_t *value = json_object_get(object, bounds->key);
	size_t len = json_string_length(value);
	enum cs_err err = CS_E_NOMEM;

	*out = (struct octets){0};
	if (!json_is_string(value))
		return fail_at(p, value_column(p, bounds->key), "%s: must be there and be a string of bytes",
			       bounds->key);
	out->value = malloc(len / 2 + 1);
	out->mask = malloc(len / 2 + 1);
	if (out->value != NULL && out->mask != NULL)
		err = read_pairs(p, bounds, json_string_value(value), len, out);
	if (err != CS_OK)
		octets_release(out);
	return err;
}

/* a member that holds plain bytes, without wildcards */
static enum cs_err read_plain(struct parser *p, const json_t *object, const struct bounds *bounds,
			      uint8_t **out, size_t *len)
{
	struct octets octets;
	enum cs_err err = read_octets(p, object, bounds, &octets);

	if (err == CS_OK) {
		*out = octets.value;
		*len = octets.len;
		octets.value = NULL;
	}
	octets_release(&octets);
	return err;
}

static const struct bounds atr_bounds = {"atr", 1, RECORDING_ATR_MAX, false};
static const struct bounds command_bounds = {"command", RECORDING_COMMAND_MIN, RECORDING_MESSAGE_MAX, true};
static const struct bounds answer_bounds = {"response", RECORDING_ANSWER_MIN, RECORDING_MESSAGE_MAX, false};

static enum cs_err parse_apdu(struct parser *p, const json_t *object, struct recording_entry *entry)
{
	struct octets command;
	enum cs_err err = read_octets(p, object, &command_bounds, &command);

	if (err != CS_OK)
		return err;
	entry->command = command.value;
	entry->mask = command.mask;
	entry->command_len = command.len;
	return read_plain(p, object, &answer_bounds, &entry->answer, &entry->answer_len);
}

static enum cs_err parse_reset(struct parser *p, const json_t *object, struct recording_entry *entry)
{
	const json_t *atr = json_object_get(object, atr_bounds.key);

	if (atr == NULL || json_is_null(atr))
		return CS_OK;
	return read_plain(p, object, &atr_bounds, &entry->atr, &entry->atr_len);
}

static enum cs_err parse_event(struct parser *p, const json_t *object, struct recording_entry *entry)
{
	static const char *const names[] = {[RECORDING_REMOVE] = "remove", [RECORDING_INSERT] = "insert"};
	const char *name = json_string_value(json_object_get(object, "event"));
	const json_t *after = json_object_get(object, "after_ms");
	json_int_t ms = json_integer_value(after);

	if (name == NULL || (strcmp(name, names[0]) != 0 && strcmp(name, names[1]) != 0))
		return fail_at(p, value_column(p, "event"), "event: must be \"remove\" or \"insert\"");
	if (!json_is_integer(after) || ms < 0 || ms > RECORDING_AFTER_MAX)
		return fail_at(p, value_column(p, "after_ms"),
			       "after_ms: must be a whole number of milliseconds, 0 to %d",
			       RECORDING_AFTER_MAX);
	entry->event = strcmp(name, names[RECORDING_INSERT]) == 0 ? RECORDING_INSERT : RECORDING_REMOVE;
	entry->after_ms = (uint32_t)ms;
	return CS_OK;
}

static const struct {
	const char *name;
	enum cs_err (*parse)(struct parser *p, const json_t *object, struct recording_entry *entry);
} kinds[] = {
	[RECORDING_APDU] = {"apdu", parse_apdu},
	[RECORDING_RESET] = {"reset", parse_reset},
	[RECORDING_EVENT] = {"event", parse_event},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void entry_release(struct recording_entry *entry)
{
	free(entry->command);
	free(entry->mask);
	free(entry->answer);
	free(entry->atr);
}

static enum cs_err make_room(struct parser *p)
{
	size_t room = p->room ? 2 * p->room : 64;
	struct recording_entry *grown;

	if (p->rec->n < p->room)
		return CS_OK;
	if (p->rec->n == RECORDING_ENTRIES_MAX)
		return fail_at(p, 0, "more than %u entries", RECORDING_ENTRIES_MAX);
	grown = realloc(p->rec->entry, room * sizeof(*grown));
	if (grown == NULL)
		return CS_E_NOMEM;
	p->rec->entry = grown;
	p->room = room < RECORDING_ENTRIES_MAX ? room : RECORDING_ENTRIES_MAX;
	return CS_OK;
}

static enum cs_err parse_entry(struct parser *p, const json_t *object, const char *type)
{
	struct recording_entry entry = {.line = p->number};
	enum cs_err err;
	size_t kind = 0;

	while (kind < KINDS && strcmp(type, kinds[kind].name) != 0)
		kind++;
	if (kind == KINDS)
		return fail_at(p, value_column(p, "type"),
			       "type: must be \"apdu\", \"reset\" or \"event\" here");
	entry.kind = (enum recording_kind)kind;
	if ((err = make_room(p)) != CS_OK)
		return err;
	if ((err = kinds[kind].parse(p, object, &entry)) != CS_OK) {
		entry_release(&entry);
		return err;
	}
	p->rec->entry[p->rec->n++] = entry;
	return CS_OK;
}

static enum cs_err parse_card(struct parser *p, const json_t *object, const char *type)
{
	const json_t *format = json_object_get(object, "format");
	uint8_t *atr;
	enum cs_err err;

	if (strcmp(type, "card") != 0)
		return fail_at(p, value_column(p, "type"), "type: the first line must be the \"card\"");
	if (!json_is_integer(format) || json_integer_value(format) != RECORDING_FORMAT)
		return fail_at(p, value_column(p, "format"), "format: must be there and be %d",
			       RECORDING_FORMAT);
	if ((err = read_plain(p, object, &atr_bounds, &atr, &p->rec->atr_len)) != CS_OK)
		return err;
	memcpy(p->rec->atr, atr, p->rec->atr_len);
	free(atr);
	p->has_card = true;
	return CS_OK;
}

/* column of what jansson could not read: it counts to the end of that and mostly ends its text with it */
static size_t error_column(const json_error_t *error)
{
	static const char quote[] = " near '";
	const char *near = strstr(error->text, quote);
	size_t end = error->position > 0 ? (size_t)error->position : 1;
	size_t len = near ? strlen(near + sizeof(quote) - 1) - 1 : 1;

	return len > 0 && len <= end ? end - len + 1 : end;
}

/* to jansson, which is given a line at a time, the end of the line is that of a file */
static enum cs_err bad_json(struct parser *p, const json_error_t *error)
{
	static const char theirs[] = "end of file";
	const char *at = strstr(error->text, theirs);

	if (at == NULL)
		return fail_at(p, error_column(error), "%s", error->text);
	return fail_at(p, error_column(error), "%.*send of line%s", (int)(at - error->text), error->text,
		       at + sizeof(theirs) - 1);
}

static enum cs_err parse_line(struct parser *p)
{
	json_error_t error;
	json_t *object = NULL;
	const char *type;
	enum cs_err err;

	if (p->len > RECORDING_LINE_MAX)
		return fail_at(p, 0, "longer than %u bytes", RECORDING_LINE_MAX);
	object = json_loadb(p->line, p->len, JSON_REJECT_DUPLICATES, &error);
	if (object == NULL && json_error_code(&error) == json_error_out_of_memory)
		return CS_E_NOMEM;
	if (object == NULL)
		return bad_json(p, &error);
	type = json_string_value(json_object_get(object, "type"));
	if (!json_is_object(object))
		err = fail_at(p, 1, "must be a JSON object");
	else if (type == NULL)
		err = fail_at(p, value_column(p, "type"), "type: must be there and be a string");
	else
		err = p->has_card ? parse_entry(p, object, type) : parse_card(p, object, type);
	json_decref(object);
	return err;
}

static bool is_blank(const struct parser *p)
{
	size_t at = 0;

	while (at < p->len && (p->line[at] == ' ' || p->line[at] == '\t' || p->line[at] == '\r'))
		at++;
	return at == p->len;
}

/* how many bytes at the beginning are the mark that some editors put before UTF-8 */
static size_t byte_order_mark(const char *text, size_t len)
{
	static const char mark[] = "\xEF\xBB\xBF";

	return len >= sizeof(mark) - 1 && memcmp(text, mark, sizeof(mark) - 1) == 0 ? sizeof(mark) - 1 : 0;
}

enum cs_err recording_parse(struct recording *out, const char *text, size_t len,
			    struct recording_problem *problem)
{
	struct parser p = {.rec = out, .problem = problem};
	enum cs_err err = CS_OK;

	*out = (struct recording){0};
	*problem = (struct recording_problem){0};
	for (size_t at = byte_order_mark(text, len); at < len && err == CS_OK; at += p.len + 1) {
		const char *end = memchr(text + at, '\n', len - at);

		p.line = text + at;
		p.len = end ? (size_t)(end - p.line) : len - at;
		p.number++;
		if (!is_blank(&p))
			err = parse_line(&p);
	}
	if (err == CS_OK && !p.has_card) {
		p.number = 0;
		err = fail_at(&p, 0, "empty: the first line must be the \"card\"");
	}
	if (err != CS_OK)
		recording_release(out);
	return err;
}

/* all of @file, at most RECORDING_FILE_MAX bytes */
static enum cs_err read_all(FILE *file, char **text, size_t *len)
{
	size_t room = 1 << 16;
	char *grown;

	for (*len = 0;;) {
		grown = realloc(*text, room);
		if (grown == NULL)
			return CS_E_NOMEM;
		*text = grown;
		*len += fread(*text + *len, 1, room - *len, file);
		if (ferror(file))
			return CS_E_IO;
		if (*len < room)
			return CS_OK;
		if (*len > RECORDING_FILE_MAX)
			return CS_E_TOO_LONG;
		room *= 2;
	}
}

enum cs_err recording_load(struct recording *out, const char *path, struct recording_problem *problem)
{
	char *text = NULL;
	size_t len = 0;
	enum cs_err err;
	int saved;
	FILE *file = fopen(path, "rb");

	*out = (struct recording){0};
	if (file == NULL)
		return errno == ENOENT ? CS_E_NOT_FOUND : CS_E_IO;
	err = read_all(file, &text, &len);
	saved = errno;
	fclose(file);
	if (err == CS_OK && len > RECORDING_FILE_MAX)
		err = CS_E_TOO_LONG;
	if (err == CS_OK)
		err = recording_parse(out, text, len, problem);
	free(text);
	errno = saved;
	return err;
}

void recording_release(struct recording *rec)
{
	for (size_t i = 0; i < rec->n; i++)
		entry_release(&rec->entry[i]);
	free(rec->entry);
	*rec = (struct recording){0};
}

bool recording_matches(const struct recording_entry *entry, const uint8_t *command, size_t len)
{
	if (entry->kind != RECORDING_APDU || entry->command_len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((command[i] & entry->mask[i]) != entry->command[i])
			return false;
	}
	return true;
}

bool recording_ends_inserted(const struct recording *rec)
{
	for (size_t i = rec->n; i-- > 0;) {
		if (rec->entry[i].kind == RECORDING_EVENT)
			return rec->entry[i].event == RECORDING_INSERT;
	}
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/exchange_json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/feature.h"
#include "core/hex.h"
#include "core/utf8.h"
#include "view/apdu_text.h"
#include "view/exchange_text.h"
#include "view/feature_json.h"
#include "view/sw_text.h"
#include "view/tlv_json.h"

/* Hex of any length, bytes from @secret_from on hidden; NULL: no memory. */
static json_t *masked_hex(const uint8_t *bytes, size_t len, size_t secret_from, size_t secret_len)
{
	char *text = malloc(HEX_PACKED_SIZE(len));
	json_t *value;

	if (!text)
		return NULL;
	hex_build(text, bytes, len, 0);
	memset(text + 2 * secret_from, '*', 2 * secret_len);
	value = json_stringn_nocheck(text, 2 * len);
	free(text);
	return value;
}

static json_t *long_hex(const uint8_t *bytes, size_t len)
{
	return masked_hex(bytes, len, 0, 0);
}

static json_t *hex_or_null(const uint8_t *bytes, size_t len)
{
	return len ? long_hex(bytes, len) : json_null();
}

/* @len untrusted bytes, NUL included, as a string */
static json_t *untrusted_text(const char *text, size_t len)
{
	char *clean = malloc(UTF8_CLEAN_SIZE(len));
	json_t *value;

	if (!clean)
		return NULL;
	value = json_stringn_nocheck(clean, utf8_clean(clean, UTF8_CLEAN_SIZE(len), text, len));
	free(clean);
	return value;
}

static json_t *line_json(const struct place *place)
{
	return place && place->file ? json_or_null(place->line) : json_null();
}

static json_t *column_json(const struct place *place)
{
	return place && place->file ? json_or_null(place->column) : json_null();
}

static json_t *object_of(struct json_out *jo, const char *type)
{
	json_t *object = json_object();

	json_put(jo, object, "type", json_text(type));
	return object;
}

static enum cs_err put_line(const struct json_out *jo, struct json_line *line, json_t *object, FILE *out)
{
	json_t *whole;
	enum cs_err err = json_finish(jo, object, &whole);

	if (err == CS_OK)
		err = json_line_write(line, whole, out);
	json_decref(whole);
	return err;
}

/* As it was written, "not " before a negated one. */
static json_t *pattern_json(const struct expectation *expect)
{
	const size_t len = strlen(expect->pattern);
	char *text = malloc(sizeof("not ") + len);
	json_t *value;

	if (!text)
		return NULL;
	text[0] = '\0';
	if (expect->negated)
		strcpy(text, "not ");
	strcat(text, expect->pattern);
	value = json_untrusted(text);
	free(text);
	return value;
}

/* The one that is told with the answer. */
static size_t main_expect(const struct expectation *expect, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!expect[i].ok)
			return i;
	return 0;
}

static json_t *expect_json(struct json_out *jo, const struct expectation *expect, size_t n)
{
	const size_t i = main_expect(expect, n);
	json_t *object;

	if (n == 0)
		return json_null();
	object = json_object();
	json_put(jo, object, "pattern", pattern_json(&expect[i]));
	json_put(jo, object, "ok", json_boolean(expect[i].ok));
	return object;
}

static enum cs_err put_further(struct json_line *line, FILE *out, const struct expectation *expect, size_t n)
{
	enum cs_err err = CS_OK;

	for (size_t i = 0; i < n && err == CS_OK; i++)
		if (i != main_expect(expect, n))
			err = exchange_json_put_expect(line, out, &expect[i]);
	return err;
}

static void put_sw(struct json_out *jo, json_t *object, const struct exchange *x)
{
	const uint8_t *sw = x->answer + x->answer_len - 2;
	char words[SW_TEXT_MAX];

	sw_text_format(words, (uint16_t)(sw[0] << 8 | sw[1]));
	json_put(jo, object, "sw", json_hex(sw, 2, 0));
	json_put(jo, object, "sw_text", json_text(words));
}

/* The command in words, as the transcript has it. */
static json_t *words_json(const struct exchange *x, const struct apdu_info *info)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *value = NULL;

	if (!out)
		return NULL;
	apdu_text_put(&(struct term){out, false}, info, x->command);
	if (fclose(out) == 0)
		value = json_untrusted(text);
	free(text);
	return value;
}

static void put_details(struct json_out *jo, json_t *object, const struct exchange *x)
{
	const struct apdu_info info = exchange_text_info(x);

	json_put(jo, object, "file", json_untrusted(x->place.file));
	json_put(jo, object, "column", column_json(&x->place));
	json_put(jo, object, "automatic", json_boolean(x->automatic));
	json_put(jo, object, "name", json_text(info.command));
	json_put(jo, object, "text", words_json(x, &info));
	json_put(jo, object, "channel", info.channel < 0 ? json_null() : json_integer(info.channel));
}

enum cs_err exchange_json_put(struct json_line *line, FILE *out, const struct exchange_style *style,
			      const struct exchange *x)
{
	struct json_out jo = {false};
	json_t *object = object_of(&jo, "apdu");
	enum cs_err err;

	json_put(&jo, object, "line", line_json(&x->place));
	json_put(&jo, object, "command",
		 masked_hex(x->command, x->command_len, x->secret_from, x->secret_len));
	json_put(&jo, object, "response", long_hex(x->answer, x->answer_len));
	put_sw(&jo, object, x);
	json_put(&jo, object, "us", json_integer(x->us));
	json_put(&jo, object, "expect", expect_json(&jo, x->expect, x->n_expect));
	if (style->verbose)
		put_details(&jo, object, x);
	if (style->decode)
		json_put(&jo, object, "tlv", tlv_json(&jo, x->answer, x->answer_len - 2));
	err = put_line(&jo, line, object, out);
	return err == CS_OK ? put_further(line, out, x->expect, x->n_expect) : err;
}

static void put_connect(struct json_out *jo, json_t *object, const struct action *action)
{
	json_put(jo, object, "reader", json_untrusted(action->reader));
	json_put(jo, object, "protocol", json_text(action->protocol));
	json_put(jo, object, "atr", hex_or_null(action->answer, action->answer_len));
}

static void put_reset(struct json_out *jo, json_t *object, const struct action *action)
{
	json_put(jo, object, "atr", hex_or_null(action->answer, action->answer_len));
}

static void put_disconnect(struct json_out *jo, json_t *object, const struct action *action)
{
	json_put(jo, object, "line", line_json(&action->place));
	json_put(jo, object, "disposition", json_text(action->option));
}

static void put_transaction(struct json_out *jo, json_t *object, const struct action *action)
{
	json_put(jo, object, "line", line_json(&action->place));
	json_put(jo, object, "action", json_text(action->kind == ACTION_BEGIN ? "begin" : "end"));
	json_put(jo, object, "disposition", json_text(action->option));
}

static json_t *code_json(uint32_t code)
{
	const uint8_t bytes[] = {(uint8_t)(code >> 24), (uint8_t)(code >> 16), (uint8_t)(code >> 8),
				 (uint8_t)code};

	return json_hex(bytes, sizeof(bytes), 0);
}

static void put_control(struct json_out *jo, json_t *object, const struct action *action)
{
	json_put(jo, object, "line", line_json(&action->place));
	json_put(jo, object, "code", code_json(action->number));
	json_put(jo, object, "name", json_text(action->name));
	json_put(jo, object, "command",
		 masked_hex(action->sent, action->sent_len, action->secret_from, action->secret_len));
	json_put(jo, object, "response", long_hex(action->answer, action->answer_len));
	json_put(jo, object, "us", json_integer(action->us));
}

static void put_event(struct json_out *jo, json_t *object, const struct action *action)
{
	const bool removed = action->option && strcmp(action->option, "remove") == 0;

	json_put(jo, object, "line", line_json(&action->place));
	json_put(jo, object, "event", json_text(removed ? "card_removed" : "card_inserted"));
	json_put(jo, object, "reader", json_untrusted(action->reader));
	json_put(jo, object, "atr", hex_or_null(action->answer, action->answer_len));
}

static void put_sleep(struct json_out *jo, json_t *object, const struct action *action)
{
	json_put(jo, object, "line", line_json(&action->place));
	json_put(jo, object, "ms", json_count(action->number));
}

static const struct {
	const char *type;
	void (*put)(struct json_out *jo, json_t *object, const struct action *action);
} shapes[ACTION_KINDS] = {
	[ACTION_CONNECT] = {"connected", put_connect},
	[ACTION_DISCONNECT] = {"disconnected", put_disconnect},
	[ACTION_RESET] = {"reset", put_reset},
	[ACTION_BEGIN] = {"transaction", put_transaction},
	[ACTION_END] = {"transaction", put_transaction},
	[ACTION_CONTROL] = {"control", put_control},
	[ACTION_WAIT] = {"event", put_event},
	[ACTION_SLEEP] = {"sleep", put_sleep},
};

/* What feature_json made, with the members of this stream. */
static enum cs_err put_built(enum cs_err built, struct json_line *line, json_t *object, FILE *out,
			     const struct place *place)
{
	struct json_out jo = {false};

	if (built != CS_OK)
		return built;
	json_put(&jo, object, "line", line_json(place));
	return put_line(&jo, line, object, out);
}

static enum cs_err put_attrib(struct json_line *line, FILE *out, const struct action *action)
{
	json_t *object;
	enum cs_err err = feature_json_attrib(&object, attrib_by_id(action->number), action->number,
					      action->answer, action->answer_len);

	return put_built(err, line, object, out, &action->place);
}

enum cs_err exchange_json_put_action(struct json_line *line, FILE *out, const struct action *action,
				     const struct expectation *expect, size_t n)
{
	struct json_out jo = {false};
	json_t *object;
	enum cs_err err;

	if (action->kind == ACTION_ATTRIB)
		return put_attrib(line, out, action);
	assert(shapes[action->kind].put && !action->failed);
	object = object_of(&jo, shapes[action->kind].type);
	shapes[action->kind].put(&jo, object, action);
	if (action->kind == ACTION_CONTROL)
		json_put(&jo, object, "expect", expect_json(&jo, expect, n));
	err = put_line(&jo, line, object, out);
	return err == CS_OK ? put_further(line, out, expect, n) : err;
}

enum cs_err exchange_json_put_features(struct json_line *line, FILE *out,
				       const struct exchange_features *features)
{
	json_t *object;
	enum cs_err err = feature_json_build(&object, features->features, features->features_len,
					     features->properties, features->properties_len);

	return put_built(err, line, object, out, &features->place);
}

enum cs_err exchange_json_put_echo(struct json_line *line, FILE *out, const struct place *place,
				   const char *text, size_t len)
{
	struct json_out jo = {false};
	json_t *object = object_of(&jo, "echo");

	json_put(&jo, object, "line", line_json(place));
	json_put(&jo, object, "text", untrusted_text(text, len));
	return put_line(&jo, line, object, out);
}

enum cs_err exchange_json_put_expect(struct json_line *line, FILE *out, const struct expectation *expect)
{
	struct json_out jo = {false};
	json_t *object = object_of(&jo, "expect");

	json_put(&jo, object, "line", line_json(&expect->place));
	json_put(&jo, object, "pattern", pattern_json(expect));
	json_put(&jo, object, "ok", json_boolean(expect->ok));
	return put_line(&jo, line, object, out);
}

/* The line of another file than the script says little without its name. */
static json_t *message_json(const struct place *place, const char *message)
{
	char *text;
	json_t *value;
	size_t size;

	if (!place || !place->file || place->main_file)
		return json_untrusted(message);
	size = strlen(place->file) + strlen(message) + sizeof(": ");
	text = malloc(size);
	if (!text)
		return NULL;
	snprintf(text, size, "%s: %s", place->file, message);
	value = json_untrusted(text);
	free(text);
	return value;
}

enum cs_err exchange_json_put_error(struct json_line *line, FILE *out, const struct place *place,
				    const char *message)
{
	struct json_out jo = {false};
	json_t *object = object_of(&jo, "error");

	json_put(&jo, object, "line", line_json(place));
	json_put(&jo, object, "column", column_json(place));
	json_put(&jo, object, "message", message_json(place, message));
	return put_line(&jo, line, object, out);
}

enum cs_err exchange_json_put_summary(struct json_line *line, FILE *out, const struct script_summary *summary)
{
	struct json_out jo = {false};
	json_t *object = object_of(&jo, "summary");

	json_put(&jo, object, "apdus", json_count(summary->apdus));
	json_put(&jo, object, "failed", json_count(summary->failed));
	json_put(&jo, object, "skipped", json_count(summary->skipped));
	return put_line(&jo, line, object, out);
}

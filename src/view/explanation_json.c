/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/explanation_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "view/json_out.h"

static const char *const kinds[] = {[EXPLAIN_CODE] = "code",
				    [EXPLAIN_STATUS_WORD] = "status_word",
				    [EXPLAIN_MESSAGE] = "message",
				    [EXPLAIN_LOG] = "log"};

static const char *const grades[] = {[LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_FAULT] = "fault"};

static json_t *check_json(const char *check)
{
	return check && *check ? json_untrusted(check) : json_null();
}

static json_t *causes_json(struct json_out *jo, const struct explain_answer *answer)
{
	json_t *array = json_array();

	for (size_t i = 0; i < answer->n_causes; i++) {
		json_t *object = json_object();

		json_put(jo, object, "case", json_text(answer->cause[i].kase));
		json_put(jo, object, "cause", json_untrusted(answer->cause[i].cause));
		json_put(jo, object, "check", check_json(answer->cause[i].check));
		json_push(jo, array, object);
	}
	return array;
}

static json_t *value_json(const struct explain_answer *answer)
{
	char text[16];

	if (answer->kind != EXPLAIN_CODE && answer->kind != EXPLAIN_STATUS_WORD)
		return json_null();
	snprintf(text, sizeof(text), "%0*" PRIX32, answer->kind == EXPLAIN_CODE ? 8 : 4, answer->value);
	return json_text(text);
}

static json_t *answer_json(struct json_out *jo, const struct explain_answer *answer)
{
	json_t *object = json_object();

	json_put(jo, object, "kind", json_text(kinds[answer->kind]));
	json_put(jo, object, "name", json_untrusted(answer->name));
	json_put(jo, object, "value", value_json(answer));
	json_put(jo, object, "source", json_text(answer->source));
	json_put(jo, object, "meaning", json_untrusted(answer->meaning));
	json_put(jo, object, "score", json_count(answer->score));
	json_put(jo, object, "causes", causes_json(jo, answer));
	return object;
}

enum cs_err explanation_json_build(json_t **out, const struct explain_answers *answers)
{
	struct json_out jo = {false};
	json_t *root = json_object(), *array = json_array();

	for (size_t i = 0; i < answers->n; i++)
		json_push(&jo, array, answer_json(&jo, &answers->answer[i]));
	json_put(&jo, root, "type", json_text("explanation"));
	json_put(&jo, root, "answers", array);
	return json_finish(&jo, root, out);
}

static json_t *finding_json(struct json_out *jo, const struct log_finding *finding, struct pool *pool)
{
	const char *line = pool_copy(pool, finding->line, finding->line_len);
	json_t *object = json_object();

	json_put(jo, object, "case", json_text(finding->match.entry->kase));
	json_put(jo, object, "grade", json_text(grades[finding->match.entry->grade]));
	json_put(jo, object, "line", json_count(finding->number));
	json_put(jo, object, "count", json_count(finding->count));
	json_put(jo, object, "text", json_untrusted(line));
	json_put(jo, object, "meaning", json_untrusted(log_meaning(pool, &finding->match)));
	json_put(jo, object, "check", check_json(log_check(pool, &finding->match)));
	return object;
}

enum cs_err explanation_json_build_log(json_t **out, const struct log_digest *digest, struct pool *pool)
{
	struct json_out jo = {false};
	json_t *root = json_object(), *array = json_array();

	for (size_t i = 0; i < digest->n; i++)
		json_push(&jo, array, finding_json(&jo, &digest->finding[i], pool));
	json_put(&jo, root, "type", json_text("log"));
	json_put(&jo, root, "lines", json_count(digest->lines));
	json_put(&jo, root, "left_out", json_count(digest->left_out));
	json_put(&jo, root, "findings", array);
	return json_finish(&jo, root, out);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/diagnosis_json.h"

#include "view/facts_json.h"
#include "view/json_out.h"

static const char *const verdicts[] = {
	[DIAGNOSIS_OK] = "ok", [DIAGNOSIS_PROBLEM] = "problem", [DIAGNOSIS_UNKNOWN] = "unknown"};

static const char *const statuses[] = {
	[CHECK_OK] = "ok", [CHECK_WARN] = "warn", [CHECK_FAIL] = "fail", [CHECK_SKIP] = "skip"};

static json_t *remedies_json(struct json_out *jo, const struct verdict *v)
{
	json_t *array = json_array();

	for (size_t i = 0; i < v->n_remedies; i++) {
		json_t *object = json_object();

		json_put(jo, object, "text", json_untrusted(v->remedy[i].text));
		json_put(jo, object, "command", json_untrusted(v->remedy[i].command));
		json_put(jo, object, "as_root", json_boolean(v->remedy[i].as_root));
		json_push(jo, array, object);
	}
	return array;
}

static json_t *evidence_json(struct json_out *jo, const struct verdict *v)
{
	json_t *array = json_array();

	for (size_t i = 0; i < v->evidence.n; i++)
		json_push(jo, array, json_untrusted(v->evidence.item[i]));
	return array;
}

static json_t *row_json(struct json_out *jo, const struct diagnosis_row *row)
{
	const struct verdict *v = &row->verdict;
	json_t *object = json_object();

	json_put(jo, object, "id", json_text(row->check->id));
	json_put(jo, object, "layer", json_text(check_layer_name(row->check->layer)));
	json_put(jo, object, "title", json_text(row->check->title));
	json_put(jo, object, "status", json_text(statuses[v->status]));
	json_put(jo, object, "case", json_text(v->kase));
	json_put(jo, object, "detail", json_untrusted(v->detail));
	json_put(jo, object, "evidence", evidence_json(jo, v));
	json_put(jo, object, "remedy", remedies_json(jo, v));
	return object;
}

static json_t *root_cause_json(struct json_out *jo, const struct diagnosis_row *cause)
{
	json_t *object;

	if (!cause)
		return json_null();
	object = json_object();
	json_put(jo, object, "id", json_text(cause->check->id));
	json_put(jo, object, "case", json_text(cause->verdict.kase));
	return object;
}

enum cs_err diagnosis_json_build(json_t **out, const struct diagnosis *d, const struct facts *facts)
{
	struct json_out jo = {false};
	json_t *root = json_object(), *checks = json_array();

	for (size_t i = 0; i < d->n; i++)
		json_push(&jo, checks, row_json(&jo, &d->row[i]));
	json_put(&jo, root, "type", json_text("diagnosis"));
	json_put(&jo, root, "verdict", json_text(verdicts[d->verdict]));
	json_put(&jo, root, "checks", checks);
	json_put(&jo, root, "root_cause", root_cause_json(&jo, d->root_cause));
	json_put(&jo, root, "facts", facts_json_build(&jo, facts, false));
	return json_finish(&jo, root, out);
}

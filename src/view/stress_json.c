/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/stress_json.h"

#include "view/json_out.h"

#define DIGITS 9 /* of seconds and rate */

static json_t *latency_json(struct json_out *jo, const struct stress_result *result)
{
	const struct {
		const char *key;
		uint32_t us;
	} rows[] = {
		{"min", result->min_us}, {"p50", result->p50_us}, {"p95", result->p95_us},
		{"p99", result->p99_us}, {"max", result->max_us},
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		json_put(jo, object, rows[i].key, result->has_latency ? json_count(rows[i].us) : json_null());
	return object;
}

enum cs_err stress_json_put(FILE *out, const struct stress_result *result)
{
	struct json_line line = {.precision = DIGITS};
	struct json_out jo = {false};
	json_t *object = json_object(), *whole;
	enum cs_err err;

	json_put(&jo, object, "type", json_text("stress"));
	json_put(&jo, object, "reader", json_untrusted(result->reader));
	json_put(&jo, object, "apdus", json_count(result->apdus));
	json_put(&jo, object, "errors", json_count(result->errors));
	json_put(&jo, object, "seconds", json_real(result->seconds));
	json_put(&jo, object, "apdu_per_s", json_real(result->apdu_per_s));
	json_put(&jo, object, "latency_us", latency_json(&jo, result));
	err = json_finish(&jo, object, &whole);
	if (err == CS_OK)
		err = json_line_write(&line, whole, out);
	json_line_release(&line);
	json_decref(whole);
	return err;
}

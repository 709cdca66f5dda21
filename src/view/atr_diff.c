/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/atr_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/atr_json.h"

#define FIELD_MAX 128

struct diff {
	struct json_out jo;
	json_t *list;
};

static void compare(struct diff *diff, const char *field, json_t *a, json_t *b);

static void add(struct diff *diff, const char *field, json_t *a, json_t *b)
{
	json_t *object = json_object();

	json_put(&diff->jo, object, "field", json_text(field));
	json_put(&diff->jo, object, "a", a ? json_incref(a) : json_null());
	json_put(&diff->jo, object, "b", b ? json_incref(b) : json_null());
	json_push(&diff->jo, diff->list, object);
}

static void compare_member(struct diff *diff, const char *field, const char *key, json_t *a, json_t *b)
{
	char path[FIELD_MAX];

	snprintf(path, sizeof(path), "%s%s%s", field, *field ? "." : "", key);
	compare(diff, path, a, b);
}

/* Members of both in the order of @a, then those that only @b has. */
static void compare_objects(struct diff *diff, const char *field, json_t *a, json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach(a, key, value) compare_member(diff, field, key, value, json_object_get(b, key));
	json_object_foreach(b, key, value) if (!json_object_get(a, key))
		compare_member(diff, field, key, NULL, value);
}

/* What an element of a list is known by, NULL when it has no name. */
static const char *label_of(const json_t *element)
{
	const char *name = json_string_value(json_object_get(element, "code"));

	return name ? name : json_string_value(json_object_get(element, "name"));
}

/* What is compared of a labelled element: one value says it all. */
static json_t *essence_of(json_t *element)
{
	json_t *message = json_object_get(element, "message");
	json_t *value = json_object_get(element, "value");

	if (message)
		return message;
	return value && json_object_size(element) == 2 ? value : element;
}

/* A list as an object: "TA1": value, or by position. A second element of the same label gets "#2". */
static json_t *by_label(struct json_out *jo, json_t *array)
{
	json_t *object = json_object();
	json_t *element;
	size_t i;

	json_array_foreach(array, i, element)
	{
		const char *label = label_of(element);
		char key[FIELD_MAX];

		if (label)
			snprintf(key, sizeof(key), "%s", label);
		else
			snprintf(key, sizeof(key), "%zu", i);
		for (int n = 2; json_object_get(object, key); n++)
			snprintf(key, sizeof(key), "%.100s#%d", label ? label : "", n);
		json_put(jo, object, key, json_incref(essence_of(element)));
	}
	return object;
}

static void compare_arrays(struct diff *diff, const char *field, json_t *a, json_t *b)
{
	json_t *left = by_label(&diff->jo, a);
	json_t *right = by_label(&diff->jo, b);

	compare_objects(diff, field, left, right);
	json_decref(left);
	json_decref(right);
}

static bool is_none(const json_t *value)
{
	return !value || json_is_null(value);
}

/* Whether to look into both: two containers of a kind, or one with something in it against nothing. */
static bool comparable(const json_t *a, const json_t *b, json_type type, size_t size)
{
	bool a_is = a && json_typeof(a) == type, b_is = b && json_typeof(b) == type;

	return (a_is && b_is) || (size && (a_is || b_is) && (is_none(a) || is_none(b)));
}

static void compare(struct diff *diff, const char *field, json_t *a, json_t *b)
{
	if (a && b && json_equal(a, b))
		return;
	if (comparable(a, b, JSON_OBJECT, json_object_size(a) + json_object_size(b)))
		compare_objects(diff, field, a, b);
	else if (comparable(a, b, JSON_ARRAY, json_array_size(a) + json_array_size(b)))
		compare_arrays(diff, field, a, b);
	else if (!is_none(a) || !is_none(b))
		add(diff, field, a, b);
}

enum cs_err atr_diff_build(json_t **out, const struct atr_decoded *a, const struct atr_decoded *b)
{
	const struct atr_json_options options = {.full = false};
	json_t *left = NULL, *right = NULL;
	struct diff diff = {.list = json_array()};
	json_t *root = json_object();
	enum cs_err err;

	*out = NULL;
	err = atr_json_build(&left, a, &options);
	if (err == CS_OK)
		err = atr_json_build(&right, b, &options);
	if (err != CS_OK)
		goto out;
	json_put(&diff.jo, root, "a", json_incref(json_object_get(left, "atr")));
	json_put(&diff.jo, root, "b", json_incref(json_object_get(right, "atr")));
	json_object_del(left, "atr");
	json_object_del(right, "atr");
	compare(&diff, "", left, right);
	json_put(&diff.jo, root, "same", json_boolean(json_array_size(diff.list) == 0));
	json_put(&diff.jo, root, "differences", json_incref(diff.list));
	err = json_finish(&diff.jo, json_incref(root), out);
out:
	json_decref(root);
	json_decref(diff.list);
	json_decref(left);
	json_decref(right);
	return err;
}

bool atr_diff_same(const json_t *diff)
{
	return json_is_true(json_object_get(diff, "same"));
}

static void put_value(const struct term *t, enum term_role role, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		term_put_untrusted(t, role, json_string_value(value));
		return;
	}
	if (json_is_null(value)) {
		term_put(t, role, "-");
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (text)
		term_put_untrusted(t, role, text);
	free(text);
}

void atr_diff_text_put(const struct term *t, const json_t *diff)
{
	const json_t *list = json_object_get(diff, "differences");

	if (atr_diff_same(diff))
		return;
	term_printf(t, TERM_ERROR, "- %s", json_string_value(json_object_get(diff, "a")));
	term_put(t, TERM_PLAIN, "\n");
	term_printf(t, TERM_GOOD, "+ %s", json_string_value(json_object_get(diff, "b")));
	term_put(t, TERM_PLAIN, "\n");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		term_printf(t, TERM_PLAIN, "%s: ", json_string_value(json_object_get(row, "field")));
		put_value(t, TERM_ERROR, json_object_get(row, "a"));
		term_put(t, TERM_PLAIN, " -> ");
		put_value(t, TERM_GOOD, json_object_get(row, "b"));
		term_put(t, TERM_PLAIN, "\n");
	}
}

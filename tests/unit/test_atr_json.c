/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "view/atr_json.h"

#define SAMPLES        "tests/data/atr-samples.jsonl"
#define SAMPLES_MAX    128
#define INSTALLED_LIST "/usr/share/pcsc/smartcard_list.txt"

/* The keys of formats.md that every object has, in their order; "cards" may follow. */
static const char *const keys[] = {
	"atr",
	"len",
	"ts",
	"convention",
	"t0",
	"k",
	"y",
	"interface",
	"t_sequence",
	"protocols",
	"first_protocol",
	"t15",
	"mode",
	"specific",
	"fidi",
	"tb1",
	"tb2",
	"n",
	"gt",
	"t0_params",
	"t1_params",
	"t15_params",
	"historical",
	"missing_hist",
	"declared_len",
	"tck",
	"extra",
	"findings",
};

static json_t *build(const uint8_t *raw, size_t len, const struct atr_json_options *options)
{
	static struct atr_decoded d;
	json_t *value;

	assert_int_equal(atr_decode(&d, raw, len, 0), CS_OK);
	assert_int_equal(atr_json_build(&value, &d, options), CS_OK);
	return value;
}

static json_t *build_hex(const char *text, const struct atr_json_options *options)
{
	uint8_t raw[ATR_RAW_MAX];
	size_t len = 0, bad;

	if (*text)
		assert_int_equal(hex_parse(raw, sizeof(raw), &len, text, strlen(text), &bad), CS_OK);
	return build(raw, len, options);
}

static int compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "CODE severity" of each finding, sorted: the samples list them in another order */
static json_t *codes_of(const json_t *findings)
{
	const char *codes[FINDINGS_MAX];
	json_t *array = json_array();
	size_t n = json_array_size(findings);

	for (size_t i = 0; i < n; i++) {
		const json_t *finding = json_array_get(findings, i);

		codes[i] = json_string_value(json_object_get(finding, "code"));
	}
	qsort(codes, n, sizeof(codes[0]), compare_codes);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_string(codes[i]));
	return array;
}

static void check_severities(const json_t *want, const json_t *got)
{
	for (size_t i = 0; i < json_array_size(want); i++) {
		const json_t *w = json_array_get(want, i);
		bool found = false;

		for (size_t k = 0; k < json_array_size(got); k++) {
			const json_t *g = json_array_get(got, k);

			found = found ||
				(json_equal(json_object_get(w, "code"), json_object_get(g, "code")) &&
				 json_equal(json_object_get(w, "severity"), json_object_get(g, "severity")));
		}
		assert_true(found);
	}
}

/* Offsets ascend and lie in the ATR or at its end; clause and message say something. */
static void check_findings(const json_t *want, const json_t *got, size_t len)
{
	json_t *want_codes = codes_of(want), *got_codes = codes_of(got);
	json_int_t last = 0;

	assert_true(json_equal(want_codes, got_codes));
	check_severities(want, got);
	for (size_t i = 0; i < json_array_size(got); i++) {
		const json_t *finding = json_array_get(got, i);
		json_int_t offset = json_integer_value(json_object_get(finding, "offset"));

		assert_int_equal(json_object_size(finding), 5);
		assert_true(offset >= last && (size_t)offset <= len);
		assert_true(json_string_length(json_object_get(finding, "clause")) > 0);
		assert_true(json_string_length(json_object_get(finding, "message")) > 10);
		last = offset;
	}
	json_decref(want_codes);
	json_decref(got_codes);
}

static void check_keys(json_t *object, const char *last)
{
	const char *key;
	json_t *value;
	size_t i = 0, n = sizeof(keys) / sizeof(keys[0]);

	json_object_foreach(object, key, value)
	{
		assert_string_equal(key, i < n ? keys[i] : last);
		i++;
	}
	assert_int_equal(i, n + (last != NULL));
}

/* The samples lack what formats.md adds to a storage card. */
static void drop_texts(json_t *object)
{
	json_t *pcsc = json_object_get(json_object_get(object, "historical"), "pcsc");

	if (json_is_object(pcsc)) {
		assert_int_equal(json_object_size(pcsc), 6);
		json_object_del(pcsc, "standard_text");
		json_object_del(pcsc, "card_text");
	}
}

static void test_sample(void **state)
{
	const struct atr_json_options options = {.full = false};
	json_t *want = *state;
	const char *text = json_string_value(json_object_get(want, "atr"));
	json_t *got = build_hex(text, &options);
	const char *key;
	json_t *value;

	check_keys(got, NULL);
	drop_texts(got);
	check_findings(json_object_get(want, "findings"), json_object_get(got, "findings"),
		       (size_t)json_integer_value(json_object_get(want, "len")));
	json_object_foreach(want, key, value)
	{
		if (strcmp(key, "findings") == 0 || json_equal(value, json_object_get(got, key)))
			continue;
		char *w = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		char *g = json_dumps(json_object_get(got, key), JSON_ENCODE_ANY | JSON_COMPACT);

		fail_msg("%s: want %s got %s", key, w, g);
	}
	json_decref(got);
}

/* Every prefix of every sample is valid JSON with the same keys. */
static void test_ladder(void **state)
{
	const struct atr_json_options options = {.full = true};
	const json_t *sample = *state;
	const char *text = json_string_value(json_object_get(sample, "atr"));
	uint8_t raw[ATR_RAW_MAX];
	size_t len = 0, bad;

	if (*text)
		assert_int_equal(hex_parse(raw, sizeof(raw), &len, text, strlen(text), &bad), CS_OK);
	for (size_t n = 0; n <= len; n++) {
		json_t *got = build(raw, n, &options);
		char *dumped = json_dumps(got, JSON_COMPACT);
		json_t *back = dumped ? json_loads(dumped, 0, NULL) : NULL;

		assert_non_null(back);
		assert_int_equal(json_object_size(got), sizeof(keys) / sizeof(keys[0]) + 7);
		free(dumped);
		json_decref(back);
		json_decref(got);
	}
}

static void expect_null(const char *text, const char *key)
{
	const struct atr_json_options options = {.full = false};
	json_t *got = build_hex(text, &options);

	if (!json_is_null(json_object_get(got, key)))
		fail_msg("%s of %s is not null", key, text);
	json_decref(got);
}

/* Absent knowledge is null. */
static void test_cut_off(void **state)
{
	(void)state;
	expect_null("3B 90", "protocols"); /* TA1 and TD1 announced and missing */
	expect_null("3B 90", "first_protocol");
	expect_null("3B 90", "mode");
	expect_null("3B 90", "fidi");
	expect_null("3B 90", "declared_len");
	expect_null("3B 40", "n");
	expect_null("3B 40", "gt");
	expect_null("3B 90 95 80", "declared_len");
	expect_null("3B", "tck");
}

static void test_full(void **state)
{
	const struct atr_json_options options = {.full = true};
	json_t *got =
		build_hex("3B 9F 96 80 3F C7 A0 80 31 E0 73 FE 21 1B 64 07 68 9A 00 82 90 00 B4", &options);
	json_t *clock = json_array_get(json_object_get(got, "timing"), 0);
	json_t *t0 = json_array_get(json_object_get(clock, "protocols"), 0);
	json_t *uicc = json_object_get(got, "etsi_uicc");
	json_t *pps = json_object_get(got, "pps");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(clock, "clock_khz")), 5000);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(t0, "after_pps"), "bps")),
			 312500);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(t0, "now"), "etu_ps")), 74400000);
	assert_string_equal(json_string_value(json_object_get(pps, "request")), "FF109679");
	assert_string_equal(json_string_value(json_object_get(uicc, "value")), "A0");
	assert_string_equal(json_string_value(json_array_get(json_object_get(uicc, "functions"), 0)),
			    "uicc_clf");
	assert_true(json_is_null(json_object_get(got, "contactless")));
	assert_true(json_is_null(json_object_get(got, "memory_card")));
	json_decref(got);
}

static void expect_kind(const char *text, const char *key, const char *member)
{
	const struct atr_json_options options = {.full = true};
	json_t *got = build_hex(text, &options);

	assert_true(json_is_object(json_object_get(got, key)));
	assert_non_null(json_object_get(json_object_get(got, key), member));
	json_decref(got);
}

static void test_full_kinds(void **state)
{
	(void)state;
	expect_kind("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A", "contactless", "kind");
	expect_kind("3B 04 A2 13 10 91", "memory_card", "units");
}

static void expect_text(const char *text, const char *key, const char *want)
{
	const struct atr_json_options options = {.full = true};
	json_t *got = build_hex(text, &options);
	const char *value = json_string_value(json_object_get(got, key));

	if (want)
		assert_string_equal(value, want);
	else
		assert_true(json_is_null(json_object_get(got, key)));
	json_decref(got);
}

static void test_full_damage(void **state)
{
	(void)state;
	expect_text("03 59 5B", "converted", "3F 65 25");
	expect_text("3F 65 25", "converted", NULL);
	expect_text("3B 02 14 50", "extra_kind", NULL);
	expect_text("3B 02 14 50 00 00", "extra_kind", "zeros");
	expect_text("3B 02 14 50 90 00", "extra_kind", "status_word");
	expect_text("3B 02 14 50 3B 00", "extra_kind", "atr");
	expect_text("3B 02 14 50 61 10", "extra_kind", "other");
}

static void test_parts(void **state)
{
	const struct carddb_entry *const none[] = {NULL};
	const struct atr_json_options check = {.part = ATR_JSON_FINDINGS};
	const struct atr_json_options cards = {.part = ATR_JSON_CARDS, .cards = none};
	const struct atr_json_options looked_up = {.cards = none};
	json_t *got;

	(void)state;
	got = build_hex("3B 02 14 50", &check);
	assert_int_equal(json_object_size(got), 2);
	assert_non_null(json_object_get(got, "findings"));
	json_decref(got);
	got = build_hex("3B 02 14 50", &cards);
	assert_int_equal(json_object_size(got), 2);
	assert_int_equal(json_array_size(json_object_get(got, "cards")), 0);
	json_decref(got);
	got = build_hex("3B 02 14 50", &looked_up);
	check_keys(got, "cards");
	json_decref(got);
}

/* An entry with bytes that are not UTF-8 still makes valid JSON. */
static void test_untrusted_cards(void **state)
{
	const char *const descriptions[] = {"caf\xE9 \x01\"\\", "\xF0\x9F\x92\xB3"};
	const struct carddb_entry entry = {.pattern = "3B ..",
					   .file = "/tmp/\xFF",
					   .line = 7,
					   .descriptions = descriptions,
					   .ndescriptions = 2};
	const struct carddb_entry *const entries[] = {&entry};
	const struct atr_json_options options = {.cards = entries, .ncards = 1};
	json_t *got = build_hex("3B 00", &options);
	char *dumped = json_dumps(got, JSON_COMPACT);
	json_t *back = json_loads(dumped, 0, NULL);
	json_t *card = json_array_get(json_object_get(back, "cards"), 0);

	(void)state;
	assert_int_equal(json_object_size(card), 5);
	assert_string_equal(json_string_value(json_array_get(json_object_get(card, "descriptions"), 0)),
			    "caf\xC3\xA9 \x01\"\\");
	assert_string_equal(json_string_value(json_object_get(card, "file")), "/tmp/\xC3\xBF");
	assert_int_equal(json_integer_value(json_object_get(card, "line")), 7);
	assert_true(json_is_false(json_object_get(card, "literal")));
	free(dumped);
	json_decref(back);
	json_decref(got);
}

static void check_entry(const struct carddb *db, const struct carddb_entry *entry)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];
	struct atr_json_options options = {.full = true, .cards = matches};
	uint8_t raw[ATR_RAW_MAX];
	size_t len, bad;
	char *dumped;
	json_t *got, *back;

	assert_int_equal(hex_parse(raw, sizeof(raw), &len, entry->pattern, strlen(entry->pattern), &bad),
			 CS_OK);
	options.ncards = carddb_lookup(db, raw, len, matches);
	assert_true(options.ncards >= 1);
	got = build(raw, len, &options);
	dumped = json_dumps(got, JSON_COMPACT);
	back = dumped ? json_loads(dumped, 0, NULL) : NULL;
	assert_non_null(back);
	assert_true(json_equal(got, back));
	free(dumped);
	json_decref(back);
	json_decref(got);
}

static void test_installed_list(void **state)
{
	struct carddb *db;
	size_t literals = 0;

	(void)state;
	assert_int_equal(carddb_new(&db), CS_OK);
	assert_int_equal(carddb_load(db, INSTALLED_LIST, NULL, NULL), CS_OK);
	for (size_t i = 0; i < carddb_count(db); i++) {
		if (!carddb_entry_get(db, i)->literal)
			continue;
		check_entry(db, carddb_entry_get(db, i));
		literals++;
	}
	carddb_free(&db);
	assert_true(literals > 1000);
}

static size_t load_samples(json_t *samples[SAMPLES_MAX])
{
	FILE *file = fopen(SAMPLES, "r");
	char *line = NULL;
	size_t n = 0, size = 0;

	while (file && n < SAMPLES_MAX && getline(&line, &size, file) > 0) {
		samples[n] = json_loads(line, 0, NULL);
		if (!samples[n]) {
			fprintf(stderr, "%s:%zu: not JSON\n", SAMPLES, n + 1);
			n = 0;
			break;
		}
		n++;
	}
	free(line);
	if (file)
		fclose(file);
	return n;
}

int main(void)
{
	const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_cut_off),         cmocka_unit_test(test_full),
		cmocka_unit_test(test_full_kinds),      cmocka_unit_test(test_parts),
		cmocka_unit_test(test_untrusted_cards), cmocka_unit_test(test_installed_list),
		cmocka_unit_test(test_full_damage),
	};
	static struct CMUnitTest tests[2 * SAMPLES_MAX + 8];
	static char names[2 * SAMPLES_MAX][256];
	json_t *samples[SAMPLES_MAX];
	size_t nsamples = load_samples(samples), n = 0;
	int failed;

	if (nsamples < 93) {
		fprintf(stderr, "%s: only %zu samples; run this from the top directory\n", SAMPLES, nsamples);
		return 1;
	}
	for (size_t i = 0; i < 2 * nsamples; i++, n++) {
		json_t *sample = samples[i / 2];
		const char *atr = json_string_value(json_object_get(sample, "atr"));

		snprintf(names[n], sizeof(names[n]), "%s: %.200s", i % 2 ? "prefixes of" : "sample", atr);
		tests[n] =
			(struct CMUnitTest){names[n], i % 2 ? test_ladder : test_sample, NULL, NULL, sample};
	}
	memcpy(tests + n, fixed, sizeof(fixed));
	n += sizeof(fixed) / sizeof(fixed[0]);
	failed = _cmocka_run_group_tests("atr_json", tests, n, NULL, NULL);
	for (size_t i = 0; i < nsamples; i++)
		json_decref(samples[i]);
	return failed;
}

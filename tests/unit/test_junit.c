/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange_harness.h"

#include <ctype.h>
#include <errno.h>
#include <unistd.h>

#include "core/utf8.h"
#include "view/junit_xml.h"

static const uint8_t command[] = {0x00, 0xB0, 0x00, 0x00, 0x04};
static const uint8_t answer[] = {0x01, 0x02, 0x90, 0x00};
static const struct script_summary summary = {3, 3, 2, 7, 12345678};

static void put(struct junit *junit, struct wish *wish)
{
	const struct exchange x = {.command = command,
				   .command_len = sizeof(command),
				   .answer = answer,
				   .answer_len = sizeof(answer),
				   .us = 1234567,
				   .expect = &wish->expect,
				   .n_expect = 1};
	const struct expect_case c = expect_case_of(&x, 0);

	junit_xml_put(junit, &c);
}

/* The end of one attribute ( name="value") or of the tag. */
static const char *skip_attribute(const char *at)
{
	assert_true(isspace((unsigned char)*at));
	at += strspn(at, " \n");
	if (*at == '>' || *at == '/')
		return at;
	assert_true(isalpha((unsigned char)*at));
	while (islower((unsigned char)*at))
		at++;
	assert_int_equal(strncmp(at, "=\"", 2), 0);
	at += 2;
	at += strcspn(at, "\"<>");
	assert_int_equal(*at, '"');
	return at + 1;
}

/* A tag; keeps the open elements as "/a/b" in @path. */
static const char *skip_tag(const char *at, char *path)
{
	const char *name = at + 1;
	const bool closing = *name == '/';
	size_t len = strspn(name + closing, "abcdefghijklmnopqrstuvwxyz-");
	char *top = strrchr(path, '/');

	assert_true(len > 0);
	at = name + closing + len;
	if (closing) {
		assert_non_null(top);
		assert_int_equal(strlen(top + 1), len);
		assert_memory_equal(top + 1, name + 1, len);
		*top = '\0';
		assert_int_equal(*at, '>');
		return at + 1;
	}
	while (*at != '>' && *at != '/')
		at = skip_attribute(at);
	if (*at == '>')
		snprintf(path + strlen(path), 256 - strlen(path), "/%.*s", (int)len, name);
	return at + (*at == '/' ? 2 : 1);
}

/* Elements are nested, references are known, every character may stand in XML. */
static void assert_well_formed(const char *text)
{
	static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#10;", "&#9;", "&#13;"};
	char path[256] = "";
	const char *at = text + sizeof(head) - 1;
	uint32_t c;

	assert_memory_equal(text, head, sizeof(head) - 1);
	for (const char *p = text; *p;) {
		size_t seq = utf8_sequence(p, strlen(p), &c), i = 0;

		assert_int_not_equal(seq, 0);
		assert_true(c >= 0x20 || c == '\n' || c == '\t');
		if (*p == '&') {
			while (i < COUNT(references) && strncmp(p, references[i], strlen(references[i])) != 0)
				i++;
			assert_in_range(i, 0, COUNT(references) - 1);
		}
		p += seq;
	}
	while (*at) {
		at += strcspn(at, "<>");
		if (*at)
			at = skip_tag(at, path);
	}
	assert_string_equal(path, "");
}

static char *read_back(FILE *out)
{
	char *text = calloc(1, 65536);

	assert_non_null(text);
	assert_true(pread(fileno(out), text, 65535, 0) > 0);
	fclose(out);
	return text;
}

static void put_three(struct junit *junit)
{
	struct wish wish;

	wish_make(&wish, "9000", "9000", NULL, answer, sizeof(answer));
	wish.expect.place = (struct place){"demo.apdu", 3, 15, true};
	put(junit, &wish);
	wish_make(&wish, "9000 0103", "9000", "0103", answer, sizeof(answer));
	wish.expect.place = (struct place){"<&>\"\033.apdu", 4, 15, false};
	put(junit, &wish);
	junit_xml_put_error(junit, &(struct place){"demo.apdu", 5, 1, true},
			    "a < b\n& \xFF\x01\xEF\xBF\xBE \"c\"");
}

#define CASES                                                                                                \
	"<testcase classname=\"demo\" name=\"line 3: 00B0000004 =&gt; 9000\" file=\"demo.apdu\" line=\"3\" " \
	"time=\"1.234567\"/>\n"                                                                              \
	"<testcase classname=\"demo\" name=\"&lt;&amp;&gt;&quot;\\x1B.apdu:4: 00B0000004 =&gt; 9000 0103\" " \
	"file=\"&lt;&amp;&gt;&quot;\\x1B.apdu\" line=\"4\" time=\"1.234567\">\n"                             \
	"<failure type=\"expectation\" message=\"the answer is not the one that was expected\">"             \
	"&lt;&amp;&gt;&quot;\\x1B.apdu:4:15: error: the answer is not the one that was expected\n"           \
	"  expected  data 01 03\n"                                                                           \
	"  came      data 01 02\n"                                                                           \
	"                    ^^\n"                                                                           \
	"</failure>\n</testcase>\n"                                                                          \
	"<testcase classname=\"demo\" name=\"line 5\" file=\"demo.apdu\" line=\"5\" time=\"0.000000\">\n"    \
	"<error type=\"error\" message=\"a &lt; b&#10;&amp; \\xFF\\x01\\xEF\\xBF\\xBE &quot;c&quot;\"/>\n"   \
	"</testcase>\n"                                                                                      \
	"<system-out>3 exchanges, 7 commands not reached</system-out>\n</testsuite>\n</testsuites>\n"

static void counts_where_it_can_rewind(void **state)
{
	FILE *out = tmpfile();
	struct junit junit;
	char *text, *cases;

	(void)state;
	assert_non_null(out);
	junit_xml_begin(&junit, out, "demo", "2026-11-21T08:00:00");
	put_three(&junit);
	assert_int_equal(junit_xml_end(&junit, &summary), CS_OK);
	text = read_back(out);
	assert_well_formed(text);
	assert_non_null(strstr(text, "<testsuite name=\"demo\" timestamp=\"2026-11-21T08:00:00\" tests=\"3\" "
				     "failures=\"1\" errors=\"1\" time=\"12.345678\" "));
	cases = strstr(text, "<testcase");
	assert_non_null(cases);
	assert_string_equal(cases, CASES);
	free(text);
}

static void leaves_counts_out_where_it_can_not(void **state)
{
	char got[8192] = "";
	struct junit junit;
	ssize_t n, len = 0;
	int ends[2];
	FILE *out;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	out = fdopen(ends[1], "w");
	assert_non_null(out);
	junit_xml_begin(&junit, out, "demo", NULL);
	put_three(&junit);
	assert_int_equal(junit_xml_end(&junit, &summary), CS_OK);
	fclose(out);
	while ((n = read(ends[0], got + len, sizeof(got) - 1 - (size_t)len)) > 0)
		len += n;
	close(ends[0]);
	assert_well_formed(got);
	assert_string_equal(got, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
				 "<testsuite name=\"demo\">\n" CASES);
}

static void largest_counts_fit(void **state)
{
	const struct script_summary large = {.us = INT64_MAX};
	FILE *out = tmpfile();
	struct junit junit;
	char *text;

	(void)state;
	assert_non_null(out);
	junit_xml_begin(&junit, out, "demo", NULL);
	junit.tests = junit.failures = junit.errors = SIZE_MAX;
	assert_int_equal(junit_xml_end(&junit, &large), CS_OK);
	text = read_back(out);
	assert_well_formed(text);
	free(text);
}

static void tells_of_a_full_disk(void **state)
{
	FILE *out = fopen("/dev/full", "w");
	struct junit junit;

	(void)state;
	assert_non_null(out);
	junit_xml_begin(&junit, out, "demo", NULL);
	errno = 0;
	assert_int_equal(junit_xml_end(&junit, &summary), CS_E_IO);
	assert_int_equal(errno, ENOSPC);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_where_it_can_rewind),
		cmocka_unit_test(leaves_counts_out_where_it_can_not),
		cmocka_unit_test(largest_counts_fit),
		cmocka_unit_test(tells_of_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

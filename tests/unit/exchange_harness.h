/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests of what shows exchanges: hex in, text out. */
#ifndef CS_TESTS_EXCHANGE_HARNESS_H
#define CS_TESTS_EXCHANGE_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hex.h"
#include "view/exchange.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A stream in memory. */
struct page {
	FILE *out;
	char *text; /* complete after page_end() */
	size_t len;
};

static inline void page_begin(struct page *page)
{
	*page = (struct page){.out = NULL};
	page->out = open_memstream(&page->text, &page->len);
	assert_non_null(page->out);
}

/* what was written; to be freed */
static inline char *page_end(struct page *page)
{
	assert_int_equal(fclose(page->out), 0);
	return page->text;
}

static inline void page_end_equal(struct page *page, const char *want, const char *name)
{
	char *text = page_end(page);

	if (strcmp(text, want) != 0)
		fail_msg("%s:\n--- wanted\n%s--- came\n%s---", name, want, text);
	free(text);
}

struct octets {
	uint8_t byte[512];
	size_t len;
};

static inline struct octets octets_of(const char *hex)
{
	struct octets octets = {.len = 0};
	size_t bad;

	if (hex && *hex)
		assert_int_equal(
			hex_parse(octets.byte, sizeof(octets.byte), &octets.len, hex, strlen(hex), &bad),
			CS_OK);
	return octets;
}

/* An expectation from text, compared: "61xx|9000"; data as "6F..8*", NULL for none. */
struct wish {
	struct expectation expect;
	struct expect_sw sw[8];
	struct expect_data data;
	uint8_t value[64], mask[64];
};

static inline void wish_data(struct wish *w, const char *data)
{
	w->data = (struct expect_data){.value = w->value, .mask = w->mask};
	for (; data[0] && data[0] != '*'; data += 2) {
		const size_t n = w->data.len++;

		w->value[n] = (uint8_t)((data[0] == '.' ? 0 : hex_digit(data[0])) << 4 |
					(data[1] == '.' ? 0 : hex_digit(data[1])));
		w->mask[n] = (uint8_t)((data[0] == '.' ? 0 : 0xF0) | (data[1] == '.' ? 0 : 0x0F));
	}
	w->data.tail = data[0] == '*';
	w->expect.data = &w->data;
}

static inline void wish_make(struct wish *w, const char *pattern, const char *sw, const char *data,
			     const uint8_t *answer, size_t len)
{
	*w = (struct wish){.expect = {.pattern = pattern}};
	for (; sw && *sw; sw += sw[4] ? 5 : 4)
		assert_true(expect_sw_parse(&w->sw[w->expect.n_sw++], sw, 4));
	w->expect.sw = w->sw;
	if (data)
		wish_data(w, data);
	w->expect.result = expect_compare(w->sw, w->expect.n_sw, w->expect.data, answer, len);
	w->expect.ok = w->expect.result.sw_ok && w->expect.result.data_ok;
}

#endif

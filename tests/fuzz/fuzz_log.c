/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a log: captures and lines lie within it, sentences are safe, lines are counted once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_sentence(const char *text)
{
	check(text != NULL);
	for (; *text; text++)
		check((unsigned char)*text >= ' ' && *text != 0x7F);
}

static void check_finding(struct pool *pool, const struct log_finding *f, const char *text, size_t size)
{
	check(f->line >= text && f->line + f->line_len <= text + size);
	check(f->number > 0 && f->count > 0);
	check(f->match.n <= LOG_CAPTURES);
	for (size_t i = 0; i < f->match.n; i++) {
		const struct log_capture *c = &f->match.capture[i];

		check(c->text >= f->line && c->text + c->len <= f->line + f->line_len);
		check(c->len <= LOG_CAPTURE_MAX);
	}
	check_sentence(log_meaning(pool, &f->match));
	check_sentence(log_check(pool, &f->match));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct log_digest digest;
	struct pool pool = {0};
	size_t count;

	check(log_read(&digest, &pool, text, size) == CS_OK);
	count = digest.left_out;
	for (size_t i = 0; i < digest.n; i++) {
		check_finding(&pool, &digest.finding[i], text, size);
		check(digest.finding[i].number <= digest.lines);
		count += digest.finding[i].count;
	}
	check(count <= digest.lines);
	pool_release(&pool);
	return 0;
}

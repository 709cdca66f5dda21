/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a command: first byte the domain, the rest the command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/apdu_info.h"
#include "view/apdu_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

/* Room of exactly the size needed, so that the address sanitizer sees a byte too many. */
static void *room(size_t size)
{
	void *p = malloc(size ? size : 1);

	check(p != NULL);
	return p;
}

static void check_round(const struct apdu *apdu, const uint8_t *raw, size_t len)
{
	uint8_t *back = room(len);
	size_t back_len;

	check(apdu_build(back, len, &back_len, apdu) == CS_OK);
	check(back_len == len && memcmp(back, raw, len) == 0);
	check(apdu_build(back, len - 1, &back_len, apdu) == CS_E_TOO_LONG);
	free(back);
}

static void check_parse(const uint8_t *raw, size_t len)
{
	struct apdu_problem problem;
	struct apdu apdu;

	if (apdu_parse(&apdu, raw, len, &problem) == CS_OK) {
		check(problem.fault == APDU_FINE);
		check(apdu.nc == 0 || (apdu.data >= raw && apdu.data + apdu.nc <= raw + len));
		check_round(&apdu, raw, len);
	} else {
		check(problem.fault != APDU_FINE && *apdu_fault_text(problem.fault));
		check(problem.offset <= len);
		check(apdu.nc == 0 && apdu.ne == 0 && !apdu.data);
	}
}

static void check_secret(const uint8_t *raw, size_t len)
{
	size_t from, n = apdu_secret(raw, len, &from);

	check(n == 0 ? from == 0 : from >= APDU_HEADER && from + n <= len && len - from - n <= 2);
	check(!apdu_verifies(raw, len) || n > 0);
}

static char *words(const uint8_t *raw, size_t len, enum apdu_domain domain)
{
	const struct apdu_info info = apdu_info_get(raw, len, domain);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	check(out != NULL);
	check(info.n_notes <= APDU_NOTES_MAX);
	check(info.aid_from + info.aid_len <= len && info.path_from + info.path_len <= len);
	check(info.path_len % 2 == 0);
	apdu_text_put(&(struct term){out, false}, &info, raw);
	check(fclose(out) == 0 && size > 0);
	for (size_t i = 0; i < size; i++)
		check(text[i] >= 0x20 && text[i] <= 0x7E);
	return text;
}

static enum apdu_fault fault_of(const uint8_t *raw, size_t len)
{
	struct apdu_problem problem;
	struct apdu apdu;
	const enum cs_err err = apdu_parse(&apdu, raw, len, &problem);

	check((err == CS_OK) == (problem.fault == APDU_FINE));
	return problem.fault;
}

/* The words must not depend on the value of any secret byte, but for what is wrong with a malformed command:
 * its Lc may be among them. */
static void check_words(const uint8_t *raw, size_t len, enum apdu_domain domain)
{
	uint8_t *other = room(len);
	size_t from, n = apdu_secret(raw, len, &from);
	char *text = words(raw, len, domain), *again;

	if (len)
		memcpy(other, raw, len);
	for (size_t i = from; i < from + n; i++)
		other[i] ^= 0x5A;
	again = words(other, len, domain);
	if (apdu_secret(other, len, &from) == n && fault_of(raw, len) == fault_of(other, len))
		check(strcmp(text, again) == 0);
	check(fault_of(raw, len) != APDU_FINE || fault_of(other, len) == APDU_FINE);
	free(again);
	free(text);
	free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > APDU_COMMAND_MAX + 2)
		return 0;
	check_parse(data + 1, size - 1);
	check_secret(data + 1, size - 1);
	check_words(data + 1, size - 1, (enum apdu_domain)(data[0] % (APDU_PCSC + 1)));
	return 0;
}

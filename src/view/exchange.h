/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_EXCHANGE_H
#define CS_VIEW_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/apdu_info.h"
#include "core/expect.h"
#include "core/script.h"

/*
 * What scriptor has to show. Everything is borrowed until the function it is given to returns; bytes come
 * from cards and scripts and are untrusted, texts marked "ours" are not.
 */

/* Where in a script. */
struct place {
	const char *file; /* name as given, "-" for stdin; NULL at a prompt: then no place is told */
	uint32_t line, column;
	bool main_file; /* of the script itself: the file need not be told with each line */
};

/* One expectation, compared. */
struct expectation {
	struct place place;
	const char *pattern; /* as written, without `=>` and `not` */
	bool negated;
	bool ok; /* the verdict, @negated taken into account */
	struct expect_result result;
	const struct expect_sw *sw;
	size_t n_sw;
	const struct expect_data *data; /* NULL: none, or a regular expression */
	const char *regex;              /* NULL: none */
};

/* One exchange with the card that was answered. */
struct exchange {
	struct place place;
	const uint8_t *command, *answer; /* the answer ends with the status word */
	size_t command_len, answer_len;  /* at least 4, at least 2 */
	size_t secret_from, secret_len;  /* bytes of the command that must not be shown; 0: none */
	int64_t us;
	bool automatic; /* made by get-response or chain */
	enum apdu_domain domain;
	const struct expectation *expect; /* @n_expect of them */
	size_t n_expect;
};

/* How much is shown. */
struct exchange_style {
	bool verbose;      /* the command in words, the duration */
	bool decode;       /* the answer as BER-TLV where it is */
	bool show_secrets; /* secrets in the words, too */
};

/* End of a run. */
struct script_summary {
	size_t apdus;   /* exchanges made */
	size_t checked; /* expectations compared */
	size_t failed;  /* expectations and errors */
	size_t skipped; /* commands of the script that were not reached; those in loops and branches count
			   once */
	int64_t us;     /* of the whole run */
};

#endif

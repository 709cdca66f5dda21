/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_CHECK_H
#define CS_DIAG_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "diag/facts.h"
#include "diag/pool.h"

/*
 * Checks: pure functions of facts -> verdict. Adding one is a row in the table of its layer, a function, and
 * a fixture under tests/roots.
 */

/* Bottom up: what is broken below makes what is above it fail, too. */
enum check_layer {
	LAYER_LIBRARY,
	LAYER_ENVIRONMENT,
	LAYER_SOCKET,
	LAYER_DAEMON,
	LAYER_PROTOCOL,
	LAYER_POLICY,
	LAYER_SESSION,
	LAYER_USB,
	LAYER_KERNEL,
	LAYER_DRIVER,
	LAYER_READER,
	LAYER_SHARING,
	LAYER_CARD,
	LAYERS
};

enum check_status { CHECK_OK, CHECK_WARN, CHECK_FAIL, CHECK_SKIP };

/* One thing to do. */
struct remedy {
	const char *text;    /* a sentence in words; ours, may hold escaped names */
	const char *command; /* lines to paste; NULL: nothing to paste */
	bool as_root;
};

#define REMEDIES_MAX 8

/* What a check found. All texts are the pool's or static, and escaped: safe to print and to paste. */
struct verdict {
	enum check_status status;
	const char *kase;   /* row of the doctor's table: "D17"; NULL */
	const char *detail; /* one line */
	struct pool_list evidence;
	struct remedy remedy[REMEDIES_MAX];
	size_t n_remedies;
	struct pool *pool; /* where its texts live */
};

struct check {
	const char *id; /* "socket-refused": never changes */
	enum check_layer layer;
	const char *title; /* "a daemon listens on the socket" */
	/* fills @v, which is zeroed (status CHECK_OK) but for its pool */
	void (*run)(const struct facts *facts, struct verdict *v);
};

/* check_at - every check, layers in their order; NULL behind the last */
const struct check *check_at(size_t i);

/* check_layer_name - "library", "environment", ...; static storage */
const char *check_layer_name(enum check_layer layer);

/*
 * A diagnosis: every check run. When one failed, those of the layers above it are CHECK_SKIP ("not looked at:
 * socket is broken"); the first failing one is the root cause. Layers that do not depend on one another (the
 * USB device does not need the socket) are looked at all the same: see the table in check.c.
 */
enum diagnosis_verdict { DIAGNOSIS_OK, DIAGNOSIS_PROBLEM, DIAGNOSIS_UNKNOWN };

struct diagnosis {
	struct pool pool;
	struct diagnosis_row {
		const struct check *check;
		struct verdict verdict;
	} * row; /* @n, in the order of check_at() */
	size_t n;
	const struct diagnosis_row *root_cause; /* NULL: nothing failed */
	enum diagnosis_verdict verdict;
};

CS_NODISCARD enum cs_err diagnose(struct diagnosis *out, const struct facts *facts);
void diagnosis_release(struct diagnosis *diagnosis);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/check_priv.h"

#include <assert.h>

static const char *const layer_names[LAYERS] = {
	[LAYER_LIBRARY] = "library",   [LAYER_ENVIRONMENT] = "environment",
	[LAYER_SOCKET] = "socket",     [LAYER_DAEMON] = "daemon",
	[LAYER_PROTOCOL] = "protocol", [LAYER_POLICY] = "policy",
	[LAYER_SESSION] = "session",   [LAYER_USB] = "usb",
	[LAYER_KERNEL] = "kernel",     [LAYER_DRIVER] = "driver",
	[LAYER_READER] = "reader",     [LAYER_SHARING] = "sharing",
	[LAYER_CARD] = "card",
};

static const struct check *const tables[LAYERS] = {
	[LAYER_LIBRARY] = check_library,   [LAYER_ENVIRONMENT] = check_environment,
	[LAYER_SOCKET] = check_socket,     [LAYER_DAEMON] = check_daemon,
	[LAYER_PROTOCOL] = check_protocol, [LAYER_POLICY] = check_policy,
	[LAYER_SESSION] = check_session,   [LAYER_USB] = check_usb,
	[LAYER_KERNEL] = check_kernel,     [LAYER_DRIVER] = check_driver,
	[LAYER_READER] = check_reader,     [LAYER_SHARING] = check_sharing,
	[LAYER_CARD] = check_card,
};

#define ON(layer) (1u << LAYER_##layer)

/*
 * What a layer stands on. The device, the kernel and the driver are looked at when the way to the daemon is
 * broken, too: they are files of their own, and a second fault there would be found only after the first.
 */
static const unsigned stands_on[LAYERS] = {
	[LAYER_SOCKET] = ON(LIBRARY) | ON(ENVIRONMENT),
	[LAYER_DAEMON] = ON(SOCKET),
	[LAYER_PROTOCOL] = ON(DAEMON),
	[LAYER_POLICY] = ON(PROTOCOL),
	[LAYER_SESSION] = ON(POLICY),
	[LAYER_KERNEL] = ON(USB),
	[LAYER_DRIVER] = ON(KERNEL),
	[LAYER_READER] = ON(SESSION) | ON(DRIVER),
	[LAYER_SHARING] = ON(READER),
	[LAYER_CARD] = ON(SHARING),
};

/* The layers whose first check must have seen them work before a diagnosis may say that all is well. */
static const unsigned vital = ON(SOCKET) | ON(DAEMON);

const char *check_layer_name(enum check_layer layer)
{
	assert(layer < LAYERS);
	return layer_names[layer];
}

const struct check *check_at(size_t i)
{
	for (size_t layer = 0; layer < LAYERS; layer++)
		for (const struct check *c = tables[layer]; c->id; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

static size_t check_count(void)
{
	size_t n = 0;

	for (size_t layer = 0; layer < LAYERS; layer++)
		for (const struct check *c = tables[layer]; c->id; c++)
			n++;
	return n;
}

/* broken_below - the failed layer that makes looking at @layer useless; LAYERS: none */
static size_t broken_below(size_t layer, const size_t broken_by[LAYERS])
{
	for (size_t below = 0; below < layer; below++)
		if ((stands_on[layer] & 1u << below) && broken_by[below] < LAYERS)
			return broken_by[below];
	return LAYERS;
}

static void run_one(struct diagnosis *d, const struct check *check, const struct facts *facts, size_t below)
{
	struct diagnosis_row *row = &d->row[d->n++];
	struct verdict *v = &row->verdict;

	row->check = check;
	v->pool = &d->pool;
	if (below < LAYERS)
		verdict_set(v, CHECK_SKIP, NULL, "not looked at: %s is broken", layer_names[below]);
	else
		check->run(facts, v);
	if (v->status == CHECK_FAIL && !d->root_cause)
		d->root_cause = row;
}

static void run_layer(struct diagnosis *d, const struct facts *facts, size_t layer, size_t broken_by[LAYERS])
{
	size_t below = broken_below(layer, broken_by);

	broken_by[layer] = below;
	for (const struct check *c = tables[layer]; c->id; c++) {
		assert(c->layer == layer);
		run_one(d, c, facts, below);
		if (d->row[d->n - 1].verdict.status == CHECK_FAIL)
			broken_by[layer] = layer;
	}
}

static enum diagnosis_verdict overall(const struct diagnosis *d)
{
	unsigned seen = 0;

	if (d->root_cause)
		return DIAGNOSIS_PROBLEM;
	for (size_t i = 0; i < d->n; i++) {
		unsigned layer = 1u << d->row[i].check->layer;

		if (d->row[i].check == tables[d->row[i].check->layer] &&
		    d->row[i].verdict.status != CHECK_SKIP)
			seen |= layer;
	}
	return (seen & vital) == vital ? DIAGNOSIS_OK : DIAGNOSIS_UNKNOWN;
}

enum cs_err diagnose(struct diagnosis *out, const struct facts *facts)
{
	size_t broken_by[LAYERS];

	*out = (struct diagnosis){0};
	out->row = pool_take(&out->pool, (check_count() + 1) * sizeof(*out->row));
	if (!out->row)
		return CS_E_NOMEM;
	for (size_t layer = 0; layer < LAYERS; layer++)
		run_layer(out, facts, layer, broken_by);
	out->verdict = overall(out);
	if (!out->pool.failed)
		return CS_OK;
	diagnosis_release(out);
	return CS_E_NOMEM;
}

void diagnosis_release(struct diagnosis *diagnosis)
{
	pool_release(&diagnosis->pool);
	*diagnosis = (struct diagnosis){0};
}

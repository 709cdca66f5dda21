/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which readers are shown, and in which order. */
#include <stdlib.h>
#include <string.h>

#include "pcsc/reader.h"
#include "tui/top_model.h"

const char *top_sort_name(enum top_sort sort)
{
	static const char *const names[TOP_SORTS] = {
		[TOP_BY_INDEX] = "index",   [TOP_BY_NAME] = "name",   [TOP_BY_STATE] = "state",
		[TOP_BY_EVENTS] = "events", [TOP_BY_SINCE] = "since",
	};

	return names[sort];
}

static int compare(const struct top_reader *a, const struct top_reader *b, enum top_sort sort)
{
	switch (sort) {
	case TOP_BY_NAME:
		return strcmp(a->name, b->name);
	case TOP_BY_STATE: /* what has most to tell comes first */
		return (a->state < b->state) - (a->state > b->state);
	case TOP_BY_EVENTS:
		return (a->events < b->events) - (a->events > b->events);
	case TOP_BY_SINCE:
		return (a->since_ns < b->since_ns) - (a->since_ns > b->since_ns);
	default:
		return 0;
	}
}

static bool is_shown(const struct top_reader *reader, const char *filter)
{
	if (!reader->there)
		return false;
	return !*filter || reader_matches(reader->name, filter) ||
	       (reader->card && reader_matches(reader->card, filter));
}

/* Equals keep the order of their numbers. */
static void insert(struct top_model *model, size_t slot)
{
	const struct top_reader *v = top_model_readers(model)->v;
	size_t at = model->norder++;

	while (at && compare(&v[model->order[at - 1]], &v[slot], model->sort) > 0) {
		model->order[at] = model->order[at - 1];
		at--;
	}
	model->order[at] = slot;
}

static size_t place_of_selected(const struct top_model *model)
{
	size_t at = 0;

	while (at < model->norder && model->order[at] != model->selected)
		at++;
	return at;
}

enum cs_err top_model_arrange(struct top_model *model)
{
	const struct top_readers *readers = top_model_readers(model);
	size_t was = place_of_selected(model);
	size_t *order = realloc(model->order, (readers->n + 1) * sizeof(*order));

	if (!order)
		return CS_E_NOMEM;
	model->order = order;
	model->norder = 0;
	for (size_t i = 0; i < readers->n; i++)
		if (is_shown(&readers->v[i], model->filter))
			insert(model, i);
	/* One that is gone leaves the selection to the one that takes its place. */
	if (model->norder && place_of_selected(model) == model->norder)
		model->selected = model->order[was < model->norder ? was : model->norder - 1];
	return CS_OK;
}

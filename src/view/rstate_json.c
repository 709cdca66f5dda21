/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/rstate_json.h"

#include "core/rstate.h"

json_t *rstate_json_build(struct json_out *jo, uint16_t state)
{
	json_t *array = json_array();
	const struct rstate_name *name;

	for (size_t i = 0; (name = rstate_name_get(i)) != NULL; i++)
		if (state & name->bit)
			json_push(jo, array, json_text(name->name));
	return array;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/card_lists.h"

#include <stdio.h>

#include "db/dbfiles.h"
#include "view/problem_text.h"

static void warn(void *data, const struct carddb_problem *problem)
{
	const char *const *tool = data;

	problem_text_put(stderr, *tool, problem);
}

enum cs_err card_lists_load(struct carddb *db, const char *tool, const struct opt_list *given,
			    const struct app_env *env)
{
	const struct dbfiles where = {
		.given = given ? given->item : NULL,
		.ngiven = given ? given->n : 0,
		.smartcard_list = env->smartcard_list,
		.xdg_data_home = env->xdg_data_home,
		.xdg_cache_home = env->xdg_cache_home,
		.home = env->home,
		.datadir = env->datadir,
	};

	return dbfiles_load(db, &where, tool ? warn : NULL, &tool);
}

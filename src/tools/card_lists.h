/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_CARD_LISTS_H
#define CS_TOOLS_CARD_LISTS_H

#include "cli/app.h"
#include "cli/opt.h"
#include "core/err.h"
#include "db/carddb.h"

/*
 * card_lists_load - load the lists of --db, or those that are installed, telling what is wrong with them
 * @tool:  begins each line on stderr; NULL: nothing is told
 * @given: the values of --db; NULL: none
 * Return: as dbfiles_load().
 */
CS_NODISCARD enum cs_err card_lists_load(struct carddb *db, const char *tool, const struct opt_list *given,
					 const struct app_env *env);

#endif

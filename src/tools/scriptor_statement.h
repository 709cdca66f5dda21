/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_STATEMENT_H
#define CS_TOOLS_SCRIPTOR_STATEMENT_H

#include "tools/scriptor_engine.h"

/* statement_run - carry out one operation; engine->flow tells how to go on */
void statement_run(struct engine *engine, const struct script_op *op);

/* engine_run_list - a block, or the whole; engine->flow tells how to go on */
void engine_run_list(struct engine *engine, const struct script_op *first);

#endif

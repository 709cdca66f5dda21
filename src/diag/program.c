/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/program.h"

#include <string.h>

#define COMM_MAX 15 /* the kernel cuts names there */

#define PROGRAM(comm, kind, what, remedy, command, as_root)                                                  \
	{comm, PROGRAM_##kind, what, remedy, command, as_root},
static const struct program programs[] = {
#include "diag/program.def"
};
#undef PROGRAM

#define PROGRAM(comm, kind, what, remedy, command, as_root)                                                  \
	_Static_assert(sizeof(comm) - 1 <= COMM_MAX, comm);
#include "diag/program.def"
#undef PROGRAM

const struct program *program_lookup(const char *comm)
{
	for (size_t i = 0; comm && i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (strcmp(programs[i].comm, comm) == 0)
			return &programs[i];
	}
	return NULL;
}

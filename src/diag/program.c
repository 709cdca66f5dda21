/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/program.h"

#include <stdio.h>
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

struct remedy program_let_go(const struct program *program, const struct facts_client *client, uid_t uid,
			     char command[PROGRAM_COMMAND_MAX])
{
	const bool foreign = client->uid != uid;

	if (!foreign || program->as_root || !program->command)
		return (struct remedy){program->remedy, program->command, program->as_root || foreign};
	snprintf(command, PROGRAM_COMMAND_MAX, "kill %ld", (long)client->pid);
	return (struct remedy){program->remedy, command, true};
}

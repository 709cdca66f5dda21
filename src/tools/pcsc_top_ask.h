/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_PCSC_TOP_ASK_H
#define CS_TOOLS_PCSC_TOP_ASK_H

#include <stdbool.h>

#include "core/err.h"
#include "diag/child.h"
#include "pcsc/job.h"
#include "pcsc/scard.h"

/*
 * A question whose answer is a text and takes its time: a thread asks it while the screen stays alive. One at
 * a time. Zero-initialise.
 */
struct ask {
	bool busy;
	struct job job; /* its fd is readable at the end; -1 while not busy is for the caller to see to */
	char reader[SCARD_READER_MAX]; /* "": pcsc_doctor is asked */
	struct child child;
	char *text; /* the answer, with colours as the views put them; NULL: no memory */
};

/* ask_reader - attributes and features of a reader, by a direct connection, which the card does not notice */
CS_NODISCARD enum cs_err ask_reader(struct ask *ask, const char *reader);

/* ask_doctor - what pcsc_doctor says; @path: of the program */
CS_NODISCARD enum cs_err ask_doctor(struct ask *ask, const char *path);

/* ask_take - once job_ended(): the answer, which is the caller's to free; @ask is not busy any more */
char *ask_take(struct ask *ask);

/* ask_stop - false: it hangs in a call of PC/SC, @ask must stay until the process ends */
bool ask_stop(struct ask *ask);

#endif

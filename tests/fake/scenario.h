/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_FAKE_SCENARIO_H
#define CS_TESTS_FAKE_SCENARIO_H

/* The language is described in winscard.h. A mistake ends the program, with the number of the line. */

/* scenario_read - carry out every directive of a text, or put it into the timeline */
void scenario_read(const char *text);

/* scenario_do - carry out one directive */
void scenario_do(const char *directive);

#endif

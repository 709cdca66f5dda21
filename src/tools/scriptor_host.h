/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_HOST_H
#define CS_TOOLS_SCRIPTOR_HOST_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/script.h"

struct host_chunk;
struct host_regex;
struct host_text;

/*
 * What the parser of scripts needs from outside: memory that lives as long as the script, the text of files,
 * regular expressions. Must not move once initialised.
 */
struct host {
	struct script_host ops;     /* to be given to script_init() */
	struct host_chunk *chunks;  /* of the unit at hand */
	struct host_chunk *lasting; /* of the whole script */
	struct host_regex **regexes;
	struct host_text *texts;
	void (*problem)(void *data, const struct script_problem *problem);
	void *problem_data;
};

/* host_init - @problem is told every mistake of a script; CS_E_NOMEM. host_release() at the end */
CS_NODISCARD enum cs_err host_init(struct host *host,
				   void (*problem)(void *data, const struct script_problem *problem),
				   void *problem_data);
void host_release(struct host *host);

/* host_settle - the memory given so far, by script_init(), lasts as long as the script */
void host_settle(struct host *host);

/* host_forget - the memory given since then is of no more use: another unit is about to be parsed */
void host_forget(struct host *host);

/* host_lasting - memory for @size bytes that lasts as long as the script; NULL: there is no more */
void *host_lasting(struct host *host, size_t size);

/*
 * host_load - the text of a script
 * @path: of the file, "-" for stdin, read to its end; also its name in messages, so it must stay
 * @why:  receives the reason when it fails
 * Return: CS_OK, @out borrows from @host; CS_E_IO; CS_E_TOO_LONG; CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err host_load(struct host *host, const char *path, struct script_text *out, char *why,
				   size_t why_size);

/* host_include - as of struct script_host; @data is the host */
CS_NODISCARD enum cs_err host_include(void *data, const char *from, const char *path, struct script_text *out,
				      char *why, size_t why_size);

/* host_drop_texts - what was loaded and included is parsed and of no more use */
void host_drop_texts(struct host *host);

/* host_regex - the compiled form of a regular expression that the parser has accepted */
const regex_t *host_regex(const struct host *host, const char *text);

/* ---- scriptor_host_regex.c for scriptor_host.c ---- */

CS_NODISCARD enum cs_err host_regexes_init(struct host *host);
void host_regexes_release(struct host *host);

/* host_check_regex - as of struct script_host; @data is the host */
bool host_check_regex(void *data, const char *text, char *why, size_t why_size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_POLKIT_RULE_H
#define CS_DIAG_POLKIT_RULE_H

#include <stddef.h>

#include "core/err.h"
#include "diag/pool.h"

/* Rules for polkit that let somebody use smart cards who has no active local session. */

#define POLKIT_ACTION_PCSC "org.debian.pcsc-lite.access_pcsc"
#define POLKIT_ACTION_CARD "org.debian.pcsc-lite.access_card"

enum polkit_form {
	POLKIT_RULES, /* JavaScript: polkit 0.106 and later */
	POLKIT_PKLA,  /* key file: polkit 0.105 */
};

struct polkit_rule {
	const char *user;          /* login name */
	const char *group;         /* or a group; exactly one of the two is not NULL */
	const char *const *reader; /* @n_readers names as PC/SC lists them; none: every reader */
	size_t n_readers;
};

#define POLKIT_NAME_MAX 512 /* bytes of each name */

/*
 * polkit_rule_build - text of a rules file that allows the service, and the cards in the readers
 * A reader is known by its name without index and slot number: they change with the order of plugging in.
 * @out: receives the text, the pool's
 *
 * Return: CS_OK; CS_E_ARG not exactly one of user and group, or POLKIT_PKLA with readers, which that form can
 * not name; CS_E_EMPTY an empty name; CS_E_TOO_LONG a name above POLKIT_NAME_MAX; CS_E_FORMAT a name that is
 * not UTF-8 or holds characters above U+FFFF, or, in POLKIT_PKLA, others than letters, digits and "._-@$";
 * CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err polkit_rule_build(const char **out, struct pool *pool,
					   const struct polkit_rule *rule, enum polkit_form form);

/* polkit_rule_string - @len bytes of UTF-8 as they stand in a rule, in quotes: all but plain ASCII by number.
 * The pool's; NULL: no memory */
const char *polkit_rule_string(struct pool *pool, const char *text, size_t len);

/* polkit_rule_path - where to put it; static storage */
const char *polkit_rule_path(enum polkit_form form);

/*
 * polkit_reader_stem - length of a reader's name without " NN NN", index and slot in hexadecimal, at its end
 * The whole length when it does not end so, or is nothing else.
 */
size_t polkit_reader_stem(const char *name);

#endif

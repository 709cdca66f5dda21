/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DB_DBFILES_H
#define CS_DB_DBFILES_H

#include <stddef.h>

#include "core/err.h"
#include "db/carddb.h"

/* Where card lists may lie. Borrowed strings, NULL for what is unset; an empty string counts as unset. */
struct dbfiles {
	const char *const *given; /* --db FILE ...: when there is any, nothing else is read */
	size_t ngiven;
	const char *smartcard_list; /* $SMARTCARD_LIST */
	const char *xdg_data_home;  /* default: $HOME/.local/share */
	const char *xdg_cache_home; /* default: $HOME/.cache */
	const char *home;
	const char *datadir; /* our own data/ as installed, or beside the sources */
	const char *root;    /* goes before /usr/... of the system's lists; for tests */
};

/*
 * dbfiles_load - load every list there is
 * The lists of @given and nothing else; or, in this order, $SMARTCARD_LIST, smartcard_list.txt in
 * $XDG_DATA_HOME/cardscope and $XDG_CACHE_HOME, ~/.smartcard_list.txt, and smartcard_list.txt in
 * /usr/local/share/pcsc, /usr/share/pcsc and @datadir.
 *
 * A missing file is a problem only when it was given or named by $SMARTCARD_LIST; an empty or broken one
 * always is, and never hides the others. Directories and devices are refused; a FIFO (the shell's
 * <(command)) is read when it was given or named. A relative XDG directory counts as unset, as the XDG
 * specification asks. Of the lists below /usr and of @datadir, problems that cost no entry are not told:
 * their reader can not mend them.
 *
 * Return: CS_OK; CS_E_NOT_FOUND a file of @given does not exist or can not be read (reported; the others are
 *   loaded); CS_E_NOMEM.
 */
CS_NODISCARD enum cs_err dbfiles_load(struct carddb *db, const struct dbfiles *where, carddb_report *report,
				      void *data);

#endif

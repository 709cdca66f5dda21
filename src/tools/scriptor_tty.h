/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TOOLS_SCRIPTOR_TTY_H
#define CS_TOOLS_SCRIPTOR_TTY_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/err.h"

/* tty_stream - stderr or stdout, where the terminal is; NULL: stdin or both of these are none */
FILE *tty_stream(void);

/*
 * The signals of a terminal that an editor of lines must see first, because it has changed the terminal's
 * mode: SIGWINCH, SIGTSTP, SIGCONT, SIGQUIT.
 */
struct tty_signals {
	sigset_t own, before;
	int fd; /* readable when one has come while they are held */
};

/* tty_signals_init - not held yet; CS_E_IO: no descriptor */
CS_NODISCARD enum cs_err tty_signals_init(struct tty_signals *signals);
void tty_signals_release(struct tty_signals *signals);

/* tty_signals_hold, tty_signals_let_go - from when to when they are kept for tty_signals_next() */
void tty_signals_hold(struct tty_signals *signals);
void tty_signals_let_go(struct tty_signals *signals);

/* tty_signals_next - number of one that has come, 0 for none */
int tty_signals_next(struct tty_signals *signals);

/* tty_signals_obey - let a signal that was held do its work; returns after one that stops, once continued */
void tty_signals_obey(int number);

/* tty_wipe - overwrite a text, which may hold a secret */
void tty_wipe(char *text);

#endif

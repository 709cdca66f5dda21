/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TESTS_FAKE_WINSCARD_H
#define CS_TESTS_FAKE_WINSCARD_H

/*
 * A stand-in for libpcsclite 1.9, linked in its place. It plays a scenario: the file that FAKE_WINSCARD
 * names, or a text given to fake_winscard_load(). Without either there is a service with no reader.
 *
 * It is strict: NULL where something is needed, a context or card that was released or never was, two calls
 * at once on one context (SCardCancel may) end the program with a message and abort(). At exit it says how
 * many contexts and cards were not given back, and makes the exit status 99. So does a mistake in a scenario.
 * What is stuck in a call that has not returned can not be given back and does not count.
 *
 * Cards behave as behind pcscd 1.9: the ATR says which protocols there are, T=1 is taken before T=0, and the
 * one in use stays until somebody resets the card, connected to or not. A handle hears of a reset
 * (0x80100068), a removal or a swap (0x80100069) until it reconnects; a card that goes away in the middle of
 * a command answers success with length 0, then comes one 0x80100016. While somebody has a transaction the
 * others wait, but SCardControl and SCardGetAttrib say 0x8010000B. SCardConnect says 0x8010000B about a card
 * that is held exclusively; SCardReconnect waits.
 *
 * Scenario language: a directive a line; '#' begins a comment; a name stands in double quotes, with \xHH for
 * any byte, \" and \\; ATR and APDU are hexadecimal digits in one word. I counts the readers in the order of
 * their "reader" directives from 0 and never changes, whatever is unplugged.
 *
 *   reader "NAME"             plug in a new reader ("add" is the same word)
 *   unplug I                  the reader goes away
 *   replug I                  ... and comes back, under its name
 *   insert I ATR              a card in reader I ("card" is the same word)
 *   remove I                  no card in reader I
 *   swap I ATR                another card, without the moment between ever being seen: counter + 2
 *   mute I                    a card that does not answer
 *   mute-sleep MS             (0) as libpcsclite does, for 400 ms: a wait sleeps so long over each mute card,
 *                             when it begins and after every event, and is deaf to SCardCancel meanwhile
 *   oversize-atr I            its ATR is said to be 40 bytes long from now on
 *   state I [BIT]...          only these bits beside EMPTY or PRESENT: INUSE EXCLUSIVE UNPOWERED UNAVAILABLE
 *   burst N I ATR             N times: insert, remove; each an event of its own
 *   apdu COMMAND -> [ANSWER]  what every card answers; without ANSWER success of length 0; else 6D00
 *   answer I COMMAND ANSWER   what the card in reader I answers; see below
 *   control I CODE COMMAND ANSWER  what the driver of reader I answers to SCardControl; else 0x8010001F
 *   attrib I ID ANSWER        what SCardGetAttrib answers; else 0x8010001F
 *   hold I                    another program begins a transaction with the card
 *   release I                 ... and ends it
 *   reset I                   another program resets the card
 *   service stop              waits break with 0x80100013, contexts are dead: 0x8010001D
 *   service start             a new run of the service, counters begin again
 *   service freeze            no call returns, SCardCancel neither (a daemon that was sent SIGSTOP)
 *   service thaw              ... until now
 *   pnp count                 (default) the pseudo reader of pcsc-lite 1.9: it compares the number of readers
 *                             with the one at the start of the call
 *   pnp counter               it carries a counter in its upper 16 bits
 *   pnp unknown               it does not exist: state UNKNOWN
 *   pnp off                   it does not exist: error 0x80100009
 *   limit N                   readers one SCardGetStatusChange takes (default 16, 0 for no limit)
 *   grow-list "NAME"          this reader is plugged in right after the next question for the list's length
 *   fail CALL CODE [times N | always] [on call K]
 *                             CALL answers CODE (once) as from its K-th call (the next); what it would do is
 *                             left undone, but for SCardReleaseContext and SCardDisconnect
 *   signal NAME               send INT, TERM or HUP to this process
 *   lockstep                  see below
 *   after N[ms] DIRECTIVE     the same later; these lines form the timeline
 *   after N[ms] loop          the timeline begins again
 *
 * COMMAND is exact ("00A4040000"), or what a command begins with ("00A4*"; "*" is any command), or "-" for no
 * byte. ANSWER is any number of words, put together: bytes, the same bytes N times ("FFx256"), "-" for no
 * byte, "delay MS" before it comes, "never" (the call blocks until the card, the reader or the service goes
 * away), "remove" (the card goes away in place of an answer). The longest COMMAND that fits counts, then the
 * exact one, then the one for this reader. Several answers to the same COMMAND are given in turn, the last
 * one from then on; but "apdu" puts a new answer in place of the old one.
 *
 * The variable FAKE_WINSCARD_LOG names a file that tells the calls to cards, a line each as they return:
 *   SCardConnect "NAME" SHARED T0|T1 -> T1                 protocols asked for ("-": none), and the one there
 * is SCardReconnect "NAME" SHARED T0|T1 RESET -> 0x80100069 SCardTransmit "NAME" 00A4040000 -> 9000 "-" for
 * no byte SCardControl "NAME" 0x42000D48 - -> 06044233000A SCardGetAttrib "NAME" 0x00010100 -> 41 SCardStatus
 * "NAME" -> 3B00 SCardBeginTransaction "NAME" -> ok SCardEndTransaction "NAME" LEAVE -> ok SCardDisconnect
 * "NAME" UNPOWER -> ok A call that blocks for an unknown time ends its line with "...", and " -> ANSWER"
 * comes on a line of its own.
 *
 * The timeline runs on the clock, N ms after the line before it. In lockstep it waits for the program: N ms
 * after every open context is blocked in SCardGetStatusChange with nothing left to tell, or in a call of a
 * card that does not return by itself, so that no event is lost or merged however fast the timeline is; while
 * the service is stopped or frozen the clock rules. When the timeline is over, waits block. What the program
 * can not know by waiting (a new reader without plug-and-play) lockstep does not wait for.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* fake_winscard_load - begin anew with this scenario; every context of the old one must have been released */
void fake_winscard_load(const char *text);

/* fake_winscard_do - carry out one directive now; from any thread */
void fake_winscard_do(const char *directive);

/* fake_winscard_calls - how often @name ("SCardConnect") was called since the load */
unsigned fake_winscard_calls(const char *name);

/* fake_winscard_waiting - how many contexts are blocked in SCardGetStatusChange with nothing left to tell */
size_t fake_winscard_waiting(void);

/* fake_winscard_hanging - how many contexts are in a call of a card that does not return by itself */
size_t fake_winscard_hanging(void);

/* fake_winscard_log - tell the calls to cards to this stream from now on; NULL: no more */
void fake_winscard_log(FILE *stream);

/* fake_winscard_all_wait - whether there are contexts, and all of them are so blocked */
bool fake_winscard_all_wait(void);

/* fake_winscard_contexts - how many contexts are open */
size_t fake_winscard_contexts(void);

#endif

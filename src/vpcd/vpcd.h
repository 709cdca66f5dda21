/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VPCD_VPCD_H
#define CS_VPCD_VPCD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * The card's end of vpcd's wire protocol: TCP, the card connects. A message is its length in two bytes, most
 * significant first, and that many bytes. From vpcd a message of one byte is a control; any other is a
 * command APDU. The card answers VPCD_GET_ATR and commands, nothing else. vpcd speaks first, and begins with
 * a control: it asks for the ATR to see whether there is a card.
 */

#define VPCD_PORT        35963 /* of the first virtual reader */
#define VPCD_MESSAGE_MAX 65535 /* bytes */

/* What a message from vpcd asks for. The first four have the value of the control byte. */
enum vpcd_kind {
	VPCD_POWER_OFF = 0,
	VPCD_POWER_ON = 1,
	VPCD_RESET = 2,
	VPCD_GET_ATR = 4,
	VPCD_COMMAND, /* also what looks like a control and is none: vpcd sends what the program gave it */
};

struct vpcd_message {
	enum vpcd_kind kind;
	const uint8_t *bytes; /* borrowed until the next vpcd_read() */
	size_t len;
};

/* One connection. */
struct vpcd {
	int fd;                           /* -1: none */
	uint8_t in[2 + VPCD_MESSAGE_MAX]; /* read, @have bytes; the message handed out last comes first */
	size_t have;
	size_t used;  /* bytes of that message, its length included */
	bool greeted; /* a first message has come */
};

/* vpcd_init - @fd: a connected stream socket, adopted; -1 for none */
void vpcd_init(struct vpcd *v, int fd);

/* vpcd_is_self_connected - whether a TCP socket is its own peer */
bool vpcd_is_self_connected(int fd);

/*
 * vpcd_connect - connect to a virtual reader; @v must have no connection
 * @host: name or address
 *
 * Return: CS_OK; CS_E_NOT_FOUND there is no such host; CS_E_IO it can not be connected to, errno tells
 *   (ECONNREFUSED: nobody listens there). A port nobody listens on can connect to itself when it lies in the
 * range that the kernel takes local ports from; such a connection is dropped and counts as refused.
 */
CS_NODISCARD enum cs_err vpcd_connect(struct vpcd *v, const char *host, unsigned port);

/*
 * vpcd_read - the next message, without waiting for it
 * Return: CS_OK; CS_E_TIMEOUT there is no whole message yet: poll @v->fd; CS_E_END vpcd has closed the
 *   connection; CS_E_FORMAT the first message is not a control: who speaks there is not vpcd;
 *   CS_E_IO errno tells.
 */
CS_NODISCARD enum cs_err vpcd_read(struct vpcd *v, struct vpcd_message *out);

/*
 * vpcd_write - send one message of @len bytes, at most VPCD_MESSAGE_MAX; after an empty one vpcd waits
 *   for ever
 * Return: CS_OK; CS_E_END vpcd has closed the connection; CS_E_IO errno tells.
 */
CS_NODISCARD enum cs_err vpcd_write(struct vpcd *v, const uint8_t *bytes, size_t len);

/* vpcd_close - drop the connection, if there is one, which takes the card out of the reader */
void vpcd_close(struct vpcd *v);

#endif

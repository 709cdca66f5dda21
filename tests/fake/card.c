/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <winscard.h>

#include "handles.h"
#include "world.h"

#define CARDS      64
#define ATTRIB_MAX 264

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardRawPci = {SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST)};

struct card {
	SCARDHANDLE handle; /* 0: free */
	struct context *context;
	struct reader *reader;
	DWORD share, protocol;
	uint32_t counter; /* of the reader when connected */
	unsigned resets;  /* of the card that this program knows of */
	bool had_card;    /* when connected */
	bool torn;        /* the card went away in the middle of a command; not told yet */
};

static struct card cards[CARDS];

size_t cards_open(void)
{
	size_t n = 0;

	for (size_t i = 0; i < CARDS; i++)
		n += cards[i].handle != 0;
	return n;
}

size_t cards_of(const struct context *context)
{
	size_t n = 0;

	for (size_t i = 0; i < CARDS; i++)
		n += cards[i].handle != 0 && cards[i].context == context;
	return n;
}

static struct card *card_get(enum call call, SCARDHANDLE handle)
{
	for (size_t i = 0; i < CARDS; i++) {
		struct card *card = &cards[i];

		if (handle == 0 || card->handle != handle)
			continue;
		if (!card->context->handle)
			world_broken(call, "the context of the card was released before");
		if (card->context->busy)
			world_broken(call, "a call of the card has not returned in another thread");
		return card;
	}
	world_broken(call, "no such card, or disconnected before");
}

/* ---- the log ---- */

static const char *const share_names[] = {"", "EXCLUSIVE", "SHARED", "DIRECT"};
static const char *const leave_names[] = {"LEAVE", "RESET", "UNPOWER", "EJECT"};

static void log_call(enum call call, const char *reader)
{
	if (world_log)
		fprintf(world_log, "%s \"%s\"", call_names[call], reader);
}

static void log_word(const char *word)
{
	if (world_log)
		fprintf(world_log, " %s", word);
}

static void log_code(DWORD code)
{
	if (world_log)
		fprintf(world_log, " 0x%08lX", (unsigned long)code);
}

static void log_bytes(const uint8_t *bytes, size_t len)
{
	if (world_log)
		fputs(len ? " " : " -", world_log);
	for (size_t i = 0; i < len && world_log; i++)
		fprintf(world_log, "%02X", bytes[i]);
}

static void log_protocols(DWORD protocols)
{
	log_word(protocols & SCARD_PROTOCOL_T0    ? protocols & SCARD_PROTOCOL_T1 ? "T0|T1" : "T0"
		 : protocols & SCARD_PROTOCOL_T1  ? "T1"
		 : protocols & SCARD_PROTOCOL_RAW ? "RAW"
						  : "-");
}

static void log_line(void)
{
	if (!world_log)
		return;
	fputc('\n', world_log);
	fflush(world_log);
}

/* A failure, "ok", or nothing yet when @more follows. */
static void log_end(LONG rv, bool more)
{
	log_word("->");
	if (rv != SCARD_S_SUCCESS)
		log_code((DWORD)rv & UINT32_MAX);
	else if (!more)
		log_word("ok");
	if (!more)
		log_line();
}

/* What does not return yet is told, and the rest on a line of its own. */
static void log_break(void)
{
	log_word("...");
	log_line();
}

static LONG leave_logged(LONG rv)
{
	log_end(rv, false);
	return leave(rv);
}

static LONG leave_with(LONG rv, const uint8_t *bytes, size_t len)
{
	log_end(rv, rv == SCARD_S_SUCCESS);
	if (rv == SCARD_S_SUCCESS) {
		log_bytes(bytes, len);
		log_line();
	}
	return leave(rv);
}

static LONG leave_protocol(LONG rv, DWORD protocol)
{
	log_end(rv, rv == SCARD_S_SUCCESS);
	if (rv == SCARD_S_SUCCESS) {
		log_protocols(protocol);
		log_line();
	}
	return leave(rv);
}

/* ---- calls that take their time ---- */

/* Sleep once, until something happens or the time has come. */
static void doze(struct context *context, int64_t until)
{
	int64_t due = world_next_due();

	context->busy = true;
	if (until == WORLD_NEVER && !context->hangs) {
		log_break();
		context->hangs = true;
		due = world_next_due();
		world_wake();
	}
	world_sleep_until(due < until ? due : until);
	await_thaw();
}

static void awake(struct context *context)
{
	context->busy = context->hangs = false;
}

static bool held_by_another(const struct reader *reader, SCARDHANDLE handle)
{
	return reader->holder && reader->holder != handle;
}

/* Calls of the others wait until a transaction is over. */
static LONG await_release(struct context *context, const struct reader *reader, SCARDHANDLE handle)
{
	while (reader->there && held_by_another(reader, handle) && !is_dead(context))
		doze(context, WORLD_NEVER);
	awake(context);
	return is_dead(context) ? SCARD_F_COMM_ERROR : SCARD_S_SUCCESS;
}

/* ---- connecting ---- */

/* Protocols that an ATR offers. */
static DWORD offered(const struct reader *reader)
{
	const uint8_t *atr = reader->atr;
	size_t pos = 2, td = 1, specific = 0;
	DWORD protocols = 0;
	uint8_t y;

	if (reader->atr_len < 2 || (atr[0] != 0x3B && atr[0] != 0x3F))
		return 0;
	for (y = atr[1];; y = atr[pos - 1], td++) {
		if (td == 2 && y & 0x10)
			specific = pos;
		pos += (size_t) !!(y & 0x10) + !!(y & 0x20) + !!(y & 0x40);
		if (!(y & 0x80) || pos >= reader->atr_len)
			break;
		if ((atr[pos] & 0x0F) < 2)
			protocols |= atr[pos] & 0x0F ? SCARD_PROTOCOL_T1 : SCARD_PROTOCOL_T0;
		pos++;
	}
	if (specific && specific < reader->atr_len)
		return (atr[specific] & 0x0F) == 1 ? SCARD_PROTOCOL_T1 : SCARD_PROTOCOL_T0;
	return td == 1 ? SCARD_PROTOCOL_T0 : protocols;
}

/* The protocol for those asked for; 0: none of them. RAW is always to be had. */
static DWORD chosen(const struct reader *reader, DWORD asked)
{
	DWORD common = asked & offered(reader);

	if (reader->protocol)
		return asked & reader->protocol;
	if (common & SCARD_PROTOCOL_T1)
		return SCARD_PROTOCOL_T1;
	return common ? common : asked & SCARD_PROTOCOL_RAW;
}

/* Whether another card is connected to the reader, exclusively or at all. */
static bool shared_with(const struct reader *reader, SCARDHANDLE handle, bool exclusively)
{
	for (size_t i = 0; i < CARDS; i++) {
		const struct card *card = &cards[i];

		if (card->handle && card->handle != handle && card->reader == reader &&
		    !is_dead(card->context) && (!exclusively || card->share == SCARD_SHARE_EXCLUSIVE))
			return true;
	}
	return false;
}

static bool is_taken(const struct reader *reader, SCARDHANDLE handle, DWORD share)
{
	if (reader->bits & SCARD_STATE_EXCLUSIVE || shared_with(reader, handle, true))
		return true;
	return share == SCARD_SHARE_EXCLUSIVE &&
	       (reader->bits & SCARD_STATE_INUSE || shared_with(reader, handle, false));
}

static LONG connectable(const struct reader *reader, DWORD share, DWORD protocols)
{
	if (!reader)
		return SCARD_E_UNKNOWN_READER;
	if (is_taken(reader, 0, share))
		return SCARD_E_SHARING_VIOLATION;
	if (share == SCARD_SHARE_DIRECT)
		return SCARD_S_SUCCESS;
	if (!reader->card)
		return SCARD_E_NO_SMARTCARD;
	if (reader->mute)
		return SCARD_W_UNPOWERED_CARD;
	return chosen(reader, protocols) ? SCARD_S_SUCCESS : SCARD_E_PROTO_MISMATCH;
}

static void card_attach(struct card *card, DWORD share, DWORD protocols)
{
	struct reader *reader = card->reader;

	if (share != SCARD_SHARE_DIRECT)
		reader->protocol = chosen(reader, protocols);
	card->share = share;
	card->protocol = reader->protocol;
	card->counter = reader->counter;
	card->resets = reader->resets;
	card->had_card = reader->card;
	card->torn = false;
}

static struct card *card_new(struct context *context, struct reader *reader)
{
	for (size_t i = 0; i < CARDS; i++) {
		if (cards[i].handle)
			continue;
		cards[i] = (struct card){.handle = ++handles, .context = context, .reader = reader};
		return &cards[i];
	}
	return NULL;
}

LONG SCardConnect(SCARDCONTEXT handle, LPCSTR name, DWORD share, DWORD protocols, LPSCARDHANDLE out,
		  LPDWORD protocol)
{
	LONG rv = enter(CALL_CONNECT);
	struct context *context = context_get(CALL_CONNECT, handle);
	struct reader *reader;
	struct card *card;

	if (!name || !out || !protocol || share < SCARD_SHARE_EXCLUSIVE || share > SCARD_SHARE_DIRECT)
		world_broken(CALL_CONNECT, "wrong argument");
	reader = reader_lookup(name);
	log_call(CALL_CONNECT, name);
	log_word(share_names[share]);
	log_protocols(protocols);
	if (rv == SCARD_S_SUCCESS && is_dead(context))
		rv = SCARD_E_NO_SERVICE;
	if (rv == SCARD_S_SUCCESS && reader)
		rv = await_release(context, reader, 0);
	if (rv == SCARD_S_SUCCESS)
		rv = connectable(reader, share, protocols);
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	card = card_new(context, reader);
	if (!card)
		return leave_logged(SCARD_E_NO_MEMORY);
	card_attach(card, share, protocols);
	*out = card->handle;
	*protocol = card->protocol;
	return leave_protocol(rv, card->protocol);
}

/* ---- a card in use ---- */

static LONG alive(const struct card *card)
{
	if (is_dead(card->context))
		return SCARD_E_NO_SERVICE;
	return card->reader->there ? SCARD_S_SUCCESS : SCARD_E_READER_UNAVAILABLE;
}

/* What a card says that is not as it was when it was connected. */
static LONG reachable(struct card *card)
{
	LONG rv = alive(card);

	if (rv != SCARD_S_SUCCESS)
		return rv;
	if (card->torn) {
		card->torn = false;
		return SCARD_E_NOT_TRANSACTED;
	}
	if (card->had_card && card->reader->counter != card->counter)
		return SCARD_W_REMOVED_CARD;
	return card->resets == card->reader->resets ? SCARD_S_SUCCESS : SCARD_W_RESET_CARD;
}

/* The beginning of a call: the failure of the scenario, the transactions of others, the state of the card. */
static LONG begin(struct card *card, LONG rv, bool waits)
{
	if (rv == SCARD_S_SUCCESS)
		rv = alive(card);
	if (rv == SCARD_S_SUCCESS && !waits && held_by_another(card->reader, card->handle))
		rv = SCARD_E_SHARING_VIOLATION;
	if (rv == SCARD_S_SUCCESS && waits)
		rv = await_release(card->context, card->reader, card->handle);
	return rv;
}

static void reset(struct card *card, DWORD how)
{
	if (how != SCARD_RESET_CARD && how != SCARD_UNPOWER_CARD)
		return;
	card->reader->resets++;
	card->reader->protocol = 0;
}

static LONG reconnectable(struct reader *reader, DWORD share, DWORD protocols, DWORD how)
{
	if (!reader->there)
		return SCARD_E_READER_UNAVAILABLE;
	if (!reader->card)
		return SCARD_E_NO_SMARTCARD;
	if (reader->mute)
		return SCARD_W_UNRESPONSIVE_CARD;
	if (how != SCARD_LEAVE_CARD)
		reader->protocol = 0;
	return share == SCARD_SHARE_DIRECT || chosen(reader, protocols) ? SCARD_S_SUCCESS
									: SCARD_E_PROTO_MISMATCH;
}

/* SCardReconnect waits for its turn where SCardConnect says "in use". */
static LONG await_turn(const struct card *card, DWORD share)
{
	struct context *context = card->context;

	while (card->reader->there && !is_dead(context) &&
	       (held_by_another(card->reader, card->handle) || is_taken(card->reader, card->handle, share)))
		doze(context, WORLD_NEVER);
	awake(context);
	return is_dead(context) ? SCARD_F_COMM_ERROR : SCARD_S_SUCCESS;
}

LONG SCardReconnect(SCARDHANDLE handle, DWORD share, DWORD protocols, DWORD how, LPDWORD protocol)
{
	LONG rv = enter(CALL_RECONNECT);
	struct card *card = card_get(CALL_RECONNECT, handle);

	if (!protocol || share < SCARD_SHARE_EXCLUSIVE || share > SCARD_SHARE_DIRECT ||
	    how > SCARD_UNPOWER_CARD)
		world_broken(CALL_RECONNECT, "wrong argument");
	log_call(CALL_RECONNECT, card->reader->name);
	log_word(share_names[share]);
	log_protocols(protocols);
	log_word(leave_names[how]);
	if (rv == SCARD_S_SUCCESS)
		rv = alive(card);
	if (rv == SCARD_S_SUCCESS)
		rv = await_turn(card, share);
	if (rv == SCARD_S_SUCCESS)
		rv = reconnectable(card->reader, share, protocols, how);
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	reset(card, how);
	card_attach(card, share, protocols);
	*protocol = card->protocol;
	return leave_protocol(rv, card->protocol);
}

LONG SCardStatus(SCARDHANDLE handle, LPSTR name, LPDWORD name_len, LPDWORD state, LPDWORD protocol,
		 LPBYTE atr, LPDWORD atr_len)
{
	LONG rv = enter(CALL_CARD_STATUS);
	struct card *card = card_get(CALL_CARD_STATUS, handle);
	const struct reader *reader = card->reader;
	DWORD room;

	if (name || name_len || state || protocol || !atr || !atr_len)
		world_broken(CALL_CARD_STATUS, "wrong argument");
	log_call(CALL_CARD_STATUS, reader->name);
	rv = begin(card, rv, true);
	if (rv == SCARD_S_SUCCESS)
		rv = reachable(card);
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	room = *atr_len;
	*atr_len = reader->oversize ? 40 : reader->atr_len;
	if (room < reader->atr_len)
		return leave_logged(SCARD_E_INSUFFICIENT_BUFFER);
	memcpy(atr, reader->atr, reader->atr_len);
	return leave_with(rv, reader->atr, reader->atr_len);
}

LONG SCardBeginTransaction(SCARDHANDLE handle)
{
	LONG rv = enter(CALL_BEGIN);
	struct card *card = card_get(CALL_BEGIN, handle);

	log_call(CALL_BEGIN, card->reader->name);
	rv = begin(card, rv, true);
	if (rv == SCARD_S_SUCCESS)
		rv = reachable(card);
	if (rv == SCARD_S_SUCCESS) {
		card->reader->holder = card->handle;
		card->reader->held++;
	}
	return leave_logged(rv);
}

LONG SCardEndTransaction(SCARDHANDLE handle, DWORD disposition)
{
	LONG rv = enter(CALL_END);
	struct card *card = card_get(CALL_END, handle);
	struct reader *reader = card->reader;

	if (disposition > SCARD_EJECT_CARD)
		world_broken(CALL_END, "wrong argument");
	log_call(CALL_END, reader->name);
	log_word(leave_names[disposition]);
	rv = begin(card, rv, false);
	if (rv == SCARD_S_SUCCESS)
		rv = reachable(card);
	if (rv == SCARD_S_SUCCESS && reader->holder != card->handle)
		rv = SCARD_E_NOT_TRANSACTED;
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	reset(card, disposition);
	if (--reader->held == 0)
		reader->holder = 0;
	return leave_logged(rv);
}

/* Until the answer comes, if ever; a card that goes away meanwhile answers nothing. */
static LONG await_answer(struct card *card, const struct answer *answer, bool *gone)
{
	struct context *context = card->context;
	const struct reader *reader = card->reader;
	const uint32_t counter = reader->counter;
	int64_t until = answer->never ? WORLD_NEVER : world_now_ms() + answer->delay_ms;

	while (world_now_ms() < until && !is_dead(context) && reader->there && reader->counter == counter)
		doze(context, until);
	awake(context);
	if (answer->removes && reader->there && reader->counter == counter) {
		card_take(card->reader);
		world_changed();
	}
	*gone = !reader->there || reader->counter != counter;
	card->torn = *gone && reader->there;
	return is_dead(context) ? SCARD_F_COMM_ERROR : SCARD_S_SUCCESS;
}

static LONG data_give(const struct answer *answer, uint8_t *out, DWORD room, DWORD *len)
{
	*len = answer->data_len;
	if (room < answer->data_len)
		return leave_logged(SCARD_E_INSUFFICIENT_BUFFER);
	if (answer->data_len)
		memcpy(out, answer->data, answer->data_len);
	return leave_with(SCARD_S_SUCCESS, answer->data, answer->data_len);
}

static bool pci_fits(const SCARD_IO_REQUEST *pci, const struct card *card)
{
	return pci->dwProtocol == SCARD_PROTOCOL_RAW || pci->dwProtocol == card->protocol;
}

static LONG transmittable(struct card *card, const SCARD_IO_REQUEST *pci)
{
	LONG rv = reachable(card);

	if (rv != SCARD_S_SUCCESS)
		return rv;
	if (!card->reader->card)
		return SCARD_E_NOT_TRANSACTED;
	return pci_fits(pci, card) ? SCARD_S_SUCCESS : SCARD_E_PROTO_MISMATCH;
}

LONG SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *pci, LPCBYTE command, DWORD command_len,
		   SCARD_IO_REQUEST *got, LPBYTE out, LPDWORD len)
{
	static uint8_t unknown[] = {0x6D, 0x00};
	static const struct answer otherwise = {.data = unknown, .data_len = sizeof(unknown)};
	static const struct answer nothing = {0};
	LONG rv = enter(CALL_TRANSMIT);
	struct card *card = card_get(CALL_TRANSMIT, handle);
	const struct answer *answer;
	bool gone;

	if (!pci || !command || command_len < 4 || got || !out || !len)
		world_broken(CALL_TRANSMIT, "wrong argument");
	log_call(CALL_TRANSMIT, card->reader->name);
	log_bytes(command, command_len);
	rv = begin(card, rv, true);
	if (rv == SCARD_S_SUCCESS)
		rv = transmittable(card, pci);
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	answer = world_answer_pick(CALL_TRANSMIT, card->reader, 0, command, command_len);
	if (!answer)
		answer = &otherwise;
	rv = await_answer(card, answer, &gone);
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	return data_give(gone ? &nothing : answer, out, *len, len);
}

LONG SCardControl(SCARDHANDLE handle, DWORD code, LPCVOID command, DWORD command_len, LPVOID out, DWORD room,
		  LPDWORD len)
{
	LONG rv = enter(CALL_CONTROL);
	struct card *card = card_get(CALL_CONTROL, handle);
	const struct answer *answer;
	bool gone;

	if ((!command && command_len) || (!out && room) || !len)
		world_broken(CALL_CONTROL, "wrong argument");
	log_call(CALL_CONTROL, card->reader->name);
	log_code(code);
	log_bytes(command, command_len);
	*len = 0;
	rv = begin(card, rv, false);
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	answer = world_answer_pick(CALL_CONTROL, card->reader, (uint32_t)code, command, command_len);
	if (!answer)
		return leave_logged(SCARD_E_UNSUPPORTED_FEATURE);
	rv = await_answer(card, answer, &gone);
	return rv == SCARD_S_SUCCESS ? data_give(answer, out, room, len) : leave_logged(rv);
}

LONG SCardGetAttrib(SCARDHANDLE handle, DWORD id, LPBYTE out, LPDWORD len)
{
	LONG rv = enter(CALL_ATTRIB);
	struct card *card = card_get(CALL_ATTRIB, handle);
	const struct answer *answer;

	if (!out || !len)
		world_broken(CALL_ATTRIB, "wrong argument");
	log_call(CALL_ATTRIB, card->reader->name);
	log_code(id);
	rv = begin(card, rv, false);
	if (rv == SCARD_S_SUCCESS && *len > ATTRIB_MAX)
		rv = SCARD_E_INSUFFICIENT_BUFFER;
	if (rv != SCARD_S_SUCCESS)
		return leave_logged(rv);
	answer = world_answer_pick(CALL_ATTRIB, card->reader, (uint32_t)id, NULL, 0);
	if (!answer)
		return leave_logged(SCARD_E_UNSUPPORTED_FEATURE);
	return data_give(answer, out, *len, len);
}

LONG SCardDisconnect(SCARDHANDLE handle, DWORD disposition)
{
	LONG rv = enter(CALL_DISCONNECT);
	struct card *card = card_get(CALL_DISCONNECT, handle);
	struct reader *reader = card->reader;

	if (disposition > SCARD_EJECT_CARD)
		world_broken(CALL_DISCONNECT, "wrong argument");
	log_call(CALL_DISCONNECT, reader->name);
	log_word(leave_names[disposition]);
	if (rv == SCARD_S_SUCCESS && is_dead(card->context))
		rv = SCARD_E_NO_SERVICE;
	if (rv == SCARD_S_SUCCESS && disposition != SCARD_LEAVE_CARD)
		rv = await_release(card->context, reader, handle);
	if (rv == SCARD_S_SUCCESS)
		reset(card, disposition);
	if (reader->holder == handle)
		reader->holder = reader->held = 0;
	*card = (struct card){0};
	return leave_logged(rv);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/scard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <reader.h>
#include <winscard.h>

#include "pcsc/scard_priv.h"

#define LIST_MAX   (1U << 16) /* bytes of a reader list: 512 names of full length */
#define LIST_TRIES 10

struct scard {
	SCARDCONTEXT context;
};

struct scard_card {
	SCARDHANDLE handle;
	DWORD protocol;
};

const char scard_pnp_name[] = "\\\\?PnP?\\Notification";

#define FOREIGN                                                                                              \
	"pcsc-lite does not give this answer of itself: it comes from a driver or another PC/SC service"
#define SCARD_ERR(symbol, value, exit_status, sentence, cause)                                               \
	{UINT32_C(value), #symbol, sentence, cause, exit_status},
static const struct scard_error errors[] = {
#include "pcsc/scard_err.def"
};
#undef SCARD_ERR

#ifdef PCSCLITE_VERSION_NUMBER
#define SCARD_ERR(symbol, value, exit_status, sentence, cause)                                               \
	_Static_assert((uint32_t)(symbol) == UINT32_C(value), #symbol);
#include "pcsc/scard_err.def"
#undef SCARD_ERR
_Static_assert(SCARD_ATR_MAX == MAX_ATR_SIZE && SCARD_READER_MAX == MAX_READERNAME, "limits of pcsc-lite");
#endif

const struct scard_error *scard_error_get(uint32_t rv)
{
	static const struct scard_error unknown = {
		.symbol = "unknown code",
		.sentence = "the PC/SC service gave an answer that nobody knows",
		.cause = "the reader's driver or a PC/SC service of another kind made it up",
		.exit_status = 5,
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].value == rv)
			return &errors[i];
	}
	return &unknown;
}

const struct scard_error *scard_error_at(size_t i)
{
	return i < sizeof(errors) / sizeof(errors[0]) ? &errors[i] : NULL;
}

static enum cs_err failed(struct scard_fault *fault, const char *call, LONG rv)
{
	*fault = (struct scard_fault){.call = call, .rv = (uint32_t)rv};
	return CS_E_PCSC;
}

static enum cs_err outcome(struct scard_fault *fault, const char *call, LONG rv)
{
	return rv == SCARD_S_SUCCESS ? CS_OK : failed(fault, call, rv);
}

static bool answered(LONG rv, LONG code)
{
	return (uint32_t)rv == (uint32_t)code;
}

bool scard_may_be_race(uint32_t rv)
{
	return rv == SCX_ACCESS_DENIED || rv == SCX_NO_SERVICE;
}

enum cs_err scard_new_once(struct scard **out, struct scard_fault *fault)
{
	struct scard *ctx = calloc(1, sizeof(*ctx));
	LONG rv;

	*out = NULL;
	if (!ctx)
		return CS_E_NOMEM;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx->context);
	if (rv != SCARD_S_SUCCESS) {
		free(ctx);
		return failed(fault, "SCardEstablishContext", rv);
	}
	*out = ctx;
	return CS_OK;
}

unsigned scard_retry_ms(unsigned i)
{
	return 20 + (unsigned)getpid() * 37 * (i + 1) % 150;
}

enum cs_err scard_new(struct scard **out, struct scard_fault *fault)
{
	enum cs_err err = scard_new_once(out, fault);

	for (unsigned i = 0; i < SCARD_RETRIES && err == CS_E_PCSC && scard_may_be_race(fault->rv); i++) {
		nanosleep(&(struct timespec){.tv_nsec = scard_retry_ms(i) * 1000000L}, NULL);
		err = scard_new_once(out, fault);
	}
	return err;
}

void scard_free(struct scard **ctx)
{
	if (!*ctx)
		return;
	SCardReleaseContext((*ctx)->context);
	free(*ctx);
	*ctx = NULL;
}

/* Both calls of SCardListReaders. *list stays NULL when there is no reader, or (*len > 0) no memory. */
static LONG list_once(SCARDCONTEXT context, char **list, DWORD *len)
{
	LONG rv;

	*list = NULL;
	*len = 0;
	rv = SCardListReaders(context, NULL, NULL, len);
	if (rv != SCARD_S_SUCCESS || *len == 0)
		return rv;
	if (*len > LIST_MAX)
		return SCARD_E_INSUFFICIENT_BUFFER;
	*list = calloc(1, *len);
	return *list ? SCardListReaders(context, NULL, *list, len) : SCARD_S_SUCCESS;
}

enum cs_err scard_names_get(struct scard *ctx, struct scard_names *out, struct scard_fault *fault)
{
	char *list = NULL;
	DWORD len = 0;
	LONG rv = SCARD_E_INSUFFICIENT_BUFFER;
	enum cs_err err = CS_OK;

	*out = (struct scard_names){0};
	for (int i = 0; i < LIST_TRIES && answered(rv, SCARD_E_INSUFFICIENT_BUFFER); i++) {
		free(list);
		rv = list_once(ctx->context, &list, &len);
	}
	if (answered(rv, SCARD_E_NO_READERS_AVAILABLE))
		goto out;
	if (rv != SCARD_S_SUCCESS)
		err = failed(fault, "SCardListReaders", rv);
	else if (len > 0)
		err = list ? scard_names_parse(out, list, len) : CS_E_NOMEM;
out:
	free(list);
	return err;
}

static void rows_fill(SCARD_READERSTATE *rows, const struct scard_state *states, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rows[i].szReader = states[i].reader;
		rows[i].dwCurrentState = states[i].current;
		rows[i].dwEventState = states[i].current;
	}
}

static void rows_read(struct scard_state *states, const SCARD_READERSTATE *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		states[i].event = (uint32_t)rows[i].dwEventState;
		states[i].atr_len = rows[i].cbAtr < SCARD_ATR_MAX ? rows[i].cbAtr : SCARD_ATR_MAX;
		memcpy(states[i].atr, rows[i].rgbAtr, SCARD_ATR_MAX);
	}
}

enum cs_err scard_wait(struct scard *ctx, struct scard_state *states, size_t n, uint32_t timeout_ms,
		       struct scard_fault *fault)
{
	SCARD_READERSTATE *rows = calloc(n ? n : 1, sizeof(*rows));
	enum cs_err err = CS_OK;
	LONG rv;

	if (!rows)
		return CS_E_NOMEM;
	rows_fill(rows, states, n);
	rv = SCardGetStatusChange(ctx->context, timeout_ms == SCARD_WAIT_FOREVER ? INFINITE : timeout_ms,
				  rows, (DWORD)n);
	if (rv == SCARD_S_SUCCESS || answered(rv, SCARD_E_TIMEOUT))
		rows_read(states, rows, n);
	if (answered(rv, SCARD_E_TIMEOUT))
		err = CS_E_TIMEOUT;
	else if (answered(rv, SCARD_E_CANCELLED))
		err = CS_E_CANCELLED;
	else if (rv != SCARD_S_SUCCESS)
		err = failed(fault, "SCardGetStatusChange", rv);
	free(rows);
	return err;
}

void scard_cancel(struct scard *ctx)
{
	SCardCancel(ctx->context);
}

static const DWORD share_modes[] = {
	[SCARD_AS_SHARED] = SCARD_SHARE_SHARED,
	[SCARD_AS_EXCLUSIVE] = SCARD_SHARE_EXCLUSIVE,
	[SCARD_AS_DIRECT] = SCARD_SHARE_DIRECT,
};

/* Also what SCardReconnect calls an initialization: the same numbers. */
static const DWORD dispositions[] = {
	[SCARD_LEAVE] = SCARD_LEAVE_CARD,
	[SCARD_RESET] = SCARD_RESET_CARD,
	[SCARD_UNPOWER] = SCARD_UNPOWER_CARD,
	[SCARD_EJECT] = SCARD_EJECT_CARD,
};

enum cs_err scard_connect(struct scard *ctx, const char *reader, enum scard_share share, unsigned protocols,
			  struct scard_card **out, struct scard_fault *fault)
{
	struct scard_card *card = calloc(1, sizeof(*card));
	LONG rv;

	assert(protocols || share == SCARD_AS_DIRECT);
	*out = NULL;
	if (!card)
		return CS_E_NOMEM;
	rv = SCardConnect(ctx->context, reader, share_modes[share], protocols, &card->handle,
			  &card->protocol);
	if (rv != SCARD_S_SUCCESS) {
		free(card);
		return failed(fault, "SCardConnect", rv);
	}
	*out = card;
	return CS_OK;
}

unsigned scard_protocol(const struct scard_card *card)
{
	return (unsigned)card->protocol;
}

enum cs_err scard_reconnect(struct scard_card *card, enum scard_share share, unsigned protocols,
			    enum scard_leave init, struct scard_fault *fault)
{
	DWORD protocol = 0;
	LONG rv;

	assert(protocols || share == SCARD_AS_DIRECT);
	assert(init != SCARD_EJECT);
	rv = SCardReconnect(card->handle, share_modes[share], protocols, dispositions[init], &protocol);
	if (rv == SCARD_S_SUCCESS)
		card->protocol = protocol;
	return outcome(fault, "SCardReconnect", rv);
}

/* What the service says that it wrote, and not more than there was room for; nothing when it failed. */
static size_t received(LONG rv, DWORD said, size_t room)
{
	if (rv != SCARD_S_SUCCESS)
		return 0;
	return said < room ? said : room;
}

enum cs_err scard_atr(struct scard_card *card, uint8_t atr[SCARD_ATR_MAX], size_t *len,
		      struct scard_fault *fault)
{
	DWORD said = SCARD_ATR_MAX;
	LONG rv = SCardStatus(card->handle, NULL, NULL, NULL, NULL, atr, &said);

	*len = received(rv, said, SCARD_ATR_MAX);
	return outcome(fault, "SCardStatus", rv);
}

enum cs_err scard_begin(struct scard_card *card, struct scard_fault *fault)
{
	return outcome(fault, "SCardBeginTransaction", SCardBeginTransaction(card->handle));
}

enum cs_err scard_end(struct scard_card *card, enum scard_leave leave, struct scard_fault *fault)
{
	return outcome(fault, "SCardEndTransaction", SCardEndTransaction(card->handle, dispositions[leave]));
}

enum cs_err scard_control(struct scard_card *card, uint32_t code, const uint8_t *cmd, size_t cmd_len,
			  uint8_t *rsp, size_t *rsp_len, struct scard_fault *fault)
{
	DWORD said = 0;
	LONG rv = SCardControl(card->handle, code, cmd, (DWORD)cmd_len, rsp, (DWORD)*rsp_len, &said);

	*rsp_len = received(rv, said, *rsp_len);
	return outcome(fault, "SCardControl", rv);
}

uint32_t scard_ctl_code(unsigned number)
{
	return (uint32_t)SCARD_CTL_CODE(number);
}

enum cs_err scard_attrib(struct scard_card *card, uint32_t id, uint8_t *value, size_t *len,
			 struct scard_fault *fault)
{
	DWORD said = (DWORD)*len;
	LONG rv;

	assert(*len <= SCARD_ATTR_MAX);
	rv = SCardGetAttrib(card->handle, id, value, &said);
	*len = received(rv, said, *len);
	return outcome(fault, "SCardGetAttrib", rv);
}

static const SCARD_IO_REQUEST *pci_of(DWORD protocol)
{
	if (protocol == SCARD_PROTOCOL_T0)
		return SCARD_PCI_T0;
	return protocol == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_RAW;
}

enum cs_err scard_transmit(struct scard_card *card, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
			   size_t *rsp_len, struct scard_fault *fault)
{
	const size_t room = *rsp_len;
	DWORD said = (DWORD)room;
	LONG rv;

	*rsp_len = 0;
	if (cmd_len < 4)
		return CS_E_ARG;
	rv = SCardTransmit(card->handle, pci_of(card->protocol), cmd, (DWORD)cmd_len, NULL, rsp, &said);
	*rsp_len = received(rv, said, room);
	if (rv != SCARD_S_SUCCESS)
		return failed(fault, "SCardTransmit", rv);
	return *rsp_len < 2 ? CS_E_FORMAT : CS_OK;
}

void scard_disconnect(struct scard_card **card, enum scard_leave leave)
{
	if (!*card)
		return;
	SCardDisconnect((*card)->handle, dispositions[leave]);
	free(*card);
	*card = NULL;
}

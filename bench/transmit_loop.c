/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least there can be: SCardTransmit of one SELECT in a loop, each answer written as hexadecimal text.
 *
 * transmit_loop READER COUNT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <winscard.h>

static int fail(const char *call, LONG rv)
{
	fprintf(stderr, "transmit_loop: %s: 0x%08lX\n", call, (unsigned long)rv & 0xFFFFFFFF);
	return 1;
}

static void put(const uint8_t *bytes, DWORD len)
{
	for (DWORD i = 0; i < len; i++)
		printf("%02X ", bytes[i]);
	putchar('\n');
}

static int loop(SCARDHANDLE card, DWORD protocol, long count)
{
	static const uint8_t select[] = {0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08};
	const SCARD_IO_REQUEST *pci = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
	uint8_t answer[258];

	for (long i = 0; i < count; i++) {
		DWORD len = sizeof(answer);
		LONG rv = SCardTransmit(card, pci, select, sizeof(select), NULL, answer, &len);

		if (rv != SCARD_S_SUCCESS || len < 2)
			return fail("SCardTransmit", rv);
		put(select, sizeof(select));
		put(answer, len);
	}
	return 0;
}

int main(int argc, char **argv)
{
	SCARDCONTEXT context;
	SCARDHANDLE card;
	DWORD protocol;
	int status;
	LONG rv;

	if (argc != 3 || atol(argv[2]) < 1) {
		fputs("usage: transmit_loop READER COUNT\n", stderr);
		return 2;
	}
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
	if (rv != SCARD_S_SUCCESS)
		return fail("SCardEstablishContext", rv);
	rv = SCardConnect(context, argv[1], SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
			  &protocol);
	if (rv != SCARD_S_SUCCESS)
		return fail("SCardConnect", rv);
	status = loop(card, protocol, atol(argv[2]));
	SCardDisconnect(card, SCARD_LEAVE_CARD);
	SCardReleaseContext(context);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as historical bytes, alone and in the ATRs of contactless readers and memory cards. */
#include <stdlib.h>
#include <string.h>

#include "core/contactless.h"
#include "core/hist.h"
#include "core/memcard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
	if (!condition)
		abort();
}

static void check_findings(const struct findings *f, size_t len)
{
	for (size_t i = 0; i < f->n; i++)
		check(f->v[i].offset < len);
}

/* Objects lie in order, within the bytes, and only the last may be cut off. */
static void check_objects(const struct hist *h)
{
	const size_t status = h->kind == HIST_STATUS_AFTER ? 3 : 0;
	size_t at = 1;

	for (size_t i = 0; i < h->nobjects; i++) {
		const struct hist_object *o = &h->object[i];

		at += o->tag == HIST_TAG_BER_AID ? 2 : 1;
		check(o->offset == at);
		check(o->truncated == (o->avail < o->len));
		check(!o->truncated || i + 1 == h->nobjects);
		check(!o->truncated || o->detail == HIST_PLAIN);
		check(hist_object_name(o->tag) != NULL);
		at += o->avail;
	}
	check(!h->has_objects || at + status == h->len);
}

static void check_commands(const struct hist *h)
{
	struct hist_access_command command;

	for (size_t i = 0; i < h->nobjects; i++) {
		hist_access_command_build(&command, h->bytes + h->object[i].offset, h->object[i].avail);
		check(command.len == 0 || command.len == sizeof(command.apdu));
	}
}

static void check_reader_made(const struct hist *h)
{
	uint8_t raw[4 + HIST_MAX] = {0x3B, (uint8_t)(0x80 | h->len), 0x80, 0x01};
	struct contactless c;
	struct atr atr;

	memcpy(raw + 4, h->bytes, h->len);
	check(atr_parse(&atr, raw, 4 + h->len) == CS_OK);
	contactless_decode(&c, &atr, h);
	check(c.kind != CONTACTLESS_NO);
	check((c.kind == CONTACTLESS_STORAGE) == h->has_pcsc);
	check(c.kind != CONTACTLESS_TYPE_B || c.type_b_possible);
	check(!c.type_b_possible ||
	      (h->len == 8 && c.type_b.iso14443_4 && c.type_b.fsci_bytes && c.type_b.fwt_us));
}

static void check_memory_card(const struct hist *h)
{
	uint8_t raw[2 + HIST_MAX] = {0x3B, (uint8_t)h->len};
	struct memcard m;
	struct atr atr;

	memcpy(raw + 2, h->bytes, h->len);
	check(atr_parse(&atr, raw, 2 + h->len) == CS_OK);
	memcard_decode(&m, &atr);
	check(m.present == (h->len == 4));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings findings = {0};
	struct hist whole, cut;

	if (size > HIST_MAX)
		return 0;
	hist_decode(&whole, data, size, true, 0, &findings);
	hist_decode(&cut, data, size, false, 0, NULL);
	check(whole.kind == cut.kind);
	check(!cut.has_objects && !cut.has_status && !cut.has_dir_ref && !cut.has_pcsc);
	check_findings(&findings, size);
	check_objects(&whole);
	check_commands(&whole);
	check_reader_made(&whole);
	check_memory_card(&whole);
	return 0;
}

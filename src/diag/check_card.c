/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/atr.h"
#include "core/hex.h"
#include "core/memcard.h"
#include "diag/check_live.h"

#define SLOT_DIGITS   2 /* at the end of a reader's name, after its index: "00 01" */
#define SERIAL_FIRST  8 /* protocols of memory cards that readers know: I2C, three-wire, two-wire */
#define TWO_WIRE      10
#define ALCOR         0x058F
#define SPEED_LIMIT   0x95 /* TA1 above it is too fast for these readers */
#define VOLTAGE_BITS  0x30 /* of ifdDriverOptions */
#define ATR_BYTES_MAX 33

/* The ATR of a reader's card, taken apart; false when there is none. */
static bool card_atr(const struct live_reader *reader, struct atr *atr)
{
	uint8_t raw[ATR_BYTES_MAX];
	size_t len, bad;

	return reader->atr &&
	       hex_parse(raw, sizeof(raw), &len, reader->atr, strlen(reader->atr), &bad) == CS_OK &&
	       atr_parse(atr, raw, len) == CS_OK;
}

static bool has_card(const struct live_reader *reader)
{
	return (reader->state & RSTATE_PRESENT) && !(reader->state & RSTATE_MUTE) && reader->atr &&
	       *reader->atr;
}

/* Another slot of the same device: names differ in the two numbers at their end, the index of the reader too.
 */
static const struct live_reader *other_slot(const struct facts *facts, const struct live_reader *reader)
{
	size_t len = strlen(reader->name);

	for (size_t i = 0; len > SLOT_DIGITS && i < facts->live.n; i++) {
		const struct live_reader *other = &facts->live.reader[i];

		if (other != reader && strlen(other->name) == len && has_card(other) &&
		    strncmp(other->name, reader->name, len - SLOT_DIGITS) == 0)
			return other;
	}
	return NULL;
}

static const struct live_reader *silent_card(const struct facts *facts)
{
	for (size_t i = 0; i < live_readers(facts); i++) {
		const struct live_reader *reader = &facts->live.reader[i];

		if ((reader->state & RSTATE_MUTE) ||
		    (live_said(facts, &reader->connect, RV_UNPOWERED) && !has_card(reader)))
			return reader;
	}
	return NULL;
}

/* The bundle whose driver options say which voltage comes first. */
static const struct facts_bundle *ccid_bundle(const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_bundle; i++) {
		if (facts->bundle[i].dir && strstr(facts->bundle[i].dir, "ifd-ccid"))
			return &facts->bundle[i];
	}
	return NULL;
}

static void silent_remedies(const struct facts *facts, struct verdict *v)
{
	const struct facts_bundle *bundle = ccid_bundle(facts);

	verdict_remedy(
		v, false,
		"Put the card in again: chip first, chip side as the reader shows it; clean the contacts.",
		NULL);
	verdict_remedy(v, false, "Try another card: so card and reader are told apart.", NULL);
	verdict_remedy(
		v, false,
		"A memory card (SLE 4442, I2C) gives no answer to a CCID reader: it needs commands of the "
		"reader's maker.",
		NULL);
	if (bundle && bundle->plist)
		verdict_remedy(v, true,
			       pool_format(v->pool,
					   "If other cards work, this one may want another voltage: set "
					   "ifdDriverOptions to 0x0010 (3 V first), 0x0020 (1.8 V first) or "
					   "0x0030 (the reader decides) in %s, then start pcscd again.",
					   verdict_clean(v, bundle->plist)),
			       NULL);
}

static void run_answer(const struct facts *facts, struct verdict *v)
{
	const struct live_reader *reader = silent_card(facts), *other;
	const struct facts_bundle *bundle = ccid_bundle(facts);

	if (!reader) {
		reader = live_reader_with(facts, RSTATE_PRESENT);
		if (reader)
			verdict_set(v, CHECK_OK, NULL, "the card in \"%s\" answers",
				    verdict_clean(v, reader->name));
		else
			verdict_set(v, CHECK_SKIP, NULL, "no card in a reader");
		return;
	}
	other = other_slot(facts, reader);
	if (other) {
		verdict_set(v, CHECK_FAIL, "D41", "no card answers in \"%s\"; the card is in \"%s\"",
			    verdict_clean(v, reader->name), verdict_clean(v, other->name));
		verdict_evidence(v, "state 0x%04X there, ATR %s here", (unsigned)(reader->state & 0xFFFF),
				 verdict_clean(v, other->atr));
		verdict_remedy(v, false, "Use the reader that has the card:",
			       pool_format(v->pool, "scriptor --reader %s", verdict_quote(v, other->name)));
		silent_remedies(facts, v);
		return;
	}
	verdict_set(v, CHECK_FAIL, "D43", "the card in \"%s\" does not answer",
		    verdict_clean(v, reader->name));
	verdict_evidence(v, "state of the reader 0x%04X%s", (unsigned)(reader->state & 0xFFFF),
			 reader->state & RSTATE_MUTE ? ": mute" : "");
	if (bundle && bundle->options & VOLTAGE_BITS)
		verdict_evidence(v, "%s has ifdDriverOptions 0x%04lX: another voltage than usual comes first",
				 verdict_clean(v, bundle->plist), bundle->options);
	silent_remedies(facts, v);
}

static bool is_memory(const struct live_reader *reader)
{
	struct memcard memory;
	struct atr atr;

	if (!has_card(reader) || !card_atr(reader, &atr))
		return false;
	memcard_decode(&memory, &atr);
	return memory.present && memory.protocol >= SERIAL_FIRST && memory.protocol <= TWO_WIRE;
}

static void run_kind(const struct facts *facts, struct verdict *v)
{
	bool any = false;

	for (size_t i = 0; i < live_readers(facts); i++) {
		const struct live_reader *reader = &facts->live.reader[i];

		any = any || has_card(reader);
		if (!is_memory(reader))
			continue;
		verdict_set(v, CHECK_WARN, "D42", "the card in \"%s\" looks like a memory card",
			    verdict_clean(v, reader->name));
		verdict_evidence(v, "ATR %s", verdict_clean(v, reader->atr));
		verdict_remedy(
			v, false,
			"It has no processor: ordinary commands can not work, only those of the reader's "
			"maker do.",
			NULL);
		return;
	}
	if (any)
		verdict_set(v, CHECK_OK, NULL, "the card is one that PC/SC can talk to");
	else
		verdict_set(v, CHECK_SKIP, NULL, "no card in a reader");
}

static const struct facts_usb *slow_reader(const struct facts *facts)
{
	for (size_t i = 0; i < facts->n_usb; i++) {
		const struct facts_usb *usb = &facts->usb[i];

		if (usb->vendor == ALCOR && (usb->product == 0x9540 || usb->product == 0x9560))
			return usb;
	}
	return NULL;
}

static bool is_fast(const struct live_reader *reader)
{
	struct atr atr;

	return has_card(reader) && card_atr(reader, &atr) && atr_has(&atr, 1, ATR_TA) &&
	       atr_value(&atr, 1, ATR_TA) > SPEED_LIMIT;
}

static void run_speed(const struct facts *facts, struct verdict *v)
{
	const struct facts_usb *usb = slow_reader(facts);

	for (size_t i = 0; usb && i < live_readers(facts); i++) {
		const struct live_reader *reader = &facts->live.reader[i];

		/* a card at work has not failed at its speed */
		if (!is_fast(reader) || live_worked(facts, &reader->connect))
			continue;
		verdict_set(v, CHECK_WARN, "D45", "the card in \"%s\" may be too fast for this reader",
			    verdict_clean(v, reader->name));
		verdict_evidence(v, "USB device %04X:%04X, ATR %s", usb->vendor, usb->product,
				 verdict_clean(v, reader->atr));
		verdict_remedy(
			v, false,
			"Bring the CCID driver to 1.5.2 or later, which goes slower with it, or use another "
			"reader.",
			NULL);
		return;
	}
	if (live_reader_with(facts, RSTATE_PRESENT))
		verdict_set(v, CHECK_OK, NULL, "the reader keeps up with the card");
	else
		verdict_set(v, CHECK_SKIP, NULL, "no card in a reader");
}

static const struct live_reader *refused_reader(const struct facts *facts, bool *tried)
{
	*tried = false;
	for (size_t i = 0; i < live_readers(facts); i++) {
		const struct live_call *call = &facts->live.reader[i].connect;

		*tried = *tried || call->outcome != LIVE_NOT_TRIED;
		if (call->outcome == LIVE_CRASHED || (call->outcome == LIVE_ANSWERED && call->rv != 0))
			return &facts->live.reader[i];
	}
	return NULL;
}

static const char *offered(struct verdict *v, const struct atr *atr)
{
	const char *text = "";

	for (uint8_t t = 0; t < 15; t++) {
		if (atr_offers(atr, t))
			text = pool_format(v->pool, "%s%sT=%u", text ? text : "", text && *text ? ", " : "",
					   t);
	}
	return text && *text ? text : "no protocol";
}

/* 3B 8n 80 01: made up by the reader; PC/SC part 3 3.1.3.2.3 (clause number unverified). */
static bool is_contactless(const struct live_reader *reader)
{
	struct atr atr;

	return card_atr(reader, &atr) && atr.len >= 4 && atr.ts == 0x3B && atr.t0 >> 4 == 0x8 &&
	       atr.raw[2] == 0x80 && atr.raw[3] == 0x01;
}

static void connect_protocol(struct verdict *v, const struct live_reader *reader)
{
	struct atr atr;

	verdict_set(v, CHECK_FAIL, "D46", "card and reader in \"%s\" do not agree on a protocol",
		    verdict_clean(v, reader->name));
	if (card_atr(reader, &atr))
		verdict_evidence(v, "ATR %s offers %s", verdict_clean(v, reader->atr), offered(v, &atr));
	verdict_remedy(
		v, false,
		"Ask for a protocol that the ATR offers. A program that used the card in raw mode leaves it "
		"so: take the card out and put it in again.",
		NULL);
}

static void connect_lost(struct verdict *v, const struct live_reader *reader)
{
	verdict_set(v, CHECK_FAIL, "D47", "the card in \"%s\" was there and was lost at once",
		    verdict_clean(v, reader->name));
	verdict_evidence(v, "ATR %s was made up by the reader for a contactless card",
			 verdict_clean(v, reader->atr));
	verdict_remedy(v, false,
		       "Keep the card still on the reader; a phone is a card only while it is unlocked.",
		       NULL);
}

static void connect_other(struct verdict *v, const struct live_reader *reader)
{
	if (reader->connect.outcome == LIVE_CRASHED) {
		verdict_set(v, CHECK_FAIL, NULL, "the process that connected to \"%s\" crashed",
			    verdict_clean(v, reader->name));
		verdict_evidence(v, "it ended in SCardConnect without an answer");
		return;
	}
	verdict_set(v, CHECK_FAIL, NULL, "SCardConnect to \"%s\" fails", verdict_clean(v, reader->name));
	verdict_evidence(v, "SCardConnect answered 0x%08X", (unsigned)reader->connect.rv);
	verdict_remedy(v, false, "What the code means:",
		       pool_format(v->pool, "pcsc_doctor explain 0x%08X", (unsigned)reader->connect.rv));
}

static void run_connect(const struct facts *facts, struct verdict *v)
{
	bool tried;
	const struct live_reader *reader = refused_reader(facts, &tried);
	uint32_t rv = reader ? reader->connect.rv : 0;

	if (!tried)
		verdict_set(v, CHECK_SKIP, NULL,
			    live_reader_with(facts, RSTATE_PRESENT)
				    ? "no card was connected to (--connect does)"
				    : "no card in a reader");
	else if (!reader)
		verdict_set(v, CHECK_OK, NULL, "SCardConnect works");
	else if (reader == silent_card(facts))
		verdict_set(v, CHECK_SKIP, NULL, "the card in \"%s\" does not answer",
			    verdict_clean(v, reader->name));
	else if (rv == RV_PROTOCOL || (rv == RV_UNRESPONSIVE && has_card(reader)))
		connect_protocol(v, reader);
	else if ((rv == RV_REMOVED || rv == RV_NO_CARD) && is_contactless(reader))
		connect_lost(v, reader);
	else if (rv == RV_REMOVED || rv == RV_NO_CARD)
		verdict_set(v, CHECK_SKIP, NULL, "the card was taken out of \"%s\" just now",
			    verdict_clean(v, reader->name));
	else
		connect_other(v, reader);
}

static const struct live_reader *card_of(const struct facts *facts, bool listed)
{
	for (size_t i = 0; i < live_readers(facts); i++)
		if (has_card(&facts->live.reader[i]) && !facts->live.reader[i].card != listed)
			return &facts->live.reader[i];
	return NULL;
}

/* Nothing is wrong with a card that no list names. */
static void run_listed(const struct facts *facts, struct verdict *v)
{
	const struct live_reader *unlisted = card_of(facts, false), *listed = card_of(facts, true);

	if (!unlisted && !listed) {
		verdict_set(v, CHECK_SKIP, NULL, "no card in a reader");
	} else if (facts->live.listed == 0) {
		verdict_set(v, CHECK_SKIP, NULL, "no card list is installed");
	} else if (unlisted) {
		verdict_set(v, CHECK_SKIP, "D50",
			    "the card in \"%s\" is in none of the card lists (%zu entries%s%s)",
			    verdict_clean(v, unlisted->name), facts->live.listed,
			    facts->live.listed_date ? ", of " : "",
			    verdict_clean(v, facts->live.listed_date));
		verdict_evidence(v, "ATR %s", verdict_clean(v, unlisted->atr));
		verdict_remedy(v, false, "To have it listed, tell what it is.",
			       pool_format(v->pool, "xdg-open 'https://smartcard-atr.apdu.fr/parse?ATR=%s'",
					   verdict_clean(v, unlisted->atr)));
	} else {
		verdict_set(v, CHECK_OK, NULL, "%s", verdict_clean(v, listed->card));
	}
}

const struct check check_card[] = {
	{"card-answer", LAYER_CARD, "the card answers", run_answer},
	{"card-kind", LAYER_CARD, "the card is one that PC/SC can talk to", run_kind},
	{"card-speed", LAYER_CARD, "the reader keeps up with the card", run_speed},
	{"card-connect", LAYER_CARD, "SCardConnect works", run_connect},
	{"card-listed", LAYER_CARD, "a card list knows the card", run_listed},
	{0},
};

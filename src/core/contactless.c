/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/contactless.h"

#include <string.h>

#define TYPE_B_SIZE      8 /* application data 4, protocol info 3, MBLI 1 */
#define MIFARE_TAG       0xC1
#define MIFARE_INFO_SIZE 3 /* type, chip status, virtual card selection */
#define CRC_SIZE         2
#define FWI_RESERVED     15

/* ISO/IEC 14443-3:2011 7.9.4.5: FSCI to bytes; 9 to C came with later editions, 0 is reserved. */
static const uint16_t frame_bytes[16] = {
	16, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096, 0, 0, 0,
};

/* ISO/IEC 14443-3:2011 Table 22 and, for 9 to C, ISO/IEC 15693-3: high nibble of the AFI. */
static const char *const families[16] = {
	[0x1] = "transport",
	[0x2] = "financial",
	[0x3] = "identification and access control",
	[0x4] = "telecommunication",
	[0x5] = "medical",
	[0x6] = "multimedia",
	[0x7] = "gaming",
	[0x8] = "data storage",
	[0x9] = "item management",
	[0xA] = "express parcels",
	[0xB] = "postal services",
	[0xC] = "airline bags",
	[0xE] = "machine readable travel documents",
};

/* NXP AN10833 (unverified): high nibble of the type byte. */
static const char *const mifare_chips[16] = {
	"virtual card or several of them",
	"MIFARE DESFire",
	"MIFARE Plus",
};

/* NXP AN10833 (unverified): low nibble of the type byte. */
static const char *const mifare_memory[16] = {
	[0x0] = "less than 1 kB", [0x1] = "1 kB", [0x2] = "2 kB",
	[0x3] = "4 kB",           [0x4] = "8 kB", [0xF] = "unspecified",
};

static bool made_by_reader(const struct atr *atr)
{
	static const uint8_t chain[] = {0x80, 0x01};

	return atr->len >= 2 + sizeof(chain) && atr->ts == 0x3B && atr->t0 >> 4 == 8 &&
	       memcmp(atr->raw + 2, chain, sizeof(chain)) == 0 && atr->missing_hist == 0;
}

/* ISO/IEC 14443-3:2011 Annex B: CRC_A, polynomial 8408 reflected, preset 6363, not complemented. */
static uint16_t crc_a(const uint8_t *bytes, size_t len)
{
	uint16_t crc = 0x6363;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1);
	}
	return crc;
}

static void decode_mifare(struct contactless_mifare *out, const uint8_t *bytes, size_t len)
{
	size_t end;

	if (len < 2 + MIFARE_INFO_SIZE || bytes[0] != MIFARE_TAG || bytes[1] < MIFARE_INFO_SIZE)
		return;
	out->present = true;
	out->tl = bytes[1];
	out->type = bytes[2];
	out->chip_status = bytes[3];
	out->vcs = bytes[4];
	end = 2 + (size_t)out->tl;
	out->has_crc = out->tl >= MIFARE_INFO_SIZE + CRC_SIZE && end <= len;
	if (out->has_crc) {
		out->crc = (uint16_t)(bytes[end - 2] | bytes[end - 1] << 8);
		out->crc_ok = out->crc == crc_a(bytes, end - CRC_SIZE);
	}
}

/* @bits: 1 for 212, 2 for 424, 4 for 848 kbit/s */
static void list_rates(uint16_t kbps[4], unsigned bits)
{
	size_t n = 0;

	kbps[n++] = 106;
	for (unsigned i = 0; i < 3; i++) {
		if (bits >> i & 1)
			kbps[n++] = (uint16_t)(212u << i);
	}
}

static void decode_type_b(struct contactless_type_b *out, const uint8_t *bytes)
{
	const uint8_t *app = bytes;
	const uint8_t *info = bytes + sizeof(out->application_data);

	memcpy(out->application_data, app, sizeof(out->application_data));
	memcpy(out->protocol_info, info, sizeof(out->protocol_info));
	out->same_rate_both_ways = info[0] & 0x80;
	list_rates(out->kbps_from_card, info[0] >> 4 & 7);
	list_rates(out->kbps_to_card, info[0] & 7);
	out->fsci_bytes = frame_bytes[info[1] >> 4];
	out->protocol_type = info[1] & 0x0F;
	out->iso14443_4 = info[1] & 0x01;
	out->fwi = info[2] >> 4;
	if (out->fwi != FWI_RESERVED)
		out->fwt_us = (uint32_t)((UINT64_C(4096) << out->fwi) * 1000 / 13560);
	out->adc_iso = info[2] & 0x04; /* b4 is 0, see protocol_info_holds() */
	out->nad = info[2] & 0x02;
	out->cid = info[2] & 0x01;
	out->mbli = bytes[TYPE_B_SIZE - 1] >> 4;
	if (out->adc_iso) {
		out->afi = app[0];
		out->aid_crc = (uint16_t)(app[1] | app[2] << 8);
		out->applications_afi = app[3] >> 4;
		out->applications = app[3] & 0x0F;
	}
}

/*
 * In the four bytes behind the application data ISO/IEC 14443-3 and PC/SC part 3 fix eight bits and reserve
 * some values of two fields: reserved bits and the low nibble of the MBLI byte are 0, FSCI and FWI are not
 * reserved, the 14443-4 bit is set, for readers make this ATR up for such cards only. Text and status words
 * of type A cards hardly ever meet all of it: "JCOPv241" and the like fail at the last nibble, ".. 00 90 00"
 * at the 14443-4 bit.
 */
static bool protocol_info_holds(const uint8_t *bytes)
{
	const uint8_t *info = bytes + 4;

	return !(info[0] & 0x08) && frame_bytes[info[1] >> 4] && (info[1] & 0x09) == 0x01 &&
	       info[2] >> 4 != FWI_RESERVED && !(info[2] & 0x08) && !(info[3] & 0x0F);
}

static bool is_convincing(const struct hist_object *object)
{
	const bool named = (object->tag >= 1 && object->tag <= 8) || object->tag == 0xF ||
			   object->tag == HIST_TAG_BER_AID;
	const bool structured = object->tag == 3 || object->tag == 7 || object->tag == 8;

	return named && object->len > 0 && !object->truncated &&
	       !(structured && object->detail == HIST_PLAIN);
}

/*
 * Application data of type B cards often starts with 00 or 80 by chance, and 00 00 00 00 even parses as a
 * chain of empty objects. Only objects that the standard names, with a value, tell that a card meant
 * COMPACT-TLV.
 */
static bool is_compact_tlv(const struct hist *hist)
{
	for (size_t i = 0; i < hist->nobjects; i++) {
		if (!is_convincing(&hist->object[i]))
			return false;
	}
	return hist->nobjects > 0;
}

/* "SmartApp" would pass for a protocol info; no type B card is known whose eight bytes are all printable. */
static bool is_text(const struct hist *hist)
{
	for (size_t i = 0; i < hist->len; i++) {
		if (hist->bytes[i] < 0x20 || hist->bytes[i] > 0x7E)
			return false;
	}
	return true;
}

static enum contactless_kind judge(const struct contactless *c, const struct hist *hist)
{
	if (hist->has_pcsc)
		return CONTACTLESS_STORAGE;
	/* A type A card can send any eight bytes, a type B card only some: bytes that fit type B and have no
	 * better explanation are far more often type B than a coincidence. */
	if (c->type_b_possible && !c->mifare.crc_ok && !is_compact_tlv(hist) && !is_text(hist))
		return CONTACTLESS_TYPE_B;
	return CONTACTLESS_TYPE_A;
}

void contactless_decode(struct contactless *out, const struct atr *atr, const struct hist *hist)
{
	memset(out, 0, sizeof(*out));
	if (!made_by_reader(atr))
		return;
	decode_mifare(&out->mifare, hist->bytes, hist->len);
	out->type_b_possible = hist->len == TYPE_B_SIZE && protocol_info_holds(hist->bytes);
	if (out->type_b_possible)
		decode_type_b(&out->type_b, hist->bytes);
	out->kind = judge(out, hist);
}

const char *contactless_afi_text(uint8_t afi)
{
	if (afi == 0)
		return "all families";
	return afi >> 4 ? families[afi >> 4] : "sub-family of the maker's own";
}

const char *contactless_mifare_chip_text(uint8_t type)
{
	return mifare_chips[type >> 4];
}

const char *contactless_mifare_memory_text(uint8_t type)
{
	return mifare_memory[type & 0x0F];
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/atr_json_priv.h"

#include "core/atr_damage.h"
#include "core/uicc.h"

static json_t *build_times(struct json_out *jo, const struct atr_times *times)
{
	json_t *object = json_object();

	json_put(jo, object, "f", json_or_null(times->f));
	json_put(jo, object, "d", json_or_null(times->d));
	json_put(jo, object, "etu_ps", json_or_null(times->etu_ps));
	json_put(jo, object, "bps", json_or_null(times->bps));
	json_put(jo, object, "gt_ns", json_or_null(times->gt_ns));
	json_put(jo, object, "wt_ns", json_or_null(times->wt_ns));
	json_put(jo, object, "cwt_ns", json_or_null(times->cwt_ns));
	json_put(jo, object, "bwt_ns", json_or_null(times->bwt_ns));
	json_put(jo, object, "bgt_ns", json_or_null(times->bgt_ns));
	return object;
}

static json_t *build_clock(struct json_out *jo, const struct atr_timing *timing)
{
	json_t *protocols = json_array();
	json_t *object = json_object();

	for (size_t i = 0; i < timing->n; i++) {
		json_t *protocol = json_object();

		json_put(jo, protocol, "t", json_count(timing->now[i].t));
		json_put(jo, protocol, "now", build_times(jo, &timing->now[i]));
		json_put(jo, protocol, "after_pps", build_times(jo, &timing->offer[i]));
		json_push(jo, protocols, protocol);
	}
	json_put(jo, object, "clock_khz", json_count(timing->clock_khz));
	json_put(jo, object, "protocols", protocols);
	return object;
}

static json_t *build_timing(struct json_out *jo, const struct atr_decoded *d)
{
	json_t *array;

	if (d->ntiming == 0 || d->timing[0].n == 0)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < d->ntiming; i++)
		json_push(jo, array, build_clock(jo, &d->timing[i]));
	return array;
}

static json_t *build_pps(struct json_out *jo, const struct atr_pps *pps)
{
	json_t *object;

	if (!pps->possible)
		return json_null();
	object = json_object();
	json_put(jo, object, "t", json_count(pps->t));
	json_put(jo, object, "useful", json_boolean(pps->useful));
	json_put(jo, object, "request", json_hex(pps->bytes, pps->len, 0));
	json_put(jo, object, "pps0", json_byte(pps->bytes[1]));
	json_put(jo, object, "pps1", pps->len == 4 ? json_byte(pps->bytes[2]) : json_null());
	json_put(jo, object, "pck", json_byte(pps->bytes[pps->len - 1]));
	return object;
}

static json_t *build_mifare(struct json_out *jo, const struct contactless_mifare *m)
{
	uint8_t crc[2] = {(uint8_t)(m->crc >> 8), (uint8_t)m->crc};
	json_t *object;

	if (!m->present)
		return json_null();
	object = json_object();
	json_put(jo, object, "tl", json_count(m->tl));
	json_put(jo, object, "type", json_byte(m->type));
	json_put(jo, object, "chip_text", json_text(contactless_mifare_chip_text(m->type)));
	json_put(jo, object, "memory_text", json_text(contactless_mifare_memory_text(m->type)));
	json_put(jo, object, "chip_status", json_byte(m->chip_status));
	json_put(jo, object, "vcs", json_byte(m->vcs));
	json_put(jo, object, "crc", m->has_crc ? json_hex(crc, sizeof(crc), 0) : json_null());
	json_put(jo, object, "crc_ok", m->has_crc ? json_boolean(m->crc_ok) : json_null());
	return object;
}

static json_t *build_rates(struct json_out *jo, const uint16_t *kbps, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n && kbps[i]; i++)
		json_push(jo, array, json_count(kbps[i]));
	return array;
}

static json_t *build_type_b(struct json_out *jo, const struct contactless_type_b *b)
{
	uint8_t crc[2] = {(uint8_t)(b->aid_crc >> 8), (uint8_t)b->aid_crc};
	json_t *object = json_object();

	json_put(jo, object, "application_data",
		 json_hex(b->application_data, sizeof(b->application_data), 0));
	json_put(jo, object, "afi", json_byte(b->afi));
	json_put(jo, object, "afi_text", json_text(contactless_afi_text(b->afi)));
	json_put(jo, object, "aid_crc", json_hex(crc, sizeof(crc), 0));
	json_put(jo, object, "applications_afi", json_count(b->applications_afi));
	json_put(jo, object, "applications", json_count(b->applications));
	json_put(jo, object, "protocol_info", json_hex(b->protocol_info, sizeof(b->protocol_info), 0));
	json_put(jo, object, "kbps_to_card", build_rates(jo, b->kbps_to_card, 4));
	json_put(jo, object, "kbps_from_card", build_rates(jo, b->kbps_from_card, 4));
	json_put(jo, object, "same_rate_both_ways", json_boolean(b->same_rate_both_ways));
	json_put(jo, object, "fsci_bytes", json_or_null(b->fsci_bytes));
	json_put(jo, object, "protocol_type", json_count(b->protocol_type));
	json_put(jo, object, "iso14443_4", json_boolean(b->iso14443_4));
	json_put(jo, object, "fwi", json_count(b->fwi));
	json_put(jo, object, "fwt_us", json_or_null(b->fwt_us));
	json_put(jo, object, "adc_iso", json_boolean(b->adc_iso));
	json_put(jo, object, "nad", json_boolean(b->nad));
	json_put(jo, object, "cid", json_boolean(b->cid));
	json_put(jo, object, "mbli", json_count(b->mbli));
	return object;
}

static json_t *build_contactless(struct json_out *jo, const struct contactless *c)
{
	static const char *const kinds[] = {[CONTACTLESS_NO] = NULL,
					    [CONTACTLESS_STORAGE] = "storage_card",
					    [CONTACTLESS_TYPE_A] = "type_a",
					    [CONTACTLESS_TYPE_B] = "type_b"};
	bool type_b = c->kind == CONTACTLESS_TYPE_B;
	json_t *object;

	if (c->kind == CONTACTLESS_NO)
		return json_null();
	object = json_object();
	json_put(jo, object, "kind", json_text(kinds[c->kind]));
	json_put(jo, object, "type_b_possible", json_boolean(c->type_b_possible));
	json_put(jo, object, "mifare", build_mifare(jo, &c->mifare));
	json_put(jo, object, "type_b", type_b ? build_type_b(jo, &c->type_b) : json_null());
	return object;
}

static json_t *build_memcard(struct json_out *jo, const struct memcard *m)
{
	json_t *object;

	if (!m->present)
		return json_null();
	object = json_object();
	json_put(jo, object, "header", json_hex(m->h, sizeof(m->h), 0));
	json_put(jo, object, "protocol", json_count(m->protocol));
	json_put(jo, object, "protocol_text", json_text(m->protocol_text));
	json_put(jo, object, "structure", json_count(m->structure));
	json_put(jo, object, "units", json_or_null(m->units));
	json_put(jo, object, "unit_bits", json_count(m->unit_bits));
	json_put(jo, object, "read_to_end", json_boolean(m->read_to_end));
	json_put(jo, object, "category", json_byte(m->category));
	json_put(jo, object, "dir_ref", m->category == 0x10 ? json_byte(m->dir_ref) : json_null());
	return object;
}

static json_t *build_uicc(struct json_out *jo, const struct atr_t15_params *p)
{
	const struct uicc_function *function;
	json_t *names, *object;

	if (!uicc_applies(p))
		return json_null();
	object = json_object();
	names = json_array();
	for (size_t i = 0; (function = uicc_function_get(i)); i++)
		if (p->tb & function->bit)
			json_push(jo, names, json_text(function->name));
	json_put(jo, object, "value", json_byte(p->tb));
	json_put(jo, object, "functions", names);
	return object;
}

static json_t *build_converted(const struct atr *atr)
{
	uint8_t converted[ATR_RAW_MAX];

	return atr_convert(converted, atr) ? json_hex(converted, atr->len, ' ') : json_null();
}

void atr_json_full(struct json_out *jo, json_t *root, const struct atr_decoded *d)
{
	static const char *const extra_kinds[] = {[ATR_EXTRA_NONE] = NULL,
						  [ATR_EXTRA_ZEROS] = "zeros",
						  [ATR_EXTRA_STATUS] = "status_word",
						  [ATR_EXTRA_ATR] = "atr",
						  [ATR_EXTRA_OTHER] = "other"};

	json_put(jo, root, "converted", build_converted(&d->atr));
	json_put(jo, root, "extra_kind", json_text(extra_kinds[atr_extra_kind(&d->atr)]));
	json_put(jo, root, "timing", build_timing(jo, d));
	json_put(jo, root, "pps", build_pps(jo, &d->pps));
	json_put(jo, root, "contactless", build_contactless(jo, &d->contactless));
	json_put(jo, root, "memory_card", build_memcard(jo, &d->memcard));
	json_put(jo, root, "etsi_uicc", build_uicc(jo, &d->info.t15_params));
}

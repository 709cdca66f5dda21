/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/atr_json_priv.h"

static json_t *build_service(struct json_out *jo, const struct hist_service *s)
{
	json_t *object = json_object();

	json_put(jo, object, "select_full_df_name", json_boolean(s->select_full_df_name));
	json_put(jo, object, "select_partial_df_name", json_boolean(s->select_partial_df_name));
	json_put(jo, object, "ber_tlv_in_ef_dir", json_boolean(s->ber_tlv_in_ef_dir));
	json_put(jo, object, "ber_tlv_in_ef_atr", json_boolean(s->ber_tlv_in_ef_atr));
	json_put(jo, object, "access", json_text(hist_access_name(s->access)));
	json_put(jo, object, "has_mf", json_boolean(s->has_mf));
	return object;
}

static json_t *build_selection(struct json_out *jo, uint8_t selection)
{
	json_t *array = json_array();

	for (unsigned bit = 8; bit-- > 0;)
		if (selection & 1u << bit && hist_selection_name(bit))
			json_push(jo, array, json_text(hist_selection_name(bit)));
	return array;
}

static json_t *build_data_coding(struct json_out *jo, const struct hist_capabilities *c)
{
	json_t *object = json_object();

	json_put(jo, object, "ef_tlv", json_boolean(c->ef_tlv));
	json_put(jo, object, "write", json_text(hist_write_name(c->write)));
	json_put(jo, object, "ff_valid_as_tag", json_boolean(c->ff_valid_as_tag));
	json_put(jo, object, "unit_quartets", json_count(c->unit_quartets));
	return object;
}

static json_t *build_chaining(struct json_out *jo, const struct hist_capabilities *c)
{
	json_t *object = json_object();

	json_put(jo, object, "command_chaining", json_boolean(c->command_chaining));
	json_put(jo, object, "extended_length", json_boolean(c->extended_length));
	json_put(jo, object, "bit6", json_boolean(c->bit6));
	json_put(jo, object, "lc_by_card", json_boolean(c->lc_by_card));
	json_put(jo, object, "lc_by_ifd", json_boolean(c->lc_by_ifd));
	json_put(jo, object, "max_channels", json_count(c->max_channels));
	json_put(jo, object, "max_channels_or_more", json_boolean(c->max_channels_or_more));
	return object;
}

static json_t *build_capabilities(struct json_out *jo, const struct hist_capabilities *c)
{
	json_t *object = json_object();

	json_put(jo, object, "selection", build_selection(jo, c->selection));
	if (c->len >= 2)
		json_put(jo, object, "data_coding", build_data_coding(jo, c));
	if (c->len >= 3)
		json_put(jo, object, "chaining", build_chaining(jo, c));
	return object;
}

static json_t *build_status(struct json_out *jo, const struct hist_status *s)
{
	uint8_t sw[2] = {(uint8_t)(s->sw >> 8), (uint8_t)s->sw};
	json_t *object = json_object();

	json_put(jo, object, "lcs", s->has_lcs ? json_byte(s->lcs) : json_null());
	json_put(jo, object, "lcs_name", s->has_lcs ? json_text(hist_lcs_name(s->lcs)) : json_null());
	json_put(jo, object, "sw", s->has_sw ? json_hex(sw, sizeof(sw), 0) : json_null());
	return object;
}

static json_t *build_tag(uint8_t tag)
{
	const char digit = "0123456789ABCDEF"[tag & 0x0F];

	return tag > 0x0F ? json_byte(tag) : json_stringn_nocheck(&digit, 1);
}

static json_t *build_object(struct json_out *jo, const struct hist *hist, const struct hist_object *o)
{
	json_t *object = json_object();

	json_put(jo, object, "tag", build_tag(o->tag));
	json_put(jo, object, "len", json_count(o->len));
	json_put(jo, object, "name", json_text(hist_object_name(o->tag)));
	json_put(jo, object, "value", json_hex(hist->bytes + o->offset, o->avail, 0));
	json_put(jo, object, "truncated", json_boolean(o->truncated));
	if (o->detail == HIST_SERVICE)
		json_put(jo, object, "service", build_service(jo, &o->service));
	else if (o->detail == HIST_CAPABILITIES)
		json_put(jo, object, "capabilities", build_capabilities(jo, &o->capabilities));
	else if (o->detail == HIST_STATUS)
		json_put(jo, object, "status", build_status(jo, &o->status));
	return object;
}

static json_t *build_objects(struct json_out *jo, const struct hist *hist)
{
	json_t *array;

	if (!hist->has_objects)
		return json_null();
	array = json_array();
	for (size_t i = 0; i < hist->nobjects; i++)
		json_push(jo, array, build_object(jo, hist, &hist->object[i]));
	return array;
}

static json_t *build_pcsc(struct json_out *jo, const struct hist *hist)
{
	const struct hist_pcsc *p = &hist->pcsc;
	uint8_t name[2] = {(uint8_t)(p->card_name >> 8), (uint8_t)p->card_name};
	json_t *object;

	if (!hist->has_pcsc)
		return json_null();
	object = json_object();
	json_put(jo, object, "rid", json_hex(p->rid, sizeof(p->rid), 0));
	json_put(jo, object, "standard", json_byte(p->standard));
	json_put(jo, object, "card_name", json_hex(name, sizeof(name), 0));
	json_put(jo, object, "rfu", json_hex(p->rfu, sizeof(p->rfu), 0));
	json_put(jo, object, "standard_text", json_text(hist_pcsc_standard_text(p->standard)));
	json_put(jo, object, "card_text", json_text(hist_pcsc_card_text(p->card_name)));
	return object;
}

json_t *atr_json_historical(struct json_out *jo, const struct hist *hist)
{
	static const char *const kinds[] = {
		[HIST_NONE] = NULL,
		[HIST_STATUS_AFTER] = "status_after_compact_tlv",
		[HIST_DIR_REF] = "dir_data_reference",
		[HIST_COMPACT_TLV] = "compact_tlv",
		[HIST_RFU] = "rfu",
		[HIST_PROPRIETARY] = "proprietary",
	};
	json_t *object = json_object();

	json_put(jo, object, "hex", json_hex(hist->bytes, hist->len, 0));
	json_put(jo, object, "len", json_count(hist->len));
	json_put(jo, object, "complete", json_boolean(hist->complete));
	json_put(jo, object, "category", hist->len ? json_byte(hist->category) : json_null());
	json_put(jo, object, "kind", json_text(kinds[hist->kind]));
	json_put(jo, object, "objects", build_objects(jo, hist));
	json_put(jo, object, "status", hist->has_status ? build_status(jo, &hist->status) : json_null());
	json_put(jo, object, "dir_ref", hist->has_dir_ref ? json_byte(hist->dir_ref) : json_null());
	json_put(jo, object, "pcsc", build_pcsc(jo, hist));
	return object;
}

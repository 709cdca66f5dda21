/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/atr_json.h"

#include "view/atr_json_priv.h"
#include "view/card_json.h"
#include "view/finding_text.h"

/* "TA1" .. "TD32"; "default" for level 0 */
static json_t *byte_name(enum atr_position pos, size_t level)
{
	char name[4] = {'T', (char)('A' + (int)pos)};
	size_t n = 2;

	if (level == 0)
		return json_text("default");
	if (level > 9)
		name[n++] = (char)('0' + level / 10 % 10);
	name[n++] = (char)('0' + level % 10);
	return json_stringn_nocheck(name, n);
}

static json_t *build_y(struct json_out *jo, const struct atr *atr)
{
	json_t *array = json_array();

	for (size_t i = 0; i < atr->nlevels; i++)
		json_push(jo, array, json_count(atr->level[i].y));
	return array;
}

static json_t *build_interface(struct json_out *jo, const struct atr *atr)
{
	json_t *array = json_array();

	for (size_t level = 1; level <= atr->nlevels; level++) {
		for (unsigned pos = ATR_TA; pos < ATR_POSITIONS; pos++) {
			json_t *object;

			if (!atr_has(atr, level, pos))
				continue;
			object = json_object();
			json_put(jo, object, "name", byte_name(pos, level));
			json_put(jo, object, "value", json_byte(atr_value(atr, level, pos)));
			json_push(jo, array, object);
		}
	}
	return array;
}

static json_t *build_numbers(struct json_out *jo, const uint8_t *values, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_push(jo, array, json_count(values[i]));
	return array;
}

static json_t *build_specific(struct json_out *jo, const struct atr_specific *s)
{
	json_t *object;

	if (!s->present)
		return json_null();
	object = json_object();
	json_put(jo, object, "value", json_byte(s->value));
	json_put(jo, object, "t", json_count(s->t));
	json_put(jo, object, "can_change", json_boolean(s->can_change));
	json_put(jo, object, "implicit", json_boolean(s->implicit));
	json_put(jo, object, "rfu", json_count(s->rfu));
	return object;
}

static json_t *build_etu(double clocks)
{
	if (clocks > 0 && clocks == (double)(uint32_t)clocks)
		return json_count((uint32_t)clocks);
	return clocks > 0 ? json_real(clocks) : json_null();
}

static json_t *build_fidi(struct json_out *jo, const struct atr_fidi *fidi)
{
	json_t *object;

	if (!fidi->known)
		return json_null();
	object = json_object();
	json_put(jo, object, "source", json_text(fidi->from_ta1 ? "TA1" : "default"));
	json_put(jo, object, "fi_code", json_count(fidi->fi_code));
	json_put(jo, object, "di_code", json_count(fidi->di_code));
	json_put(jo, object, "fi", json_or_null(fidi->fi));
	json_put(jo, object, "di", json_or_null(fidi->di));
	json_put(jo, object, "fmax_khz", json_or_null(fidi->fmax_khz));
	json_put(jo, object, "etu_clocks", build_etu(fidi->etu_clocks));
	json_put(jo, object, "bps_4mhz", json_or_null(fidi->bps_4mhz));
	json_put(jo, object, "bps_fmax", json_or_null(fidi->bps_fmax));
	return object;
}

static json_t *build_tb1(struct json_out *jo, const struct atr_vpp *vpp)
{
	json_t *object;

	if (!vpp->tb1_present)
		return json_null();
	object = json_object();
	json_put(jo, object, "value", json_byte(vpp->tb1));
	json_put(jo, object, "pi1", json_count(vpp->pi1));
	json_put(jo, object, "ii", json_count(vpp->ii));
	json_put(jo, object, "b8", json_count(vpp->b8));
	json_put(jo, object, "vpp_connected", json_boolean(vpp->pi1 != 0));
	return object;
}

static json_t *build_tb2(struct json_out *jo, const struct atr_vpp *vpp)
{
	json_t *object;

	if (!vpp->tb2_present)
		return json_null();
	object = json_object();
	json_put(jo, object, "value", json_byte(vpp->tb2));
	json_put(jo, object, "pi2", json_count(vpp->tb2));
	return object;
}

static json_t *build_gt(struct json_out *jo, const struct atr_guard *guard)
{
	json_t *object;

	if (!guard->known)
		return json_null();
	object = json_object();
	json_put(jo, object, "reference", json_text(guard->by_fi_di ? "Fi/Di" : "F/D"));
	json_put(jo, object, "t0_etu", json_count(guard->t0_etu));
	json_put(jo, object, "t1_cgt_etu", json_count(guard->t1_cgt_etu));
	json_put(jo, object, "special", json_boolean(guard->special));
	return object;
}

static json_t *build_t0(struct json_out *jo, const struct atr_t0_params *t0)
{
	json_t *object;

	if (!t0->offered)
		return json_null();
	object = json_object();
	json_put(jo, object, "source", json_text(t0->from_tc2 ? "TC2" : "default"));
	json_put(jo, object, "wi", json_count(t0->wi));
	json_put(jo, object, "wt_clocks", json_or_null(t0->wt_clocks));
	json_put(jo, object, "wt_etu", json_or_null(t0->wt_etu));
	return object;
}

static json_t *build_t1(struct json_out *jo, const struct atr_t1_params *t1)
{
	json_t *object;

	if (!t1->offered)
		return json_null();
	object = json_object();
	json_put(jo, object, "ifsc", json_count(t1->ifsc));
	json_put(jo, object, "ifsc_source", byte_name(ATR_TA, t1->ifsc_level));
	json_put(jo, object, "bwi", json_count(t1->bwi));
	json_put(jo, object, "cwi", json_count(t1->cwi));
	json_put(jo, object, "bwi_cwi_source", byte_name(ATR_TB, t1->bwi_cwi_level));
	json_put(jo, object, "edc", json_text(t1->crc ? "CRC" : "LRC"));
	json_put(jo, object, "edc_source", byte_name(ATR_TC, t1->edc_level));
	json_put(jo, object, "cwt_etu", json_count(t1->cwt_etu));
	json_put(jo, object, "bwt_clocks_beyond_11etu", json_or_null(t1->bwt_clocks_beyond_11etu));
	json_put(jo, object, "bgt_etu", json_count(t1->bgt_etu));
	return object;
}

static json_t *build_classes(struct json_out *jo, const struct atr_t15_params *p)
{
	json_t *array;

	if (!p->class_a && !p->class_b && !p->class_c)
		return json_null();
	array = json_array();
	if (p->class_a)
		json_push(jo, array, json_text("A"));
	if (p->class_b)
		json_push(jo, array, json_text("B"));
	if (p->class_c)
		json_push(jo, array, json_text("C"));
	return array;
}

static json_t *build_t15(struct json_out *jo, const struct atr_t15_params *p)
{
	static const char *const clock_stop[] = {"not_supported", "state_l", "state_h", "no_preference"};
	static const char *const spu[] = {[ATR_SPU_NOT_USED] = "not_used",
					  [ATR_SPU_PROPRIETARY] = "proprietary",
					  [ATR_SPU_STANDARD_RFU] = "standard_rfu"};
	json_t *object = json_object();

	json_put(jo, object, "ta_source", byte_name(ATR_TA, p->ta_level));
	json_put(jo, object, "clock_stop_code", json_count(p->clock_stop));
	json_put(jo, object, "clock_stop", json_text(clock_stop[p->clock_stop]));
	json_put(jo, object, "class_code", json_count(p->class_code));
	json_put(jo, object, "classes", build_classes(jo, p));
	json_put(jo, object, "tb_source", byte_name(ATR_TB, p->tb_level));
	json_put(jo, object, "spu", json_text(spu[p->spu]));
	json_put(jo, object, "spu_value", p->tb_present ? json_byte(p->tb) : json_null());
	return object;
}

/* Whether TCK is required can be told when the chain of TDs is all there, or has named another T already. */
static json_t *build_tck(struct json_out *jo, const struct atr *atr)
{
	const struct atr_tck *tck = &atr->tck;
	bool known = atr->interface_complete || tck->required;
	bool judged = tck->present && tck->has_expected;
	json_t *object = json_object();

	json_put(jo, object, "required", known ? json_boolean(tck->required) : json_null());
	json_put(jo, object, "present", json_boolean(tck->present));
	json_put(jo, object, "superfluous", json_boolean(tck->superfluous));
	json_put(jo, object, "actual", tck->present ? json_byte(tck->actual) : json_null());
	json_put(jo, object, "expected", tck->has_expected ? json_byte(tck->expected) : json_null());
	json_put(jo, object, "ok", judged ? json_boolean(tck->actual == tck->expected) : json_null());
	return object;
}

static json_t *build_finding(struct json_out *jo, const struct finding *finding)
{
	const struct finding_rule *rule = finding_rule_get(finding->code);
	char message[FINDING_MESSAGE_MAX];
	size_t len = finding_message(message, finding);
	json_t *object = json_object();

	json_put(jo, object, "code", json_text(rule->code));
	json_put(jo, object, "severity", json_text(finding_severity_name(rule->severity)));
	json_put(jo, object, "offset", json_count(finding->offset));
	json_put(jo, object, "clause", json_text(rule->clause));
	json_put(jo, object, "message", json_stringn_nocheck(message, len));
	return object;
}

static json_t *build_findings(struct json_out *jo, const struct findings *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < findings->n; i++)
		json_push(jo, array, build_finding(jo, &findings->v[i]));
	return array;
}

static json_t *build_protocols(struct json_out *jo, const struct atr *atr, const struct atr_info *info)
{
	if (atr->nlevels && !info->protocols_known)
		return json_null();
	return build_numbers(jo, info->protocols, info->nprotocols);
}

static void put_head(struct json_out *jo, json_t *root, const struct atr *atr, const struct atr_info *info)
{
	static const char *const conventions[] = {
		[ATR_CONVENTION_UNKNOWN] = NULL, [ATR_DIRECT] = "direct", [ATR_INVERSE] = "inverse"};
	static const char *const modes[] = {
		[ATR_MODE_UNKNOWN] = NULL, [ATR_NEGOTIABLE] = "negotiable", [ATR_SPECIFIC] = "specific"};
	bool has_t0 = atr->nlevels > 0;

	json_put(jo, root, "len", json_count(atr->len));
	json_put(jo, root, "ts", atr->len ? json_byte(atr->ts) : json_null());
	json_put(jo, root, "convention", json_text(conventions[info->convention]));
	json_put(jo, root, "t0", has_t0 ? json_byte(atr->t0) : json_null());
	json_put(jo, root, "k", has_t0 ? json_count(atr->k) : json_null());
	json_put(jo, root, "y", build_y(jo, atr));
	json_put(jo, root, "interface", build_interface(jo, atr));
	json_put(jo, root, "t_sequence", build_numbers(jo, info->t_sequence, info->nt_sequence));
	json_put(jo, root, "protocols", build_protocols(jo, atr, info));
	json_put(jo, root, "first_protocol", info->nprotocols ? json_count(info->protocols[0]) : json_null());
	json_put(jo, root, "t15", json_boolean(info->t15));
	json_put(jo, root, "mode", json_text(modes[info->mode]));
}

static void put_values(struct json_out *jo, json_t *root, const struct atr *atr, const struct atr_info *info)
{
	json_put(jo, root, "specific", build_specific(jo, &info->specific));
	json_put(jo, root, "fidi", build_fidi(jo, &info->fidi));
	json_put(jo, root, "tb1", build_tb1(jo, &info->vpp));
	json_put(jo, root, "tb2", build_tb2(jo, &info->vpp));
	json_put(jo, root, "n", info->guard.known ? json_count(info->guard.n) : json_null());
	json_put(jo, root, "gt", build_gt(jo, &info->guard));
	json_put(jo, root, "t0_params", build_t0(jo, &info->t0));
	json_put(jo, root, "t1_params", build_t1(jo, &info->t1));
	json_put(jo, root, "t15_params", atr->nlevels ? build_t15(jo, &info->t15_params) : json_null());
}

static void put_tail(struct json_out *jo, json_t *root, const struct atr_decoded *d)
{
	const struct atr *atr = &d->atr;
	bool has_t0 = atr->nlevels > 0;

	json_put(jo, root, "historical", has_t0 ? atr_json_historical(jo, &d->hist) : json_null());
	json_put(jo, root, "missing_hist", has_t0 ? json_count(atr->missing_hist) : json_null());
	json_put(jo, root, "declared_len", json_or_null(atr->declared_len));
	json_put(jo, root, "tck", has_t0 ? build_tck(jo, atr) : json_null());
	json_put(jo, root, "extra", json_hex(atr->raw + atr->extra_offset, atr->extra_len, 0));
}

enum cs_err atr_json_build(json_t **out, const struct atr_decoded *d, const struct atr_json_options *options)
{
	struct json_out jo = {.failed = false};
	json_t *root = json_object();

	json_put(&jo, root, "atr", json_hex(d->atr.raw, d->atr.len, ' '));
	if (options->part == ATR_JSON_ALL) {
		put_head(&jo, root, &d->atr, &d->info);
		put_values(&jo, root, &d->atr, &d->info);
		put_tail(&jo, root, d);
	}
	if (options->part != ATR_JSON_CARDS)
		json_put(&jo, root, "findings", build_findings(&jo, &d->atr.findings));
	if (options->cards)
		json_put(&jo, root, "cards", cards_json(&jo, options->cards, options->ncards));
	if (options->full)
		atr_json_full(&jo, root, d);
	return json_finish(&jo, root, out);
}

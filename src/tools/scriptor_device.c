/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a script asks the reader itself. */
#include <string.h>

#include "core/apdu.h"
#include "core/bytes.h"
#include "core/feature.h"
#include "tools/scriptor_action.h"
#include "tools/scriptor_connect.h"

#define CTL_NUMBER_MAX 0xFFFF /* up to here a control code is the number of a manual */
#define SW_LEN         2

/* Control code of a feature, 0: the reader has no such feature. */
static uint32_t find_feature(const struct link *l, int tag)
{
	struct bytes in = bytes_init(l->features, l->features_len);
	struct feature feature;

	while (feature_next(&in, &feature) == CS_OK)
		if (feature.tag == tag)
			return feature.code;
	return 0;
}

/* Into action->number. */
static bool find_code(struct engine *e, const struct script_op *op, struct action *action)
{
	int64_t start_ns = guard_now_ns();
	int tag;

	if (!op->text) {
		action->number = op->number <= CTL_NUMBER_MAX ? scard_ctl_code(op->number) : op->number;
		return true;
	}
	tag = feature_tag(op->text, strlen(op->text));
	action->name = feature_name((uint8_t)tag);
	if (!action_conclude(e, op, action, link_features(e->link), start_ns))
		return false;
	action->number = find_feature(e->link, tag);
	return action->number != 0 || engine_fail(e, op->pos, APP_NO, "the reader has no such feature");
}

/* Into $DATA and for an `expect` to come: link->reply does not stay. Expectations are compared with an answer
 * and a status word, which a reader's answer has not. */
static bool keep_reply(struct engine *e, const struct script_op *op, struct action *action, size_t len)
{
	memset(e->link->reply + len, 0, SW_LEN);
	if (!engine_set(e, op->pos, SCRIPT_VAR_DATA, e->link->reply, len + SW_LEN))
		return false;
	e->values[SCRIPT_VAR_DATA].len = len;
	action->answer = e->values[SCRIPT_VAR_DATA].bytes;
	action->answer_len = len;
	e->control = *action;
	e->control.sent = NULL;
	e->control.sent_len = e->control.secret_len = 0;
	e->controlled = true;
	return true;
}

void action_control(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_CONTROL);
	size_t len, reply_len;
	int64_t start_ns;
	bool checked;

	e->answered = e->controlled = false;
	if (!connect_ensure(e, op->pos) || !find_code(e, op, &action) ||
	    !engine_eval(e, op->bytes, e->link->request, sizeof(e->link->request), &len))
		return;
	action.sent = e->link->request;
	action.sent_len = len;
	if (!e->options->show_secrets)
		action.secret_len = apdu_secret(e->link->request, len, &action.secret_from);
	show_request(e->show, &action);
	start_ns = guard_now_ns();
	if (!action_conclude(e, op, &action, link_control(e->link, action.number, len, &reply_len), start_ns))
		return;
	if (!keep_reply(e, op, &action, reply_len))
		return;
	checked = expect_check(e, op->expect, action.answer, reply_len + SW_LEN);
	show_result(e->show, &action, e->checks.expect, e->checks.n);
	if (checked)
		expect_count(e);
}

void action_expect(struct engine *e, const struct script_op *op)
{
	const struct action *action = &e->control;

	for (const struct script_expect *x = op->expect; x; x = x->next)
		if (x->n_sw) {
			engine_fail(e, op->pos, APP_NO, "a control was answered last: without a status word");
			return;
		}
	if (!expect_check(e, op->expect, action->answer, action->answer_len + SW_LEN))
		return;
	show_expect_control(e->show, action, e->checks.expect, e->checks.n);
	expect_count(e);
}

static bool ask_properties(struct engine *e, const struct script_op *op, struct action *action,
			   struct exchange_features *f)
{
	static const char name[] = "get_tlv_properties";
	uint32_t code = find_feature(e->link, feature_tag(name, strlen(name)));
	int64_t start_ns = guard_now_ns();

	if (!code)
		return true;
	f->properties = e->link->reply;
	return action_conclude(e, op, action, link_control(e->link, code, 0, &f->properties_len), start_ns);
}

void action_features(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_FEATURES);
	struct exchange_features f = {.place = action.place};
	int64_t start_ns;

	if (!connect_ensure(e, op->pos))
		return;
	show_request(e->show, &action);
	start_ns = guard_now_ns();
	if (!action_conclude(e, op, &action, link_features(e->link), start_ns))
		return;
	f.features = e->link->features;
	f.features_len = e->link->features_len;
	if (ask_properties(e, op, &action, &f))
		show_features(e->show, &f);
}

void action_attrib(struct engine *e, const struct script_op *op)
{
	struct action action = action_of(e, op, ACTION_ATTRIB);
	const struct attrib *attrib = attrib_by_id(op->number);
	int64_t start_ns;
	size_t len;

	if (!connect_ensure(e, op->pos))
		return;
	action.name = attrib ? attrib->name : NULL;
	action.number = op->number;
	show_request(e->show, &action);
	start_ns = guard_now_ns();
	if (!action_conclude(e, op, &action, link_attrib(e->link, op->number, &len), start_ns))
		return;
	action.answer = e->link->reply;
	action.answer_len = len;
	show_result(e->show, &action, NULL, 0);
}

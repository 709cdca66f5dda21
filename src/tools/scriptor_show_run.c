/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is shown while a script runs. */
#include "tools/scriptor_show.h"
#include "view/exchange_text.h"
#include "view/expect_text.h"
#include "view/feature_text.h"

/* Secrets as this output may show them. */
static struct exchange on_screen(const struct show *show, const struct exchange *x)
{
	struct exchange shown = *x;

	if (show->options->show_secrets)
		shown.secret_len = 0;
	return shown;
}

static bool all_ok(const struct expectation *expect, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!expect[i].ok)
			return false;
	return true;
}

void show_command(struct show *show, const struct exchange *x)
{
	struct exchange shown = on_screen(show, x);

	if (show->commanded || !show_is_text(show))
		return;
	exchange_text_put_command(&show->out, &show->style, &shown);
	show->commanded = true;
	show_see_output(show);
}

static void put_cases(struct show *show, const struct exchange *shown, const struct exchange *x)
{
	for (size_t i = 0; i < x->n_expect; i++) {
		struct expect_case c = expect_case_of(shown, i);

		if (!c.expect->ok && show_is_text(show))
			expect_text_put(&show->err, &c);
		if (show->options->tap)
			tap_text_put(&show->tap, &c);
		c = expect_case_of(x, i);
		if (show->junit_file)
			junit_xml_put(&show->junit, &c);
	}
}

void show_exchange(struct show *show, const struct exchange *x)
{
	struct exchange shown = on_screen(show, x);

	if (show->options->json)
		show_json(show, exchange_json_put(&show->json, stdout, &show->style, &shown));
	else if (show->commanded)
		exchange_text_put_answer(&show->out, &show->style, &shown);
	else if (show_is_transcript(show) || (show_is_text(show) && !all_ok(x->expect, x->n_expect)))
		exchange_text_put(&show->out, &show->style, &shown);
	show->commanded = false;
	put_cases(show, &shown, x);
	show_see_output(show);
}

void show_expect(struct show *show, const struct exchange *x)
{
	struct exchange shown = on_screen(show, x);

	for (size_t i = 0; show->options->json && i < x->n_expect; i++)
		show_json(show, exchange_json_put_expect(&show->json, stdout, &x->expect[i]));
	put_cases(show, &shown, x);
	show_see_output(show);
}

void show_failed(struct show *show, const struct exchange *x, const char *why)
{
	if (!show_is_text(show))
		return;
	show_command(show, x);
	exchange_text_put_failed(&show->out, why);
	show_see_output(show);
}

void show_request(struct show *show, const struct action *action)
{
	if (show_is_transcript(show))
		exchange_text_put_request(&show->out, action);
	show->commanded = show_is_transcript(show);
	show_see_output(show);
}

static void put_action_cases(struct show *show, const struct action *action, const struct expectation *expect,
			     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct expect_case c = expect_case_of_action(action, &expect[i]);

		if (!expect[i].ok && show_is_text(show))
			expect_text_put(&show->err, &c);
		if (show->options->tap)
			tap_text_put(&show->tap, &c);
		if (show->junit_file)
			junit_xml_put(&show->junit, &c);
	}
}

void show_result(struct show *show, const struct action *action, const struct expectation *expect, size_t n)
{
	if (show_is_text(show) && (action->failed || !all_ok(expect, n)) && !show->commanded)
		exchange_text_put_request(&show->out, action);
	if (show_is_transcript(show) || (show_is_text(show) && (action->failed || !all_ok(expect, n))))
		exchange_text_put_result(&show->out, &show->style, action);
	if (show->options->json && !action->failed)
		show_json(show, exchange_json_put_action(&show->json, stdout, action, expect, n));
	show->commanded = show->commanded && action->failed;
	put_action_cases(show, action, expect, n);
	show_see_output(show);
}

void show_expect_control(struct show *show, const struct action *action, const struct expectation *expect,
			 size_t n)
{
	for (size_t i = 0; show->options->json && i < n; i++)
		show_json(show, exchange_json_put_expect(&show->json, stdout, &expect[i]));
	put_action_cases(show, action, expect, n);
	show_see_output(show);
}

void show_refusal(struct show *show, const char *why)
{
	if (show_is_transcript(show))
		exchange_text_put_failed(&show->out, why);
	show_see_output(show);
}

void show_features(struct show *show, const struct exchange_features *features)
{
	show->commanded = false;
	if (show->options->json)
		show_json(show, exchange_json_put_features(&show->json, stdout, features));
	if (show_is_transcript(show))
		feature_text_put(&show->out, features->features, features->features_len);
	if (show_is_transcript(show) && features->properties)
		feature_text_properties(&show->out, features->properties, features->properties_len);
	show_see_output(show);
}

void show_echo(struct show *show, const struct place *place, const char *text, size_t len)
{
	if (show->options->json)
		show_json(show, exchange_json_put_echo(&show->json, stdout, place, text, len));
	if (show->options->tap)
		fputs("# ", stdout);
	if (!show->options->json && !show->options->quiet)
		exchange_text_put_echo(&show->out, text, len);
	show_see_output(show);
}

void show_connected(struct show *show, const struct action *action)
{
	const struct term t = {.out = stderr};

	if (show->options->json)
		show_json(show, exchange_json_put_action(&show->json, stdout, action, NULL, 0));
	if (show->options->quiet)
		return;
	fprintf(stderr, "%s: using reader ", scriptor_name);
	term_put_untrusted(&t, TERM_PLAIN, action->reader);
	fprintf(stderr, ", %s\n", action->protocol);
}

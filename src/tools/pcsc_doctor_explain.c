/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diag/explain.h"
#include "diag/log.h"
#include "pcsc/scard.h"
#include "view/explanation_json.h"
#include "view/explanation_text.h"
#include "view/json_out.h"

#define INPUT_MAX (4u << 20) /* bytes of standard input; the rest is left out */

struct text {
	const char *start;
	size_t len;
};

static bool read_input(struct pool *pool, struct text *out)
{
	char *buffer = pool_take(pool, INPUT_MAX);

	out->start = buffer;
	while (buffer && out->len < INPUT_MAX) {
		ssize_t n = read(STDIN_FILENO, buffer + out->len, INPUT_MAX - out->len);

		if (n > 0)
			out->len += (size_t)n;
		else if (n == 0)
			break;
		else if (errno != EINTR) {
			fprintf(stderr, "%s: standard input: %s\n", doctor_name, strerror(errno));
			return false;
		}
	}
	return true;
}

static bool join_words(struct pool *pool, const struct doctor_options *options, struct text *out)
{
	const char *text = options->operand[0];

	for (size_t i = 1; i < options->n_operands && text; i++)
		text = pool_format(pool, "%s %s", text, options->operand[i]);
	*out = (struct text){text, text ? strlen(text) : 0};
	return true;
}

static size_t get_codes(struct pool *pool, struct explain_code **out)
{
	const struct scard_error *error;
	size_t n = 0;

	while (scard_error_at(n))
		n++;
	*out = pool_take(pool, n * sizeof(**out));
	for (size_t i = 0; *out && (error = scard_error_at(i)); i++)
		(*out)[i] = (struct explain_code){error->value, error->symbol, error->sentence, error->cause};
	return *out ? n : 0;
}

static enum cs_err put_json(enum cs_err err, json_t *value)
{
	struct json_line line = {.buffer = NULL};

	if (err == CS_OK)
		err = json_line_write(&line, value, stdout);
	json_line_release(&line);
	json_decref(value);
	return err;
}

static enum cs_err put_log(struct pool *pool, const struct log_digest *digest, bool json,
			   const struct term *t)
{
	json_t *value = NULL;
	enum cs_err err;

	if (json) {
		err = explanation_json_build_log(&value, digest, pool);
		return put_json(err, value);
	}
	explanation_text_put_log(t, digest, pool);
	return CS_OK;
}

static enum cs_err put_answers(struct pool *pool, const struct text *text, bool json, const struct term *t)
{
	struct explain_answers answers;
	struct explain_code *codes;
	size_t n_codes = get_codes(pool, &codes);
	enum cs_err err = explain(&answers, pool, text->start, text->len, codes, n_codes);
	json_t *value = NULL;

	if (err != CS_OK && err != CS_E_NOT_FOUND)
		return err;
	if (json) {
		enum cs_err put = explanation_json_build(&value, &answers);

		put = put_json(put, value);
		return put == CS_OK ? err : put;
	}
	explanation_text_put(t, &answers);
	return err;
}

/* What comes from standard input is a log if any of its lines is one's. */
static enum cs_err answer(const struct doctor_options *options, struct pool *pool, const struct text *text,
			  bool input, const struct term *t)
{
	struct log_digest digest = {.n = 0};
	enum cs_err err = CS_OK;

	if (pool->failed)
		return CS_E_NOMEM;
	if (input)
		err = log_read(&digest, pool, text->start, text->len);
	if (err != CS_OK)
		return err;
	return digest.n ? put_log(pool, &digest, options->json, t)
			: put_answers(pool, text, options->json, t);
}

int doctor_explain(const struct doctor_options *options, const struct app_env *env)
{
	const struct term t = {stdout, app_use_color((enum app_color)options->color, env, stdout)};
	bool input = options->n_operands == 1 && strcmp(options->operand[0], "-") == 0;
	struct pool pool = {.blocks = NULL};
	struct text text = {.len = 0};
	int status = APP_USAGE;
	enum cs_err err;

	if (!(input ? read_input(&pool, &text) : join_words(&pool, options, &text)))
		goto out;
	err = answer(options, &pool, &text, input, &t);
	status = err == CS_OK ? APP_OK : err == CS_E_NOT_FOUND ? APP_NO : APP_USAGE;
	if (err == CS_E_NOT_FOUND)
		fprintf(stderr, "%s: explain: nothing known looks like this\n", doctor_name);
	else if (err != CS_OK)
		fprintf(stderr, "%s: explain: %s\n", doctor_name, cs_err_text(err));
out:
	pool_release(&pool);
	return status;
}

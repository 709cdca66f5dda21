/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_top_ask.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/feature.h"
#include "view/feature_text.h"
#include "view/scard_text.h"

#define DOCTOR_LIMIT_MS 60000
#define ANSWER_MAX      1024 /* bytes of a list of features or properties */

/* ---- a reader ---- */

static void put_fault(const struct term *t, enum cs_err err, const struct scard_fault *fault)
{
	char text[SCARD_FAULT_TEXT_MAX];

	if (err == CS_E_PCSC)
		scard_fault_format(text, sizeof(text), fault, scard_error_get(fault->rv));
	else
		snprintf(text, sizeof(text), "%s", cs_err_text(err));
	term_printf(t, TERM_ERROR, "  %s\n", text);
}

static void put_attributes(const struct term *t, struct scard_card *card)
{
	const struct attrib *attrib;
	size_t n = 0;

	term_put(t, TERM_HEADING, "Attributes\n");
	for (size_t i = 0; (attrib = attrib_at(i)) != NULL; i++) {
		uint8_t value[SCARD_ATTR_MAX];
		size_t len = sizeof(value);
		struct scard_fault fault;

		if (scard_attrib(card, attrib->id, value, &len, &fault) != CS_OK)
			continue;
		term_put(t, TERM_PLAIN, "  ");
		feature_text_attrib(t, attrib, attrib->id, value, len);
		n++;
	}
	if (!n)
		term_put(t, TERM_DIM, "  none\n");
}

/* 0: the reader does not have it */
static uint32_t code_of(const uint8_t *answer, size_t len, const char *name)
{
	struct bytes in = bytes_init(answer, len);
	int tag = feature_tag(name, strlen(name));
	struct feature feature;

	while (feature_next(&in, &feature) == CS_OK)
		if (feature.tag == tag)
			return feature.code;
	return 0;
}

static void put_features(const struct term *t, struct scard_card *card)
{
	uint8_t answer[ANSWER_MAX], properties[ANSWER_MAX];
	size_t len = sizeof(answer), plen = sizeof(properties);
	struct scard_fault fault;
	enum cs_err err = scard_control(card, scard_ctl_code(FEATURE_REQUEST), NULL, 0, answer, &len, &fault);
	uint32_t code;

	term_put(t, TERM_HEADING, "\nFeatures (PC/SC part 10)\n");
	if (err != CS_OK) {
		put_fault(t, err, &fault);
		return;
	}
	feature_text_put(t, answer, len);
	code = code_of(answer, len, "get_tlv_properties");
	if (!code || scard_control(card, code, NULL, 0, properties, &plen, &fault) != CS_OK)
		return;
	term_put(t, TERM_HEADING, "\nProperties\n");
	feature_text_properties(t, properties, plen);
}

static void run_reader(void *data)
{
	struct ask *ask = data;
	size_t size;
	struct term t = {.out = open_memstream(&ask->text, &size), .color = true};
	struct scard *ctx = NULL;
	struct scard_card *card = NULL;
	struct scard_fault fault;
	enum cs_err err;

	if (!t.out)
		return;
	err = scard_new(&ctx, &fault);
	if (err == CS_OK)
		err = scard_connect(ctx, ask->reader, SCARD_AS_DIRECT, 0, &card, &fault);
	if (err == CS_OK) {
		put_attributes(&t, card);
		put_features(&t, card);
	} else {
		put_fault(&t, err, &fault);
	}
	if (card)
		scard_disconnect(&card, SCARD_LEAVE);
	scard_free(&ctx);
	if (fclose(t.out) != 0) {
		free(ask->text);
		ask->text = NULL;
	}
}

enum cs_err ask_reader(struct ask *ask, const char *reader)
{
	enum cs_err err;

	ask->text = NULL;
	snprintf(ask->reader, sizeof(ask->reader), "%s", reader);
	err = job_start(&ask->job, run_reader, NULL, ask);
	ask->busy = err == CS_OK;
	return err;
}

/* ---- pcsc_doctor ---- */

static void run_doctor(void *data)
{
	struct ask *ask = data;
	struct pool pool = {0};
	struct child_result result;
	enum cs_err err = child_finish(&ask->child, &pool, &result);
	char text[256];

	if (err == CS_OK || (err == CS_E_TIMEOUT && result.out)) {
		ask->text = strdup(result.out);
	} else {
		snprintf(text, sizeof(text), "cannot run pcsc_doctor: %s\n",
			 result.error ? strerror(result.error) : cs_err_text(err));
		ask->text = strdup(text);
	}
	pool_release(&pool);
}

static void stop_doctor(void *data)
{
	const struct ask *ask = data;

	if (ask->child.pid)
		kill(-ask->child.pid, SIGKILL);
}

enum cs_err ask_doctor(struct ask *ask, const char *path)
{
	const char *const argv[] = {path, "--color", "always", NULL};
	enum cs_err err;

	ask->reader[0] = '\0';
	ask->text = NULL;
	child_start(&ask->child, argv, DOCTOR_LIMIT_MS);
	err = job_start(&ask->job, run_doctor, stop_doctor, ask);
	ask->busy = err == CS_OK;
	if (ask->busy)
		return CS_OK;
	stop_doctor(ask);
	run_doctor(ask);
	free(ask->text);
	return err;
}

/* ---- both ---- */

char *ask_take(struct ask *ask)
{
	char *text = ask->text;

	ask->text = NULL;
	ask->busy = !job_finish(&ask->job, JOB_STOP_MS);
	return text;
}

bool ask_stop(struct ask *ask)
{
	if (!ask->busy)
		return true;
	ask->busy = !job_finish(&ask->job, JOB_STOP_MS);
	if (!ask->busy)
		free(ask->text);
	return !ask->busy;
}

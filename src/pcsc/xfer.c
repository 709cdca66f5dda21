/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcsc/xfer.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#define INS_GET_RESPONSE 0xC0
#define CLA_CHAINING     0x10
#define SW_LEN           2
#define NC_MAX           255 /* of a short command */
#define NE_MAX           256

struct run {
	const struct xfer_ops *ops;
	const struct xfer_options *options;
	struct xfer_answer *out;
	struct scard_fault *fault;
	unsigned asked; /* exchanges that the card asked for */
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static uint8_t sw1(const struct xfer_answer *out)
{
	return out->bytes[out->len - 2];
}

static uint8_t sw2(const struct xfer_answer *out)
{
	return out->bytes[out->len - 1];
}

/* Figure of 61xx, 6Cxx and 9Fxx. */
static size_t announced(const struct xfer_answer *out)
{
	return sw2(out) ? sw2(out) : NE_MAX;
}

/* One exchange; its answer goes behind what there is. */
static enum cs_err exchange(struct run *run, const uint8_t *cmd, size_t len, bool automatic)
{
	struct xfer_answer *out = run->out;
	const int64_t start = now_us();
	struct xfer_step step = {
		.command = cmd,
		.command_len = len,
		.answer = out->bytes + out->len,
		.answer_len = sizeof(out->bytes) - out->len,
		.automatic = automatic,
	};

	step.err = run->ops->transmit(run->ops->data, cmd, len, out->bytes + out->len, &step.answer_len,
				      &step.fault);
	step.us = now_us() - start;
	out->rounds++;
	*run->fault = step.fault;
	if (!run->ops->step(run->ops->data, &step) && step.err == CS_OK)
		step.err = CS_E_CANCELLED;
	if (step.err == CS_OK || step.err == CS_E_CANCELLED)
		out->len += step.answer_len;
	return step.err;
}

/* An exchange that the card asked for by the status word, whose place the answer takes; when there is none
 * the word stays. There is an end to asking. */
static enum cs_err exchange_asked(struct run *run, const uint8_t *cmd, size_t len)
{
	struct xfer_answer *out = run->out;
	const uint8_t word[SW_LEN] = {sw1(out), sw2(out)};
	const size_t before = out->len;
	enum cs_err err;

	if (run->asked++ == XFER_ROUNDS_MAX)
		return CS_E_TOO_LONG;
	out->len -= SW_LEN;
	err = exchange(run, cmd, len, true);
	if (out->len < before) {
		memcpy(out->bytes + before - SW_LEN, word, SW_LEN);
		out->len = before;
	}
	return err;
}

/* The same command with another Le. */
static bool le_replace(uint8_t *wire, size_t *len, const uint8_t *cmd, size_t cmd_len, size_t ne)
{
	struct apdu_problem problem;
	struct apdu apdu;

	if (apdu_parse(&apdu, cmd, cmd_len, &problem) != CS_OK)
		return false;
	apdu.kind = apdu.nc ? APDU_CASE_4 : APDU_CASE_2;
	apdu.ne = ne;
	return apdu_build(wire, APDU_COMMAND_MAX, len, &apdu) == CS_OK;
}

/* 6Cxx: once more. */
static enum cs_err repeat(struct run *run, const uint8_t *cmd, size_t len)
{
	uint8_t wire[APDU_COMMAND_MAX];
	size_t wire_len;
	enum cs_err err;

	if (!le_replace(wire, &wire_len, cmd, len, announced(run->out)))
		return CS_OK;
	err = exchange_asked(run, wire, wire_len);
	return err == CS_OK && sw1(run->out) == 0x6C ? CS_E_TOO_LONG : err;
}

/* One round of GET RESPONSE. */
static enum cs_err get_response(struct run *run, uint8_t cla)
{
	const struct xfer_answer *out = run->out;
	const uint8_t get[] = {cla, INS_GET_RESPONSE, 0, 0, sw2(out)};
	enum cs_err err;

	if (announced(out) > sizeof(out->bytes) - out->len)
		return CS_E_TOO_LONG;
	err = exchange_asked(run, get, sizeof(get));
	if (err == CS_OK && sw1(out) == 0x6C)
		err = repeat(run, get, sizeof(get));
	return err;
}

static bool waits(const struct xfer_answer *out)
{
	return sw1(out) == 0x61 || sw1(out) == 0x9F;
}

/* A command, and what the card asks for to complete its answer. */
static enum cs_err complete(struct run *run, const uint8_t *cmd, size_t len, bool automatic)
{
	uint8_t cla = apdu_is_interindustry(cmd[0]) ? (uint8_t)(cmd[0] & ~CLA_CHAINING) : cmd[0];
	enum cs_err err = exchange(run, cmd, len, automatic);

	if (!run->options->get_response)
		return err;
	if (err == CS_OK && sw1(run->out) == 0x6C)
		err = repeat(run, cmd, len);
	while (err == CS_OK && waits(run->out))
		err = get_response(run, cla);
	return err;
}

static bool is_done(const struct xfer_answer *out)
{
	return sw1(out) == 0x90 && sw2(out) == 0x00;
}

/* The command in parts; every one of them is of our making. */
static enum cs_err chain(struct run *run, const struct apdu *whole)
{
	uint8_t wire[APDU_HEADER + 1 + NC_MAX + 1];
	const uint8_t *end = whole->data + whole->nc;
	struct apdu part = *whole;
	enum cs_err err = CS_OK;
	size_t len;

	part.extended = false;
	part.kind = APDU_CASE_3;
	part.ne = 0;
	part.cla |= CLA_CHAINING;
	part.nc = run->options->chain;
	for (; (size_t)(end - part.data) > part.nc; part.data += part.nc) {
		run->out->len = 0;
		err = apdu_build(wire, sizeof(wire), &len, &part);
		if (err == CS_OK)
			err = exchange(run, wire, len, true);
		if (err != CS_OK || !is_done(run->out))
			return err;
	}
	run->out->len = 0;
	part.cla = whole->cla;
	part.kind = whole->kind;
	part.ne = whole->ne < NE_MAX ? whole->ne : NE_MAX;
	part.nc = (size_t)(end - part.data);
	err = apdu_build(wire, sizeof(wire), &len, &part);
	return err == CS_OK ? complete(run, wire, len, true) : err;
}

enum cs_err xfer_run(const struct xfer_ops *ops, const struct xfer_options *options, const uint8_t *cmd,
		     size_t cmd_len, struct xfer_answer *out, struct scard_fault *fault)
{
	struct run run = {.ops = ops, .options = options, .out = out, .fault = fault};
	struct apdu_problem problem;
	struct apdu apdu;

	assert(options->chain <= NC_MAX);
	out->len = 0;
	out->rounds = 0;
	*fault = (struct scard_fault){0};
	if (cmd_len < APDU_HEADER)
		return CS_E_ARG;
	if (options->chain && apdu_parse(&apdu, cmd, cmd_len, &problem) == CS_OK && apdu.nc > options->chain)
		return chain(&run, &apdu);
	return complete(&run, cmd, cmd_len, false);
}

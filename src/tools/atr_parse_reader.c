/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "core/rstate.h"
#include "pcsc/reader.h"
#include "pcsc/scard.h"
#include "tools/atr_parse.h"
#include "view/scard_text.h"

static int fail(const struct scard_fault *fault)
{
	const struct scard_error *error = scard_error_get(fault->rv);
	char text[SCARD_FAULT_TEXT_MAX];

	scard_fault_format(text, sizeof(text), fault, error);
	fprintf(stderr, "atr_parse: %s\n", text);
	return error->exit_status;
}

static void put_name(const char *before, const char *name, const char *after)
{
	const struct term t = {.out = stderr};

	fputs(before, stderr);
	term_put_untrusted(&t, TERM_PLAIN, name);
	fputs(after, stderr);
}

static void put_names(const struct scard_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		fprintf(stderr, "  %zu: ", i);
		put_name("", names->name[i], "\n");
	}
}

/* State of one reader now; nothing is waited for and no card is connected to. */
static int look(struct scard *ctx, const char *reader, struct scard_state *state)
{
	struct scard_fault fault = {"SCardGetStatusChange", 0};
	enum cs_err err;

	*state = (struct scard_state){.reader = reader};
	err = scard_wait(ctx, state, 1, 0, &fault);
	if (err == CS_E_PCSC)
		return fail(&fault);
	if (err != CS_OK && err != CS_E_TIMEOUT) {
		fprintf(stderr, "atr_parse: %s\n", cs_err_text(err));
		return APP_CARD;
	}
	return APP_OK;
}

static int choose_named(const struct scard_names *names, const char *want, size_t *index)
{
	enum cs_err err = reader_select(names, want, index);

	if (err == CS_OK)
		return APP_OK;
	put_name("atr_parse: ", want,
		 err == CS_E_AMBIGUOUS ? ": several readers have this in their name:\n"
				       : ": no such reader; there are:\n");
	put_names(names);
	return err == CS_E_AMBIGUOUS ? APP_USAGE : APP_SERVICE;
}

/* The only reader that holds a card. */
static int choose_only(struct scard *ctx, const struct scard_names *names, size_t *index)
{
	struct scard_state state;
	size_t found = 0;

	for (size_t i = 0; i < names->n; i++) {
		int status = look(ctx, names->name[i], &state);

		if (status != APP_OK)
			return status;
		if (state.event & RSTATE_PRESENT) {
			*index = i;
			found++;
		}
	}
	if (found == 1)
		return APP_OK;
	if (found == 0)
		fprintf(stderr, "atr_parse: no reader holds a card; there are:\n");
	else
		fprintf(stderr, "atr_parse: several readers hold a card; name one with -r:\n");
	put_names(names);
	return found ? APP_USAGE : APP_SERVICE;
}

static int show_card(struct atr_parse_run *run, struct scard *ctx, const char *reader)
{
	struct scard_state state;
	int status = look(ctx, reader, &state);

	if (status != APP_OK)
		return status;
	if (!(state.event & RSTATE_PRESENT)) {
		put_name("atr_parse: no card in ", reader, "\n");
		return APP_SERVICE;
	}
	if (state.atr_len == 0) {
		put_name("atr_parse: the card in ", reader,
			 " gives no ATR (mute, or put in the wrong way)\n");
		return APP_CARD;
	}
	atr_parse_show(run, state.atr, state.atr_len);
	return APP_OK;
}

static int with_readers(struct atr_parse_run *run, struct scard *ctx, const struct scard_names *names,
			const char *want)
{
	size_t index = 0;
	int status;

	if (names->n == 0) {
		fprintf(stderr, "atr_parse: there is no reader\n");
		return APP_SERVICE;
	}
	status = want ? choose_named(names, want, &index) : choose_only(ctx, names, &index);
	return status == APP_OK ? show_card(run, ctx, names->name[index]) : status;
}

int atr_parse_reader(struct atr_parse_run *run, const char *want)
{
	struct scard_names names = {NULL, 0};
	struct scard_fault fault = {"SCardEstablishContext", 0};
	struct scard *ctx = NULL;
	int status;
	enum cs_err err = scard_new(&ctx, &fault);

	if (err == CS_OK)
		err = scard_names_get(ctx, &names, &fault);
	if (err == CS_OK) {
		status = with_readers(run, ctx, &names, want);
	} else if (err == CS_E_PCSC) {
		status = fail(&fault);
	} else {
		fprintf(stderr, "atr_parse: %s\n", cs_err_text(err));
		status = APP_CARD;
	}
	scard_names_release(&names);
	scard_free(&ctx);
	return status;
}

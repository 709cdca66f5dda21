/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/apdu_text.h"

#include <assert.h>
#include <stdio.h>

#include "core/aid.h"
#include "core/hex.h"

/* How the number of each kind of note is written: word, then hexadecimal of so many digits, 0 for decimal. */
static const struct {
	const char *word;
	int digits;
} figures[APDU_FIGURES] = {
	[APDU_NO_FIGURE] = {"", 0},
	[APDU_P1] = {"P1 ", 2},
	[APDU_P2] = {"P2 ", 2},
	[APDU_P1_P2] = {"P1 P2 ", 4},
	[APDU_OFFSET] = {"offset 0x", 2},
	[APDU_SFI] = {"SFI ", 0},
	[APDU_FILE] = {"file ", 4},
	[APDU_RECORD] = {"record ", 0},
	[APDU_RECORD_ID] = {"record identifier ", 2},
	[APDU_TAG] = {"tag ", 2},
	[APDU_REFERENCE] = {"reference ", 2},
	[APDU_KEY] = {"key ", 2},
	[APDU_KEY_VERSION] = {"key version ", 2},
	[APDU_ALGORITHM] = {"algorithm ", 2},
	[APDU_CHANNEL] = {"channel ", 0},
	[APDU_ENVIRONMENT] = {"environment ", 0},
	[APDU_LEVEL] = {"security level ", 2},
	[APDU_STATE] = {"state ", 2},
	[APDU_BLOCK] = {"block ", 0},
	[APDU_COUNT] = {"", 0},
};

/* Whose command it is, in front of its name. */
static const char *const domains[] = {
	[APDU_ISO] = "",         [APDU_GP] = "GlobalPlatform ",
	[APDU_PIV] = "PIV ",     [APDU_OPENPGP] = "OpenPGP ",
	[APDU_EMV] = "EMV ",     [APDU_UICC] = "UICC ",
	[APDU_PCSC] = "reader ",
};

static void put_note(const struct term *t, const struct apdu_note *note)
{
	const unsigned long value = note->value;

	if (note->figure == APDU_NO_FIGURE) {
		term_put(t, TERM_PLAIN, note->text);
		return;
	}
	term_put(t, TERM_PLAIN, figures[note->figure].word);
	if (figures[note->figure].digits)
		term_printf(t, TERM_VALUE, "%0*lX", figures[note->figure].digits, value);
	else
		term_printf(t, TERM_VALUE, "%lu", value);
	if (note->figure == APDU_COUNT)
		term_printf(t, TERM_PLAIN, " %s", note->text);
	else if (note->text)
		term_printf(t, TERM_PLAIN, " (%s)", note->text);
}

static void put_aid(const struct term *t, const uint8_t *bytes, size_t len)
{
	const struct aid *aid = aid_lookup(bytes, len);
	char text[HEX_SPACED_SIZE(AID_MAX)];

	hex_build(text, bytes, len, ' ');
	term_put(t, TERM_PLAIN, " ");
	term_put(t, TERM_VALUE, text);
	if (aid)
		term_printf(t, TERM_PLAIN, " (%s)", aid->name);
}

static void put_path(const struct term *t, const uint8_t *bytes, size_t len)
{
	const char *gap = " ";

	for (size_t i = 0; i < len; i += 2) {
		term_printf(t, TERM_VALUE, "%s%02X%02X", gap, bytes[i], bytes[i + 1]);
		gap = "/";
	}
}

static void put_notes(const struct term *t, const struct apdu_info *info, const uint8_t *raw)
{
	const char *gap = " ";

	for (size_t i = 0; i < info->n_notes; i++) {
		term_put(t, TERM_PLAIN, gap);
		put_note(t, &info->notes[i]);
		if (i == 0 && info->aid_len)
			put_aid(t, raw + info->aid_from, info->aid_len);
		if (i == 0 && info->path_len)
			put_path(t, raw + info->path_from, info->path_len);
		gap = ", ";
	}
}

static void put_lengths(const struct term *t, const struct apdu_info *info)
{
	const char *gap = "; ";

	if (info->apdu.nc) {
		term_printf(t, TERM_PLAIN, "%sLc %zu", gap, info->apdu.nc);
		gap = ", ";
	}
	if (info->apdu.ne)
		term_printf(t, TERM_PLAIN, "%sLe %zu", gap, info->apdu.ne);
	if (info->apdu.extended)
		term_put(t, TERM_PLAIN, " (extended)");
}

static void put_class(const struct term *t, const struct apdu_info *info)
{
	const char *gap = "; ";

	if (info->channel > 0) {
		term_printf(t, TERM_PLAIN, "%schannel %d", gap, info->channel);
		gap = ", ";
	}
	if (info->chained) {
		term_printf(t, TERM_PLAIN, "%schained", gap);
		gap = ", ";
	}
	if (info->secure_messaging)
		term_printf(t, TERM_PLAIN, "%ssecure messaging", gap);
}

static void put_problem(const struct term *t, const struct apdu_info *info)
{
	char text[APDU_PROBLEM_TEXT_MAX];

	if (info->problem.fault == APDU_FINE)
		return;
	apdu_problem_format(text, sizeof(text), &info->problem);
	term_put(t, TERM_PLAIN, "; ");
	term_printf(t, TERM_WARNING, "malformed: %s",
		    info->secret ? apdu_fault_text(info->problem.fault) : text);
}

void apdu_text_put(const struct term *t, const struct apdu_info *info, const uint8_t *raw)
{
	if (info->command) {
		term_put(t, TERM_PLAIN, domains[info->domain]);
		term_put(t, TERM_NAME, info->command);
		put_notes(t, info, raw);
	} else {
		term_put(t, TERM_PLAIN, "unknown command");
	}
	put_lengths(t, info);
	put_class(t, info);
	put_problem(t, info);
}

size_t apdu_problem_format(char *out, size_t size, const struct apdu_problem *problem)
{
	const char *said = problem->said == 1 ? "byte" : "bytes";
	const char *there = problem->there == 1 ? "byte" : "bytes";
	const char *follow = problem->there == 1 ? "follows" : "follow";
	int n = 0;

	assert(size > 0);
	*out = '\0';
	switch (problem->fault) {
	case APDU_FINE:
		break;
	case APDU_SHORT:
		n = snprintf(out, size, "%zu %s, a command has %d at least", problem->there, there,
			     APDU_HEADER);
		break;
	case APDU_LC_TOO_LARGE:
		n = snprintf(out, size, "Lc announces %zu %s, %zu %s", problem->said, said, problem->there,
			     follow);
		break;
	case APDU_LC_TOO_SMALL:
		n = snprintf(out, size, "Lc announces %zu %s, %zu %s: more than data and Le", problem->said,
			     said, problem->there, follow);
		break;
	case APDU_LC_ZERO:
		n = snprintf(out, size, "an extended Lc is 0, but %zu %s %s", problem->there, there, follow);
		break;
	case APDU_LE_SHORT:
		n = snprintf(out, size, "%s", apdu_fault_text(problem->fault));
		break;
	case APDU_TOO_LONG:
		n = snprintf(out, size, "%zu bytes, a command has %d at most", problem->there,
			     APDU_COMMAND_MAX);
		break;
	}
	if (n < 0)
		n = 0;
	return (size_t)n < size ? (size_t)n : size - 1;
}

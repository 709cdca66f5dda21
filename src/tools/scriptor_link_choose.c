/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/rstate.h"
#include "pcsc/reader.h"
#include "tools/scriptor_link.h"

/* The only reader with a card, or with @direct the only one at all. */
static enum link_choice choose_only(const struct scard_names *names, const struct scard_state *states,
				    bool direct, size_t *index)
{
	size_t found = 0;

	for (size_t i = 0; i < names->n; i++) {
		if (states[i].event & RSTATE_PRESENT) {
			*index = i;
			found++;
		}
	}
	if (found == 0 && direct && names->n == 1) {
		*index = 0;
		return LINK_CHOSEN;
	}
	if (found == 0)
		return LINK_NO_CARD;
	return found == 1 ? LINK_CHOSEN : LINK_SEVERAL;
}

enum link_choice link_choose(const struct scard_names *names, const struct scard_state *states,
			     const char *want, bool direct, size_t *index)
{
	enum cs_err err;

	if (names->n == 0)
		return LINK_NO_READER;
	if (!want)
		return choose_only(names, states, direct, index);
	err = reader_select(names, want, index);
	if (err == CS_E_AMBIGUOUS)
		return LINK_AMBIGUOUS;
	return err == CS_OK ? LINK_CHOSEN : LINK_UNKNOWN;
}

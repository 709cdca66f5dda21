/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "view/atr_text_priv.h"

const char *specific_words(char out[WORDS_MAX], const struct atr_specific *s)
{
	snprintf(out, WORDS_MAX, "T=%u at once, %s, no PPS; %s", s->t,
		 s->implicit ? "with F/D agreed elsewhere" : "with Fi/Di of TA1",
		 s->can_change ? "a warm reset can lead to another mode"
			       : "the card can not leave this mode");
	return out;
}

const char *guard_words(char out[WORDS_MAX], const struct atr_info *info)
{
	const struct atr_guard *g = &info->guard;
	bool both = info->t0.offered && info->t1.offered;

	if (g->by_fi_di && g->n && !g->special)
		snprintf(out, WORDS_MAX, "guard time 12 etu, and %u more that count in Fi/Di", g->n);
	else if (both && g->t0_etu != g->t1_cgt_etu)
		snprintf(out, WORDS_MAX, "guard time %u etu in T=0, %u etu in T=1", g->t0_etu, g->t1_cgt_etu);
	else
		snprintf(out, WORDS_MAX, "guard time %u etu", info->t1.offered ? g->t1_cgt_etu : g->t0_etu);
	return out;
}

const char *supply_words(char out[WORDS_MAX], const struct atr_t15_params *p)
{
	static const char *const stop[] = {"not supported", "in state L", "in state H", "in either state"};
	bool known = p->class_a || p->class_b || p->class_c;

	snprintf(out, WORDS_MAX, "%s%s%s%s, clock stop %s", known ? "class" : "reserved class",
		 p->class_a ? " A (5 V)" : "", p->class_b ? " B (3 V)" : "", p->class_c ? " C (1.8 V)" : "",
		 stop[p->clock_stop]);
	return out;
}

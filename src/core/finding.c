/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/finding.h"

#include <assert.h>

static const struct finding_rule rules[FINDING_CODES] = {
#define FINDING(code, severity, detail, clause, sentence)                                                    \
	{#code, FINDING_##severity, FINDING_##detail, clause, sentence},
#include "core/finding.def"
#undef FINDING
};

const struct finding_rule *finding_rule_get(enum finding_code code)
{
	assert(code < FINDING_CODES);
	return &rules[code];
}

const char *finding_severity_name(enum finding_severity severity)
{
	static const char *const names[] = {"note", "warning", "error"};

	return names[severity];
}

void findings_add(struct findings *f, enum finding_code code, size_t offset, unsigned got, unsigned want)
{
	if (f->n == FINDINGS_MAX) {
		f->dropped++;
		return;
	}
	f->v[f->n++] = (struct finding){code, (uint16_t)offset, (uint16_t)got, (uint16_t)want};
}

void findings_sort(struct findings *f)
{
	for (size_t i = 1; i < f->n; i++) {
		struct finding moving = f->v[i];
		size_t at = i;

		for (; at > 0 && f->v[at - 1].offset > moving.offset; at--)
			f->v[at] = f->v[at - 1];
		f->v[at] = moving;
	}
}

size_t findings_count(const struct findings *f, enum finding_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += finding_rule_get(f->v[i].code)->severity == severity;
	return n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_FINDING_H
#define CS_CORE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum finding_severity { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

/* What finding.got and finding.want mean; see finding.def. */
enum finding_detail { FINDING_NONE, FINDING_BYTE, FINDING_CODE, FINDING_WANT, FINDING_COUNT, FINDING_T };

enum finding_code {
#define FINDING(code, severity, detail, clause, sentence) FINDING_##code,
#include "core/finding.def"
#undef FINDING
	FINDING_CODES,
};

/* One departure from the standard, beside whatever could be decoded. */
struct finding {
	enum finding_code code;
	uint16_t offset; /* byte of the ATR it is about, TS is 0; its length when the byte is missing */
	uint16_t got;    /* see finding_detail */
	uint16_t want;
};

#define FINDINGS_MAX 64

/* All findings of one ATR, in the order of their offsets once findings_sort() was called. */
struct findings {
	struct finding v[FINDINGS_MAX];
	size_t n;
	size_t dropped; /* findings there was no room for */
};

/* What is fixed about a code. */
struct finding_rule {
	const char *code; /* "TCK_WRONG" */
	enum finding_severity severity;
	enum finding_detail detail;
	const char *clause;   /* "8.2.5" or "7816-4 8.1.1" */
	const char *sentence; /* no capital, no full stop, no figures */
};

/* finding_rule_get - the rule behind a code; static storage */
const struct finding_rule *finding_rule_get(enum finding_code code);

/* finding_severity_name - "note", "warning" or "error" */
const char *finding_severity_name(enum finding_severity severity);

/* findings_add - append one finding; counted in @dropped when there is no room */
void findings_add(struct findings *f, enum finding_code code, size_t offset, unsigned got, unsigned want);

/* findings_sort - order by offset; findings of the same offset keep their order */
void findings_sort(struct findings *f);

/* findings_count - how many have this severity */
size_t findings_count(const struct findings *f, enum finding_severity severity);

#endif

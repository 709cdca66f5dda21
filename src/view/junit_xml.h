/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_VIEW_JUNIT_XML_H
#define CS_VIEW_JUNIT_XML_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "view/expect_text.h"

/*
 * A run as JUnit XML, written as it goes: a test case per expectation and per error. The counts stand in the
 * first element and are filled in at the end; where the stream can not be rewound they are left out.
 */
struct junit {
	FILE *out;        /* borrowed */
	const char *name; /* of the script, borrowed */
	long counts_at;   /* where the counts of the first element stand; -1: left out */
	size_t tests, failures, errors;
};

/*
 * junit_xml_begin - the head
 * @name: of the suite, untrusted; lives until junit_xml_end()
 * @time: RFC 3339 without an offset, as JUnit has it; NULL: left out
 */
void junit_xml_begin(struct junit *junit, FILE *out, const char *name, const char *time);

/* junit_xml_put - a test case, failed or not */
void junit_xml_put(struct junit *junit, const struct expect_case *c);

/* junit_xml_put_error - a test case that could not be carried out; @place may be NULL; @message: ours */
void junit_xml_put_error(struct junit *junit, const struct place *place, const char *message);

/*
 * junit_xml_end - the rest, with the counts
 * Return: CS_OK; CS_E_IO something did not reach the stream (errno tells), flushed it was.
 */
CS_NODISCARD enum cs_err junit_xml_end(struct junit *junit, const struct script_summary *summary);

#endif

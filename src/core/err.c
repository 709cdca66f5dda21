/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/err.h"

#include <stddef.h>

static const struct {
	const char *symbol;
	const char *text;
} errors[] = {
	{"CS_OK", "success"},
#define CS_ERR(name, sentence) {"CS_E_" #name, sentence},
#include "core/err.def"
#undef CS_ERR
};

static size_t index_of(enum cs_err err)
{
	return (size_t)err < sizeof(errors) / sizeof(errors[0]) ? (size_t)err : (size_t)CS_E_ARG;
}

const char *cs_err_symbol(enum cs_err err)
{
	return errors[index_of(err)].symbol;
}

const char *cs_err_text(enum cs_err err)
{
	return errors[index_of(err)].text;
}

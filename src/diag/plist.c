/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/plist.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <expat.h>

enum gather { GATHER_NONE, GATHER_KEY, GATHER_STRING };

struct reading {
	XML_Parser parser;
	struct plist *out;
	struct pool *pool;
	struct pool_list *list; /* of the last key; NULL: one that nobody wants */
	enum gather gather;
	unsigned depth;
	size_t len;
	char text[PLIST_TEXT_MAX + 1];
};

static const struct key {
	const char *name;
	size_t list; /* offset in struct plist */
} keys[] = {
	{"CFBundleExecutable", offsetof(struct plist, executable)},
	{"CFBundleName", offsetof(struct plist, name)},
	{"CFBundleShortVersionString", offsetof(struct plist, version)},
	{"ifdCapabilities", offsetof(struct plist, capabilities)},
	{"ifdDriverOptions", offsetof(struct plist, options)},
	{"ifdFriendlyName", offsetof(struct plist, friendly)},
	{"ifdProductID", offsetof(struct plist, product)},
	{"ifdVendorID", offsetof(struct plist, vendor)},
};

static void stop(struct reading *r, const char *fault)
{
	if (r->out->fault)
		return;
	r->out->fault = fault;
	r->out->line = (unsigned)XML_GetCurrentLineNumber(r->parser);
	XML_StopParser(r->parser, XML_FALSE);
}

static struct pool_list *list_of(struct plist *plist, const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return (struct pool_list *)(void *)((char *)plist + keys[i].list);
	return NULL;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = user;

	(void)attributes;
	if (++r->depth > PLIST_DEPTH_MAX) {
		stop(r, "too many elements within one another");
		return;
	}
	r->len = 0;
	r->gather = strcmp(name, "key") == 0      ? GATHER_KEY
		    : strcmp(name, "string") == 0 ? GATHER_STRING
						  : GATHER_NONE;
}

static void on_text(void *user, const XML_Char *text, int len)
{
	struct reading *r = user;

	if (r->gather == GATHER_NONE)
		return;
	if ((size_t)len > PLIST_TEXT_MAX - r->len) {
		stop(r, "a text longer than any driver needs");
		return;
	}
	memcpy(r->text + r->len, text, (size_t)len);
	r->len += (size_t)len;
}

static void keep_string(struct reading *r)
{
	if (!r->list || r->len == 0)
		return;
	if (r->list->n == PLIST_ITEM_MAX)
		stop(r, "a list longer than any driver needs");
	else
		pool_list_add(r->pool, r->list, pool_copy(r->pool, r->text, r->len));
}

static void on_end(void *user, const XML_Char *name)
{
	struct reading *r = user;

	(void)name;
	r->depth--;
	r->text[r->len] = '\0';
	if (r->gather == GATHER_KEY) {
		r->list = list_of(r->out, r->text);
		if (r->list)
			r->list->n = 0;
	} else if (r->gather == GATHER_STRING) {
		keep_string(r);
	}
	r->gather = GATHER_NONE;
}

static void on_entity(void *user, const XML_Char *name, int is_parameter, const XML_Char *value, int len,
		      const XML_Char *base, const XML_Char *system, const XML_Char *public_id,
		      const XML_Char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)len;
	(void)base;
	(void)system;
	(void)public_id;
	(void)notation;
	stop(user, "it declares entities");
}

enum cs_err plist_parse(struct plist *out, struct pool *pool, const char *text, size_t len)
{
	struct reading r = {.parser = XML_ParserCreate(NULL), .out = out, .pool = pool};
	enum XML_Status status;

	memset(out, 0, sizeof(*out));
	if (!r.parser)
		return CS_E_NOMEM;
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetEntityDeclHandler(r.parser, on_entity);
	status = len > INT32_MAX ? XML_STATUS_ERROR : XML_Parse(r.parser, text, (int)len, XML_TRUE);
	if (status != XML_STATUS_OK && !out->fault) {
		out->fault = XML_ErrorString(XML_GetErrorCode(r.parser));
		out->line = (unsigned)XML_GetCurrentLineNumber(r.parser);
	}
	XML_ParserFree(r.parser);
	if (pool->failed)
		return CS_E_NOMEM;
	return status == XML_STATUS_OK ? CS_OK : CS_E_FORMAT;
}

const char *plist_first(const struct pool_list *list)
{
	return list->n ? list->item[0] : NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/feature.h"

#include <string.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define CODE_LEN   4
#define NUMBER_MAX 8

static const struct {
	uint8_t tag;
	const char *name;
} features[] = {
#define FEATURE(tag, name) {tag, name},
#include "core/feature.def"
#undef FEATURE
};

static const struct property {
	uint8_t tag;
	enum attrib_form form;
	const char *name;
} properties[] = {
#define PROPERTY(tag, form, name) {tag, ATTRIB_##form, name},
#include "core/feature.def"
#undef PROPERTY
};

static const struct attrib attribs[] = {
#define ATTRIB(id, form, name, title) {name, id, ATTRIB_##form, title},
#include "core/attrib.def"
#undef ATTRIB
};

/* ---- names ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the first characters of a text of any case are these; @word is in lower case. */
static bool begins_with(const char *text, size_t len, const char *word, size_t word_len)
{
	if (len < word_len)
		return false;
	for (size_t i = 0; i < word_len; i++) {
		if (lower(text[i]) != word[i])
			return false;
	}
	return true;
}

/* Whether a text of any case is the name, with or without the prefix. */
static bool is_name(const char *text, size_t len, const char *prefix, const char *name)
{
	size_t prefix_len = strlen(prefix), name_len = strlen(name);

	if (begins_with(text, len, prefix, prefix_len)) {
		text += prefix_len;
		len -= prefix_len;
	}
	return len == name_len && begins_with(text, len, name, name_len);
}

int feature_tag(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(features); i++) {
		if (is_name(name, len, "feature_", features[i].name))
			return features[i].tag;
	}
	return -1;
}

const char *feature_name(uint8_t tag)
{
	for (size_t i = 0; i < COUNT(features); i++) {
		if (features[i].tag == tag)
			return features[i].name;
	}
	return NULL;
}

const struct attrib *attrib_lookup(const char *name, size_t len)
{
	static const char ansi[] = "_a"; /* as in SCARD_ATTR_DEVICE_FRIENDLY_NAME_A */
	const size_t ansi_len = sizeof(ansi) - 1;

	if (len > ansi_len && begins_with(name + len - ansi_len, ansi_len, ansi, ansi_len))
		len -= ansi_len;
	for (size_t i = 0; i < COUNT(attribs); i++) {
		if (is_name(name, len, "scard_attr_", attribs[i].name))
			return &attribs[i];
	}
	return NULL;
}

const struct attrib *attrib_by_id(uint32_t id)
{
	for (size_t i = 0; i < COUNT(attribs); i++) {
		if (attribs[i].id == id)
			return &attribs[i];
	}
	return NULL;
}

const struct attrib *attrib_at(size_t i)
{
	return i < COUNT(attribs) ? &attribs[i] : NULL;
}

/* ---- answers of a reader ---- */

/* Tag, length, value. Nothing is taken unless all of it is there. */
static enum cs_err entry_next(struct bytes *in, uint8_t *tag, const uint8_t **value, size_t *len)
{
	struct bytes at = *in;
	uint8_t said;

	if (!bytes_next(&at, tag))
		return CS_E_END;
	if (!bytes_next(&at, &said))
		return CS_E_FORMAT;
	*len = bytes_take(&at, said, value);
	if (*len < said)
		return CS_E_FORMAT;
	*in = at;
	return CS_OK;
}

enum cs_err feature_next(struct bytes *in, struct feature *out)
{
	struct bytes at = *in;
	const uint8_t *value;
	size_t len;
	enum cs_err err;

	*out = (struct feature){0};
	err = entry_next(&at, &out->tag, &value, &len);
	if (err != CS_OK)
		return err;
	if (len != CODE_LEN)
		return CS_E_FORMAT;
	out->name = feature_name(out->tag);
	for (size_t i = 0; i < CODE_LEN; i++)
		out->code = out->code << 8 | value[i];
	*in = at;
	return CS_OK;
}

static const struct property *property_get(uint8_t tag)
{
	static const struct property unknown = {.form = ATTRIB_BYTES};

	for (size_t i = 0; i < COUNT(properties); i++) {
		if (properties[i].tag == tag)
			return &properties[i];
	}
	return &unknown;
}

enum cs_err feature_property_next(struct bytes *in, struct feature_property *out)
{
	const struct property *property;
	enum cs_err err;

	*out = (struct feature_property){0};
	err = entry_next(in, &out->tag, &out->value, &out->len);
	if (err != CS_OK)
		return err;
	property = property_get(out->tag);
	out->name = property->name;
	out->form = attrib_form_fit(property->form, out->len);
	if (out->form == ATTRIB_NUMBER || out->form == ATTRIB_FLAGS)
		out->number = attrib_number(out->value, out->len);
	return CS_OK;
}

enum attrib_form attrib_form_fit(enum attrib_form form, size_t len)
{
	if ((form == ATTRIB_NUMBER || form == ATTRIB_FLAGS) && (len == 0 || len > NUMBER_MAX))
		return ATTRIB_BYTES;
	return form;
}

uint64_t attrib_number(const uint8_t *value, size_t len)
{
	uint64_t number = 0;

	for (size_t i = len; i-- > 0;)
		number = number << 8 | value[i];
	return number;
}

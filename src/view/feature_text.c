/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/feature_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/hex.h"
#include "core/utf8.h"

#define VALUE_MAX 264 /* bytes of a value that are shown; more than any has */

_Static_assert(UTF8_ESCAPE_SIZE(VALUE_MAX) <= FEATURE_VALUE_MAX &&
		       HEX_SPACED_SIZE(VALUE_MAX) <= FEATURE_VALUE_MAX,
	       "room for every form");

static void format_text(char out[FEATURE_VALUE_MAX], const uint8_t *value, size_t len)
{
	while (len && value[len - 1] == '\0')
		len--;
	utf8_escape(out, FEATURE_VALUE_MAX, (const char *)value, len);
}

void feature_value_format(char out[FEATURE_VALUE_MAX], enum attrib_form form, const uint8_t *value,
			  size_t len)
{
	if (len > VALUE_MAX)
		len = VALUE_MAX;
	out[0] = '\0';
	switch (attrib_form_fit(form, len)) {
	case ATTRIB_TEXT:
		format_text(out, value, len);
		break;
	case ATTRIB_NUMBER:
		snprintf(out, FEATURE_VALUE_MAX, "%" PRIu64, attrib_number(value, len));
		break;
	case ATTRIB_FLAGS:
		snprintf(out, FEATURE_VALUE_MAX, "0x%0*" PRIX64, (int)(2 * len), attrib_number(value, len));
		break;
	case ATTRIB_BYTES:
		hex_build(out, value, len, ' ');
	}
}

static void put_end(const struct term *t, enum cs_err err, size_t n)
{
	if (n == 0 && err == CS_E_END)
		term_put(t, TERM_DIM, "  none\n");
	if (err == CS_E_FORMAT)
		term_put(t, TERM_ERROR, "  the rest of the reader's answer is malformed\n");
}

void feature_text_put(const struct term *t, const uint8_t *answer, size_t len)
{
	struct bytes in = bytes_init(answer, len);
	struct feature feature;
	enum cs_err err;
	size_t n = 0;

	for (; (err = feature_next(&in, &feature)) == CS_OK; n++) {
		term_printf(t, TERM_NAME, "  %-26s", feature.name ? feature.name : "unknown");
		term_printf(t, TERM_PLAIN, " %02X  ", feature.tag);
		term_printf(t, TERM_VALUE, "0x%08" PRIX32 "\n", feature.code);
	}
	put_end(t, err, n);
}

void feature_text_properties(const struct term *t, const uint8_t *answer, size_t len)
{
	struct bytes in = bytes_init(answer, len);
	struct feature_property property;
	char value[FEATURE_VALUE_MAX];
	enum cs_err err;
	size_t n = 0;

	for (; (err = feature_property_next(&in, &property)) == CS_OK; n++) {
		feature_value_format(value, property.form, property.value, property.len);
		term_printf(t, TERM_NAME, "  %-26s", property.name ? property.name : "unknown");
		term_printf(t, TERM_PLAIN, " %02X  ", property.tag);
		term_printf(t, TERM_VALUE, "%s\n", value);
	}
	put_end(t, err, n);
}

void feature_text_attrib(const struct term *t, const struct attrib *attrib, uint32_t id, const uint8_t *value,
			 size_t len)
{
	char text[FEATURE_VALUE_MAX];

	feature_value_format(text, attrib ? attrib->form : ATTRIB_BYTES, value, len);
	if (attrib)
		term_printf(t, TERM_NAME, "%s", attrib->title);
	else
		term_printf(t, TERM_NAME, "attribute 0x%08" PRIX32, id);
	term_put(t, TERM_PLAIN, ": ");
	term_printf(t, TERM_VALUE, "%s\n", text);
}

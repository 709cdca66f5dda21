/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_FEATURE_H
#define CS_CORE_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"

/* PC/SC part 10: what a reader can do beside carrying APDUs (pin pad, properties), and under which code. */

#define FEATURE_REQUEST 3400 /* CM_IOCTL_GET_FEATURE_REQUEST: number for scard_ctl_code() */

/* One entry of the answer to FEATURE_REQUEST. */
struct feature {
	uint8_t tag;
	const char *name; /* "verify_pin_direct"; NULL when unknown */
	uint32_t code;    /* control code to use it */
};

/*
 * feature_next - the next entry
 * Return: CS_OK; CS_E_END; CS_E_FORMAT a length other than four or beyond the end, @in stays there.
 * Spec: PC/SC part 10 2.02.09 2.2 (unverified clause).
 */
CS_NODISCARD enum cs_err feature_next(struct bytes *in, struct feature *out);

/* feature_tag - tag of a name ("verify_pin_direct", with or without "FEATURE_", any case), -1 for none */
int feature_tag(const char *name, size_t len);

/* feature_name - name of a tag, NULL when unknown */
const char *feature_name(uint8_t tag);

/* How a property or an attribute reads. */
enum attrib_form { ATTRIB_BYTES, ATTRIB_TEXT, ATTRIB_NUMBER, ATTRIB_FLAGS };

/* One property of FEATURE_GET_TLV_PROPERTIES. */
struct feature_property {
	uint8_t tag;
	const char *name; /* "dwMaxAPDUDataSize"; NULL when unknown */
	enum attrib_form form;
	const uint8_t *value; /* borrowed */
	size_t len;
	uint64_t number; /* little-endian value of ATTRIB_NUMBER and ATTRIB_FLAGS */
};

/* feature_property_next - the next property of the answer to get_tlv_properties; as feature_next() */
CS_NODISCARD enum cs_err feature_property_next(struct bytes *in, struct feature_property *out);

/* One attribute that SCardGetAttrib knows. */
struct attrib {
	const char *name; /* "vendor_name"; also found with SCARD_ATTR_ before and in any case */
	uint32_t id;
	enum attrib_form form;
	const char *title; /* "vendor" */
};

/* attrib_lookup, attrib_by_id - the row of a name or an id, NULL when unknown; attrib_at - every row in turn,
 * NULL behind the last */
const struct attrib *attrib_lookup(const char *name, size_t len);
const struct attrib *attrib_by_id(uint32_t id);
const struct attrib *attrib_at(size_t i);

/* attrib_form_fit - how a value of that many bytes reads: a number of none or of more than 8 bytes is bytes
 */
enum attrib_form attrib_form_fit(enum attrib_form form, size_t len);

/* attrib_number - little-endian value of at most 8 bytes */
uint64_t attrib_number(const uint8_t *value, size_t len);

#endif

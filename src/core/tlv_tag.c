/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/tlv_tag.h"

#include <stddef.h>

#define ANY UINT32_MAX

struct row {
	uint32_t parent, tag;
	struct tlv_tag words;
};

static const struct row rows[] = {
#define TAG(parent, tag, form, source, name) {parent, tag, {name, TLV_##form, source}},
#include "core/tlv_tag.def"
#undef TAG
};

const struct tlv_tag *tlv_tag_lookup(uint32_t parent, uint32_t tag)
{
	const struct tlv_tag *any = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].tag != tag)
			continue;
		if (rows[i].parent == parent)
			return &rows[i].words;
		if (rows[i].parent == ANY)
			any = &rows[i].words;
	}
	return any;
}

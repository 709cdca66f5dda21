/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/hist.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ISO/IEC 7816-4:2005 8.1.1.2: tags of COMPACT-TLV objects. */
static const char *const object_names[16] = {
	[0x1] = "country_code",           [0x2] = "issuer_identification_number",
	[0x3] = "card_service_data",      [0x4] = "initial_access_data",
	[0x5] = "card_issuer_data",       [0x6] = "pre_issuing_data",
	[0x7] = "card_capabilities",      [0x8] = "status_indicator",
	[0xF] = "application_identifier",
};

/* ISO/IEC 7816-4:2005 Table 13; above 0F every value is the maker's. */
static const char *const lcs_names[16] = {
	"none",
	"creation",
	"rfu",
	"initialisation",
	"operational_deactivated",
	"operational_activated",
	"operational_deactivated",
	"operational_activated",
	"rfu",
	"rfu",
	"rfu",
	"rfu",
	"termination",
	"termination",
	"termination",
	"termination",
};

/* ISO/IEC 7816-4:2005 Table 86, b1 first. */
static const char *const selection_names[8] = {
	"record_id",  "record_number", "short_ef_id",     "df_implicit",
	"df_file_id", "df_path",       "df_partial_name", "df_full_name",
};

/* ISO/IEC 7816-4:2005 Table 87 b7 b6. */
static const char *const write_names[4] = {"one_time", "proprietary", "or", "and"};

/* ISO/IEC 7816-4:2005 Table 85 b4 b3 b2. */
static const char *const access_names[8] = {
	"read_record", "rfu", "get_data", "rfu", "read_binary", "rfu", "rfu", "rfu",
};

/* PC/SC part 3, supplemental document 2.01.08: coding of SS. */
static const char *const standards[] = {
	[0x00] = "no information",
	[0x01] = "ISO/IEC 14443 A, part 1",
	[0x02] = "ISO/IEC 14443 A, part 2",
	[0x03] = "ISO/IEC 14443 A, part 3",
	[0x05] = "ISO/IEC 14443 B, part 1",
	[0x06] = "ISO/IEC 14443 B, part 2",
	[0x07] = "ISO/IEC 14443 B, part 3",
	[0x09] = "ISO/IEC 15693, part 1",
	[0x0A] = "ISO/IEC 15693, part 2",
	[0x0B] = "ISO/IEC 15693, part 3",
	[0x0C] = "ISO/IEC 15693, part 4",
	[0x0D] = "contact, ISO/IEC 7816-10, I2C",
	[0x0E] = "contact, ISO/IEC 7816-10, extended I2C",
	[0x0F] = "contact, ISO/IEC 7816-10, two-wire bus",
	[0x10] = "contact, ISO/IEC 7816-10, three-wire bus",
	[0x11] = "FeliCa",
	[0x40] = "low frequency contactless",
};

/* PC/SC part 3, supplemental document 2.01.08 up to 003B; 003C and 003D came later. 0005 is not assigned. */
static const char *const cards[] = {
	[0x00] = "no name given",
	[0x01] = "MIFARE Classic 1K",
	[0x02] = "MIFARE Classic 4K",
	[0x03] = "MIFARE Ultralight",
	[0x04] = "Infineon SLE55R",
	[0x06] = "ST SR176",
	[0x07] = "ST SRI X4K",
	[0x08] = "Atmel AT88RF020",
	[0x09] = "Atmel AT88SC0204CRF",
	[0x0A] = "Atmel AT88SC0808CRF",
	[0x0B] = "Atmel AT88SC1616CRF",
	[0x0C] = "Atmel AT88SC3216CRF",
	[0x0D] = "Atmel AT88SC6416CRF",
	[0x0E] = "Infineon SRF55V10P",
	[0x0F] = "Infineon SRF55V02P",
	[0x10] = "Infineon SRF55V10S",
	[0x11] = "Infineon SRF55V02S",
	[0x12] = "Texas Instruments Tag-it",
	[0x13] = "ST LRI512",
	[0x14] = "NXP ICODE SLI",
	[0x15] = "TEMPSENS",
	[0x16] = "NXP ICODE 1",
	[0x17] = "PicoPass 2K",
	[0x18] = "PicoPass 2KS",
	[0x19] = "PicoPass 16K",
	[0x1A] = "PicoPass 16KS",
	[0x1B] = "PicoPass 16K (8x2)",
	[0x1C] = "PicoPass 16KS (8x2)",
	[0x1D] = "PicoPass 32KS (16+16)",
	[0x1E] = "PicoPass 32KS (16+8x2)",
	[0x1F] = "PicoPass 32KS (8x2+16)",
	[0x20] = "PicoPass 32KS (8x2+8x2)",
	[0x21] = "ST LRI64",
	[0x22] = "NXP ICODE UID",
	[0x23] = "NXP ICODE EPC",
	[0x24] = "ST LRI12",
	[0x25] = "ST LRI128",
	[0x26] = "MIFARE Mini",
	[0x27] = "Infineon my-d move (SLE 66R01P)",
	[0x28] = "Infineon my-d NFC (SLE 66RxxP)",
	[0x29] = "Infineon my-d proximity 2 (SLE 66RxxS)",
	[0x2A] = "Infineon my-d proximity enhanced (SLE 55RxxE)",
	[0x2B] = "Infineon my-d light (SRF 55V01P)",
	[0x2C] = "PJM Stack Tag (SRF 66V10ST)",
	[0x2D] = "PJM Item Tag (SRF 66V10IT)",
	[0x2E] = "PJM Light (SRF 66V01ST)",
	[0x2F] = "Jewel",
	[0x30] = "Topaz",
	[0x31] = "Atmel AT88SC0104CRF",
	[0x32] = "Atmel AT88SC0404CRF",
	[0x33] = "Atmel AT88RF01C",
	[0x34] = "Atmel AT88RF04C",
	[0x35] = "NXP ICODE SL2",
	[0x36] = "MIFARE Plus SL1 2K",
	[0x37] = "MIFARE Plus SL1 4K",
	[0x38] = "MIFARE Plus SL2 2K",
	[0x39] = "MIFARE Plus SL2 4K",
	[0x3A] = "MIFARE Ultralight C",
	[0x3B] = "FeliCa",
	[0x3C] = "Melexis sensor tag (MLX90129)",
	[0x3D] = "MIFARE Ultralight EV1",
};

/*
 * Names outside the document: readers of several makers use Fxxx for what it does not name. FF28, FF88, F004,
 * F011 and F012 are those of one reader family, FFA0 to FFFF those of another; both were seen in the source
 * of several programs (unverified against the makers' manuals).
 */
static const struct {
	uint16_t card_name;
	const char *text;
} reader_cards[] = {
	{0xF004, "Topaz or Jewel"},
	{0xF011, "FeliCa, 212 kbit/s"},
	{0xF012, "FeliCa, 424 kbit/s"},
	{0xFF28, "NXP JCOP 30"},
	{0xFF88, "Infineon SLE 66R35 (MIFARE Classic 1K)"},
	{0xFFA0, "ISO/IEC 14443 A card of unknown type"},
	{0xFFB0, "ISO/IEC 14443 B card of unknown type"},
	{0xFFB1, "ASK CTS 256B"},
	{0xFFB2, "ASK CTS 512B"},
	{0xFFB7, "PicoTag or PicoPass"},
	{0xFFB8, "Atmel AT88SC or AT88RF card of unknown type"},
	{0xFFC0, "Calypso card on the Innovatron protocol"},
	{0xFFD0, "ISO/IEC 15693 card of unknown maker"},
	{0xFFD1, "ISO/IEC 15693 card of EM Microelectronic"},
	{0xFFD2, "ISO/IEC 15693 card of ST"},
	{0xFFFF, "virtual card for tests"},
};

const char *hist_object_name(uint8_t tag)
{
	if (tag == HIST_TAG_BER_AID)
		return "application_identifier_ber";
	return tag < COUNT(object_names) && object_names[tag] ? object_names[tag] : "unknown";
}

const char *hist_lcs_name(uint8_t lcs)
{
	return lcs < COUNT(lcs_names) ? lcs_names[lcs] : "proprietary";
}

const char *hist_selection_name(unsigned bit)
{
	return bit < COUNT(selection_names) ? selection_names[bit] : NULL;
}

const char *hist_write_name(uint8_t code)
{
	return write_names[code & 3];
}

const char *hist_access_name(uint8_t code)
{
	return access_names[code & 7];
}

const char *hist_pcsc_standard_text(uint8_t standard)
{
	return standard < COUNT(standards) ? standards[standard] : NULL;
}

const char *hist_pcsc_card_text(uint16_t card_name)
{
	if (card_name < COUNT(cards))
		return cards[card_name];
	for (size_t i = 0; i < COUNT(reader_cards); i++) {
		if (reader_cards[i].card_name == card_name)
			return reader_cards[i].text;
	}
	return NULL;
}

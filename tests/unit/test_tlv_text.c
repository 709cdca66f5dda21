/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Response data as a tree, in text and in JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hex.h"
#include "core/tlv.h"
#include "view/tlv_json.h"
#include "view/tlv_text.h"

#define BYTES_MAX 256

struct row {
	const char *name, *hex;
	const char *text; /* NULL: better shown as hex */
};

static const struct row rows[] = {
	{"EMV: SELECT of a payment application",
	 "6F3C8407A0000000031010A531500A564953412044454249548701019F380C9F66049F02069F1A02DF01015F2D"
	 "046465656EBF0C099F4D020B0ADF200101",
	 "6F FCI template, 60 bytes\n"
	 "  84 DF name, 7 bytes: A0 00 00 00 03 10 10 = Visa credit or debit\n"
	 "  A5 proprietary information, 49 bytes\n"
	 "    50 application label, 10 bytes: 56 49 53 41 20 44 45 42 49 54 \"VISA DEBIT\"\n"
	 "    87 application priority (payment) or system commands supported (UICC), 1 byte: 01 = 1\n"
	 "    9F38 objects for GET PROCESSING OPTIONS (PDOL), 12 bytes: 9F 66 04 9F 02 06 9F 1A 02 DF 01 01\n"
	 "      9F66 terminal transaction qualifiers, 4 bytes\n"
	 "      9F02 amount, 6 bytes\n"
	 "      9F1A country code of the terminal, 2 bytes\n"
	 "      DF01 unknown, 1 byte\n"
	 "    5F2D language preference, 4 bytes: 64 65 65 6E \"deen\"\n"
	 "    BF0C FCI data of the card issuer, 9 bytes\n"
	 "      9F4D log entry: short EF and records, 2 bytes: 0B 0A\n"
	 "      DF20 unknown, 1 byte: 01\n"},
	{"EMV: PPSE",
	 "6F33840E325041592E5359532E4444463031A521BF0C1E611C4F07A0000000041010500A4D6173746572636172"
	 "648701019F2A0102",
	 "6F FCI template, 51 bytes\n"
	 "  84 DF name, 14 bytes: 32 50 41 59 2E 53 59 53 2E 44 44 46 30 31 = proximity payment system "
	 "environment\n"
	 "  A5 proprietary information, 33 bytes\n"
	 "    BF0C FCI data of the card issuer, 30 bytes\n"
	 "      61 application template, 28 bytes\n"
	 "        4F application identifier, 7 bytes: A0 00 00 00 04 10 10 = Mastercard credit or debit\n"
	 "        50 application label, 10 bytes: 4D 61 73 74 65 72 63 61 72 64 \"Mastercard\"\n"
	 "        87 application priority, 1 byte: 01 = 1\n"
	 "        9F2A kernel identifier, 1 byte: 02\n"},
	{"EMV: record",
	 "7032570E4761739001010010D201220112345A0A6799998900000060001F5F24032612318C059F02069C019F4A"
	 "01825F30020201",
	 "70 record, 50 bytes\n"
	 "  57 track 2, 14 bytes: 47 61 73 90 01 01 00 10 D2 01 22 01 12 34\n"
	 "  5A primary account number, 10 bytes: 67 99 99 89 00 00 00 60 00 1F = 6799998900000060001\n"
	 "  5F24 expiration date, 3 bytes: 26 12 31 = 261231\n"
	 "  8C objects for the first GENERATE AC (CDOL1), 5 bytes: 9F 02 06 9C 01\n"
	 "    9F02 amount, 6 bytes\n"
	 "    9C transaction type, 1 byte\n"
	 "  9F4A tags that static authentication covers, 1 byte: 82\n"
	 "    82 application interchange profile (AIP)\n"
	 "  5F30 service code, 2 bytes: 02 01 = 0201\n"},
	{"EMV: response template", "770F820239009404080101009F36020102",
	 "77 response template (payment) or document security object (passport), 15 bytes\n"
	 "  82 application interchange profile (AIP), 2 bytes: 39 00\n"
	 "  94 application file locator (AFL), 4 bytes: 08 01 01 00\n"
	 "  9F36 transaction counter (ATC), 2 bytes: 01 02 = 258\n"},
	{"EMV: GET PROCESSING OPTIONS, format 1", "8006390008010100",
	 "80 response of format 1, 6 bytes: 39 00 08 01 01 00\n"},
	{"EMV: a DOL cut off", "9F38029F02",
	 "9F38 objects for GET PROCESSING OPTIONS (PDOL), 2 bytes: 9F 02\n"},
	{"PIV: application property template",
	 "61264F0600001000010079074F05A0000003085F500A687474703A2F2F782E79AC06800107060100",
	 "61 application template, 38 bytes\n"
	 "  4F application identifier, 6 bytes: 00 00 10 00 01 00\n"
	 "  79 coexistent tag allocation authority, 7 bytes\n"
	 "    4F application identifier, 5 bytes: A0 00 00 03 08 = NIST\n"
	 "  5F50 URL, 10 bytes: 68 74 74 70 3A 2F 2F 78 2E 79 \"http://x.y\"\n"
	 "  AC cryptographic algorithms supported, 6 bytes\n"
	 "    80 algorithm identifier, 1 byte: 07\n"
	 "    06 OBJECT IDENTIFIER, 1 byte: 00 = 0.0\n"},
	{"PIV: certificate object", "530C70053003020105710101FE00",
	 "53 data object, 12 bytes\n"
	 "  70 certificate, 5 bytes: 30 03 02 01 05\n"
	 "  71 certificate form (01: compressed), 1 byte: 01\n"
	 "  FE error detection code, empty\n"},
	{"PIV: CHUID",
	 "533B3019D4E739DA739CED39CE739D836858210842108421C84210C3EB3410300E020C0102030405060708090A"
	 "0B0C350832303330313233313E00FE00",
	 "53 data object, 59 bytes\n"
	 "  30 FASC-N, 25 bytes: D4 E7 39 DA 73 9C ED 39 CE 73 9D 83 68 58 21 08 42 10 84 21 C8 42 10 C3 EB\n"
	 "  34 GUID of the card, 16 bytes: 30 0E 02 0C 01 02 03 04 05 06 07 08 09 0A 0B 0C\n"
	 "  35 expiration date, 8 bytes: 32 30 33 30 31 32 33 31 \"20301231\"\n"
	 "  3E signature of the issuer, empty\n"
	 "  FE error detection code, empty\n"},
	{"PIV: discovery object", "7E124F0BA0000003080000100001005F2F024000",
	 "7E discovery object, 18 bytes\n"
	 "  4F application identifier, 11 bytes: A0 00 00 03 08 00 00 10 00 01 00 = PIV card application\n"
	 "  5F2F PIN usage policy, 2 bytes: 40 00\n"},
	{"PIV: 53 that holds no objects", "53050102030405", "53 data object, 5 bytes: 01 02 03 04 05\n"},
	{"OpenPGP: application related data",
	 "6E3F4F10D27600012401030400061234567800005F520800730000800590007F660802020BFE02020BFE7315C0"
	 "0A7D000BFE08000BFE0000C40700404040030003",
	 "6E application data, 63 bytes\n"
	 "  4F application identifier, 16 bytes: D2 76 00 01 24 01 03 04 00 06 12 34 56 78 00 00 = OpenPGP "
	 "card\n"
	 "  5F52 historical bytes, 8 bytes: 00 73 00 00 80 05 90 00\n"
	 "  7F66 longest commands and responses, 8 bytes\n"
	 "    02 limit, 2 bytes: 0B FE = 3070\n"
	 "    02 limit, 2 bytes: 0B FE = 3070\n"
	 "  73 discretionary data objects, 21 bytes\n"
	 "    C0 extended capabilities, 10 bytes: 7D 00 0B FE 08 00 0B FE 00 00\n"
	 "    C4 PIN status, 7 bytes: 00 40 40 40 03 00 03\n"},
	{"OpenPGP: counter of signatures", "7A05930300012F",
	 "7A security support template, 5 bytes\n"
	 "  93 signatures made, 3 bytes: 00 01 2F = 303\n"},
	{"OpenPGP: public key",
	 "7F492B8629045A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A"
	 "5A",
	 "7F49 public key, 43 bytes\n"
	 "  86 public point or key, 41 bytes: 04 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A "
	 "5A 5A 5A 5A 5A 5A 5A 5A 5A 5A 5A ... (9 more)\n"},
	{"GlobalPlatform: card recognition data",
	 "6626732406072A864886FC6B01600C060A2A864886FC6B02020101640B06092A864886FC6B040215",
	 "66 card data, 38 bytes\n"
	 "  73 card recognition data, 36 bytes\n"
	 "    06 OBJECT IDENTIFIER, 7 bytes: 2A 86 48 86 FC 6B 01 = 1.2.840.114283.1\n"
	 "    60 card management type and version, 12 bytes\n"
	 "      06 OBJECT IDENTIFIER, 10 bytes: 2A 86 48 86 FC 6B 02 02 01 01 = 1.2.840.114283.2.2.1.1\n"
	 "    64 secure channel protocols and their options, 11 bytes\n"
	 "      06 OBJECT IDENTIFIER, 9 bytes: 2A 86 48 86 FC 6B 04 02 15 = 1.2.840.114283.4.2.21\n"},
	{"GlobalPlatform: registry",
	 "E3114F08A0000001510000009F70010FC5019EE3254F0AA00000030800001000019F700107C409A00000030800"
	 "001000CC08A000000151000000",
	 "E3 registry entry, 17 bytes\n"
	 "  4F application identifier, 8 bytes: A0 00 00 01 51 00 00 00 = GlobalPlatform issuer security "
	 "domain\n"
	 "  9F70 life cycle state, 1 byte: 0F\n"
	 "  C5 privileges, 1 byte: 9E\n"
	 "E3 registry entry, 37 bytes\n"
	 "  4F application identifier, 10 bytes: A0 00 00 03 08 00 00 10 00 01 = PIV card application\n"
	 "  9F70 life cycle state, 1 byte: 07\n"
	 "  C4 executable load file, 9 bytes: A0 00 00 03 08 00 00 10 00 = PIV card application\n"
	 "  CC security domain it belongs to, 8 bytes: A0 00 00 01 51 00 00 00 = GlobalPlatform issuer "
	 "security domain\n"},
	{"GlobalPlatform: CPLC", "9F7F054790508100",
	 "9F7F card production life cycle data (CPLC), 5 bytes: 47 90 50 81 00\n"},
	{"UICC: FCP of the master file",
	 "622F8202782183023F00A50C80017183040003A9F88701018A01058B032F0602C60F9001608301018301819501"
	 "0883010A",
	 "62 FCP template, 47 bytes\n"
	 "  82 file descriptor, 2 bytes: 78 21\n"
	 "  83 file identifier, 2 bytes: 3F 00\n"
	 "  A5 proprietary information, 12 bytes\n"
	 "    80 UICC characteristics, 1 byte: 71\n"
	 "    83 memory available, 4 bytes: 00 03 A9 F8 = 240120\n"
	 "    87 application priority (payment) or system commands supported (UICC), 1 byte: 01 = 1\n"
	 "  8A life cycle status, 1 byte: 05\n"
	 "  8B security attribute, reference to the expanded format, 3 bytes: 2F 06 02\n"
	 "  C6 PIN status template, 15 bytes\n"
	 "    90 which PINs are enabled, 1 byte: 60\n"
	 "    83 key reference, 1 byte: 01\n"
	 "    83 key reference, 1 byte: 81\n"
	 "    95 usage qualifier, 1 byte: 08\n"
	 "    83 key reference, 1 byte: 0A\n"},
	{"ISO: FCP of a file", "62128002010282010183022F00AB058001019000",
	 "62 FCP template, 18 bytes\n"
	 "  80 file size without structural bytes, 2 bytes: 01 02 = 258\n"
	 "  82 file descriptor, 1 byte: 01\n"
	 "  83 file identifier, 2 bytes: 2F 00\n"
	 "  AB security attribute, expanded format, 5 bytes\n"
	 "    80 access mode, 1 byte: 01\n"
	 "    90 always, empty\n"},
	{"passport: list of data groups", "60155F0104303130375F36063034303030305C03617577",
	 "60 list of data groups (EF.COM), 21 bytes\n"
	 "  5F01 version of the data structure, 4 bytes: 30 31 30 37 \"0107\"\n"
	 "  5F36 version of Unicode, 6 bytes: 30 34 30 30 30 30 \"040000\"\n"
	 "  5C tag list, 3 bytes: 61 75 77\n"
	 "    61 data group 1, machine readable zone\n"
	 "    75 data group 2, face\n"
	 "    77 document security object\n"},
	{"passport: machine readable zone", "611C5F1F19503C55544F4552494B53534F4E3C3C414E4E413C4D41524941",
	 "61 application template, 28 bytes\n"
	 "  5F1F machine readable zone, 25 bytes: 50 3C 55 54 4F 45 52 49 4B 53 53 4F 4E 3C 3C 41 4E 4E 41 "
	 "3C 4D 41 52 49 41 \"P<UTOERIKSSON<<ANNA<MARIA\"\n"},
	{"OATH: tags that only look constructed", "790305040371081122334455667788",
	 "79 version, 3 bytes: 05 04 03\n"
	 "71 name, 8 bytes: 11 22 33 44 55 66 77 88\n"},
	{"ASN.1: algorithm identifier", "301506072A8648CE3D020106082A8648CE3D0301070500",
	 "30 SEQUENCE, 21 bytes\n"
	 "  06 OBJECT IDENTIFIER, 7 bytes: 2A 86 48 CE 3D 02 01 = 1.2.840.10045.2.1\n"
	 "  06 OBJECT IDENTIFIER, 8 bytes: 2A 86 48 CE 3D 03 01 07 = 1.2.840.10045.3.1.7\n"
	 "  05 NULL, empty\n"},
	{"ASN.1: object identifier of class 2, and one cut off", "3009060388370306022A86",
	 "30 SEQUENCE, 9 bytes\n"
	 "  06 OBJECT IDENTIFIER, 3 bytes: 88 37 03 = 2.999.3\n"
	 "  06 OBJECT IDENTIFIER, 2 bytes: 2A 86\n"},
	{"text that would command a terminal", "50081B5B324AC3A9FF22",
	 "50 application label, 8 bytes: 1B 5B 32 4A C3 A9 FF 22 \"\\x1B[2Jé\\xFF\"\"\n"},
	{"text of the maker, and three bytes at least", "E10BDF0103414243DF02024142",
	 "E1 unknown, 11 bytes\n"
	 "  DF01 unknown, 3 bytes: 41 42 43 \"ABC\"\n"
	 "  DF02 unknown, 2 bytes: 41 42\n"},
	{"long text",
	 "5F5061787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
	 "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
	 "78787878787878787878",
	 "5F50 URL, 97 bytes: 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 "
	 "78 78 78 78 78 78 ... (65 more) "
	 "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	 "\"...\n"},
	{"long text, cut between characters",
	 "5F5062787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
	 "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
	 "7878787878787878C3A979",
	 "5F50 URL, 98 bytes: 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 "
	 "78 78 78 78 78 78 ... (66 more) "
	 "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé"
	 "\"...\n"},
	{"long value",
	 "E147DF0121000000000000000000000000000000000000000000000000000000000000000000DF022000000000"
	 "00000000000000000000000000000000000000000000000000000000",
	 "E1 unknown, 71 bytes\n"
	 "  DF01 unknown, 33 bytes: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	 "00 00 00 00 00 00 00 00 ... (1 more)\n"
	 "  DF02 unknown, 32 bytes: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	 "00 00 00 00 00 00 00 00\n"},
	{"padding behind and between", "610C4F05A0000003080000500141FFFF",
	 "61 application template, 12 bytes\n"
	 "  4F application identifier, 5 bytes: A0 00 00 03 08 = NIST\n"
	 "  50 application label, 1 byte: 41 \"A\"\n"},
	{"empty objects", "61044F00E100",
	 "61 application template, 4 bytes\n"
	 "  4F application identifier, empty\n"
	 "  E1 unknown, empty\n"},
	{"number of eight bytes, and of nine", "7A159308FFFFFFFFFFFFFFFF9309000000000000000000",
	 "7A security support template, 21 bytes\n"
	 "  93 signatures made, 8 bytes: FF FF FF FF FF FF FF FF = 18446744073709551615\n"
	 "  93 signatures made, 9 bytes: 00 00 00 00 00 00 00 00 00\n"},
	{"ASN.1: number with a sign", "300802017F0201800200",
	 "30 SEQUENCE, 8 bytes\n"
	 "  02 INTEGER, 1 byte: 7F = 127\n"
	 "  02 INTEGER, 1 byte: 80\n"
	 "  02 INTEGER, empty\n"},
	{"AID of nobody we know", "6F088406F04142434445",
	 "6F FCI template, 8 bytes\n"
	 "  84 DF name, 6 bytes: F0 41 42 43 44 45\n"},
	{"depth of PIV data in a data object", "5306530453020102",
	 "53 data object, 6 bytes\n"
	 "  53 discretionary data, 4 bytes\n"
	 "    53 discretionary data, 2 bytes: 01 02\n"},
	{"digits that are none", "E1105A0212A45A021F345A02FFFF5A02F123",
	 "E1 unknown, 16 bytes\n"
	 "  5A primary account number, 2 bytes: 12 A4\n"
	 "  5A primary account number, 2 bytes: 1F 34\n"
	 "  5A primary account number, 2 bytes: FF FF\n"
	 "  5A primary account number, 2 bytes: F1 23\n"},
	{"deeper than anybody looks",
	 "30233021301F301D301B30193017301530133011300F300D300B3009300730053003040155",
	 "30 SEQUENCE, 35 bytes\n"
	 "  30 SEQUENCE, 33 bytes\n"
	 "    30 SEQUENCE, 31 bytes\n"
	 "      30 SEQUENCE, 29 bytes\n"
	 "        30 SEQUENCE, 27 bytes\n"
	 "          30 SEQUENCE, 25 bytes\n"
	 "            30 SEQUENCE, 23 bytes\n"
	 "              30 SEQUENCE, 21 bytes\n"
	 "                30 SEQUENCE, 19 bytes\n"
	 "                  30 SEQUENCE, 17 bytes\n"
	 "                    30 SEQUENCE, 15 bytes\n"
	 "                      30 SEQUENCE, 13 bytes\n"
	 "                        30 SEQUENCE, 11 bytes\n"
	 "                          30 SEQUENCE, 9 bytes\n"
	 "                            30 SEQUENCE, 7 bytes\n"
	 "                              30 SEQUENCE, 5 bytes: 30 03 04 01 55\n"},
	{"no byte", "", NULL},
	{"two random bytes", "9000", NULL},
	{"an unknown tag that fits", "DF0103414243", NULL},
	{"an empty object", "5000", NULL},
	{"padding comes first", "00500141", NULL},
	{"ASN.1 that is short", "020101", NULL},
	{"length too long", "6F0284", NULL},
	{"a template of no objects", "6F020102", NULL},
	{"an object, then a byte", "50014150", NULL},
	{"a context tag means nothing alone", "840141", NULL},
	{"compact capabilities", "00404040030003", NULL},
};

struct json_row {
	const char *name, *hex, *json;
};

static const struct json_row json_rows[] = {
	{"JSON: nested objects, an AID, a text, an unknown tag", "6F128407A0000000031010A5075002 6465DF0100",
	 "[{'tag':'6F','name':'FCI template','len':18,'value':null,'text':null,'children':["
	 "{'tag':'84','name':'DF name','len':7,'value':'A0000000031010','text':'Visa credit or debit',"
	 "'children':null},"
	 "{'tag':'A5','name':'proprietary information','len':7,'value':null,'text':null,'children':["
	 "{'tag':'50','name':'application label','len':2,'value':'6465','text':'de','children':null},"
	 "{'tag':'DF01','name':null,'len':0,'value':'','text':null,'children':null}]}]}]"},
	{"JSON: a DOL cut off", "9F38059F1A02DF01",
	 "[{'tag':'9F38','name':'objects for GET PROCESSING OPTIONS (PDOL)','len':5,'value':'9F1A02DF01',"
	 "'text':null,'children':null}]"},
	{"JSON: the tags of a DOL", "9F38069F1A02DF0101",
	 "[{'tag':'9F38','name':'objects for GET PROCESSING OPTIONS (PDOL)','len':6,'value':'9F1A02DF0101',"
	 "'text':null,'children':["
	 "{'tag':'9F1A','name':'country code of the "
	 "terminal','len':2,'value':null,'text':null,'children':null},"
	 "{'tag':'DF01','name':null,'len':1,'value':null,'text':null,'children':null}]}]"},
	{"JSON: a tag list has no lengths", "5C015A",
	 "[{'tag':'5C','name':'tag list','len':1,'value':'5A','text':null,'children':["
	 "{'tag':'5A','name':'primary account "
	 "number','len':null,'value':null,'text':null,'children':null}]}]"},
	{"JSON: a template of nothing", "6F00", "null"},
	{"JSON: an empty template inside", "61024F00",
	 "[{'tag':'61','name':'application template','len':2,'value':null,'text':null,'children':["
	 "{'tag':'4F','name':'application identifier','len':0,'value':'','text':null,'children':null}]}]"},
	{"JSON: text that is not UTF-8", "5004 41E90022",
	 "[{'tag':'50','name':'application label','len':4,'value':'41E90022','text':'A\\u00E9\\u0000\\\"',"
	 "'children':null}]"},
	{"JSON: not data objects", "9000", "null"},
};

static size_t unhex(uint8_t out[BYTES_MAX], const char *hex)
{
	size_t len = 0, bad;

	if (*hex)
		assert_int_equal(hex_parse(out, BYTES_MAX, &len, hex, strlen(hex), &bad), CS_OK);
	return len;
}

/* What is put for @len bytes; NULL where it says no, and then it must have put nothing. */
static char *text_of(const uint8_t *bytes, size_t len, bool color, const char *indent)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool put;

	assert_non_null(out);
	put = tlv_text_put(&(struct term){out, color}, bytes, len, indent);
	assert_int_equal(fclose(out), 0);
	if (put)
		return text;
	assert_int_equal(size, 0);
	free(text);
	return NULL;
}

static json_t *json_of(const uint8_t *bytes, size_t len)
{
	struct json_out jo = {false};
	json_t *value = tlv_json(&jo, bytes, len);

	assert_non_null(value);
	assert_false(jo.failed);
	return value;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t bytes[BYTES_MAX];
	const size_t len = unhex(bytes, row->hex);
	char *text = text_of(bytes, len, false, "");
	json_t *json = json_of(bytes, len);

	if (row->text) {
		assert_non_null(text);
		assert_string_equal(text, row->text);
		assert_true(json_is_array(json));
	} else {
		assert_null(text);
		assert_true(json_is_null(json));
	}
	free(text);
	json_decref(json);
}

static void test_json_row(void **state)
{
	const struct json_row *row = *state;
	uint8_t bytes[BYTES_MAX];
	json_t *json = json_of(bytes, unhex(bytes, row->hex));
	char *want = strdup(row->json);
	char *got = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

	assert_non_null(want);
	assert_non_null(got);
	for (char *c = want; *c; c++)
		if (*c == '\'')
			*c = '"';
	assert_string_equal(got, want);
	free(got);
	free(want);
	json_decref(json);
}

static void test_indent_and_colour(void **state)
{
	const uint8_t bytes[] = {0x61, 0x03, 0x50, 0x01, 0x41};
	char *text = text_of(bytes, sizeof(bytes), true, "< ");

	(void)state;
	assert_non_null(text);
	assert_string_equal(text,
			    "< \033[34m61\033[0m application template, 3 bytes\n"
			    "<   \033[34m50\033[0m application label, 1 byte: \033[35m41\033[0m \"A\"\n");
	free(text);
}

/* As much as one response can hold: text and JSON have every object and every byte. */
static void test_largest_response(void **state)
{
	const size_t size = 65536, header = 4;
	uint8_t *bytes = malloc(size);
	size_t lines = 0;
	json_t *json;
	char *text;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(tlv_header_build(bytes, 0x70, size - header), header);
	for (size_t i = header; i < size; i += 3)
		memcpy(bytes + i, "\x5A\x01\x12", 3);
	text = text_of(bytes, size, false, "");
	assert_non_null(text);
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 1 + (size - header) / 3);
	free(text);
	json = json_of(bytes, size);
	assert_int_equal(json_array_size(json_object_get(json_array_get(json, 0), "children")),
			 (size - header) / 3);
	json_decref(json);

	tlv_header_build(bytes, 0x53, size - header);
	memset(bytes + header, 0xAB, size - header);
	json = json_of(bytes, size);
	assert_int_equal(json_string_length(json_object_get(json_array_get(json, 0), "value")),
			 2 * (size - header));
	json_decref(json);
	free(bytes);
}

#define NROWS  (sizeof(rows) / sizeof(rows[0]))
#define NJSON  (sizeof(json_rows) / sizeof(json_rows[0]))
#define NFIXED 2

int main(void)
{
	struct CMUnitTest tests[NFIXED + NROWS + NJSON] = {
		cmocka_unit_test(test_indent_and_colour),
		cmocka_unit_test(test_largest_response),
	};
	size_t n = NFIXED;

	for (size_t i = 0; i < NROWS; i++)
		tests[n++] =
			(struct CMUnitTest){rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	for (size_t i = 0; i < NJSON; i++)
		tests[n++] = (struct CMUnitTest){json_rows[i].name, test_json_row, NULL, NULL,
						 (void *)(uintptr_t)&json_rows[i]};
	return _cmocka_run_group_tests("tlv_text", tests, n, NULL, NULL);
}

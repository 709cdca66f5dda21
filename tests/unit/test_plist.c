/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Info.plist of driver bundles: well-formed, as packages really ship them, and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/elf.h"
#include "diag/plist.h"

#define HEAD                                                                                                 \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                       \
	"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "                                            \
	"\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict>\n"
#define TAIL            "</dict></plist>\n"
#define KEY(name)       "<key>" name "</key>"
#define S(text)         "<string>" text "</string>"
#define LIST(name, all) KEY(name) "<array>" all "</array>\n"

/* kept: the lists as one line: vendor|product|friendly|executable|options, items separated by commas */
static const struct row {
	const char *name, *text;
	enum cs_err err;
	unsigned line;
	const char *kept;
} rows[] = {
	{"one reader",
	 HEAD LIST("ifdVendorID", S("0x072F")) LIST("ifdProductID", S("0x2200"))
		 LIST("ifdFriendlyName", S("ACS ACR122U")) KEY("CFBundleExecutable") S("libccid.so")
			 KEY("ifdDriverOptions") S("0x0004") TAIL,
	 CS_OK, 0, "0x072F|0x2200|ACS ACR122U|libccid.so|0x0004"},
	{"entities of XML itself", HEAD LIST("ifdFriendlyName", S("A &amp; B") S("&lt;C&#62;")) TAIL, CS_OK,
	 0, "||A & B,<C>||"},
	{"keys that nobody wants, strings of no key",
	 HEAD S("stray") LIST("Copyright", S("nobody")) LIST("ifdVendorID", S("1")) TAIL, CS_OK, 0, "1||||"},
	{"the last key of a name counts",
	 HEAD LIST("ifdVendorID", S("1") S("2")) LIST("ifdVendorID", S("3")) TAIL, CS_OK, 0, "3||||"},
	{"an empty string is none", HEAD LIST("ifdVendorID", S("1") S("") S("2")) TAIL, CS_OK, 0, "1,2||||"},
	{"numbers of the wrong kind are passed over",
	 HEAD LIST("ifdVendorID", "<integer>1</integer>" S("2")) TAIL, CS_OK, 0, "2||||"},
	{"arrays opened twice, as two packages of Debian ship them",
	 HEAD KEY("ifdVendorID") "<array>\n" S("1") S("2") "<array>\n" KEY("ifdProductID") "<array>\n" S("3")
		 S("4") "<array>\n" TAIL,
	 CS_E_FORMAT, 8, "1,2|3,4|||"},
	{"cut off", HEAD LIST("ifdVendorID", S("1")) KEY("ifdProductID") "<array>" S("2"), CS_E_FORMAT, 5,
	 "1|2|||"},
	{"no XML", "FRIENDLYNAME \"x\"\n", CS_E_FORMAT, 1, "||||"},
	{"empty", "", CS_E_FORMAT, 1, "||||"},
	{"not UTF-8", HEAD LIST("ifdVendorID", S("1")) LIST("Copyright", S("\xA9")) TAIL, CS_E_FORMAT, 5,
	 "1||||"},
	{"entities declared: a bomb",
	 "<?xml version=\"1.0\"?>\n<!DOCTYPE p [<!ENTITY a \"aaaa\">\n<!ENTITY b \"&a;&a;\">]>\n<p>" KEY(
		 "ifdVendorID") S("&b;") "</p>",
	 CS_E_FORMAT, 2, "||||"},
	{"an entity that reads a file",
	 "<!DOCTYPE p [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n<p>" KEY("ifdVendorID") S("&a;") "</p>",
	 CS_E_FORMAT, 1, "||||"},
};

static void join(char *out, size_t size, const struct pool_list *list, const char *end)
{
	for (size_t i = 0; i < list->n; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i ? "," : "", list->item[i]);
	snprintf(out + strlen(out), size - strlen(out), "%s", end);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct pool pool = {0};
	struct plist plist;
	char kept[256] = "";

	assert_int_equal(plist_parse(&plist, &pool, row->text, strlen(row->text)), row->err);
	join(kept, sizeof(kept), &plist.vendor, "|");
	join(kept, sizeof(kept), &plist.product, "|");
	join(kept, sizeof(kept), &plist.friendly, "|");
	join(kept, sizeof(kept), &plist.executable, "|");
	join(kept, sizeof(kept), &plist.options, "");
	assert_string_equal(kept, row->kept);
	assert_int_equal(plist.line, row->line);
	assert_int_equal(plist.fault != NULL, row->err != CS_OK);
	pool_release(&pool);
}

/* a text of @n times @piece */
static char *many(const char *head, const char *piece, size_t n, const char *tail)
{
	const size_t len = strlen(piece);
	char *text = malloc(strlen(head) + n * len + strlen(tail) + 1);
	char *to = text;

	assert_non_null(text);
	to += sprintf(to, "%s", head);
	for (size_t i = 0; i < n; i++)
		to += sprintf(to, "%s", piece);
	sprintf(to, "%s", tail);
	return text;
}

static void expect_fault(char *text, const char *fault, size_t kept)
{
	struct pool pool = {0};
	struct plist plist;

	assert_int_equal(plist_parse(&plist, &pool, text, strlen(text)), CS_E_FORMAT);
	assert_string_equal(plist.fault, fault);
	assert_int_equal(plist.vendor.n, kept);
	pool_release(&pool);
	free(text);
}

static void test_limits(void **state)
{
	(void)state;
	expect_fault(many("", "<a>", PLIST_DEPTH_MAX + 1, ""), "too many elements within one another", 0);
	expect_fault(many("<p>" KEY("ifdVendorID") "<string>", "x", PLIST_TEXT_MAX + 1, "</string></p>"),
		     "a text longer than any driver needs", 0);
	expect_fault(many("<p>" KEY("ifdVendorID"), S("1"), PLIST_ITEM_MAX + 1, "</p>"),
		     "a list longer than any driver needs", PLIST_ITEM_MAX);
}

static const uint8_t amd64[20] = {0x7F, 'E', 'L', 'F', 2, 1, 1, [16] = 3, 0, 0x3E, 0};
static const uint8_t s390x[20] = {0x7F, 'E', 'L', 'F', 2, 2, 1, [16] = 0, 3, 0, 0x16};

static void test_elf(void **state)
{
	struct elf_kind kind;
	uint8_t bad[20];

	(void)state;
	assert_int_equal(elf_kind_get(&kind, amd64, sizeof(amd64)), CS_OK);
	assert_int_equal(kind.bits, 64);
	assert_string_equal(elf_machine_name(kind.machine), "x86-64");
	assert_int_equal(elf_kind_get(&kind, s390x, sizeof(s390x)), CS_OK);
	assert_string_equal(elf_machine_name(kind.machine), "s390");
	assert_int_equal(elf_kind_get(&kind, amd64, sizeof(amd64) - 1), CS_E_FORMAT);
	memcpy(bad, amd64, sizeof(bad));
	bad[4] = 3;
	assert_int_equal(elf_kind_get(&kind, bad, sizeof(bad)), CS_E_FORMAT);
	bad[4] = 1;
	bad[5] = 0;
	assert_int_equal(elf_kind_get(&kind, bad, sizeof(bad)), CS_E_FORMAT);
}

#define ROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[ROWS + 2];

	for (size_t i = 0; i < ROWS; i++) {
		union {
			const struct row *in;
			void *out;
		} row = {&rows[i]};

		tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, row.out};
	}
	tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(test_limits);
	tests[ROWS + 1] = (struct CMUnitTest)cmocka_unit_test(test_elf);
	return cmocka_run_group_tests_name("plist", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is collected about USB devices, driver bundles and reader.conf of the roots under tests/roots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/access.h"
#include "diag/facts_priv.h"
#include "diag/reader_table.h"
#include "diag/readerconf.h"
#include "diag/usb.h"
#include "roots.h"

static const struct facts_options options = {.default_socket = "/run/pcscd/pcscd.comm"};

static char roots[] = ROOTS_TEMP;

static void collect(struct facts *facts, const char *name)
{
	struct facts_options o = options;
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s/%s", roots, name);
	o.dir = dir;
	assert_int_equal(facts_collect(facts, &o), CS_OK);
}

/* The first device as text: path interface vid:pid bcd class kind driver node authorized may-open ignored. */
static const struct row {
	const char *root, *text;
} rows[] = {
	{"usb-ccid", "1-4 1-4:1.0 076b:3031 0000 0b reader - /dev/bus/usb/001/004 yes yes no"},
	{"usb-yubikey", "1-2 1-2:1.0 1050:0402 0543 03 other usbhid /dev/bus/usb/001/003 yes yes no"},
	{"usb-disk", "1-3 1-3:1.0 0bda:0129 3960 08 disk usb-storage /dev/bus/usb/001/003 yes yes no"},
	{"usb-blocked", "1-4 - 076b:3031 0000 -1 reader - /dev/bus/usb/001/004 no yes no"},
	{"usb-ignored", "1-4 1-4:1.0 076b:3031 0000 0b reader - /dev/bus/usb/001/004 yes yes yes"},
	{"usb-closed", "1-4 1-4:1.0 076b:3031 0000 0b reader - /dev/bus/usb/001/004 yes no no"},
	{"usb-pn533", "1-1 1-1:1.0 072f:2200 0214 0b reader pn533_usb /dev/bus/usb/001/004 yes yes no"},
	{"usb-kernel",
	 "1-4 1-4:1.0 076b:3031 0000 0b reader usbserial_generic /dev/bus/usb/001/004 yes yes no"},
	{"driver-vendor", "1-4 1-4:1.0 0c4b:0300 0100 ff driver - /dev/bus/usb/001/004 yes unknown no"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *word(enum fact fact)
{
	static const char *const words[] = {"unknown", "no", "yes"};

	return words[fact];
}

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void test_device(void **state)
{
	static const char *const kinds[] = {"reader", "driver", "other", "disk"};
	const struct row *row = *state;
	struct facts facts;
	const struct facts_usb *u;
	char text[256], class[16] = "-1";

	collect(&facts, row->root);
	assert_int_equal(facts.n_usb, 1);
	u = facts.usb;
	if (u->interface_class >= 0)
		snprintf(class, sizeof(class), "%02x", (unsigned)u->interface_class);
	snprintf(text, sizeof(text), "%s %s %04x:%04x %04x %s %s %s %s %s %s %s", u->bus_path,
		 or_dash(u->interface), u->vendor, u->product, u->release, class, kinds[usb_kind_of(u)],
		 or_dash(u->kernel_driver), or_dash(u->node.path), word(u->authorized),
		 word(u->daemon_may_open), word(u->ignored));
	assert_string_equal(text, row->text);
	facts_release(&facts);
}

static void test_two_devices(void **state)
{
	struct facts facts;

	(void)state;
	collect(&facts, "usb-yubikey-beside");
	assert_int_equal(facts.n_usb, 2);
	assert_string_equal(facts.usb[0].bus_path, "1-2");
	assert_false(usb_usable(&facts.usb[0]));
	assert_string_equal(facts.usb[1].bus_path, "1-4");
	assert_true(usb_usable(&facts.usb[1]));
	assert_true(usb_another_works(&facts, &facts.usb[0]));
	assert_false(usb_another_works(&facts, &facts.usb[1]));
	facts_release(&facts);
}

static void test_kernel(void **state)
{
	struct facts facts;

	(void)state;
	collect(&facts, "usb-pn533");
	assert_int_equal(facts.kernel.modules.n, 1);
	assert_string_equal(facts.kernel.modules.item[0], "pn533_usb");
	assert_int_equal(facts.kernel.any_usb, FACT_YES);
	assert_int_equal(facts.kernel.udev, FACT_YES);
	facts_release(&facts);
	collect(&facts, "usb-none");
	assert_int_equal(facts.kernel.any_usb, FACT_NO);
	facts_release(&facts);
	collect(&facts, "usb-untold");
	assert_int_equal(facts.kernel.any_usb, FACT_UNKNOWN);
	assert_int_equal(facts.n_usb, 0);
	facts_release(&facts);
}

static void test_ignore_rule(void **state)
{
	struct facts facts;

	(void)state;
	collect(&facts, "usb-ignored");
	assert_string_equal(facts.usb[0].ignore_rule, "/etc/udev/rules.d/90-no-reader.rules");
	facts_release(&facts);
}

static void test_bundle(void **state)
{
	struct facts facts;
	const struct facts_bundle *b;

	(void)state;
	collect(&facts, "driver-firmware-allowed");
	assert_int_equal(facts.n_bundle, 1);
	b = facts.bundle;
	assert_string_equal(b->dir, "/usr/lib/pcsc/drivers/ifd-ccid.bundle");
	assert_string_equal(b->version, "1.5.2");
	assert_null(b->problem);
	assert_true(b->class_driver);
	assert_false(b->doubtful);
	assert_false(b->generate_hotplug);
	assert_int_equal(b->options, 5);
	assert_int_equal(b->n, 4);
	assert_int_equal(b->vendor[1], 0x072F);
	assert_int_equal(b->product[1], 0x2200);
	assert_string_equal(b->friendly[1], "ACS ACR122U PICC Interface");
	assert_string_equal(b->library, "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Linux/libccid.so");
	assert_int_equal(b->library_exists, FACT_YES);
	assert_int_equal(b->library_loads, FACT_YES);
	facts_release(&facts);
}

static void test_bad_bundles(void **state)
{
	struct facts facts;

	(void)state;
	collect(&facts, "driver-lists");
	assert_int_equal(facts.n_bundle, 2);
	assert_string_equal(facts.bundle[0].problem,
			    "its lists differ in length: 2 ifdVendorID, 2 ifdProductID, 1 ifdFriendlyName");
	assert_null(facts.bundle[1].problem);
	facts_release(&facts);
	collect(&facts, "driver-xml");
	assert_null(facts.bundle[0].problem);
	assert_true(facts.bundle[0].doubtful);
	assert_int_equal(facts.bundle[0].n, 1);
	facts_release(&facts);
	collect(&facts, "driver-arch");
	assert_int_equal(facts.bundle[0].library_loads, FACT_NO);
	facts_release(&facts);
	collect(&facts, "driver-library");
	assert_int_equal(facts.bundle[0].library_exists, FACT_NO);
	facts_release(&facts);
}

static void test_serial(void **state)
{
	struct facts facts;

	(void)state;
	collect(&facts, "serial-backup");
	assert_int_equal(facts.n_serial, 2);
	assert_string_equal(facts.serial[0].file, "/etc/reader.conf.d/smargo");
	assert_false(facts.serial[0].backup);
	assert_true(facts.serial[1].backup);
	assert_string_equal(facts.serial[0].friendly, "Smargo");
	assert_int_equal(facts.serial[0].line, 2);
	assert_string_equal(facts.serial[0].device_file.path, "/dev/ttyUSB0");
	assert_int_equal(facts.serial[0].library_file.exists, FACT_YES);
	assert_int_equal(facts.serial[0].daemon_may_open, FACT_YES);
	facts_release(&facts);
	collect(&facts, "serial-closed");
	assert_int_equal(facts.serial[0].daemon_may_open, FACT_NO);
	facts_release(&facts);
}

/* Who may open /dev/ttyUSB0: mode 0660, owner 0, group 20 (dialout, which has pcscd in serial-open only). */
static void test_access(void **state)
{
	struct facts facts;
	struct facts_file file;

	(void)state;
	collect(&facts, "serial-closed");
	file = facts.serial[0].device_file;
	assert_int_equal(access_daemon(&facts, &file), FACT_NO);
	assert_string_equal(access_daemon_user(&facts), "pcscd");
	file.mode = 0666;
	assert_int_equal(access_daemon(&facts, &file), FACT_YES);
	file.mode = 0600;
	file.uid = 998;
	assert_int_equal(access_daemon(&facts, &file), FACT_YES);
	file.mode = 0066;
	assert_int_equal(access_daemon(&facts, &file), FACT_NO);
	file.uid = 0;
	file.mode = 0660;
	file.gid = 998;
	assert_int_equal(access_daemon(&facts, &file), FACT_YES);
	file.gid = 20;
	facts.daemon.user = "root";
	assert_int_equal(access_daemon(&facts, &file), FACT_YES);
	facts.daemon.user = "stranger";
	assert_int_equal(access_daemon(&facts, &file), FACT_UNKNOWN);
	file.exists = FACT_NO;
	assert_int_equal(access_daemon(&facts, &file), FACT_UNKNOWN);
	facts_release(&facts);
}

/* The groups of the running daemon count, not those it would have after its next start. */
static void test_access_of_process(void **state)
{
	struct facts facts;

	(void)state;
	collect(&facts, "serial-running");
	assert_int_equal(facts.daemon.pid, 700);
	assert_int_equal(facts.serial[0].daemon_may_open, FACT_NO);
	assert_int_equal(facts.usb[0].daemon_may_open, FACT_YES);
	facts_release(&facts);
}

/* Entries as friendly|device|library|channel, problems as !line:text. */
static const struct conf_row {
	const char *text, *entries;
} conf_rows[] = {
	{"", ""},
	{"# nothing\n\n \t\n", ""},
	{"FRIENDLYNAME \"A B\"\nDEVICENAME /dev/ttyS0\nLIBPATH /l.so\nCHANNELID 0x3F8\n",
	 "A B|/dev/ttyS0|/l.so|0x3F8\n"},
	{"LIBPATH /l.so\nFRIENDLYNAME 'x' # why not\nCHANNELID 1",
	 "||/l.so|!1:a reader without FRIENDLYNAME\nx|||1!2:a reader without LIBPATH\n"},
	{"FRIENDLYNAME a\nLIBPATH /l\n", "a||/l|!1:a reader with neither DEVICENAME nor CHANNELID\n"},
	{"FRIENDLYNAME a\nLIBPATH /l\nCHANNELID 1\nFRIENDLYNAME b\nLIBPATH /m\nDEVICENAME /dev/null:0x8C7B\n",
	 "a||/l|1\nb|/dev/null:0x8C7B|/m|\n"},
	{"FRIENDLYNAME a\r\n", "a|||!1:more than a key and a value\n"},
	{"FRIENDLYNAME\n", "|||!1:a key without a value\n"},
	{"FRIENDLYNAME \"a\n",
	 "a|||!1:quotes without an end, or a sign that may not stand outside of them\n"},
	{"DEVICE /dev/x\n", "|||!1:a key that pcscd does not know\n"},
	{"FRIENDLYNAME a\n(x)\n", "a|||!2:a sign that may not stand outside of quotes\n"},
	{"LIBPATH /a b\n", "||/a|!1:more than a key and a value\n"},
};

static void test_readerconf(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(conf_rows) / sizeof(conf_rows[0]); i++) {
		struct pool pool = {0};
		struct readerconf conf;
		char out[512] = "";

		assert_int_equal(readerconf_parse(&conf, &pool, conf_rows[i].text, strlen(conf_rows[i].text)),
				 CS_OK);
		for (size_t e = 0; e < conf.n; e++) {
			const struct readerconf_entry *c = &conf.entry[e];
			const size_t at = strlen(out);

			snprintf(out + at, sizeof(out) - at, "%s|%s|%s|%s", c->friendly ? c->friendly : "",
				 c->device ? c->device : "", c->library ? c->library : "",
				 c->channel ? c->channel : "");
			if (c->problem)
				snprintf(out + strlen(out), sizeof(out) - strlen(out), "!%u:%s",
					 c->problem_line, c->problem);
			strcat(out, "\n");
		}
		assert_string_equal(out, conf_rows[i].entries);
		pool_release(&pool);
	}
}

static void test_readerconf_many(void **state)
{
	struct pool pool = {0};
	struct readerconf conf;
	char text[(READERCONF_MAX + 1) * 16] = "";

	(void)state;
	for (size_t i = 0; i <= READERCONF_MAX; i++)
		strcat(text, "FRIENDLYNAME a\n");
	assert_int_equal(readerconf_parse(&conf, &pool, text, strlen(text)), CS_E_TOO_LONG);
	assert_int_equal(conf.n, READERCONF_MAX);
	pool_release(&pool);
}

static void test_tables(void **state)
{
	(void)state;
	assert_int_equal(reader_firmware_min(0x072F, 0x2200), 0x0206);
	assert_int_equal(reader_firmware_min(0x072F, 0x2201), 0);
	assert_string_equal(reader_note_get(0x0A5C, 0x5832)->kase, "D36e");
	assert_null(reader_note_get(0x0A5C, 0x4500));
	assert_non_null(reader_mode_get(0x1050, 0x0402)->command);
	assert_null(reader_mode_get(0x1050, 0x0407));
	assert_int_equal(reader_driver_get(0x0C4B, 0x0300)->package, DISTRO_CYBERJACK);
	assert_null(reader_driver_get(0x1D6B, 2));
}

#define OTHERS 11

static int setup(void **state)
{
	(void)state;
	return roots_make(roots) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	temp_remove(roots);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest others[OTHERS] = {
		cmocka_unit_test(test_two_devices),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_ignore_rule),
		cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_bad_bundles),
		cmocka_unit_test(test_serial),
		cmocka_unit_test(test_readerconf),
		cmocka_unit_test(test_readerconf_many),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_access_of_process),
	};
	struct CMUnitTest tests[ROWS + OTHERS];

	for (size_t i = 0; i < ROWS; i++) {
		union {
			const struct row *in;
			void *out;
		} row = {&rows[i]};

		tests[i] = (struct CMUnitTest){rows[i].root, test_device, NULL, NULL, row.out};
	}
	memcpy(tests + ROWS, others, sizeof(others));
	return cmocka_run_group_tests_name("facts_usb", tests, setup, teardown);
}

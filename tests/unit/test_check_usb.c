/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of devices and drivers on facts made by hand: what a root under tests/roots shows badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "diag/check_priv.h"
#include "diag/usb.h"

#define READERS 17

static uint16_t acr_vendor[] = {0x072F}, acr_product[] = {0x2200};

static struct facts_bundle ccid = {.dir = "/d/ifd-ccid.bundle",
				   .plist = "/d/ifd-ccid.bundle/Contents/Info.plist",
				   .class_driver = true,
				   .vendor = acr_vendor,
				   .product = acr_product,
				   .n = 1};

static void run(struct verdict *v, struct pool *pool, const struct check *table, const char *id,
		const struct facts *facts)
{
	*v = (struct verdict){.pool = pool};
	for (const struct check *c = table; c->id; c++) {
		if (strcmp(c->id, id) == 0) {
			c->run(facts, v);
			return;
		}
	}
	fail_msg("no check %s", id);
}

static void expect(const struct verdict *v, enum check_status status, const char *kase)
{
	assert_int_equal(v->status, status);
	if (kase)
		assert_string_equal(v->kase, kase);
	else
		assert_null(v->kase);
}

static bool commands_hold(const struct verdict *v, const char *piece)
{
	for (size_t i = 0; i < v->n_remedies; i++)
		if (v->remedy[i].command && strstr(v->remedy[i].command, piece))
			return true;
	return false;
}

static struct facts_usb acr122u(void)
{
	return (struct facts_usb){.bus_path = "1-1",
				  .interface = "1-1:1.0",
				  .vendor = 0x072F,
				  .product = 0x2200,
				  .release = 0x0201,
				  .interface_class = USB_CLASS_CARD,
				  .known_vendor = true};
}

static void test_limit(void **state)
{
	struct facts_usb usb[READERS];
	struct facts facts = {.usb = usb, .n_usb = READERS};
	struct pool pool = {0};
	struct verdict v;

	(void)state;
	for (size_t i = 0; i < READERS; i++)
		usb[i] = acr122u();
	run(&v, &pool, check_driver, "driver-limit", &facts);
	expect(&v, CHECK_SKIP, NULL);
	facts.daemon.version = "1.9.9";
	run(&v, &pool, check_driver, "driver-limit", &facts);
	expect(&v, CHECK_WARN, "D36c");
	facts.daemon.version = "2.4.1";
	run(&v, &pool, check_driver, "driver-limit", &facts);
	expect(&v, CHECK_WARN, "D36c");
	facts.daemon.version = "2.5.0";
	run(&v, &pool, check_driver, "driver-limit", &facts);
	expect(&v, CHECK_OK, NULL);
	facts.daemon.version = "1.9.9";
	facts.n_usb = READERS - 1;
	run(&v, &pool, check_driver, "driver-limit", &facts);
	expect(&v, CHECK_OK, NULL);
	pool_release(&pool);
}

/* The maker's driver goes before the CCID driver, and has no list of bad firmware. */
static void test_firmware(void **state)
{
	struct facts_usb usb = acr122u();
	struct facts_bundle bundle[2] = {ccid, ccid};
	struct facts facts = {
		.usb = &usb, .n_usb = 1, .bundle = bundle, .n_bundle = 1, .host.os_id = "debian"};
	struct live_reader reader = {.name = "ACS"};
	struct pool pool = {0};
	struct verdict v;

	(void)state;
	run(&v, &pool, check_driver, "driver-firmware", &facts);
	expect(&v, CHECK_FAIL, "D28");
	assert_true(commands_hold(&v, "apt-get install libacsccid1"));
	facts.live_known = true;
	facts.live.reader = &reader;
	facts.live.n = 1;
	run(&v, &pool, check_driver, "driver-firmware", &facts);
	expect(&v, CHECK_WARN, "D28");
	facts.live.n = 0;
	bundle[1].class_driver = false;
	facts.n_bundle = 2;
	run(&v, &pool, check_driver, "driver-firmware", &facts);
	expect(&v, CHECK_OK, NULL);
	bundle[0] = bundle[1];
	bundle[1] = ccid;
	run(&v, &pool, check_driver, "driver-firmware", &facts);
	expect(&v, CHECK_OK, NULL);
	facts.n_bundle = 0;
	usb.release = 0;
	run(&v, &pool, check_driver, "driver-firmware", &facts);
	expect(&v, CHECK_OK, NULL);
	pool_release(&pool);
}

static void test_virtual_machine(void **state)
{
	struct facts facts = {.kernel.any_usb = FACT_YES, .host.vm = "QEMU"};
	struct pool pool = {0};
	struct verdict v;

	(void)state;
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_FAIL, "D21");
	assert_non_null(strstr(v.remedy[0].text, "virtual machine (QEMU)"));
	facts.host.vm = "LENOVO";
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_FAIL, "D21");
	assert_null(strstr(v.remedy[0].text, "virtual machine"));
	pool_release(&pool);
}

/* No reader here is no fault when the readers are elsewhere. */
static void test_readers_elsewhere(void **state)
{
	struct facts facts = {.kernel.any_usb = FACT_NO, .socket.from_env = FACT_YES};
	struct facts_serial serial = {.friendly = "Smargo"};
	struct pool pool = {0};
	struct verdict v;

	(void)state;
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_SKIP, NULL);
	facts.socket.from_env = FACT_NO;
	facts.host.container = "podman";
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_SKIP, NULL);
	facts.host.container = NULL;
	facts.serial = &serial;
	facts.n_serial = 1;
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_OK, NULL);
	facts.n_serial = 0;
	facts.live_known = true;
	facts.live.n = 1;
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_OK, NULL);
	facts.live.n = 0;
	run(&v, &pool, check_usb, "usb-reader", &facts);
	expect(&v, CHECK_FAIL, "D21");
	pool_release(&pool);
}

/* Names come from devices and files: they may not break out of a message or a command. */
static void test_hostile_names(void **state)
{
	struct facts_usb usb = acr122u();
	struct facts_bundle bundle = ccid;
	struct facts facts = {.usb = &usb, .n_usb = 1, .bundle = &bundle, .n_bundle = 1};
	struct pool pool = {0};
	struct verdict v;

	(void)state;
	usb.product_name = "\033[31mred\n";
	usb.kernel_driver = "x; reboot";
	run(&v, &pool, check_kernel, "kernel-driver", &facts);
	expect(&v, CHECK_FAIL, "D22b");
	assert_null(strpbrk(v.detail, "\033\n"));
	assert_true(commands_hold(&v, "/'x; reboot'/unbind"));
	bundle.dir = "/d/a $(reboot)'.bundle";
	bundle.problem = "it names no reader (ifdVendorID)";
	bundle.class_driver = false;
	run(&v, &pool, check_driver, "driver-bundle", &facts);
	assert_true(commands_hold(&v, "mv '/d/a $(reboot)'\\''.bundle' /root/"));
	pool_release(&pool);
}

static void test_vendor_commands(void **state)
{
	struct facts_bundle bundle = ccid;
	struct facts facts = {.bundle = &bundle, .n_bundle = 1};
	struct pool pool = {0};
	struct verdict v;

	(void)state;
	run(&v, &pool, check_driver, "driver-escape", &facts);
	expect(&v, CHECK_OK, NULL);
	assert_int_equal(strncmp(v.detail, "off", 3), 0);
	bundle.options = 1;
	run(&v, &pool, check_driver, "driver-escape", &facts);
	expect(&v, CHECK_OK, NULL);
	assert_int_equal(strncmp(v.detail, "on", 2), 0);
	pool_release(&pool);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),           cmocka_unit_test(test_firmware),
		cmocka_unit_test(test_virtual_machine), cmocka_unit_test(test_readers_elsewhere),
		cmocka_unit_test(test_hostile_names),   cmocka_unit_test(test_vendor_commands),
	};

	return cmocka_run_group_tests_name("check_usb", tests, NULL, NULL);
}

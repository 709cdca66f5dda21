/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of logs as pcscd, its CCID driver and systemd write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/log.h"

#define JOURNAL "Nov 21 08:00:00 host pcscd[812]: 00000007 "

static const struct row {
	const char *line;
	const char *kase; /* NULL: a meaning without a case */
	enum log_grade grade;
	const char *meaning; /* part of it */
} rows[] = {
	{JOURNAL "auth.c:143:IsClientAuthorized() Process 4711 (user: 65534) is NOT authorized for action: "
		 "access_pcsc",
	 "D1", LOG_FAULT, "does not let process 4711 of uid 65534 use PC/SC"},
	{"Process 1 (user: 1000) is NOT authorized for action: access_card", "D4", LOG_FAULT,
	 "lets process 1 of uid 1000 list the readers"},
	{JOURNAL
	 "auth.c:92:IsClientAuthorized() polkit_authority_get_sync failed: Could not connect: No such "
	 "file or directory",
	 "D5", LOG_FAULT, "(Could not connect: No such file or directory)"},
	{"Error in authorization: GDBus.Error:org.freedesktop.PolicyKit1.Error.Failed: Action "
	 "org.debian.pcsc-lite.access_pcsc is not registered",
	 "D8", LOG_FAULT, "the action org.debian.pcsc-lite.access_pcsc"},
	{"Error in authorization: GDBus.Error:org.x.UnmappedGError: Failed to open file /proc/71/status",
	 "D7", LOG_FAULT, "hidepid"},
	{"winscard_svc.c:1001:ContextThread() Communication protocol mismatch!", "D37", LOG_FAULT,
	 "versions"},
	{"winscard_svc.c:1003:ContextThread() Client protocol is 4:5", "D37", LOG_WARNING, "4:5"},
	{"winscard.c:266:SCardConnect() Error Reader Exclusive", "D9", LOG_WARNING, "exclusively"},
	{"winscard.c:289:SCardConnect() Waiting for release of lock", "D12", LOG_WARNING, "transaction"},
	{"winscard_svc.c:292:CreateContextThread() Too many context running: 200", NULL, LOG_FAULT,
	 "200 connections"},
	{"pcscdaemon.c:612:main() file /run/pcscd/pcscd.comm already exists.", "D20b", LOG_WARNING,
	 "/run/pcscd/pcscd.comm is there"},
	{"pcscdaemon.c:614:main() Another pcscd (pid: 5) seems to be running.", "D20b", LOG_FAULT,
	 "process 5"},
	{"Nov 21 08:00:00 host systemd[1]: pcscd.service: Main process exited, code=dumped, status=11/SEGV",
	 "D20c", LOG_FAULT, "crashed"},
	{"systemd[1]: pcscd.service: Referenced but unset environment variable evaluates to an empty string: "
	 "PCSCD_ARGS",
	 "D20d", LOG_INFO, "harmless"},
	{"hotplug_libudev.c:123:HPReadBundleValues() Cannot open PC/SC drivers directory: "
	 "/usr/lib/pcsc/drivers",
	 "D23", LOG_FAULT, "/usr/lib/pcsc/drivers is missing"},
	{"hotplug_libudev.c:167:HPReadBundleValues() Error parsing "
	 "/usr/lib/pcsc/drivers/x.bundle/Contents/Info.plist",
	 "D36", LOG_FAULT, "x.bundle/Contents/Info.plist is damaged"},
	{"readerfactory.c:1105:RFInitializeReader() Open Port 0x200000 Failed "
	 "(usb:08e6/3437:libudev:0:/dev/bus/usb/001/005)",
	 "D29", LOG_FAULT, "usb:08e6/3437:libudev:0:/dev/bus/usb/001/005 did not start"},
	{JOURNAL "readerfactory.c:376:RFAddReader() Gemalto PC Twin Reader init failed.", "D29", LOG_FAULT,
	 "the reader Gemalto PC Twin Reader did"},
	{"readerfactory.c:210:RFAddReader() Reader name \"Virtual PCD\" contains \"Virtual\": ignored",
	 "D32b", LOG_WARNING, "hides the reader Virtual PCD"},
	{"ccid_usb.c:672:OpenUSBByName() Can't claim interface 1/6: LIBUSB_ERROR_BUSY", "D11", LOG_FAULT,
	 "device 1/6"},
	{"ccid_usb.c:541:OpenUSBByName() Can't libusb_open(1/5): LIBUSB_ERROR_ACCESS", "D27", LOG_FAULT,
	 "device 1/5"},
	{"Can't libusb_open(3/12): LIBUSB_ERROR_IO", "D31", LOG_FAULT, "3/12"},
	{"ccid_usb.c:1416:ccid_check_firmware() Firmware (1.09) is bogus! Upgrade the reader firmware or get "
	 "a new reader.",
	 "D28", LOG_FAULT, "firmware 1.09"},
	{"Firmware (1.09) is bogus! but you choosed to use it", "D28", LOG_WARNING, "all the same"},
	{"ccid_usb.c:861:ReadUSB() read failed (1/5): -7 LIBUSB_ERROR_TIMEOUT", "D29", LOG_FAULT,
	 "the reader at 1/5 did not answer"},
	{"ccid_usb.c:861:ReadUSB() read failed (1/5): -4 LIBUSB_ERROR_NO_DEVICE", "D30", LOG_FAULT,
	 "the reader at 1/5 was"},
	{"ccid_usb.c:861:ReadUSB() read failed (1/5): -8 LIBUSB_ERROR_OVERFLOW", "D45", LOG_FAULT, "1/5"},
	{"ccid_usb.c:813:WriteUSB() write failed (1/5): LIBUSB_ERROR_IO", "D30", LOG_FAULT, "failed (IO)"},
	{"commands.c:249:CmdPowerOn() Card absent or mute", "D43", LOG_WARNING, "answer to reset"},
	{"ifdhandler.c:1221:IFDHPowerICC() PowerUp failed", "D43", LOG_WARNING, "powered up"},
	{"commands.c:1533:CmdXfrBlock() Command too long (300 bytes) for max: 271 bytes", "D49", LOG_WARNING,
	 "a command of 300 bytes does not fit the reader, which takes 271"},
	{"ifdhandler.c:640:IFDHSetProtocolParameters() Protocol T=1 not supported by reader", "D46",
	 LOG_WARNING, "T=1"},
	{"kernel: pn533_usb 1-4:1.0: NXP PN532 firmware ver 1.6 now attached", "D22", LOG_FAULT,
	 "took the reader"},
	{"kernel: usb 1-4: device descriptor read/64, error -71", "D30", LOG_FAULT, "(error -71)"},
	{"systemd[1]: pcscd.service: Failed with result 'exit-code'.", NULL, LOG_WARNING, "result exit-code"},
	{"audit: type=1400 apparmor=\"DENIED\" operation=\"connect\" name=\"/run/pcscd/pcscd.comm\"", "D33",
	 LOG_FAULT, "AppArmor"},
	{"\033[31m00000007 \033[01;31mwinscard_svc.c:292:X() Too many context running: 200\033[0m", NULL,
	 LOG_FAULT, "200 connections are open, as many"},
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct pool pool = {0};
		struct log_match match;
		const char *meaning;

		if (!log_match(&match, row->line, strlen(row->line)))
			fail_msg("%s: no meaning", row->line);
		meaning = log_meaning(&pool, &match);
		assert_non_null(meaning);
		if (match.entry->grade != row->grade || !strstr(meaning, row->meaning) ||
		    !match.entry->kase != !row->kase ||
		    (row->kase && strcmp(match.entry->kase, row->kase) != 0))
			fail_msg("%s: %s %s", row->line, match.entry->kase, meaning);
		pool_release(&pool);
	}
}

static void test_other_lines(void **state)
{
	static const char *const lines[] = {
		"",
		"sshd[9]: Accepted publickey for root from 192.0.2.1 port 22 ssh2",
		"Process 1 (user: 1000) is authorized for action: access_pcsc",
		"Process  (user: ) is NOT authorized for action: access",
		"Client protocol is ",
		"pcscd.service: Succeeded.",
		"Firmware (1.09 is bogus!",
	};
	struct log_match match;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (log_match(&match, lines[i], strlen(lines[i])))
			fail_msg("%s: %s", lines[i], match.entry->pattern);
	}
}

/* The pattern with a word for each capture: "Process X1 (user: X2) ..." */
static void sample_of(char *out, size_t size, const char *pattern)
{
	int n = 0;

	*out = '\0';
	while (*pattern) {
		size_t used = strlen(out), len = strcspn(pattern, "<");

		if (len == 0) {
			snprintf(out + used, size - used, "X%d", ++n);
			len = strcspn(pattern, ">") + 1;
		} else {
			snprintf(out + used, size - used, "%.*s", (int)len, pattern);
		}
		pattern += len;
	}
}

/* A row that an earlier one hides would never be seen. */
static void test_each_row_is_reached(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct log_entry *e; (e = log_entry_at(n)); n++) {
		struct log_match match;
		char line[512];

		sample_of(line, sizeof(line), e->pattern);
		if (!log_match(&match, line, strlen(line)) || match.entry != e)
			fail_msg("%s", line);
	}
	assert_true(n > 60);
	assert_null(log_entry_at(n));
}

static void check_names(const struct log_match *match, const char *sentence)
{
	for (const char *p = strchr(sentence, '<'); p; p = strchr(p + 1, '<')) {
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(p + 1, ">"), p + 1);
		if (!log_capture_get(match, name))
			fail_msg("%s: <%s>", match->entry->pattern, name);
	}
}

static void test_each_name_is_captured(void **state)
{
	(void)state;
	for (size_t i = 0; log_entry_at(i); i++) {
		struct log_match match;
		char line[512];

		sample_of(line, sizeof(line), log_entry_at(i)->pattern);
		assert_true(log_match(&match, line, strlen(line)));
		check_names(&match, match.entry->meaning);
		check_names(&match, match.entry->check);
	}
}

static void test_captures(void **state)
{
	static const char line[] = "Process 4711 (user: 65534) is NOT authorized for action: access_pcsc";
	const struct log_capture *c;
	struct log_match match;

	(void)state;
	assert_true(log_match(&match, line, sizeof(line) - 1));
	assert_int_equal(match.n, 2);
	c = log_capture_get(&match, "uid");
	assert_non_null(c);
	assert_memory_equal(c->text, "65534", c->len);
	assert_int_equal(c->len, 5);
	assert_null(log_capture_get(&match, "ui"));
	assert_null(log_capture_get(&match, "reader"));
}

static void test_untrusted_capture(void **state)
{
	static const char line[] = "x() Evil \xFF\xE2\x80\xAEname init failed.";
	struct pool pool = {0};
	struct log_match match;

	(void)state;
	assert_true(log_match(&match, line, sizeof(line) - 1));
	assert_string_equal(log_meaning(&pool, &match),
			    "the reader Evil \\xFF\\xE2\\x80\\xAEname did not start: the lines "
			    "before say why");
	pool_release(&pool);
}

static void test_long_lines(void **state)
{
	static char line[LOG_LINE_MAX + 64];
	struct log_match match;

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line + LOG_LINE_MAX - 14, "PowerUp failed", 14);
	assert_true(log_match(&match, line, sizeof(line)));
	memset(line, 'x', sizeof(line));
	memcpy(line + LOG_LINE_MAX - 13, "PowerUp failed", 14);
	assert_false(log_match(&match, line, sizeof(line)));
	memcpy(line, "Client protocol is ", 19);
	assert_true(log_match(&match, line, sizeof(line)));
	assert_int_equal(match.capture[0].len, LOG_CAPTURE_MAX);
}

static void test_digest(void **state)
{
	static const char log[] = "Card absent or mute\n"
				  "nothing\r\n"
				  "Can't claim interface 1/6: LIBUSB_ERROR_BUSY\r\n"
				  "\n"
				  "Duplicate reader found.\n"
				  "Card absent or mute\n"
				  "Can't claim interface 1/7: LIBUSB_ERROR_BUSY";
	static const struct {
		const char *kase;
		size_t number, count;
	} want[] = {{"D11", 3, 1}, {"D11", 7, 1}, {"D43", 1, 2}, {"D36d", 5, 1}};
	struct log_digest digest;
	struct pool pool = {0};

	(void)state;
	assert_int_equal(log_read(&digest, &pool, log, sizeof(log) - 1), CS_OK);
	assert_int_equal(digest.lines, 7);
	assert_int_equal(digest.n, 4);
	assert_int_equal(digest.left_out, 0);
	for (size_t i = 0; i < digest.n; i++) {
		assert_string_equal(digest.finding[i].match.entry->kase, want[i].kase);
		assert_int_equal(digest.finding[i].number, want[i].number);
		assert_int_equal(digest.finding[i].count, want[i].count);
	}
	assert_memory_equal(digest.finding[2].line, "Card absent or mute", digest.finding[2].line_len);
	assert_int_equal(log_read(&digest, &pool, "", 0), CS_OK);
	assert_int_equal(digest.n + digest.lines, 0);
	pool_release(&pool);
}

static void test_digest_is_bounded(void **state)
{
	struct log_digest digest;
	struct pool pool = {0};
	char log[8192];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < LOG_FINDINGS_MAX + 3; i++)
		len += (size_t)snprintf(log + len, sizeof(log) - len, "Client protocol is 4:%d\n", i);
	assert_int_equal(log_read(&digest, &pool, log, len), CS_OK);
	assert_int_equal(digest.n, LOG_FINDINGS_MAX);
	assert_int_equal(digest.left_out, 3);
	assert_int_equal(digest.lines, LOG_FINDINGS_MAX + 3);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_each_row_is_reached),
		cmocka_unit_test(test_each_name_is_captured),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_untrusted_capture),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_digest_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

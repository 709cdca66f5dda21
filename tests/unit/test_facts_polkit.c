/* SPDX-License-Identifier: GPL-2.0-or-later */
/* polkit as far as files tell: policy, bus, rules and whether they could be read. */
#include "facts_harness.h"

#define STATUS                                                                                               \
	{                                                                                                    \
		"proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n"                                         \
	}
#define GOOD                                                                                                 \
	"polkit.addRule(function(action) { if (action.id == \"org.debian.pcsc-lite.access_pcsc\") return "   \
	"\"yes\"; });"
#define BAD "polkit.addRule(function(action) { return polkit.Result.NO; });"

struct row {
	const char *name;
	struct temp_file files[FILES_MAX];
	enum fact policy_file, bus_socket, rules_readable;
	const char *rule_files, *unguarded, *unreadable; /* with a blank behind each */
};

static const struct row rows[] = {
	{"not installed", {{"etc/", ""}}, FACT_NO, FACT_NO, FACT_YES, "", "", ""},
	{"installed, no rule of interest",
	 {STATUS,
	  {"usr/share/polkit-1/actions/org.debian.pcsc-lite.policy", "<policyconfig/>"},
	  {"run/dbus/system_bus_socket", ""},
	  {"run/dbus/.meta", "system_bus_socket 666 0 0 s\n"},
	  {"usr/share/polkit-1/rules.d/50-default.rules",
	   "polkit.addAdminRule(function(action, subject) { return [\"unix-group:sudo\"]; });"}},
	 FACT_YES,
	 FACT_YES,
	 FACT_YES,
	 "",
	 "",
	 ""},
	{"something that is no socket",
	 {{"run/dbus/system_bus_socket", "left over"}},
	 FACT_NO,
	 FACT_NO,
	 FACT_YES,
	 "",
	 "",
	 ""},
	{"rules good and bad, in the order of polkit's directories",
	 {{"usr/share/polkit-1/rules.d/40-other.rules", BAD},
	  {"etc/polkit-1/rules.d/49-pcsc.rules", GOOD},
	  {"etc/polkit-1/rules.d/49-pcsc.rules~", GOOD BAD},
	  {"etc/polkit-1/rules.d/README", GOOD},
	  {"etc/polkit-1/localauthority/50-local.d/x.pkla", "Action=org.debian.pcsc-lite.access_card\n"}},
	 FACT_NO,
	 FACT_NO,
	 FACT_YES,
	 "/etc/polkit-1/rules.d/49-pcsc.rules /etc/polkit-1/localauthority/50-local.d/x.pkla ",
	 "/usr/share/polkit-1/rules.d/40-other.rules ",
	 ""},
	{"a directory that is closed",
	 {STATUS,
	  {"etc/polkit-1/.meta", "rules.d 700 102 0 d\n"},
	  {"etc/polkit-1/rules.d/49-pcsc.rules", GOOD},
	  {"usr/share/polkit-1/rules.d/40-other.rules", GOOD}},
	 FACT_NO,
	 FACT_NO,
	 FACT_NO,
	 "/usr/share/polkit-1/rules.d/40-other.rules ",
	 "",
	 "read polkit's rules "},
	{"a file that is closed",
	 {STATUS,
	  {"etc/polkit-1/rules.d/.meta", "49-pcsc.rules 600 0 0 f\n"},
	  {"etc/polkit-1/rules.d/49-pcsc.rules", GOOD}},
	 FACT_NO,
	 FACT_NO,
	 FACT_NO,
	 "",
	 "",
	 "read polkit's rules "},
	{"the policy's directory is closed",
	 {STATUS,
	  {"usr/share/polkit-1/.meta", "actions 700 0 0 d\n"},
	  {"usr/share/polkit-1/actions/org.debian.pcsc-lite.policy", "<policyconfig/>"}},
	 FACT_UNKNOWN,
	 FACT_NO,
	 FACT_YES,
	 "",
	 "",
	 ""},
};

static void join(char *out, size_t cap, const struct pool_list *list)
{
	*out = '\0';
	for (size_t i = 0; i < list->n; i++)
		snprintf(out + strlen(out), cap - strlen(out), "%s ", list->item[i]);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct facts facts;
		char text[1024];

		print_message("%s\n", rows[i].name);
		facts_of(&facts, rows[i].files, NULL);
		assert_int_equal(facts.polkit.policy_file, rows[i].policy_file);
		assert_int_equal(facts.polkit.policy_path != NULL, rows[i].policy_file == FACT_YES);
		assert_int_equal(facts.polkit.bus_socket, rows[i].bus_socket);
		assert_int_equal(facts.polkit.rules_readable, rows[i].rules_readable);
		join(text, sizeof(text), &facts.polkit.rule_files);
		assert_string_equal(text, rows[i].rule_files);
		join(text, sizeof(text), &facts.polkit.unguarded_rules);
		assert_string_equal(text, rows[i].unguarded);
		join(text, sizeof(text), &facts.unreadable);
		assert_true(strstr(text, rows[i].unreadable) != NULL);
		assert_true(*rows[i].unreadable || !strstr(text, "polkit"));
		assert_int_equal(facts.polkit.may_pcsc, FACT_UNKNOWN);
		assert_null(facts.polkit.version);
		facts_release(&facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests_name("facts_polkit", tests, NULL, NULL);
}

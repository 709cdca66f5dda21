/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_doctor_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tools/pcsc_doctor_collect.h"
#include "view/report_text.h"
#include "view/term.h"

static int fail(const char *file, int error)
{
	const struct term t = {.out = stderr};

	fprintf(stderr, "%s: ", doctor_name);
	term_put_untrusted(&t, TERM_PLAIN, file);
	fprintf(stderr, ": %s\n", strerror(error));
	return APP_USAGE;
}

/* A device has several interfaces, and descriptors once. */
static bool came_before(const struct facts *facts, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(facts->usb[j].bus_path, facts->usb[i].bus_path) == 0)
			return true;
	return false;
}

static void add_descriptors(struct report *report, struct report_usb *usb, struct facts *facts)
{
	report->usb = usb;
	for (size_t i = 0; usb && i < facts->n_usb; i++) {
		struct report_usb *one = &usb[report->n_usb];
		const char *path;

		if (!facts->usb[i].bus_path || came_before(facts, i))
			continue;
		path = pool_format(&facts->pool, "/sys/bus/usb/devices/%s/descriptors",
				   facts->usb[i].bus_path);
		one->bus_path = facts->usb[i].bus_path;
		if (path)
			one->bytes = (const uint8_t *)root_read(&facts->root, &facts->pool, path, &one->len);
		if (one->bytes)
			report->n_usb++;
	}
}

static const char *host_name(struct facts *facts, struct utsname *buffer)
{
	if (!facts->root.live)
		return root_line(&facts->root, &facts->pool, "/etc/hostname");
	return uname(buffer) == 0 ? buffer->nodename : NULL;
}

static enum cs_err write_report(FILE *out, const struct doctor_options *options, struct doctor_case *c)
{
	struct facts *facts = &c->facts;
	struct utsname buffer;
	struct report report = {
		.version = CS_VERSION,
		.host_name = host_name(facts, &buffer),
		.facts = facts,
		.diagnosis = &c->diagnosis,
		.serials = options->serials,
	};

	add_descriptors(&report, pool_take(&facts->pool, (facts->n_usb + 1) * sizeof(*report.usb)), facts);
	return report_text_put(out, &report);
}

/* A report never overwrites anything, and is for its owner to read and pass on. */
static FILE *create(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

int doctor_report(const struct doctor_options *options, const struct app_env *env)
{
	const char *file = options->n_operands ? options->operand[0] : NULL;
	FILE *out = file ? create(file) : stdout;
	struct doctor_case c;
	enum cs_err err;
	int status = APP_OK;

	if (!out)
		return fail(file, errno);
	err = doctor_case_collect(&c, options, env);
	if (err == CS_OK) {
		err = write_report(out, options, &c);
		doctor_case_release(&c);
	}
	if (err != CS_OK)
		status = doctor_fail(options, err);
	if (file && fclose(out) != 0 && err == CS_OK)
		status = fail(file, errno);
	if (file && status != APP_OK)
		unlink(file);
	return status;
}

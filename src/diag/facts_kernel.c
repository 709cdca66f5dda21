/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/facts_priv.h"

#include <string.h>

#include "diag/usb.h"

/* modules_list - the modules of /proc/modules that take readers */
static void modules_list(struct facts *facts)
{
	const char *text = root_read(&facts->root, &facts->pool, "/proc/modules", NULL);

	for (const char *line = text; line && *line; line += *line == '\n') {
		const char *name = pool_copy(&facts->pool, line, strcspn(line, " \n"));

		if (name && usb_taking_module(name))
			pool_list_add(&facts->pool, &facts->kernel.modules, name);
		line += strcspn(line, "\n");
	}
}

static enum fact any_usb(struct facts *facts)
{
	struct pool_list names = {0};

	if (!root_list(&facts->root, &facts->pool, USB_DEVICES, &names))
		return root_exists(&facts->root, "/sys/bus") ? FACT_NO : FACT_UNKNOWN;
	for (size_t i = 0; i < names.n; i++)
		if (strncmp(names.item[i], "usb", 3) != 0 && !strchr(names.item[i], ':'))
			return FACT_YES;
	return FACT_NO;
}

void facts_kernel_collect(struct facts *facts, const struct facts_options *options)
{
	(void)options;
	modules_list(facts);
	facts->kernel.any_usb = any_usb(facts);
	facts->kernel.udev = fact_of(root_exists(&facts->root, "/run/udev"));
}

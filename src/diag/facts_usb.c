/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag/facts_priv.h"

#include <stdlib.h>
#include <string.h>

#include "diag/access.h"
#include "diag/reader_table.h"
#include "diag/usb.h"

#define IGNORE "PCSCLITE_IGNORE" /* property of the udev database */

static const char *const rule_dirs[] = {"/etc/udev/rules.d", "/run/udev/rules.d",
					"/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
					"/lib/udev/rules.d"};

/* attribute - a file of a device or interface in sysfs; NULL when there is none or it is empty */
static const char *attribute(struct facts *facts, const char *device, const char *name)
{
	const char *path = pool_format(&facts->pool, "%s/%s/%s", USB_DEVICES, device, name);
	const char *line = path ? root_line(&facts->root, &facts->pool, path) : NULL;

	return line && *line ? line : NULL;
}

static int numeral(struct facts *facts, const char *device, const char *name, int base)
{
	const char *text = attribute(facts, device, name);
	char *end;
	unsigned long value;

	if (!text)
		return -1;
	value = strtoul(text, &end, base);
	return end == text || value > 0xFFFF ? -1 : (int)value;
}

static unsigned numeral_or_0(struct facts *facts, const char *device, const char *name, int base)
{
	const int value = numeral(facts, device, name, base);

	return value < 0 ? 0 : (unsigned)value;
}

static const char *driver_of(struct facts *facts, const char *interface)
{
	const char *path = pool_format(&facts->pool, "%s/%s/driver", USB_DEVICES, interface);
	const char *target = path ? root_readlink(&facts->root, &facts->pool, path) : NULL;
	const char *slash = target ? strrchr(target, '/') : NULL;

	return slash ? slash + 1 : target;
}

/* udev_says - the value of PCSCLITE_IGNORE in one entry of the udev database */
static enum fact udev_says(struct facts *facts, const char *entry)
{
	const char *path = pool_format(&facts->pool, "/run/udev/data/%s", entry);
	const char *text = path ? root_read(&facts->root, &facts->pool, path, NULL) : NULL;

	if (!text)
		return FACT_UNKNOWN;
	return fact_of(strstr(text, "\nE:" IGNORE "=") ||
		       strncmp(text, "E:" IGNORE "=", strlen("E:" IGNORE "=")) == 0);
}

/* heeds_ignore - whether this pcscd knows the property at all: old ones do not */
static bool heeds_ignore(struct facts *facts)
{
	const char *path = facts->daemon.binary;
	size_t len = 0;
	const char *bytes = path ? root_read(&facts->root, &facts->pool, path, &len) : NULL;

	return !bytes || len == ROOT_FILE_MAX || facts_find(bytes, len, IGNORE);
}

static enum fact ignored(struct facts *facts, const struct facts_usb *u)
{
	const char *number = attribute(facts, u->bus_path, "dev");
	const char *by_number = number ? pool_format(&facts->pool, "c%s", number) : NULL;
	const char *by_name = pool_format(&facts->pool, "+usb:%s", u->interface);
	const enum fact device = by_number ? udev_says(facts, by_number) : FACT_UNKNOWN;

	if (by_name && udev_says(facts, by_name) == FACT_YES)
		return FACT_YES;
	return device;
}

static const char *rule_in(struct facts *facts, const char *dir)
{
	struct pool_list names = {0};

	if (!root_list(&facts->root, &facts->pool, dir, &names))
		return NULL;
	for (size_t i = 0; i < names.n; i++) {
		const char *path = pool_format(&facts->pool, "%s/%s", dir, names.item[i]);
		const char *text = path ? root_read(&facts->root, &facts->pool, path, NULL) : NULL;

		if (text && strstr(text, IGNORE))
			return path;
	}
	return NULL;
}

static const char *ignore_rule(struct facts *facts)
{
	const char *rule = NULL;

	for (size_t i = 0; !rule && i < sizeof(rule_dirs) / sizeof(rule_dirs[0]); i++)
		rule = rule_in(facts, rule_dirs[i]);
	return rule;
}

static void read_device(struct facts *facts, const char *device, struct facts_usb *u)
{
	const int authorized = numeral(facts, device, "authorized", 10);

	u->bus_path = device;
	u->vendor = numeral_or_0(facts, device, "idVendor", 16);
	u->product = numeral_or_0(facts, device, "idProduct", 16);
	u->release = numeral_or_0(facts, device, "bcdDevice", 16);
	u->manufacturer = attribute(facts, device, "manufacturer");
	u->product_name = attribute(facts, device, "product");
	u->device_class = numeral(facts, device, "bDeviceClass", 16);
	u->bus = numeral_or_0(facts, device, "busnum", 10);
	u->device = numeral_or_0(facts, device, "devnum", 10);
	u->authorized = authorized < 0 ? FACT_UNKNOWN : fact_of(authorized);
	u->known_vendor = usb_bundle(facts, u->vendor, u->product) != NULL;
}

static void read_interface(struct facts *facts, const char *interface, struct facts_usb *u)
{
	u->interface = interface;
	u->interface_class = interface ? numeral(facts, interface, "bInterfaceClass", 16) : -1;
	u->subclass = interface ? numeral(facts, interface, "bInterfaceSubClass", 16) : -1;
	u->protocol = interface ? numeral(facts, interface, "bInterfaceProtocol", 16) : -1;
	u->kernel_driver = interface ? driver_of(facts, interface) : NULL;
}

/* complete - what only readers are asked for */
static void complete(struct facts *facts, struct facts_usb *u)
{
	const char *path = pool_format(&facts->pool, "/dev/bus/usb/%03u/%03u", u->bus, u->device);

	u->serial = attribute(facts, u->bus_path, "serial");
	u->power_control = attribute(facts, u->bus_path, "power/control");
	u->runtime_status = attribute(facts, u->bus_path, "power/runtime_status");
	u->persist = attribute(facts, u->bus_path, "power/persist");
	if (path && u->bus && u->device)
		facts_file_get(&facts->root, path, &u->node);
	u->daemon_may_open = access_daemon(facts, &u->node);
	u->ignored = ignored(facts, u);
	if (u->ignored == FACT_YES && !heeds_ignore(facts))
		u->ignored = FACT_NO;
	if (u->ignored == FACT_YES)
		u->ignore_rule = ignore_rule(facts);
}

/* Disks say what they are for only in their name. */
static bool takes_memory_cards(const struct facts_usb *u)
{
	return u->interface_class == USB_CLASS_DISK && u->product_name &&
	       (strstr(u->product_name, "Card") || strstr(u->product_name, "card") ||
		strstr(u->product_name, "CRW"));
}

/* rank - how much an interface looks like a reader; 0: not at all */
static int rank(const struct facts_usb *u)
{
	if (u->interface_class == USB_CLASS_CARD)
		return 4;
	if (u->kernel_driver && usb_taking_module(u->kernel_driver))
		return 3;
	if (u->known_vendor || reader_driver_get(u->vendor, u->product) ||
	    reader_mode_get(u->vendor, u->product))
		return u->interface_class == USB_CLASS_VENDOR ? 2 : 1;
	return takes_memory_cards(u) ? 1 : 0;
}

/*
 * Of a device the interfaces that look most like a reader are taken: all of the smart card class, else one. A
 * device that is not authorized has no interfaces.
 */
static void add_device(struct facts *facts, const char *device, const struct pool_list *names)
{
	const size_t len = strlen(device), first = facts->n_usb;
	struct facts_usb u = {0};
	int best = 0;

	read_device(facts, device, &u);
	for (size_t i = 0; i < names->n; i++) {
		if (strncmp(names->item[i], device, len) != 0 || names->item[i][len] != ':')
			continue;
		read_interface(facts, names->item[i], &u);
		if (rank(&u) < best || rank(&u) == 0 || (rank(&u) == best && best < 4))
			continue;
		if (rank(&u) > best)
			facts->n_usb = first;
		best = rank(&u);
		facts->usb[facts->n_usb++] = u;
	}
	read_interface(facts, NULL, &u);
	if (best == 0 && u.authorized == FACT_NO && (rank(&u) || u.device_class == USB_CLASS_CARD))
		facts->usb[facts->n_usb++] = u;
	for (size_t i = first; i < facts->n_usb; i++)
		complete(facts, &facts->usb[i]);
}

void facts_usb_collect(struct facts *facts, const struct facts_options *options)
{
	struct pool_list names = {0};

	(void)options;
	if (!root_list(&facts->root, &facts->pool, USB_DEVICES, &names))
		return;
	facts->usb = pool_take(&facts->pool, names.n * sizeof(*facts->usb));
	for (size_t i = 0; facts->usb && i < names.n; i++)
		if (!strchr(names.item[i], ':') && strncmp(names.item[i], "usb", 3) != 0)
			add_device(facts, names.item[i], &names);
}

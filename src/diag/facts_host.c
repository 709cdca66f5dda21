/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "diag/facts_priv.h"
#include "diag/keyvalue.h"

static void collect_system(struct facts *facts)
{
	struct facts_host *host = &facts->host;
	const struct root *root = &facts->root;
	struct pool *pool = &facts->pool;
	const char *text = root_read(root, pool, "/etc/os-release", NULL);

	if (!text)
		text = root_read(root, pool, "/usr/lib/os-release", NULL);
	host->os_id = keyvalue_get(pool, text, "ID");
	host->os_like = keyvalue_get(pool, text, "ID_LIKE");
	host->os_name = keyvalue_get(pool, text, "PRETTY_NAME");
	host->kernel = root_line(root, pool, "/proc/version");
	if (host->kernel)
		host->wsl = fact_of(strstr(host->kernel, "icrosoft") != NULL);
	host->init = root_line(root, pool, "/proc/1/comm");
	if (!host->init && root_exists(root, "/run/systemd/system"))
		host->init = "systemd";
	host->vm = root_line(root, pool, "/sys/class/dmi/id/sys_vendor");
}

/* Found in the path of process 1's control group. */
static const char *container_of_cgroup(struct facts *facts)
{
	static const char *const names[] = {"docker", "libpod", "lxc", "kubepods", "containerd", "garden"};
	const char *text = root_read(&facts->root, &facts->pool, "/proc/1/cgroup", NULL);

	for (size_t i = 0; text && i < sizeof(names) / sizeof(*names); i++)
		if (strstr(text, names[i]))
			return names[i];
	return NULL;
}

static const char *container_of(struct facts *facts)
{
	const char *name = root_line(&facts->root, &facts->pool, "/run/systemd/container");

	if (name && *name)
		return strcmp(name, "wsl") == 0 ? NULL : name;
	if (root_exists(&facts->root, "/run/.containerenv"))
		return "podman";
	if (root_exists(&facts->root, "/.dockerenv"))
		return "docker";
	return container_of_cgroup(facts);
}

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Programs started from within a snap or an AppImage inherit its environment, but are none themselves. */
static const char *sandbox_of(struct facts *facts)
{
	const char *exe = root_readlink(&facts->root, &facts->pool, "/proc/self/exe");

	if (facts->env.flatpak_id || root_exists(&facts->root, "/.flatpak-info"))
		return "flatpak";
	if (facts->env.snap &&
	    (!exe || starts_with(exe, "/snap/") || starts_with(exe, "/var/lib/snapd/snap/")))
		return "snap";
	if (facts->env.appimage && (!exe || strstr(exe, "/.mount_")))
		return "appimage";
	return NULL;
}

/* Options of the last /proc mounted, as the line stands in /proc/mounts. */
static enum fact hidepid_of(const char *mounts)
{
	enum fact result = FACT_UNKNOWN;

	for (const char *line = mounts; line; line = keyvalue_next_line(line)) {
		const char *end = line + strcspn(line, "\n"), *option;

		if (!starts_with(line + strcspn(line, " \n"), " /proc proc "))
			continue;
		option = strstr(line, "hidepid=");
		if (option && option < end)
			option += strlen("hidepid=");
		else
			option = "0";
		result = fact_of(!starts_with(option, "0") && !starts_with(option, "off"));
	}
	return result;
}

/* A switch in /sys: @yes is what it reads when it is on; that there is none is an answer, too. */
static enum fact switch_of(struct facts *facts, const char *path, char yes)
{
	const char *value = root_line(&facts->root, &facts->pool, path);

	if (value)
		return fact_of(*value == yes);
	return errno == ENOENT && root_exists(&facts->root, "/sys/fs") ? FACT_NO : FACT_UNKNOWN;
}

void facts_host_collect(struct facts *facts, const struct facts_options *options)
{
	(void)options;
	collect_system(facts);
	facts->host.container = container_of(facts);
	facts->host.sandbox = sandbox_of(facts);
	facts->host.hidepid = hidepid_of(root_read(&facts->root, &facts->pool, "/proc/mounts", NULL));
	facts->host.selinux_enforcing = switch_of(facts, "/sys/fs/selinux/enforce", '1');
	facts->host.apparmor = switch_of(facts, "/sys/module/apparmor/parameters/enabled", 'Y');
}

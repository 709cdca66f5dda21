/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/pcsc_remote_options.h"

static enum opt_result add_host(struct remote_options *o, char *line)
{
	static const char blank[] = " \t\r";
	char *rest;

	line[strcspn(line, "#")] = '\0';
	line = strtok_r(line, blank, &rest);
	if (!line)
		return OPT_RUN;
	if (rest && rest[strspn(rest, blank)])
		return opt_usage_error(&remote_spec, stderr, "--hosts: '%.200s': one host a line", line);
	if (o->hosts.n == REMOTE_HOSTS_MAX)
		return opt_usage_error(&remote_spec, stderr, "--hosts: more than %d hosts", REMOTE_HOSTS_MAX);
	o->hosts.item[o->hosts.n++] = line;
	return OPT_RUN;
}

enum opt_result remote_hosts_load(struct remote_options *o)
{
	enum opt_result result = OPT_RUN;
	FILE *file = fopen(o->hosts_file, "re");
	char *line, *rest;
	size_t n;

	if (!file)
		return opt_usage_error(&remote_spec, stderr, "--hosts: %.300s: %s", o->hosts_file,
				       strerror(errno));
	o->hosts_text = calloc(1, REMOTE_HOSTS_FILE + 1);
	n = o->hosts_text ? fread(o->hosts_text, 1, REMOTE_HOSTS_FILE + 1, file) : 0;
	if (!o->hosts_text || ferror(file))
		result = opt_usage_error(&remote_spec, stderr, "--hosts: %.300s: can not be read",
					 o->hosts_file);
	else if (memchr(o->hosts_text, '\0', n))
		result = opt_usage_error(&remote_spec, stderr, "--hosts: %.300s: not a text", o->hosts_file);
	else if (n > REMOTE_HOSTS_FILE)
		result = opt_usage_error(&remote_spec, stderr, "--hosts: %.300s: larger than %d bytes",
					 o->hosts_file, REMOTE_HOSTS_FILE);
	fclose(file);
	if (result != OPT_RUN)
		return result;
	for (line = strtok_r(o->hosts_text, "\n", &rest); line && result == OPT_RUN;
	     line = strtok_r(NULL, "\n", &rest))
		result = add_host(o, line);
	if (result == OPT_RUN && o->hosts.n == 0)
		return opt_usage_error(&remote_spec, stderr, "--hosts: %.300s: no host in it", o->hosts_file);
	return result;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_DIAG_FACTS_PRIV_H
#define CS_DIAG_FACTS_PRIV_H

#include "diag/facts.h"

/*
 * The parts of facts_collect(), one source file each, in the order they are called. Each fills its part of
 * @facts, reads the parts before it, and allocates from the facts' pool.
 */
void facts_host_collect(struct facts *facts, const struct facts_options *options);
void facts_user_collect(struct facts *facts, const struct facts_options *options);
void facts_library_collect(struct facts *facts, const struct facts_options *options);
void facts_socket_collect(struct facts *facts, const struct facts_options *options);
void facts_daemon_collect(struct facts *facts, const struct facts_options *options);
void facts_polkit_collect(struct facts *facts, const struct facts_options *options);
void facts_kernel_collect(struct facts *facts, const struct facts_options *options);
void facts_bundle_collect(struct facts *facts, const struct facts_options *options);
void facts_usb_collect(struct facts *facts, const struct facts_options *options);
void facts_serial_collect(struct facts *facts, const struct facts_options *options);
void facts_clients_collect(struct facts *facts, const struct facts_options *options);
void facts_log_collect(struct facts *facts, const struct facts_options *options);

/* fact_of - FACT_YES or FACT_NO */
static inline enum fact fact_of(bool truth)
{
	return truth ? FACT_YES : FACT_NO;
}

/* facts_file_get - stat() a path within the root into @out; @path is borrowed */
void facts_file_get(const struct root *root, const char *path, struct facts_file *out);

/* facts_find - where @piece stands in @len bytes; NULL: nowhere */
const char *facts_find(const char *bytes, size_t len, const char *piece);

/* facts_id_name - name of the number in the third field of a file like /etc/passwd or /etc/group, the number
 * as text when it has none */
const char *facts_id_name(struct facts *facts, const char *path, unsigned long id);

/* facts_user_name - name of a uid from the root's /etc/passwd, the number as text when it has none */
const char *facts_user_name(struct facts *facts, uid_t uid);

/* facts_process_collect - the daemon's process: pid to state and namespace of facts->daemon */
void facts_process_collect(struct facts *facts);

/*
 * facts_child_ms - how long the next programs may take: the limit of one, and less when those before them
 * took long. Several that hang do not add up.
 */
int facts_child_ms(struct facts *facts, const struct facts_options *options);

/* facts_process_start - when a process ("123", "self") started, in clock ticks since boot, as text; NULL: not
 * known */
const char *facts_process_start(struct facts *facts, const char *pid);

/* facts_process_alive - whether the process exists and is no zombie */
enum fact facts_process_alive(struct facts *facts, pid_t pid);

#endif

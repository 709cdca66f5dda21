/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/facts_json.h"

#include <stdio.h>

json_t *facts_json_fact(enum fact fact)
{
	return fact == FACT_UNKNOWN ? json_null() : json_boolean(fact == FACT_YES);
}

json_t *facts_json_list(struct json_out *jo, const struct pool_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_push(jo, array, json_untrusted(list->item[i]));
	return array;
}

static json_t *uid_json(uid_t uid)
{
	return uid == FACT_NO_UID ? json_null() : json_count(uid);
}

json_t *facts_json_file(struct json_out *jo, const struct facts_file *file)
{
	json_t *object = json_object();
	bool known = file->exists == FACT_YES;
	char mode[16];

	snprintf(mode, sizeof(mode), "%06o", file->mode);
	json_put(jo, object, "path", json_untrusted(file->path));
	json_put(jo, object, "exists", facts_json_fact(file->exists));
	json_put(jo, object, "mode", known ? json_text(mode) : json_null());
	json_put(jo, object, "uid", known ? json_count(file->uid) : json_null());
	json_put(jo, object, "gid", known ? json_count(file->gid) : json_null());
	return object;
}

static json_t *host_json(struct json_out *jo, const struct facts_host *host)
{
	json_t *object = json_object();

	json_put(jo, object, "os_id", json_untrusted(host->os_id));
	json_put(jo, object, "os_like", json_untrusted(host->os_like));
	json_put(jo, object, "os_name", json_untrusted(host->os_name));
	json_put(jo, object, "kernel", json_untrusted(host->kernel));
	json_put(jo, object, "init", json_untrusted(host->init));
	json_put(jo, object, "container", json_untrusted(host->container));
	json_put(jo, object, "sandbox", json_untrusted(host->sandbox));
	json_put(jo, object, "vm", json_untrusted(host->vm));
	json_put(jo, object, "wsl", facts_json_fact(host->wsl));
	json_put(jo, object, "hidepid", facts_json_fact(host->hidepid));
	json_put(jo, object, "selinux_enforcing", facts_json_fact(host->selinux_enforcing));
	json_put(jo, object, "apparmor", facts_json_fact(host->apparmor));
	return object;
}

static json_t *env_json(struct json_out *jo, const struct facts_env *env)
{
	const struct {
		const char *key, *value;
	} rows[] = {
		{"PCSCLITE_CSOCK_NAME", env->csock_name},
		{"PCSCLITE_NO_BLOCKING", env->no_blocking},
		{"LIBPCSCLITE_DELEGATE", env->delegate},
		{"LD_LIBRARY_PATH", env->library_path},
		{"LD_PRELOAD", env->preload},
		{"XDG_SESSION_ID", env->session_id},
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		json_put(jo, object, rows[i].key, json_untrusted(rows[i].value));
	json_put(jo, object, "ssh", json_boolean(env->ssh_connection != NULL));
	return object;
}

static json_t *user_json(struct json_out *jo, const struct facts_user *user)
{
	json_t *object = json_object();

	json_put(jo, object, "uid", uid_json(user->uid));
	json_put(jo, object, "euid", uid_json(user->euid));
	json_put(jo, object, "name", json_untrusted(user->name));
	json_put(jo, object, "groups", json_untrusted(user->groups));
	json_put(jo, object, "unit", json_untrusted(user->unit));
	json_put(jo, object, "session", json_untrusted(user->session));
	json_put(jo, object, "session_active", facts_json_fact(user->session_active));
	json_put(jo, object, "session_remote", facts_json_fact(user->session_remote));
	json_put(jo, object, "session_state", json_untrusted(user->session_state));
	json_put(jo, object, "session_class", json_untrusted(user->session_class));
	json_put(jo, object, "session_seat", json_untrusted(user->session_seat));
	json_put(jo, object, "session_service", json_untrusted(user->session_service));
	json_put(jo, object, "active_session", json_untrusted(user->active_session));
	return object;
}

static json_t *wire_json(struct json_out *jo, const struct facts_socket *socket)
{
	const struct wire *wire = &socket->wire;
	json_t *object;

	if (!socket->wire_known)
		return json_null();
	object = json_object();
	json_put(jo, object, "end", json_text(wire_end_name(wire->end)));
	json_put(jo, object, "errno", wire->error ? json_integer(wire->error) : json_null());
	json_put(jo, object, "major", wire->major < 0 ? json_null() : json_integer(wire->major));
	json_put(jo, object, "minor", wire->minor < 0 ? json_null() : json_integer(wire->minor));
	json_put(jo, object, "peer_pid", wire->have_peer ? json_integer(wire->peer_pid) : json_null());
	json_put(jo, object, "peer_uid", wire->have_peer ? json_count(wire->peer_uid) : json_null());
	json_put(jo, object, "peer_comm", *wire->peer_comm ? json_untrusted(wire->peer_comm) : json_null());
	json_put(jo, object, "answer_us", wire->answer_us < 0 ? json_null() : json_integer(wire->answer_us));
	json_put(jo, object, "denied_at", *wire->denied_at ? json_untrusted(wire->denied_at) : json_null());
	return object;
}

static json_t *socket_json(struct json_out *jo, const struct facts_socket *socket)
{
	json_t *object = json_object();

	json_put(jo, object, "path", json_untrusted(socket->path));
	json_put(jo, object, "from_env", facts_json_fact(socket->from_env));
	json_put(jo, object, "file", facts_json_file(jo, &socket->file));
	json_put(jo, object, "directory", facts_json_file(jo, &socket->directory));
	json_put(jo, object, "owner", json_untrusted(socket->owner));
	json_put(jo, object, "listening", facts_json_fact(socket->listening));
	json_put(jo, object, "pid_file", json_untrusted(socket->pid_file));
	json_put(jo, object, "pid_alive", facts_json_fact(socket->pid_alive));
	json_put(jo, object, "wire", wire_json(jo, socket));
	return object;
}

static json_t *unit_json(struct json_out *jo, const struct facts_unit *unit)
{
	json_t *object = json_object();

	json_put(jo, object, "name", json_untrusted(unit->name));
	json_put(jo, object, "file", json_untrusted(unit->file));
	json_put(jo, object, "link", json_untrusted(unit->link));
	json_put(jo, object, "load_state", json_untrusted(unit->load_state));
	json_put(jo, object, "active_state", json_untrusted(unit->active_state));
	json_put(jo, object, "unit_file_state", json_untrusted(unit->unit_file_state));
	json_put(jo, object, "result", json_untrusted(unit->result));
	json_put(jo, object, "need_reload", facts_json_fact(unit->need_reload));
	return object;
}

static json_t *daemon_json(struct json_out *jo, const struct facts_daemon *daemon)
{
	const char state[] = {daemon->state, '\0'};
	json_t *object = json_object();

	json_put(jo, object, "binary", json_untrusted(daemon->binary));
	json_put(jo, object, "binaries", facts_json_list(jo, &daemon->binaries));
	json_put(jo, object, "version", json_untrusted(daemon->version));
	json_put(jo, object, "features", json_untrusted(daemon->features));
	json_put(jo, object, "drop_dir", json_untrusted(daemon->drop_dir));
	json_put(jo, object, "config", json_untrusted(daemon->config));
	json_put(jo, object, "pid", daemon->pid < 0 ? json_null() : json_integer(daemon->pid));
	json_put(jo, object, "exe", json_untrusted(daemon->exe));
	json_put(jo, object, "cmdline", json_untrusted(daemon->cmdline));
	json_put(jo, object, "user", json_untrusted(daemon->user));
	json_put(jo, object, "state", daemon->state ? json_untrusted(state) : json_null());
	json_put(jo, object, "own_namespace", facts_json_fact(daemon->own_namespace));
	json_put(jo, object, "args_file", json_untrusted(daemon->args_file));
	json_put(jo, object, "args", json_untrusted(daemon->args));
	json_put(jo, object, "env_filter", json_untrusted(daemon->env_filter));
	json_put(jo, object, "socket_unit", unit_json(jo, &daemon->socket_unit));
	json_put(jo, object, "service_unit", unit_json(jo, &daemon->service_unit));
	json_put(jo, object, "polkit", facts_json_fact(daemon->polkit));
	json_put(jo, object, "polkit_disabled", facts_json_fact(daemon->polkit_disabled));
	return object;
}

static json_t *polkit_json(struct json_out *jo, const struct facts_polkit *polkit)
{
	json_t *object = json_object();

	json_put(jo, object, "policy_file", facts_json_fact(polkit->policy_file));
	json_put(jo, object, "policy_path", json_untrusted(polkit->policy_path));
	json_put(jo, object, "version", json_untrusted(polkit->version));
	json_put(jo, object, "bus_socket", facts_json_fact(polkit->bus_socket));
	json_put(jo, object, "unit_state", json_untrusted(polkit->unit_state));
	json_put(jo, object, "registered", facts_json_fact(polkit->registered));
	json_put(jo, object, "may_pcsc", facts_json_fact(polkit->may_pcsc));
	json_put(jo, object, "may_card", facts_json_fact(polkit->may_card));
	json_put(jo, object, "asks_password", facts_json_fact(polkit->asks_password));
	json_put(jo, object, "pkcheck_said", json_untrusted(polkit->pkcheck_said));
	json_put(jo, object, "rule_files", facts_json_list(jo, &polkit->rule_files));
	json_put(jo, object, "rules_readable", facts_json_fact(polkit->rules_readable));
	json_put(jo, object, "unguarded_rules", facts_json_list(jo, &polkit->unguarded_rules));
	return object;
}

static json_t *libraries_json(struct json_out *jo, const struct facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < facts->n_library; i++) {
		json_t *object = json_object();

		json_put(jo, object, "path", json_untrusted(facts->library[i].path));
		json_put(jo, object, "version", json_untrusted(facts->library[i].version));
		json_put(jo, object, "origin", json_untrusted(facts->library[i].origin));
		json_push(jo, array, object);
	}
	return array;
}

static json_t *clients_json(struct json_out *jo, const struct facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < facts->n_client; i++) {
		const struct facts_client *client = &facts->client[i];
		json_t *object = json_object();

		json_put(jo, object, "pid", json_or_null((uint64_t)client->pid));
		json_put(jo, object, "user", json_untrusted(client->user));
		json_put(jo, object, "comm", json_untrusted(client->comm));
		json_put(jo, object, "exe", json_untrusted(client->exe));
		json_put(jo, object, "connections", json_count(client->connections));
		json_put(jo, object, "by_socket", json_boolean(client->by_socket));
		json_put(jo, object, "usb", json_untrusted(client->usb));
		json_push(jo, array, object);
	}
	return array;
}

static json_t *processes_json(struct json_out *jo, const struct facts_process *process, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *object = json_object();

		json_put(jo, object, "pid", json_integer(process[i].pid));
		json_put(jo, object, "comm", json_untrusted(process[i].comm));
		json_push(jo, array, object);
	}
	return array;
}

static json_t *log_json(struct json_out *jo, const struct facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < facts->n_log; i++) {
		json_t *object = json_object();

		json_put(jo, object, "line", json_untrusted(facts->log[i].line));
		json_put(jo, object, "case", json_text(facts->log[i].kase));
		json_push(jo, array, object);
	}
	return array;
}

json_t *facts_json_build(struct json_out *jo, const struct facts *facts, bool serials)
{
	json_t *object = json_object();

	json_put(jo, object, "host", host_json(jo, &facts->host));
	json_put(jo, object, "environment", env_json(jo, &facts->env));
	json_put(jo, object, "user", user_json(jo, &facts->user));
	json_put(jo, object, "libraries", libraries_json(jo, facts));
	json_put(jo, object, "socket", socket_json(jo, &facts->socket));
	json_put(jo, object, "daemon", daemon_json(jo, &facts->daemon));
	json_put(jo, object, "polkit", polkit_json(jo, &facts->polkit));
	facts_json_devices(jo, object, facts, serials);
	json_put(jo, object, "clients",
		 facts->clients_known == FACT_YES ? clients_json(jo, facts) : json_null());
	json_put(jo, object, "hidden_clients", json_count(facts->hidden_clients));
	json_put(jo, object, "left_behind", processes_json(jo, facts->left, facts->n_left));
	json_put(jo, object, "java", processes_json(jo, facts->java, facts->n_java));
	json_put(jo, object, "live", facts->live_known ? facts_json_live(jo, &facts->live) : json_null());
	json_put(jo, object, "log", facts->log_known == FACT_YES ? log_json(jo, facts) : json_null());
	json_put(jo, object, "unreadable", facts_json_list(jo, &facts->unreadable));
	return object;
}

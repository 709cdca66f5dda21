/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/clients_json.h"

#include "diag/program.h"
#include "view/json_out.h"

static json_t *remedy_json(struct json_out *jo, const struct facts_client *client, uid_t uid)
{
	const struct program *program = program_lookup(client->comm);
	char command[PROGRAM_COMMAND_MAX];
	struct remedy remedy;
	json_t *object;

	if (!program)
		return json_null();
	remedy = program_let_go(program, client, uid, command);
	object = json_object();
	json_put(jo, object, "text", json_text(remedy.text));
	json_put(jo, object, "command", json_text(remedy.command));
	json_put(jo, object, "as_root", json_boolean(remedy.as_root));
	return object;
}

static json_t *client_json(struct json_out *jo, const struct facts_client *client, uid_t uid)
{
	const struct program *program = program_lookup(client->comm);
	json_t *object = json_object();

	json_put(jo, object, "pid", json_or_null((uint64_t)client->pid));
	json_put(jo, object, "uid", client->uid == FACT_NO_UID ? json_null() : json_count(client->uid));
	json_put(jo, object, "user", json_untrusted(client->user));
	json_put(jo, object, "comm", json_untrusted(client->comm));
	json_put(jo, object, "exe", json_untrusted(client->exe));
	json_put(jo, object, "connections", json_count(client->connections));
	json_put(jo, object, "by_socket", json_boolean(client->by_socket));
	json_put(jo, object, "usb", json_untrusted(client->usb));
	json_put(jo, object, "what", json_text(program ? program->what : NULL));
	json_put(jo, object, "remedy", remedy_json(jo, client, uid));
	return object;
}

static json_t *sharing_json(struct json_out *jo, const struct diagnosis *d)
{
	json_t *array = json_array();

	for (size_t i = 0; i < d->n; i++) {
		const struct verdict *v = &d->row[i].verdict;
		json_t *object;

		if (d->row[i].check->layer != LAYER_SHARING ||
		    (v->status != CHECK_FAIL && v->status != CHECK_WARN))
			continue;
		object = json_object();
		json_put(jo, object, "id", json_text(d->row[i].check->id));
		json_put(jo, object, "status", json_text(v->status == CHECK_FAIL ? "fail" : "warn"));
		json_put(jo, object, "case", json_text(v->kase));
		json_put(jo, object, "detail", json_untrusted(v->detail));
		json_push(jo, array, object);
	}
	return array;
}

enum cs_err clients_json_build(json_t **out, const struct facts *facts, const struct diagnosis *diagnosis)
{
	struct json_out jo = {false};
	json_t *root = json_object(), *clients = json_array();

	for (size_t i = 0; i < facts->n_client; i++)
		json_push(&jo, clients, client_json(&jo, &facts->client[i], facts->user.uid));
	json_put(&jo, root, "type", json_text("clients"));
	json_put(&jo, root, "known", json_boolean(facts->clients_known == FACT_YES));
	json_put(&jo, root, "clients", clients);
	json_put(&jo, root, "hidden", json_count(facts->hidden_clients));
	json_put(&jo, root, "sharing", sharing_json(&jo, diagnosis));
	return json_finish(&jo, root, out);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "view/clients_text.h"

#include "diag/program.h"
#include "view/diagnosis_text.h"

static void put_hold(const struct term *t, const struct facts_client *client)
{
	if (client->by_socket)
		term_printf(t, TERM_PLAIN, "  %u connection%s to pcscd", client->connections,
			    client->connections == 1 ? "" : "s");
	else if (!client->raw_usb)
		term_put(t, TERM_PLAIN, "  perhaps connected to pcscd");
	if (client->raw_usb) {
		term_put(t, TERM_WARNING, "  holds ");
		term_put_untrusted(t, TERM_WARNING, client->usb ? client->usb : "a reader");
	}
	term_put(t, TERM_PLAIN, "\n");
}

static void put_known(const struct term *t, const struct program *program, const struct facts_client *client,
		      uid_t uid)
{
	char command[PROGRAM_COMMAND_MAX];
	const struct remedy remedy = program_let_go(program, client, uid, command);

	term_printf(t, TERM_DIM, "      %s\n", program->what);
	remedy_text_put(t, &remedy);
}

static void put_client(const struct term *t, const struct facts_client *client, uid_t uid)
{
	const struct program *program = program_lookup(client->comm);

	if (client->pid)
		term_printf(t, TERM_VALUE, "%7ld  ", (long)client->pid);
	else
		term_put(t, TERM_VALUE, "      ?  ");
	term_put_untrusted(t, TERM_NAME, client->comm ? client->comm : "unknown");
	term_put(t, TERM_PLAIN, "  user ");
	term_put_untrusted(t, TERM_PLAIN, client->user ? client->user : "unknown");
	put_hold(t, client);
	if (program)
		put_known(t, program, client, uid);
}

static void put_sharing(const struct term *t, const struct verdict *v)
{
	if (v->status != CHECK_FAIL && v->status != CHECK_WARN)
		return;
	term_put(t, TERM_WARNING, v->detail);
	term_put(t, TERM_PLAIN, "\n");
}

void clients_text_put(const struct term *t, const struct facts *facts, const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < facts->n_client; i++)
		put_client(t, &facts->client[i], facts->user.uid);
	if (facts->clients_known != FACT_YES)
		term_put(t, TERM_WARNING, "The kernel does not tell who is connected to pcscd.\n");
	else if (!facts->n_client && !facts->hidden_clients)
		term_put(t, TERM_PLAIN, "No program is connected to pcscd or holds a reader.\n");
	if (facts->hidden_clients)
		term_printf(t, TERM_DIM, "%u connection%s of processes that only root can name\n",
			    facts->hidden_clients, facts->hidden_clients == 1 ? "" : "s");
	for (size_t i = 0; i < diagnosis->n; i++)
		if (diagnosis->row[i].check->layer == LAYER_SHARING)
			put_sharing(t, &diagnosis->row[i].verdict);
}

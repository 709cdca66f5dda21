/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_prompt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/script_secret.h"
#include "tools/scriptor_banner.h"
#include "tools/scriptor_complete.h"
#include "tools/scriptor_help.h"
#include "tools/scriptor_history.h"
#include "tools/scriptor_readline.h"
#include "tools/scriptor_tty.h"
#include "tools/scriptor_watch.h"

#define CONTINUED "... "

struct prompt {
	struct session *session;
	struct term term; /* of the terminal */
	struct editor *editor;
	struct watch *watch; /* NULL: cards are not watched */
	struct history history;
	char *unit;   /* lines of a unit that is not whole yet, NUL-terminated; NULL: none */
	bool no_card; /* was told when it was last looked */
	bool secret_told;
	bool over;
	struct prompt_end end;
};

bool prompt_is_possible(void)
{
	return tty_stream() != NULL;
}

/* ---- what is typed ---- */

static void forget_unit(struct prompt *p)
{
	if (p->unit)
		tty_wipe(p->unit);
	free(p->unit);
	p->unit = NULL;
}

/* Adds a line to the unit; false: out of memory, and the unit is lost. */
static bool grow_unit(struct prompt *p, const char *line)
{
	size_t have = p->unit ? strlen(p->unit) : 0, len = strlen(line);
	char *bigger = malloc(have + len + 2);

	if (bigger) {
		memcpy(bigger, p->unit ? p->unit : "", have);
		memcpy(bigger + have, line, len);
		memcpy(bigger + have + len, "\n", 2);
	}
	forget_unit(p);
	p->unit = bigger;
	return bigger != NULL;
}

static void remember(struct prompt *p, const char *text)
{
	if (history_add(&p->history, text) == CS_E_IO)
		show_note(&p->session->show, "the history can not be written: %s", strerror(errno));
}

static void remember_unit(struct prompt *p)
{
	const struct script_text unit = {.name = session_unit_name, .text = p->unit, .len = strlen(p->unit)};

	if (!script_is_secret(&p->session->script, &unit)) {
		remember(p, p->unit);
	} else if (!p->secret_told) {
		term_put(&p->term, TERM_DIM, "(could hold a secret: not kept in the history)\n");
		p->secret_told = true;
	}
}

/* Ctrl-C ends no prompt. */
static void end_by(struct prompt *p, int number)
{
	if (number == SIGINT)
		return;
	p->end.signal = number;
	p->over = true;
}

static void run_unit(struct prompt *p)
{
	switch (session_unit(p->session, p->unit, strlen(p->unit), 1)) {
	case SESSION_EXIT:
		p->over = true;
		break;
	case SESSION_INTERRUPTED:
		end_by(p, p->session->signal);
		break;
	case SESSION_DONE:
	case SESSION_FAILED:
		break;
	}
	p->over = p->over || p->session->stuck;
	remember_unit(p);
	forget_unit(p);
}

static void on_line(struct prompt *p, const char *line)
{
	if (!p->unit && line[strspn(line, " \t\n")] == '\0')
		return;
	if (!p->unit && help_show(&p->term, line)) {
		remember(p, line);
		return;
	}
	if (!grow_unit(p, line))
		show_note(&p->session->show, "%s", cs_err_text(CS_E_NOMEM));
	else if (!script_wants_more(p->unit, strlen(p->unit)))
		run_unit(p);
}

/* ---- what else happens ---- */

static void on_signal(struct prompt *p)
{
	int number = app_signal_read(p->session->signal_fd);

	if (number == 0)
		return;
	editor_cancel(p->editor);
	forget_unit(p);
	end_by(p, number);
}

static void on_news(struct prompt *p)
{
	enum watch_news news = watch_next(p->watch);

	if (news == WATCH_NOTHING)
		return;
	editor_hide(p->editor);
	for (; news != WATCH_NOTHING; news = watch_next(p->watch)) {
		if (news == WATCH_LOST)
			show_note(&p->session->show, "the PC/SC service is gone");
		else if (news == WATCH_BACK)
			show_note(&p->session->show, "the PC/SC service is back");
	}
	if (session_look(p->session) == SESSION_REMOVED)
		p->no_card = true;
	if (p->session->signal)
		raise(p->session->signal);
	fflush(stdout);
	editor_show(p->editor);
}

/* One line, or what came in between. */
static void step(struct prompt *p)
{
	const int watched[] = {p->session->signal_fd, p->watch ? watch_fd(p->watch) : -1};
	char text[BANNER_PROMPT_SIZE];
	char *line = NULL;

	p->no_card = p->no_card && !session_reader(p->session);
	banner_prompt(text, p->session, p->no_card);
	switch (editor_read(p->editor, p->unit ? CONTINUED : text, watched, 2, &line)) {
	case EDITOR_LINE:
		on_line(p, line);
		editor_line_free(line);
		editor_history_set(p->editor, p->history.lines.line, p->history.lines.n);
		break;
	case EDITOR_END:
		p->over = !p->unit;
		forget_unit(p);
		break;
	case EDITOR_WATCHED:
		on_signal(p);
		if (p->watch && !p->over)
			on_news(p);
		break;
	}
}

/* ---- from beginning to end ---- */

static void open_history(struct prompt *p)
{
	char why[256];

	if (history_open(&p->history, p->session->env, why, sizeof(why)) != CS_OK)
		show_note(&p->session->show, "the history is not kept: %s", why);
	editor_history_set(p->editor, p->history.lines.line, p->history.lines.n);
}

struct prompt_end prompt_run(struct session *session)
{
	static const struct editor_ops ops = {.complete = complete_word};
	struct prompt p = {.session = session,
			   .term = {.out = tty_stream(), .color = session->show.err.color}};
	enum cs_err err = editor_open(&p.editor, p.term.out, "scriptor", &ops, session);

	if (err != CS_OK) {
		show_error(&session->show, NULL, cs_err_text(err));
		return (struct prompt_end){.status = APP_USAGE};
	}
	open_history(&p);
	p.no_card = !session_connect(session);
	if (watch_start(&p.watch) != CS_OK)
		show_note(&session->show, "cards that come and go are not announced: %s",
			  cs_err_text(CS_E_NOMEM));
	banner_show(&p.term, session);
	while (!p.over)
		step(&p);
	editor_close(&p.editor);
	forget_unit(&p);
	history_release(&p.history);
	p.end.hung = !watch_stop(&p.watch);
	return p.end;
}

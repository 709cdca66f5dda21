/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/scriptor_readline.h"

#include <assert.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>
#include <readline/history.h>

#include "tools/scriptor_tty.h"

struct editor {
	FILE *stream;
	const struct editor_ops *ops;
	void *data;
	struct tty_signals signals;
	bool editing;
	bool ended; /* the library gave @line, NULL at the end */
	char *line;
	char *prompt; /* on the screen */
	struct words words;
	size_t next_word;
};

/* The library's callbacks have no argument for it. */
static struct editor *the_editor;

/* Called until it has no more; the library releases each. */
static char *next_match(const char *text, int state)
{
	struct editor *editor = the_editor;

	(void)text;
	if (!state)
		editor->next_word = 0;
	return editor->next_word < editor->words.n ? editor->words.word[editor->next_word++] : NULL;
}

static char **complete(const char *text, int start, int end)
{
	struct editor *editor = the_editor;
	struct words *words = &editor->words;
	char **matches;

	editor->ops->complete(editor->data, words, rl_line_buffer, (size_t)start, (size_t)end,
			      rl_completion_quote_character != 0);
	words_keep(words, text);
	matches = rl_completion_matches(text, next_match);
	rl_attempted_completion_over = !words->files;
	words->n = 0; /* the library has them */
	words_release(words);
	return matches;
}

static void on_line(char *line)
{
	the_editor->line = line;
	the_editor->ended = true;
	rl_callback_handler_remove();
}

static void set_up_library(const struct editor *editor, const char *app)
{
	rl_readline_name = app;
	rl_instream = stdin;
	rl_outstream = editor->stream;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_attempted_completion_function = complete;
	rl_basic_word_break_characters = " \t\n{}()|=,$\"";
	rl_completer_word_break_characters = rl_basic_word_break_characters;
	rl_special_prefixes = "$";
	rl_completer_quote_characters = "\"";
	rl_filename_quote_characters = " \t#{}()";
	/* It would wait for an answer without watching anything else. */
	rl_completion_query_items = -1;
	using_history();
	rl_initialize();
	rl_variable_bind("page-completions", "off");
}

enum cs_err editor_open(struct editor **out, FILE *stream, const char *app, const struct editor_ops *ops,
			void *data)
{
	struct editor *editor = calloc(1, sizeof(*editor));

	assert(!the_editor);
	if (!editor)
		return CS_E_NOMEM;
	if (tty_signals_init(&editor->signals) != CS_OK) {
		free(editor);
		return CS_E_IO;
	}
	editor->stream = stream;
	editor->ops = ops;
	editor->data = data;
	the_editor = editor;
	set_up_library(editor, app);
	*out = editor;
	return CS_OK;
}

static void stop_editing(struct editor *editor)
{
	rl_callback_handler_remove();
	tty_signals_let_go(&editor->signals);
	editor->editing = false;
}

void editor_close(struct editor **editor)
{
	if (!*editor)
		return;
	if ((*editor)->editing)
		editor_cancel(*editor);
	rl_clear_history();
	tty_signals_release(&(*editor)->signals);
	free((*editor)->prompt);
	free(*editor);
	*editor = NULL;
	the_editor = NULL;
}

static void show_prompt(struct editor *editor, const char *prompt)
{
	char *copy;

	if (editor->editing && editor->prompt && strcmp(editor->prompt, prompt) == 0)
		return;
	copy = strdup(prompt);
	free(editor->prompt);
	editor->prompt = copy;
	if (editor->editing) {
		editor_hide(editor);
		rl_set_prompt(prompt);
		editor_show(editor);
		return;
	}
	fflush(stdout);
	tty_signals_hold(&editor->signals);
	editor->editing = true;
	editor->ended = false;
	rl_reset_screen_size();
	rl_callback_handler_install(prompt, on_line);
}

/* All of them but SIGWINCH find or leave the terminal in another mode. */
static void on_signals(struct editor *editor)
{
	int number;

	while ((number = tty_signals_next(&editor->signals)) != 0) {
		if (number == SIGWINCH) {
			rl_resize_terminal();
			continue;
		}
		rl_deprep_terminal();
		if (number != SIGCONT) {
			fputc('\n', editor->stream);
			fflush(editor->stream);
			tty_signals_obey(number);
		}
		rl_prep_terminal(1);
		editor_show(editor);
	}
}

static enum editor_event finish(struct editor *editor, char **line)
{
	tty_signals_let_go(&editor->signals);
	editor->editing = false;
	*line = editor->line;
	editor->line = NULL;
	return *line ? EDITOR_LINE : EDITOR_END;
}

enum editor_event editor_read(struct editor *editor, const char *prompt, const int *watch, size_t n,
			      char **line)
{
	struct pollfd fds[2 + EDITOR_WATCH_MAX] = {{.fd = STDIN_FILENO, .events = POLLIN},
						   {.fd = editor->signals.fd, .events = POLLIN}};

	assert(n <= EDITOR_WATCH_MAX);
	for (size_t i = 0; i < n; i++)
		fds[2 + i] = (struct pollfd){.fd = watch[i], .events = POLLIN};
	show_prompt(editor, prompt);
	while (!editor->ended) {
		if (poll(fds, 2 + (nfds_t)n, -1) < 0)
			continue;
		if (fds[1].revents)
			on_signals(editor);
		for (size_t i = 0; i < n; i++)
			if (fds[2 + i].revents)
				return EDITOR_WATCHED;
		if (fds[0].revents)
			rl_callback_read_char();
	}
	return finish(editor, line);
}

void editor_line_free(char *line)
{
	if (line)
		tty_wipe(line);
	free(line);
}

void editor_cancel(struct editor *editor)
{
	if (!editor->editing)
		return;
	rl_point = rl_end;
	rl_redisplay();
	fputs("^C\n", editor->stream);
	rl_callback_sigcleanup();
	rl_free_line_state();
	tty_wipe(rl_line_buffer);
	stop_editing(editor);
	fflush(editor->stream);
}

void editor_hide(struct editor *editor)
{
	if (!editor->editing)
		return;
	if (rl_get_termcap("ce"))
		rl_clear_visible_line();
	else
		fputc('\n', editor->stream);
	fflush(editor->stream);
}

void editor_show(struct editor *editor)
{
	if (editor->editing)
		rl_forced_update_display();
}

void editor_history_set(struct editor *editor, char *const *lines, size_t n)
{
	(void)editor;
	rl_clear_history();
	for (size_t i = 0; i < n; i++)
		add_history(lines[i]);
}

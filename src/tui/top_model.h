/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_MODEL_H
#define CS_TUI_TOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "pcsc/monitor.h"
#include "tui/top_key.h"
#include "tui/top_text.h"

/*
 * What pcsc_top knows and how it is looked at: fed by the monitor's events and by keys, drawn by the panes.
 * Knows no terminal. Start with top_model_init().
 */

/* A reader. Its place in the array is its number (slot_id). */
struct top_reader {
	bool there;
	char name[SCARD_READER_MAX]; /* untrusted */
	uint16_t state;
	uint8_t atr[SCARD_ATR_MAX];
	size_t atr_len;
	const char *card;     /* its first description; NULL unknown; borrowed from the card lists */
	unsigned long events; /* since the start or the reset, without those that were there */
	int64_t since_ns;     /* CLOCK_REALTIME of the last event */
};

struct top_readers {
	struct top_reader *v;
	size_t n;
};

/* An event that was. Its event.reader is not to be used, but top_record_event(). */
struct top_record {
	struct monitor_event event;
	bool has_reader;
	char reader[SCARD_READER_MAX];
	const char *card;
};

#define TOP_LOG_MAX 32768 /* events kept; the oldest go first */

struct top_log {
	struct top_record *v; /* ring of @cap, which grows up to TOP_LOG_MAX */
	size_t cap, first, n;
	unsigned long total; /* events since the start or the reset */
};

enum top_pane { TOP_PANE_LIST, TOP_PANE_DETAIL, TOP_PANE_LOG, TOP_PANES };
enum top_sort { TOP_BY_INDEX, TOP_BY_NAME, TOP_BY_STATE, TOP_BY_EVENTS, TOP_BY_SINCE, TOP_SORTS };
enum top_ask { TOP_ASK_NOTHING, TOP_ASK_FILTER, TOP_ASK_FILE, TOP_ASK_OVERWRITE };

#define TOP_WORD_MAX    256 /* bytes of what can be typed, with the NUL */
#define TOP_TITLE_MAX   256
#define TOP_MESSAGE_MAX 512

struct top_model {
	struct top_readers live, frozen; /* @frozen is shown while paused */
	struct top_log log;
	bool lost; /* the service; what was known before is kept */
	struct scard_fault fault;

	bool paused;
	unsigned long paused_total; /* log.total then */
	enum top_pane focus;
	bool zoom;       /* the pane @focus has the whole screen */
	bool from_list;  /* ... and gives the keys back to the list */
	size_t selected; /* number of the reader, if it is shown */
	size_t *order;   /* numbers of the readers shown; see top_model_arrange() */
	size_t norder;
	size_t list_top; /* of @order */
	enum top_sort sort;
	char filter[TOP_WORD_MAX];
	bool follow;     /* the newest event is at the bottom of the log */
	size_t log_back; /* else so many are below the bottom */
	enum top_ask ask;
	char word[TOP_WORD_MAX];       /* what is being typed */
	bool over;                     /* with TOP_SAVE: write over the file */
	char filter_was[TOP_WORD_MAX]; /* for Esc */
	char message[TOP_MESSAGE_MAX]; /* in place of the key line, until the next key; untrusted */
	struct top_text detail;        /* of the selected reader; see top_detail.h */
	struct top_reader detail_of;
	struct top_text banner;                /* below the first line: what is wrong, or that it is paused */
	struct top_text page;                  /* over all else, when @page_title is not "" */
	char page_title[TOP_TITLE_MAX];        /* untrusted */
	size_t height[TOP_PANES], page_height; /* lines shown at the last draw */

	int64_t second;             /* of CLOCK_MONOTONIC, of the last event */
	unsigned this_second, last; /* events in that and in the one before */
};

void top_model_init(struct top_model *model);
void top_model_release(struct top_model *model);

/*
 * top_model_event - something happened
 * @card: description of the card in it, NULL for none; must live as long as the model
 * Return: CS_OK; CS_E_NOMEM the event is not in the log, or the reader not in the list.
 */
CS_NODISCARD enum cs_err top_model_event(struct top_model *model, const struct monitor_event *event,
					 const char *card);

/* top_model_readers - those to be shown */
const struct top_readers *top_model_readers(const struct top_model *model);

/* top_model_selected - the reader that is selected; NULL: none is shown */
const struct top_reader *top_model_selected(const struct top_model *model);

/* top_model_cards - how many of the readers have a card */
size_t top_model_cards(const struct top_readers *readers, size_t *there);

/* top_model_rate - events in the last whole second, at @mono_ns */
unsigned top_model_rate(const struct top_model *model, int64_t mono_ns);

/* top_model_arrange - sort and filter; to be called after events, before drawing; CS_E_NOMEM */
CS_NODISCARD enum cs_err top_model_arrange(struct top_model *model);

/* top_model_log_n - events in the log that are to be shown; top_model_log_at - the @i-th of them, oldest
 * first */
size_t top_model_log_n(const struct top_model *model);
const struct top_record *top_model_log_at(const struct top_model *model, size_t i);

/* top_record_event - the event with its reader's name, borrowed from the record */
struct monitor_event top_record_event(const struct top_record *record);

/*
 * top_model_key - a key was pressed
 * Return: what is left to be done by who has a terminal, files and programs: TOP_WRITE never, but TOP_SAVE
 *   with the name in @word; TOP_ATTRIBUTES, TOP_SCRIPTOR and TOP_DOCTOR, TOP_REDRAW, TOP_QUIT; else
 *   TOP_NOTHING.
 */
enum top_action top_model_key(struct top_model *model, int key);

/*
 * top_model_point - the mouse was used over a pane
 * @key:  TOP_KEY_NONE: a click; TOP_KEY_UP, TOP_KEY_DOWN: the wheel
 * @line: of the pane, below its heading; TOP_NO_LINE: elsewhere
 */
void top_model_point(struct top_model *model, int key, enum top_pane pane, size_t line);

#define TOP_NO_LINE SIZE_MAX

/* top_model_ask - let a word be typed, or a question be answered; @word is what is there already */
void top_model_ask(struct top_model *model, enum top_ask ask, const char *word);

/* top_model_say - a message, in place of the key line until the next key */
void top_model_say(struct top_model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* top_model_page - show a text over all else; @raw from malloc() becomes the model's; @title "": none any
 * more */
void top_model_page(struct top_model *model, const char *title, char *raw);

/* top_sort_name - "index", ... */
const char *top_sort_name(enum top_sort sort);

#endif

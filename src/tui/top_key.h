/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_KEY_H
#define CS_TUI_TOP_KEY_H

#include <stddef.h>

/* A key: its character, or one of these, which are no characters. */
enum top_key {
	TOP_KEY_NONE = 0,
	TOP_KEY_ESCAPE = 0x1B,
	TOP_KEY_UP = 0x110000,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_BACKTAB,
	TOP_KEY_ENTER,
	TOP_KEY_BACKSPACE,
	TOP_KEY_F1,
};

enum top_action {
	TOP_NOTHING,
#define TOP_KEY(action, key1, key2, key3, names, bar, from, help) TOP_##action,
#include "tui/top_key.def"
#undef TOP_KEY
	TOP_SAVE, /* the name of a file was given; no key has it */
};

/* One row of top_key.def. */
struct top_key_row {
	int keys[3]; /* 0: none */
	const char *names;
	const char *bar; /* "": not on the key line */
	size_t from;     /* columns of a screen that has room for it */
	const char *help;
};

/* top_key_get - the row of the @i-th action; NULL past the last */
const struct top_key_row *top_key_get(size_t i);

/* top_key_action - what a key does, TOP_NOTHING for the others */
enum top_action top_key_action(int key);

#endif

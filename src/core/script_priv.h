/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_SCRIPT_PRIV_H
#define CS_CORE_SCRIPT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/script.h"

/*
 * Inside the parser of scripts. It reads characters, there is no token stream: which characters make a word
 * depends on the statement. Functions that return bool tell the problem themselves and then return false; the
 * statement is lost and script_recover() finds the next one. Out of memory looks the same, with @nomem set.
 */

#define SCRIPT_PROBLEMS_MAX 1000 /* told of one unit; then "and more" */

/* A place in a text. */
struct script_mark {
	struct script_pos pos;
	size_t at; /* offset in the text of the file */
};

/* A text being read. */
struct script_cursor {
	const char *text;
	size_t len;
	size_t at;
	size_t line_at; /* where the line of @at starts */
	uint32_t file, line;
	size_t blank_from, blank_to; /* what script_skip_blanks() skipped last */
	bool pending;                /* the text ended in a line that a backslash joins to the next */
	struct script_mark joint;    /* the backslash seen last */
};

/* A word of a text. */
struct script_span {
	struct script_mark mark;
	const char *text;
	size_t len;
};

enum script_link { SCRIPT_LINK_UP, SCRIPT_LINK_DOWN, SCRIPT_LINK_UNSURE };
enum script_hold { SCRIPT_HOLD_NONE, SCRIPT_HOLD_OPEN, SCRIPT_HOLD_UNSURE };

/* What is known of a run when it comes to a place in the text; for lints. */
struct script_flow {
	enum script_protocol protocol; /* SAME: unsure */
	enum script_link link;
	enum script_hold hold;    /* a transaction */
	struct script_mark begin; /* its begin */
	const char *dead;         /* why no run comes here, NULL: one may */
	bool dead_told;
};

struct script_variable {
	char name[SCRIPT_NAME_MAX + 1];
	size_t len;
	struct script_mark mark; /* of its first `set` */
	bool fresh;              /* ... which stands in the unit being parsed */
	bool used;
};

struct script_source {
	const char *name;
	const char *text; /* valid while its unit is parsed */
	size_t len;
};

#define SCRIPT_SLOTS (2 * SCRIPT_VARS_MAX)

/* What lives as long as the script. */
struct script_names {
	struct script_options options;
	struct script_source file[SCRIPT_FILES_MAX];
	struct script_variable var[SCRIPT_VARS_MAX];
	uint16_t slot[SCRIPT_SLOTS]; /* hash table of 1 + index into @var, 0 is free */
	struct script_flow flow;
	bool exchanged;                                          /* a command stands before */
	bool control;                                            /* ... and the last one is a `control` */
	uint8_t value[SCRIPT_BYTES_MAX], mask[SCRIPT_BYTES_MAX]; /* constant bytes not yet in a piece */
};

struct script_list {
	struct script_op *first, *last;
	struct script_expect *expect; /* the last one of @last, for those that follow */
};

struct script_row;

/* The parse of one unit. */
struct script_parser {
	struct script *script;
	struct script_names *names;
	struct script_cursor *in;
	struct script_list *list;     /* of the block being parsed */
	const struct script_row *row; /* of the statement being parsed, NULL for a command */
	struct script_span first;     /* its first word */
	struct script_expect *expect; /* its expectation */
	struct script_mark bytes;     /* where the expression of the statement starts */
	size_t used;                  /* bytes of names->value */
	unsigned nest;                /* blocks, groups and parentheses that are open */
	unsigned groups;              /* ... groups and parentheses of this statement alone */
	struct script_mark open;      /* the outermost of @groups */
	unsigned loops;
	unsigned n_including;
	uint32_t including[SCRIPT_INCLUDE_MAX];
	bool nomem;
	bool unclosed; /* a bracket has no partner: do not look for one again */
	size_t n_told;
	struct script_problem *told[SCRIPT_PROBLEMS_MAX + 1];
};

/* An expression while it grows. Its last bytes may still be in names->value, from @start on. */
struct script_expr {
	struct script_piece *first, *last;
	struct script_mark open; /* its start */
	struct script_mark mark; /* of the bytes from @start on */
	size_t start;
	size_t items; /* things that were written, `""` too */
	bool wild;    /* wildcards are allowed */
};

enum script_pattern_kind { SCRIPT_PATTERN_SW, SCRIPT_PATTERN_ANSWER, SCRIPT_PATTERN_DATA };

/* A statement. @parse fills an operation of @kind; it may set the kind to SCRIPT_KINDS to drop it. */
struct script_row {
	struct script_word word;
	enum script_op_kind kind;
	bool (*parse)(struct script_parser *p, struct script_op *op);
};

/* script_lex.c */
struct script_cursor script_cursor_init(const char *text, size_t len, uint32_t file, uint32_t line);
struct script_mark script_mark(const struct script_cursor *c);
char script_peek(const struct script_cursor *c); /* NUL at the end */
bool script_at_eol(const struct script_cursor *c);
bool script_is_word_char(char c);
size_t script_run(const struct script_cursor *c); /* word characters from here on */
void script_next_line(struct script_cursor *c);
void script_skip_blanks(struct script_cursor *c); /* comments and joined lines as well */
void script_skip_lines(struct script_cursor *c);
bool script_skip_quoted(struct script_cursor *c); /* false, and at the line's end: not closed */
bool script_skip_regex(struct script_cursor *c);
size_t script_token_end(const struct script_cursor *c); /* without the blanks skipped last */
bool script_seek_brace(struct script_cursor *c);        /* an opening one in this line */
void script_recover(struct script_parser *p);
bool script_same_word(const char *word, size_t len, const char *name); /* ASCII case ignored */

/* What a character of echo's text is. */
enum { SCRIPT_ECHO_END = -1, SCRIPT_ECHO_VALUE = -2, SCRIPT_ECHO_BAD = -3 };

struct script_echo {
	struct script_cursor *in;
	unsigned braces;
	bool quoted;
};

/* script_echo_next - take one character: 0..255; VALUE at a variable, nothing taken; BAD an escape that is
 * none, or a quote that is not closed, the cursor stands there */
int script_echo_next(struct script_echo *e);

/* script_escape - take the escape at a backslash within quotes: 0..255, or -1 */
int script_escape(struct script_cursor *c);

/* script_tell.c; @format knows %s, %u (size_t), %q (const char *, size_t: quoted and escaped), %m (const char
 * *: what was meant, NULL for nothing) */
void script_tell(struct script_parser *p, enum script_severity severity, const struct script_mark *mark,
		 size_t width, const char *format, ...);
void script_tell_all(struct script_parser *p);
void script_tell_controls(struct script_parser *p);

/* script.c */
void *script_alloc(struct script_parser *p, size_t size); /* NULL sets @nomem */
char *script_copy(struct script_parser *p, const char *text, size_t len);
bool script_add_file(struct script_parser *p, const struct script_text *text, uint32_t *file);
size_t script_var_find(const struct script *script, const char *name, size_t len); /* SIZE_MAX: none */
bool script_var_add(struct script_parser *p, const struct script_span *name, size_t *var);

/* script_expr.c, script_item.c */
void script_expr_init(struct script_parser *p, struct script_expr *e, bool wild);
bool script_expr_items(struct script_parser *p, struct script_expr *e);
bool script_expr_flush(struct script_parser *p, struct script_expr *e, enum script_piece_kind kind);
bool script_expr_byte(struct script_parser *p, struct script_expr *e, uint8_t byte, uint8_t mask);
struct script_piece *script_piece_new(struct script_parser *p, enum script_piece_kind kind,
				      const struct script_mark *mark);
void script_expr_append(struct script_expr *e, struct script_piece *piece);
bool script_expr_hex(struct script_parser *p, struct script_expr *e);    /* one group of digits */
bool script_expr_value(struct script_parser *p, struct script_expr *e);  /* at a '$' */
bool script_expr_quoted(struct script_parser *p, struct script_expr *e); /* at a quote */
bool script_expr_group(struct script_parser *p, struct script_expr *e, struct script_expr *inner);
bool script_bytes(struct script_parser *p, const struct script_piece **out, bool required);
bool script_enter(struct script_parser *p);

/* script_expect.c */
bool script_pattern(struct script_parser *p, enum script_pattern_kind kind, const struct script_expect **out);
bool script_arrow(struct script_parser *p, enum script_pattern_kind kind, const struct script_expect **out);

/* script_arg.c: arguments of statements */
bool script_arg(struct script_parser *p, struct script_span *word); /* false: none, nothing told */
bool script_arg_name(struct script_parser *p,
		     struct script_span *word);                  /* the same, ends at an operator too */
bool script_arg_text(struct script_parser *p, const char **out); /* word or quoted text */
bool script_arg_choice(struct script_parser *p, const char *const *choices, size_t *out);
bool script_arg_number(struct script_parser *p, uint32_t max, uint32_t *out);
bool script_arg_seconds(struct script_parser *p, uint32_t *ms);
bool script_number(const struct script_span *word, uint32_t *out);
bool script_missing(struct script_parser *p);                               /* false */
bool script_unfit(struct script_parser *p, const struct script_span *word); /* false */
bool script_end(struct script_parser *p);                                   /* of a statement */

/* script_stmt.c, script_card.c, script_block.c: what script_words.def names, and */
bool script_command(struct script_parser *p, struct script_op *op);
void script_statements(struct script_parser *p, bool in_block);
#define SCRIPT_WORD(name, synopsis, help, choices, kind, parse)                                              \
	bool script_##parse(struct script_parser *p, struct script_op *op);
#include "core/script_words.def"
#undef SCRIPT_WORD

/* script_words.c */
const struct script_row *script_row_find(const char *word, size_t len);

/* The nearest of some names. */
struct script_near {
	const char *word;
	size_t len;
	const char *name; /* NULL: none is near */
	size_t distance;
};
struct script_near script_near_init(const char *word, size_t len);
void script_near_try(struct script_near *near, const char *name);
const char *script_near_words(const char *word, size_t len);

/* script_lint.c */
void script_lint_start(struct script_parser *p, const struct script_mark *mark);
bool script_lint_op(struct script_parser *p, const struct script_op *op, const struct script_mark *mark);
void script_lint_end(struct script_parser *p);
struct script_flow script_flow_join(const struct script_flow *a, const struct script_flow *b);

#endif

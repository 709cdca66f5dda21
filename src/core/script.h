/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_CORE_SCRIPT_H
#define CS_CORE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/expect.h"

/*
 * The language of scriptor: text -> operations, with a problem for every mistake. Executes nothing.
 * Its grammar stands in scriptor-script(5). A text is parsed as a whole, or unit by unit (a prompt, a pipe):
 * the next script_parse() with the same struct script knows what the ones before declared.
 */

#define SCRIPT_FILE_MAX    (16u << 20) /* bytes of one file */
#define SCRIPT_FILES_MAX   256         /* files of a run, includes counted each time */
#define SCRIPT_INCLUDE_MAX 16          /* files within one another */
#define SCRIPT_BLOCK_MAX   32          /* blocks, groups and parentheses within one another */
#define SCRIPT_REPEAT_MAX  100000000
#define SCRIPT_VARS_MAX    1024
#define SCRIPT_NAME_MAX    63
#define SCRIPT_MS_MAX      86400000 /* of timeout, sleep and wait */
#define SCRIPT_BYTES_MAX   65544    /* a command, a variable */

struct script_pos {
	uint32_t file;   /* index for script_file() */
	uint32_t line;   /* 1-based */
	uint32_t column; /* 1-based byte */
};

/* The variables that exchanges set; those of `set` follow. */
enum script_var {
	SCRIPT_VAR_SW,
	SCRIPT_VAR_SW1,
	SCRIPT_VAR_SW2,
	SCRIPT_VAR_DATA,
	SCRIPT_VAR_ATR,
	SCRIPT_VAR_UID,
	SCRIPT_VAR_USER
};

/* A piece of an expression; a list of pieces is their concatenation. */
enum script_piece_kind {
	SCRIPT_BYTES, /* @bytes, @len */
	SCRIPT_MASK,  /* in patterns: @bytes then @len mask bytes behind them */
	SCRIPT_TEXT,  /* in echo: @len characters at @bytes */
	SCRIPT_VALUE, /* variable @var, bytes @from..@to; all of it when @to is SIZE_MAX and @from 0 */
	SCRIPT_LEN,   /* length of @inner as one byte */
	SCRIPT_GROUP, /* { ... }: @inner with its length as Lc before it; nothing when it is empty */
	SCRIPT_TLV,   /* tlv(TAG { ... }): @inner with tag @tag and length before it */
};

struct script_piece {
	const struct script_piece *next;
	enum script_piece_kind kind;
	struct script_pos pos;
	const uint8_t *bytes;
	size_t len;
	size_t var, from, to; /* @to is the last byte, inclusive */
	uint32_t tag;
	const struct script_piece *inner;
};

/* What must come back. */
struct script_expect {
	const struct script_expect *next; /* further ones for the same exchange: `expect` lines behind it */
	struct script_pos pos;            /* of the pattern */
	bool negated;                     /* expect not */
	const struct expect_sw *sw;
	size_t n_sw;                     /* 0: any */
	const struct script_piece *data; /* NULL: not told. An empty pattern is `""` */
	bool has_data, tail;
	const char
		*regex;   /* extended regular expression on the hex of the data, NUL-terminated; NULL: none */
	const char *text; /* as written behind `not`, for messages, NUL-terminated */
};

enum script_op_kind {
	SCRIPT_APDU,       /* command: send @bytes; @secret: `mask`; @expect */
	SCRIPT_EXPECT,     /* @expect of the exchange before, which was parsed in an earlier unit or block */
	SCRIPT_SET,        /* variable @var = @bytes */
	SCRIPT_RESET,      /* @leave: RESET warm, UNPOWER cold */
	SCRIPT_CONNECT,    /* @text reader or NULL, @protocols, @share; what is not told stays */
	SCRIPT_DISCONNECT, /* @leave */
	SCRIPT_BEGIN,
	SCRIPT_END,     /* @leave */
	SCRIPT_CONTROL, /* @number or feature @text, @bytes, @expect is for the data only */
	SCRIPT_FEATURES,
	SCRIPT_ATTRIB,       /* @number */
	SCRIPT_WAIT,         /* @flag: insert (true) or remove; @number ms, SCRIPT_FOREVER without a limit */
	SCRIPT_SLEEP,        /* @number ms */
	SCRIPT_ECHO,         /* @bytes, SCRIPT_TEXT pieces as text, others as hex */
	SCRIPT_REPEAT,       /* @number times @body */
	SCRIPT_IF,           /* @expect (status words only), @body, @other */
	SCRIPT_GET_RESPONSE, /* @flag */
	SCRIPT_CHAIN,        /* @number: bytes of a part, 0 off */
	SCRIPT_TIMEOUT,      /* @number ms, 0 none */
	SCRIPT_DECODE,       /* @flag */
	SCRIPT_EXIT,
	SCRIPT_KINDS,
};

#define SCRIPT_FOREVER UINT32_MAX

enum script_share { SCRIPT_SHARE_SAME, SCRIPT_SHARED, SCRIPT_EXCLUSIVE };
enum script_protocol { SCRIPT_PROTOCOL_SAME, SCRIPT_T0, SCRIPT_T1, SCRIPT_RAW, SCRIPT_DIRECT };
enum script_leave { SCRIPT_LEAVE, SCRIPT_LEAVE_RESET, SCRIPT_LEAVE_UNPOWER, SCRIPT_LEAVE_EJECT };

struct script_op {
	const struct script_op *next;
	enum script_op_kind kind;
	struct script_pos pos;
	const struct script_piece *bytes;
	const struct script_expect *expect;
	const struct script_op *body, *other;
	const char *text; /* NUL-terminated */
	size_t var;
	uint32_t number;
	bool flag;   /* see the kind */
	bool secret; /* `mask`: the data field must not be shown */
	bool looped; /* stands within a repeat */
	enum script_leave leave;
	enum script_share share;
	enum script_protocol protocol;
};

enum script_severity { SCRIPT_LINT, SCRIPT_ERROR }; /* a lint runs all the same; --check counts both */

#define SCRIPT_PROBLEM_MAX 200

/* A mistake. */
struct script_problem {
	struct script_pos pos;
	size_t width; /* characters it is about, at least 1 */
	enum script_severity severity;
	char text[SCRIPT_PROBLEM_MAX]; /* one sentence, no full stop; quotes the script escaped: safe to print
					*/
	const char *line;              /* the whole line, untrusted, without its end; borrowed */
	size_t line_len;
	size_t line_at; /* bytes of the same text before @line, borrowed likewise */
};

/* Text that a host gave. */
struct script_text {
	const char *name; /* for messages; lives as long as the script */
	const char *text; /* @len bytes; lives until script_parse() returns */
	size_t len;
};

/* What the parser needs from outside: it allocates, reads and prints nothing itself. */
struct script_host {
	void *data;
	/*
	 * zeroed memory, aligned for any type; NULL: there is no more. What script_init() gets lives as long
	 * as the script. The rest, the operations, may go before the next script_parse(), unit by unit
	 */
	void *(*alloc)(void *data, size_t size);
	/*
	 * the text of an included file; @from is the name of the file that includes it, relative names are
	 * relative to it. CS_OK, or the reason in @why (a sentence)
	 */
	enum cs_err (*include)(void *data, const char *from, const char *path, struct script_text *out,
			       char *why, size_t why_size);
	/* whether a regular expression compiles; else false and the reason in @why */
	bool (*regex)(void *data, const char *regex, char *why, size_t why_size);
	void (*problem)(void *data, const struct script_problem *problem);
};

/* What is known before the first unit. Zeroed: nothing. */
struct script_options {
	enum script_protocol protocol; /* the -p of the run, for the lint "extended APDU on T=0" */
	bool units; /* the text comes unit by unit: no lint about what a later one may still bring */
};

struct script_names;

struct script {
	const struct script_host *host;
	const struct script_op *first; /* of the unit parsed last; NULL for none */
	size_t n_files, n_vars;        /* n_vars counts the built-in ones */
	size_t errors, lints;          /* of the unit parsed last */
	struct script_names *names;    /* the parser's own */
};

/*
 * script_init - a script without text
 * Return: CS_OK; CS_E_NOMEM.
 * Memory: all of it is the host's; there is nothing to release here.
 */
CS_NODISCARD enum cs_err script_init(struct script *script, const struct script_host *host,
				     const struct script_options *options);

/*
 * script_parse - parse a file or a unit
 * @first_line: number of its first line, 1 for a file
 *
 * All mistakes are told to host->problem before it returns, one a place, the first 1000: in the order of the
 * text, those of an included file behind those of the files before it; the operations around them are there.
 * Unit by unit (options.units) a text with the name of an earlier one is the same file.
 * Return: CS_OK, no error (lints there may be); CS_E_FORMAT errors were told, run nothing of it;
 *   CS_E_TOO_LONG above SCRIPT_FILE_MAX; CS_E_NOMEM.
 * Memory: operations keep no pointer into @text.
 */
CS_NODISCARD enum cs_err script_parse(struct script *script, const struct script_text *text,
				      uint32_t first_line);

/*
 * script_wants_more - whether a unit goes on in the next line: it ends in a backslash, or within a block,
 * a group or parentheses
 */
bool script_wants_more(const char *text, size_t len);

/* script_file, script_var_name - names for messages and completion; NULL beyond the last */
const char *script_file(const struct script *script, uint32_t file);
const char *script_var_name(const struct script *script, size_t var);

/* One statement, for help and completion. */
struct script_word {
	const char *name;           /* "connect" */
	const char *synopsis;       /* "connect [READER] [t0|t1|raw|direct] [shared|exclusive]" */
	const char *help;           /* one sentence, no capital, no full stop */
	const char *const *choices; /* words that may follow, NULL-terminated; NULL for none */
};

/* script_word_at - every statement in alphabetical order; NULL behind the last */
const struct script_word *script_word_at(size_t i);

/* Values of variables while a script runs. */
struct script_value {
	const uint8_t *bytes; /* NULL with @len 0 is an empty value */
	size_t len;
	bool known; /* false: no exchange has set it yet */
};

/* What went wrong while an expression was evaluated. */
struct script_eval_problem {
	struct script_pos pos;
	const char *text; /* static sentence */
};

/*
 * script_eval - bytes of an expression
 * @values: script->n_vars of them
 * Return: CS_OK; CS_E_TOO_LONG @cap is too small; CS_E_RANGE a slice beyond the value, a variable nobody set
 *   yet, a length above one byte, or a group above 65535; @problem says which and where.
 */
CS_NODISCARD enum cs_err script_eval(const struct script_piece *pieces, const struct script_value *values,
				     uint8_t *out, size_t cap, size_t *len,
				     struct script_eval_problem *problem);

/* script_pattern_eval - the same for the data of an expectation: value and mask */
CS_NODISCARD enum cs_err script_pattern_eval(const struct script_expect *expect,
					     const struct script_value *values, uint8_t *value, uint8_t *mask,
					     size_t cap, struct expect_data *out,
					     struct script_eval_problem *problem);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the card list scales: loads a list and one ten times as long, looks the same ATRs up in both. Each
 * round is a process of its own, because a tool loads its list once: no page, cache line or branch is warm
 * from before. Times are of the processor, the kernel's part included, so that a busy machine does not punish
 * the longer run. Prints NAME<TAB>VALUE<TAB>UNIT lines, medians of interleaved rounds. Argument: a list,
 * default the installed one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/hex.h"
#include "db/carddb.h"

#define INSTALLED "/usr/share/pcsc/smartcard_list.txt"
#define TIMES     10
#define ROUNDS    31

#define PASSES 5

struct atr {
	uint8_t bytes[64];
	size_t len;
};

struct atrs {
	struct atr *all;
	size_t n;
};

struct sample {
	double load_us;
	double lookup_ns;
};

struct list {
	char *text;
	size_t len;
	double load_us[ROUNDS];
	double lookup_ns[ROUNDS];
};

static void die(const char *what)
{
	fprintf(stderr, "carddb_scale: %s\n", what);
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("out of memory");
	return p;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void read_list(struct list *list, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		die("the list can not be read");
	rewind(f);
	list->len = (size_t)size;
	list->text = must(malloc(list->len + 1));
	if (fread(list->text, 1, list->len, f) != list->len)
		die("the list can not be read");
	fclose(f);
}

/* Turns every digit of the patterns behind their first byte; which digits are wild, and all descriptions,
 * stay. */
static void change_patterns(char *text, size_t len, int by)
{
	size_t column = 0;
	int depth = 0;
	char first = 0;

	for (size_t i = 0; i < len; i++) {
		if (column == 0) {
			first = text[i];
			depth = 0;
		}
		depth += (text[i] == '[') - (text[i] == ']');
		if (column > 1 && depth == 0 && first != '#' && first != '\t' && hex_digit(text[i]) >= 0)
			text[i] = "0123456789ABCDEF"[(hex_digit(text[i]) + by) & 0xF];
		column = text[i] == '\n' ? 0 : column + 1;
	}
}

static void multiply(struct list *out, const struct list *list)
{
	size_t piece = list->len + 1;

	out->len = piece * TIMES;
	out->text = must(malloc(out->len));
	for (int i = 0; i < TIMES; i++) {
		char *to = out->text + piece * (size_t)i;

		memcpy(to, list->text, list->len);
		to[list->len] = '\n';
		change_patterns(to, list->len, i);
	}
}

static struct carddb *load(const struct list *list)
{
	struct carddb *db;

	if (carddb_new(&db) != CS_OK ||
	    carddb_load_memory(db, "list", list->text, list->len, NULL, NULL) != CS_OK)
		die("out of memory");
	return db;
}

static void literals(struct atrs *out, const struct carddb *db)
{
	size_t bad;

	out->all = must(calloc(carddb_count(db) + 1, sizeof(*out->all)));
	for (size_t i = 0; i < carddb_count(db); i++) {
		const struct carddb_entry *e = carddb_entry_get(db, i);
		struct atr *a = &out->all[out->n];

		if (e->literal && hex_parse(a->bytes, sizeof(a->bytes), &a->len, e->pattern,
					    strlen(e->pattern), &bad) == CS_OK)
			out->n++;
	}
	if (out->n == 0)
		die("no ATR in the list");
}

static void lookup(const struct carddb *db, const struct atrs *atrs)
{
	const struct carddb_entry *matches[CARDDB_MATCHES_MAX];

	for (size_t i = 0; i < atrs->n; i++) {
		if (carddb_lookup(db, atrs->all[i].bytes, atrs->all[i].len, matches) == 0)
			die("an ATR of the list was not found");
	}
}

static struct sample measure(const struct list *list, const struct atrs *atrs)
{
	double start = now_ns();
	struct carddb *db = load(list);
	double loaded = now_ns();
	double end;

	for (int i = 0; i < PASSES; i++)
		lookup(db, atrs);
	end = now_ns();
	carddb_free(&db);
	return (struct sample){(loaded - start) / 1000, (end - loaded) / PASSES / (double)atrs->n};
}

static void measure_apart(struct list *list, const struct atrs *atrs, size_t round)
{
	struct sample sample;
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		die("no process to measure in");
	if (child == 0) {
		sample = measure(list, atrs);
		_exit(write(ends[1], &sample, sizeof(sample)) == (ssize_t)sizeof(sample) ? 0 : 1);
	}
	close(ends[1]);
	if (read(ends[0], &sample, sizeof(sample)) != (ssize_t)sizeof(sample))
		die("a measurement failed");
	close(ends[0]);
	waitpid(child, NULL, 0);
	list->load_us[round] = sample.load_us;
	list->lookup_ns[round] = sample.lookup_ns;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), by_value);
	return values[ROUNDS / 2];
}

static void print_pair(const char *name, const char *unit, double *one, double *ten)
{
	double a = median(one), b = median(ten);

	printf("%s_%s\t%.0f\t%s\n", name, unit, a, unit);
	printf("%s_%s_x10\t%.0f\t%s\n", name, unit, b, unit);
	printf("%s_ratio\t%.2f\tx\n", name, b / a);
}

int main(int argc, char **argv)
{
	struct list one = {0}, ten = {0};
	struct atrs atrs = {0};
	struct carddb *db;

	read_list(&one, argc > 1 ? argv[1] : INSTALLED);
	multiply(&ten, &one);
	db = load(&one);
	literals(&atrs, db);
	carddb_free(&db);
	for (size_t round = 0; round < ROUNDS; round++) {
		measure_apart(&one, &atrs, round);
		measure_apart(&ten, &atrs, round);
	}
	print_pair("load", "us", one.load_us, ten.load_us);
	print_pair("lookup", "ns", one.lookup_ns, ten.lookup_ns);
	free(atrs.all);
	free(one.text);
	free(ten.text);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <wchar.h>

#include "top_harness.h"
#include "tui/top_panes.h"
#include "tui/top_text.h"

#define LINE_MAX_BYTES 4096

/* A screen of one model. */
struct show {
	struct top_model model;
	struct top_canvas canvas;
	const char *clock, *host, *daemon;
	int64_t real_ns;
	struct carddb *db;
};

static const struct {
	size_t height, width;
} sizes[] = {{15, 60}, {24, 80}, {60, 200}};

static void open_show(struct show *show, size_t height, size_t width)
{
	memset(show, 0, sizeof(*show));
	top_model_init(&show->model);
	show->clock = "12:34:56";
	assert_int_equal(top_canvas_resize(&show->canvas, height, width), CS_OK);
}

static void close_show(struct show *show)
{
	top_model_release(&show->model);
	top_canvas_release(&show->canvas);
}

static void draw(struct show *show)
{
	const struct top_scene scene = {.host = show->host ? show->host : "bench",
					.daemon = show->daemon ? show->daemon : "",
					.protocol = show->daemon ? "4:4" : "",
					.library = show->daemon ? "1.9.8" : "",
					.clock = show->clock,
					.real_ns = show->real_ns,
					.db = show->db};

	assert_int_equal(top_draw(&show->canvas, &show->model, &scene), CS_OK);
}

static const char *line(const struct show *show, size_t y)
{
	static char text[LINE_MAX_BYTES];

	return top_canvas_line(&show->canvas, y, text, sizeof(text));
}

/* The first line that contains @text, or the height. */
static size_t find(const struct show *show, const char *text)
{
	size_t y = 0;

	while (y < show->canvas.height && !strstr(line(show, y), text))
		y++;
	return y;
}

static void assert_shows(const struct show *show, const char *text)
{
	if (find(show, text) == show->canvas.height)
		fail_msg("no line has \"%s\"", text);
}

static enum top_role role_at(const struct show *show, size_t y, size_t x)
{
	return (enum top_role)top_canvas_at(&show->canvas, y, x)->role;
}

/* ---- the canvas ---- */

static void put_into(const char *text, size_t width, const char *want, size_t used)
{
	struct show show;

	open_show(&show, 1, 40);
	if (top_canvas_put(&show.canvas, 0, 0, width, TOP_PLAIN, text) != used)
		fail_msg("\"%s\" used other than %zu columns: %s", text, used, line(&show, 0));
	assert_string_equal(line(&show, 0), want);
	close_show(&show);
}

static void canvas_knows_widths(void **state)
{
	(void)state;
	put_into("abc", 5, "abc", 3);
	put_into("abcdef", 5, "abcd\xE2\x80\xA6", 5);
	put_into("abcde", 5, "abcde", 5);
	put_into("\xE6\xBC\xA2\xE5\xAD\x97", 4, "\xE6\xBC\xA2\xE5\xAD\x97", 4);
	put_into("\xE6\xBC\xA2\xE5\xAD\x97", 3, "\xE6\xBC\xA2\xE2\x80\xA6", 3);
	put_into("\xE6\xBC\xA2\xE5\xAD\x97x", 4, "\xE6\xBC\xA2 \xE2\x80\xA6", 4);
	put_into("e\xCC\x81x", 2, "e\xCC\x81x", 2);
	put_into("\xCC\x81x", 2, "x", 1);
	put_into("", 5, "", 0);
}

static void canvas_escapes_what_is_untrusted(void **state)
{
	(void)state;
	put_into("a\033[31mb", 20, "a\\x1B[31mb", 10);
	put_into("\xFF\r\n\t", 20, "\\xFF\\x0D\\x0A\\x09", 16);
	put_into("\xE2\x80\xAE", 20, "\\xE2\\x80\\xAE", 12);
	put_into("a\033", 3, "a\\\xE2\x80\xA6", 3);
}

static void canvas_can_do_with_ascii(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 1, 10);
	show.canvas.ascii = true;
	top_canvas_put(&show.canvas, 0, 0, 10, TOP_PLAIN,
		       "\xC3\xA4\xE6\xBC\xA2"
		       "bcdefghijk");
	assert_string_equal(line(&show, 0), "??bcdefgh~");
	close_show(&show);
}

/* What the terminal would make one character of two has no width that is known. */
static void canvas_drops_joiners(void **state)
{
	struct show show;

	(void)state;
	put_into("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB!", 10, "\xF0\x9F\x91\xA9\xF0\x9F\x92\xBB!", 5);
	put_into("a\xEF\xB8\x8F!", 10, "a!", 2);
	open_show(&show, 1, 10);
	assert_int_equal(top_canvas_columns(&show.canvas, "e\xCC\x81\xE6\xBC\xA2\033"), 7);
	show.canvas.ascii = true;
	assert_int_equal(top_canvas_columns(&show.canvas, "e\xCC\x81\xE6\xBC\xA2\033"), 7);
	close_show(&show);
}

static void put_ends_into(const char *text, size_t width, const char *want)
{
	struct show show;

	open_show(&show, 1, 40);
	assert_in_range(top_canvas_put_ends(&show.canvas, 0, 0, width, TOP_PLAIN, text), 0, width);
	assert_string_equal(line(&show, 0), want);
	close_show(&show);
}

static void canvas_keeps_both_ends(void **state)
{
	(void)state;
	put_ends_into("Reader 00 00", 15, "Reader 00 00");
	put_ends_into("Some long reader 01 00", 15, "Some lon\xE2\x80\xA6 01 00");
	put_ends_into("Some long reader 01 00", 11, "Some long \xE2\x80\xA6");
	put_ends_into("\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97 \033\033", 12,
		      "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2 \xE2\x80\xA6\\x1B");
}

static void text_breaks_at_words(void **state)
{
	static const char raw[] =
		"\033[31mone\033[0m two three\n  four five six seven\n\nabcdefghijklmnopq\n";
	static const char *const want[] = {"one two",   "  three", "  four five",  "    six",
					   "    seven", "",        "abcdefghijkl", "  mnopq"};
	struct top_text text = {NULL, {0}, 0, 0};
	char out[100];

	(void)state;
	top_text_take(&text, strdup(raw));
	assert_int_equal(top_text_fit(&text, 12, false), CS_OK);
	assert_int_equal(text.nlines, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < text.nlines; i++)
		assert_string_equal(top_canvas_line(&text.lines, i, out, sizeof(out)), want[i]);
	assert_int_equal(top_canvas_at(&text.lines, 0, 0)->role, TERM_ERROR);
	assert_int_equal(top_canvas_at(&text.lines, 0, 4)->role, TERM_PLAIN);
	top_text_scroll(&text, 100, 3);
	assert_int_equal(text.top, 5);
	top_text_scroll(&text, -2, 3);
	assert_int_equal(text.top, 3);
	top_text_release(&text);
}

static void text_is_capped(void **state)
{
	struct top_text text = {NULL, {0}, 0, 0};
	char *raw = malloc(100001);

	(void)state;
	assert_non_null(raw);
	memset(raw, '\n', 100000);
	raw[100000] = '\0';
	top_text_take(&text, raw);
	assert_int_equal(top_text_fit(&text, 12, false), CS_OK);
	assert_int_equal(text.nlines, TOP_TEXT_LINES);
	top_text_release(&text);
}

/* ---- the screen ---- */

static void every_size_without_a_reader(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct show show;

		open_show(&show, sizes[i].height, sizes[i].width);
		draw(&show);
		assert_memory_equal(line(&show, 0), "pcsc_top bench  0 readers  0 cards", 34);
		assert_string_equal(line(&show, 0) + sizes[i].width - 8, "12:34:56");
		assert_string_equal(line(&show, 2), " no reader");
		assert_shows(&show, " Detail");
		assert_shows(&show, " Events: 0");
		assert_memory_equal(line(&show, sizes[i].height - 1), "? Help  q Quit", 14);
		close_show(&show);
	}
}

static void every_size_with_forty_readers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct show show;
		char name[32];

		open_show(&show, sizes[i].height, sizes[i].width);
		for (size_t k = 0; k < 40; k++) {
			snprintf(name, sizeof(name), "Reader number %zu", k);
			add_reader(&show.model, k, name);
		}
		draw(&show);
		assert_int_equal(find(&show, "Reader number 0"), 2);
		keys(&show.model, "G");
		draw(&show);
		assert_shows(&show, ">39  Reader number 39");
		assert_shows(&show, " Reader 39: Reader number 39");
		keys(&show.model, "g");
		draw(&show);
		assert_int_equal(find(&show, "> 0  Reader number 0"), 2);
		close_show(&show);
	}
}

static void one_reader_in_full(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "Virtual PCD 00 00");
	insert_card(&show.model, 0, "Virtual PCD 00 00", 3600);
	draw(&show);
	assert_string_equal(line(&show, 1),
			    "> #* Reader            State       Use       Card              Events  Since");
	assert_string_equal(
		line(&show, 2),
		"> 0  Virtual PCD 00 00 card        -         A card                 1  01:00:00");
	assert_string_equal(line(&show, 3), " Reader 0: Virtual PCD 00 00");
	assert_shows(&show, " State: card present, not in use (PRESENT 0x0020)");
	assert_shows(&show, " 01:00:00.000 Card inserted      0: Virtual PCD 00 00: A card");
	assert_int_equal(role_at(&show, 1, 3), TOP_BAR_HERE);
	assert_int_equal(role_at(&show, 2, 3), TOP_MARKED);
	assert_int_equal(role_at(&show, 3, 3), TOP_BAR);
	close_show(&show);
}

static void names_are_harmless_everywhere(void **state)
{
	static const char evil[] = "W\xE6\xBC\xA2 e\xCC\x81 \033[2J\xFF\n";
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, evil);
	insert_card(&show.model, 0, evil, 3600);
	draw(&show);
	assert_shows(&show, "> 0  W\xE6\xBC\xA2 e\xCC\x81 \\x1B[");
	assert_shows(&show, " Reader 0: W\xE6\xBC\xA2 e\xCC\x81 \\x1B[2J\\xFF\\x0A");
	assert_shows(&show, "0: W\xE6\xBC\xA2 e\xCC\x81 \\x1B[2J\\xFF\\x0A: A card");
	top_model_say(&show.model, "%s", evil);
	draw(&show);
	assert_string_equal(line(&show, 23), "W\xE6\xBC\xA2 e\xCC\x81 \\x1B[2J\\xFF\\x0A");
	for (size_t i = 0; i < 24 * 80; i++)
		for (const wchar_t *c = show.canvas.cell[i].text; *c; c++)
			assert_true(*c >= L' ' && *c != 0x7F);
	close_show(&show);
}

static void enter_shows_the_detail_on_the_whole_screen(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "One");
	insert_card(&show.model, 0, "One", 3600);
	draw(&show);
	keys(&show.model, "\r");
	draw(&show);
	assert_string_equal(line(&show, 1), ">Reader 0: One");
	assert_shows(&show, " ATR: 3B 00");
	assert_shows(&show, "TS = 3B");
	assert_int_equal(find(&show, " Events:"), 24);
	close_show(&show);
}

static void lost_service_is_a_banner_over_dimmed_readers(void **state)
{
	struct show show;
	struct monitor_event lost = {.kind = MONITOR_SERVICE_LOST,
				     .fault = {"SCardGetStatusChange", 0x8010001D}};
	size_t reader;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "One");
	feed(&show.model, lost, NULL);
	draw(&show);
	assert_memory_equal(line(&show, 1), " service lost, trying again: SCardGetStatusChange:", 49);
	assert_int_equal(find(&show, "SCARD_E_NO_SERVICE 0x8010001D"), 2);
	reader = find(&show, "> 0  One");
	assert_in_range(reader, 4, 7);
	for (size_t y = 1; y < reader - 1; y++)
		assert_int_equal(role_at(&show, y, 5), TOP_ALERT);
	assert_int_equal(role_at(&show, reader, 5), TOP_DIM);
	assert_shows(&show, "PC/SC service lost SCardGetStatusChange");
	close_show(&show);
}

static void pause_and_questions_are_told(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "One");
	keys(&show.model, "p");
	insert_card(&show.model, 0, "One", 3600);
	draw(&show);
	assert_string_equal(line(&show, 1), " paused, 1 event since; p goes on");
	assert_int_equal(role_at(&show, 1, 5), TOP_NOTICE);
	assert_shows(&show, " Events: 1");
	keys(&show.model, "r");
	draw(&show);
	assert_shows(&show, " Events: 0");
	assert_memory_equal(line(&show, 3), "> 0  One     no card", 20);
	keys(&show.model, "p/on");
	draw(&show);
	assert_string_equal(line(&show, 23), "Filter: on_");
	keys(&show.model, "\r");
	draw(&show);
	assert_non_null(strstr(line(&show, 23), " filter: on"));
	keys(&show.model, "w");
	draw(&show);
	assert_string_equal(line(&show, 23), "Write the log to: pcsc_top.jsonl_");
	keys(&show.model, "\r");
	top_model_ask(&show.model, TOP_ASK_OVERWRITE, show.model.word);
	draw(&show);
	assert_memory_equal(line(&show, 23), "File exists; write over it (y/n)? ", 34);
	close_show(&show);
}

static void lost_and_paused_are_both_told(void **state)
{
	struct show show;
	struct monitor_event lost = {.kind = MONITOR_SERVICE_LOST,
				     .fault = {"SCardGetStatusChange", 0x8010001D}};

	(void)state;
	open_show(&show, 24, 80);
	keys(&show.model, "p");
	feed(&show.model, lost, NULL);
	draw(&show);
	assert_memory_equal(line(&show, 1), " paused; service lost, trying again: SCard", 41);
	assert_int_equal(role_at(&show, 1, 5), TOP_ALERT);
	close_show(&show);
}

static void head_says_what_fits(void **state)
{
	static const struct {
		size_t width;
		const char *host, *daemon, *want;
	} rows[] = {
		{100, "vm", "1.9.9", "pcsc_top vm  pcscd 1.9.9 (protocol 4:4)  libpcsclite 1.9.8  0 readers"},
		{91, "vm", "1.9.9", "pcsc_top vm  pcscd 1.9.9  libpcsclite 1.9.8  0 readers"},
		{80, "vm", "1.9.9", "pcsc_top vm  pcscd 1.9.9  lib 1.9.8  0 readers"},
		{70, "vm", "1.9.9", "pcsc_top vm  pcscd 1.9.9  0 readers"},
		{60, "vm", "1.9.9", "pcsc_top vm  0 readers"},
		{84, "vm", "", "pcsc_top vm  pcscd protocol 4:4  lib 1.9.8  0 readers"},
		{60, "a-computer-with-a-long-name", "1.9.9",
		 "pcsc_top a-compute\xE2\x80\xA6  0 readers  0 cards  0 events/s"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct show show;

		open_show(&show, 15, rows[i].width);
		show.host = rows[i].host;
		show.daemon = rows[i].daemon;
		draw(&show);
		assert_memory_equal(line(&show, 0), rows[i].want, strlen(rows[i].want));
		assert_non_null(strstr(line(&show, 0), "0 cards  0 events/s"));
		close_show(&show);
	}
}

static void reader_name_and_what_happened_share_the_line(void **state)
{
	static const char name[] = "Vendor Model Contactless Reader [serial 12345] 01 00";
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, name);
	insert_card(&show.model, 0, name, 3600);
	draw(&show);
	assert_shows(&show, "> 0  Vendor Mode\xE2\x80\xA6"
			    "5] 01 00 card");
	assert_shows(&show, "Card inserted      0: Vendor Model Contactl\xE2\x80\xA6l 12345] 01 00: A card");
	close_show(&show);
}

static void since_another_day_is_a_date(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "One");
	insert_card(&show.model, 0, "One", 23 * 3600);
	show.real_ns = 23 * 3600 * SECOND + 59 * 60 * SECOND;
	draw(&show);
	assert_shows(&show, " 1  23:00:00");
	show.real_ns += 60 * SECOND;
	draw(&show);
	assert_shows(&show, " 1  01-01");
	close_show(&show);
}

static void card_is_unknown_only_where_it_was_looked_up(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "One");
	insert_card(&show.model, 0, "One", 1);
	show.model.live.v[0].card = NULL;
	draw(&show);
	assert_int_equal(find(&show, "not in the list"), 24);
	assert_int_equal(carddb_new(&show.db), CS_OK);
	draw(&show);
	assert_shows(&show, "not in the list");
	carddb_free(&show.db);
	close_show(&show);
}

static void filter_stays_in_sight(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 60);
	add_reader(&show.model, 0, "One");
	keys(&show.model, "/a filter that is longer than its place\r");
	draw(&show);
	assert_string_equal(line(&show, 23),
			    "? Help  q Quit  Enter Detail  / Filter  filter: a filter th\xE2\x80\xA6");
	keys(&show.model, "/\x15");
	for (const wchar_t *c = L"\x6F22\x5B57"; *c; c++)
		top_model_key(&show.model, (int)*c);
	draw(&show);
	assert_string_equal(line(&show, 23), "Filter: \xE6\xBC\xA2\xE5\xAD\x97_");
	keys(&show.model, "\r");
	draw(&show);
	assert_non_null(strstr(line(&show, 23), "filter: \xE6\xBC\xA2\xE5\xAD\x97"));
	assert_int_equal(role_at(&show, 23, 48), TOP_MARKED);
	assert_int_equal(role_at(&show, 23, 47), TOP_PLAIN);
	close_show(&show);
}

static void key_line_grows_with_the_screen(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	draw(&show);
	assert_string_equal(line(&show, 23),
			    "? Help  q Quit  Enter Detail  / Filter  p Pause  a Attr  e Scriptor  d Doctor");
	keys(&show.model, "?");
	draw(&show);
	assert_memory_equal(line(&show, 23), "q Back  Up Down", 15);
	close_show(&show);
	for (size_t width = TOP_MIN_WIDTH; width < 220; width++) {
		open_show(&show, 24, width);
		draw(&show);
		if (width >= 80)
			assert_shows(&show, "d Doctor");
		if (width >= 150)
			assert_shows(&show, "Tab Pane  Enter Detail  / Filter  s Sort  f Follow  p Pause  c "
					    "Clear  w Write  a Attr  "
					    "r Reset");
		close_show(&show);
	}
}

static void mouse_finds_the_pane(void **state)
{
	struct show show;
	struct top_layout at;
	char name[32];

	(void)state;
	open_show(&show, 24, 80);
	for (size_t k = 0; k < 40; k++) {
		snprintf(name, sizeof(name), "Reader number %zu", k);
		add_reader(&show.model, k, name);
	}
	draw(&show);
	top_layout_get(&at, &show.model, 24, 80);
	top_point(&show.model, 24, 80, at.pane[TOP_PANE_LIST].y + 3, TOP_KEY_NONE);
	assert_int_equal(show.model.selected, 2);
	for (size_t y = 0; y < 24; y++) {
		if (y > at.pane[TOP_PANE_LIST].y && y < at.pane[TOP_PANE_DETAIL].y)
			continue;
		top_point(&show.model, 24, 80, y, TOP_KEY_NONE);
		assert_int_equal(show.model.selected, 2);
	}
	assert_int_equal(show.model.focus, TOP_PANE_LOG);
	top_point(&show.model, 24, 80, at.pane[TOP_PANE_LOG].y + 1, TOP_KEY_UP);
	assert_int_equal(show.model.log_back, 3);
	assert_int_equal(show.model.selected, 2);
	top_point(&show.model, 24, 80, at.pane[TOP_PANE_LIST].y, TOP_KEY_DOWN);
	assert_int_equal(show.model.focus, TOP_PANE_LIST);
	assert_int_equal(show.model.selected, 3);
	top_model_ask(&show.model, TOP_ASK_OVERWRITE, "x");
	top_point(&show.model, 24, 80, at.pane[TOP_PANE_LIST].y + 1, TOP_KEY_DOWN);
	top_point(&show.model, 24, 80, at.pane[TOP_PANE_LIST].y + 1, TOP_KEY_NONE);
	assert_int_equal(show.model.ask, TOP_ASK_OVERWRITE);
	assert_int_equal(show.model.selected, 3);
	close_show(&show);
}

static void log_follows_or_stays(void **state)
{
	struct show show;

	(void)state;
	open_show(&show, 24, 80);
	add_reader(&show.model, 0, "One");
	for (int i = 0; i < 50; i++)
		insert_card(&show.model, 0, "One", 60 * i);
	draw(&show);
	assert_memory_equal(line(&show, 22), " 00:49:00.000", 13);
	keys(&show.model, "\t\tk");
	insert_card(&show.model, 0, "One", 60 * 50);
	draw(&show);
	assert_memory_equal(line(&show, 22), " 00:48:00.000", 13);
	assert_shows(&show, ">Events: 52, not following");
	keys(&show.model, "g");
	draw(&show);
	assert_shows(&show, "Reader found");
	keys(&show.model, "f");
	draw(&show);
	assert_memory_equal(line(&show, 22), " 00:50:00.000", 13);
	close_show(&show);
}

static void help_has_every_key(void **state)
{
	const struct top_key_row *row;
	struct show show;

	(void)state;
	open_show(&show, 60, 200);
	keys(&show.model, "?");
	draw(&show);
	for (size_t i = 0; (row = top_key_get(i)) != NULL; i++) {
		char text[300];

		snprintf(text, sizeof(text), " %-15s  %s", row->names, row->help);
		assert_shows(&show, text);
	}
	close_show(&show);
}

/* Nothing is drawn outside, whatever the size; and what is too small says so. */
static void any_size_can_be_drawn(void **state)
{
	struct monitor_event lost = {.kind = MONITOR_SERVICE_LOST,
				     .fault = {"SCardGetStatusChange", 0x8010001D}};

	(void)state;
	for (size_t height = 1; height < 30; height += 3)
		for (size_t width = 1; width < 150; width += 7) {
			struct show show;

			open_show(&show, height, width);
			add_reader(&show.model, 0, "One");
			insert_card(&show.model, 0, "One", 1);
			draw(&show);
			if (height < TOP_MIN_HEIGHT && width >= 20)
				assert_string_equal(line(&show, 0), "too small; q ends");
			keys(&show.model, "p\r");
			draw(&show);
			keys(&show.model, "?");
			draw(&show);
			keys(&show.model, "qp\r");
			feed(&show.model, lost, NULL);
			draw(&show);
			close_show(&show);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canvas_knows_widths),
		cmocka_unit_test(canvas_escapes_what_is_untrusted),
		cmocka_unit_test(canvas_can_do_with_ascii),
		cmocka_unit_test(canvas_drops_joiners),
		cmocka_unit_test(canvas_keeps_both_ends),
		cmocka_unit_test(text_breaks_at_words),
		cmocka_unit_test(text_is_capped),
		cmocka_unit_test(every_size_without_a_reader),
		cmocka_unit_test(every_size_with_forty_readers),
		cmocka_unit_test(one_reader_in_full),
		cmocka_unit_test(names_are_harmless_everywhere),
		cmocka_unit_test(enter_shows_the_detail_on_the_whole_screen),
		cmocka_unit_test(lost_service_is_a_banner_over_dimmed_readers),
		cmocka_unit_test(pause_and_questions_are_told),
		cmocka_unit_test(lost_and_paused_are_both_told),
		cmocka_unit_test(head_says_what_fits),
		cmocka_unit_test(reader_name_and_what_happened_share_the_line),
		cmocka_unit_test(since_another_day_is_a_date),
		cmocka_unit_test(card_is_unknown_only_where_it_was_looked_up),
		cmocka_unit_test(filter_stays_in_sight),
		cmocka_unit_test(key_line_grows_with_the_screen),
		cmocka_unit_test(mouse_finds_the_pane),
		cmocka_unit_test(log_follows_or_stays),
		cmocka_unit_test(help_has_every_key),
		cmocka_unit_test(any_size_can_be_drawn),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* curses' wide characters are X/Open's, SIGWINCH's ioctl() is not */
#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#include "tui/top_screen.h"

#include <curses.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define ESCAPE_MS   25 /* for the rest of a key's sequence to come */
#define MANY_COLORS 256
#define RESTORE_MAX 512
#define WHEEL_UP    BUTTON4_PRESSED
#define WHEEL_DOWN  BUTTON5_PRESSED
/* Which of them curses makes of a button that is let go at once is a matter of a fraction of a millisecond.
 */
#define CLICK         (BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON1_CLICKED)
#define MOUSE_EVENTS  (CLICK | WHEEL_UP | WHEEL_DOWN)
#define DEFAULT_COLOR (-1)

/* A role's look without colours, with 8 and with 256. */
static const struct look {
	attr_t mono, attr;
	short fg, bg, fg256, bg256;
} looks[TOP_ROLES] = {
	[TERM_PLAIN] = {A_NORMAL, A_NORMAL, -1, -1, -1, -1},
	[TERM_HEADING] = {A_BOLD, A_BOLD, -1, -1, -1, -1},
	[TERM_VALUE] = {A_NORMAL, A_NORMAL, COLOR_MAGENTA, -1, 176, -1},
	[TERM_NAME] = {A_NORMAL, A_NORMAL, COLOR_CYAN, -1, 80, -1},
	[TERM_GOOD] = {A_NORMAL, A_NORMAL, COLOR_GREEN, -1, 77, -1},
	[TERM_WARNING] = {A_BOLD, A_NORMAL, COLOR_YELLOW, -1, 220, -1},
	[TERM_ERROR] = {A_BOLD, A_BOLD, COLOR_RED, -1, 203, -1},
	[TERM_DIM] = {A_DIM, A_DIM, -1, -1, -1, -1},
	[TOP_BAR] = {A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_WHITE, 252, 238},
	[TOP_BAR_HERE] = {A_REVERSE | A_BOLD, A_NORMAL, COLOR_BLACK, COLOR_GREEN, 232, 71},
	[TOP_MARKED] = {A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_CYAN, 232, 80},
	[TOP_ALERT] = {A_REVERSE | A_BOLD, A_BOLD, COLOR_WHITE, COLOR_RED, 231, 124},
	[TOP_NOTICE] = {A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_YELLOW, 232, 220},
	[TOP_KEY] = {A_BOLD, A_BOLD, COLOR_CYAN, -1, 80, -1},
};

static const struct {
	int code, key;
} keys[] = {
	{KEY_UP, TOP_KEY_UP},           {KEY_DOWN, TOP_KEY_DOWN},   {KEY_PPAGE, TOP_KEY_PAGE_UP},
	{KEY_NPAGE, TOP_KEY_PAGE_DOWN}, {KEY_HOME, TOP_KEY_HOME},   {KEY_END, TOP_KEY_END},
	{KEY_BTAB, TOP_KEY_BACKTAB},    {KEY_ENTER, TOP_KEY_ENTER}, {KEY_BACKSPACE, TOP_KEY_BACKSPACE},
	{KEY_F(1), TOP_KEY_F1},
};

static const int deadly[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT};

static struct {
	SCREEN *screen; /* NULL: not open */
	bool color;
	struct termios before;
	char restore[RESTORE_MAX]; /* what sets the terminal right when there is no time for curses */
	size_t restore_len;
	int said[2]; /* stderr meanwhile, a pipe: what a library or a failed assertion says is not for the
			screen */
	int err;     /* stderr as it was; -1: as it is */
} here = {.err = -1};

/* ---- stderr ---- */

static void hold_stderr(void)
{
	if (here.err >= 0 || !isatty(STDERR_FILENO) || pipe2(here.said, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	here.err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	dup2(here.err >= 0 ? here.said[1] : STDERR_FILENO, STDERR_FILENO);
	close(here.said[1]);
	if (here.err < 0)
		close(here.said[0]);
}

/* Also for a signal's handler. */
static void release_stderr(void)
{
	char text[512];
	ssize_t n;

	if (here.err < 0)
		return;
	dup2(here.err, STDERR_FILENO);
	close(here.err);
	here.err = -1;
	while ((n = read(here.said[0], text, sizeof(text))) > 0)
		(void)!write(STDERR_FILENO, text, (size_t)n);
	close(here.said[0]);
}

/* ---- giving the terminal back in an emergency ---- */

static void on_deadly(int number)
{
	if (here.screen) {
		/* There is nobody left to tell if it fails. */
		(void)!write(STDOUT_FILENO, here.restore, here.restore_len);
		tcsetattr(STDOUT_FILENO, TCSANOW, &here.before);
		release_stderr();
	}
	signal(number, SIG_DFL);
	raise(number);
}

/* NULL: the terminal has none of that name */
static const char *capability(const char *name)
{
	char copy[8];
	const char *text;

	strncpy(copy, name, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = '\0';
	text = tigetstr(copy);
	return text == (const char *)-1 ? NULL : text;
}

static void add_restore(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	if (here.restore_len + n >= sizeof(here.restore))
		return;
	memcpy(here.restore + here.restore_len, text ? text : "", n);
	here.restore_len += n;
}

static void prepare_restore(void)
{
	here.restore_len = 0;
	add_restore(has_mouse() ? "\033[?1000l\033[?1006l" : "");
	add_restore(capability("sgr0"));
	add_restore(capability("cnorm"));
	add_restore(capability("rmkx"));
	add_restore(capability("rmcup"));
	add_restore("\r\n");
	for (size_t i = 0; i < COUNT(deadly); i++) {
		struct sigaction action = {.sa_handler = on_deadly, .sa_flags = (int)SA_RESETHAND};

		sigaction(deadly[i], &action, NULL);
	}
}

/* ---- opening ---- */

static void set_colors(bool wanted)
{
	here.color = wanted && has_colors() && start_color() == OK && use_default_colors() == OK;
	for (short i = 0; here.color && i < TOP_ROLES; i++) {
		const struct look *look = &looks[i];
		bool many = COLORS >= MANY_COLORS;

		init_pair((short)(i + 1), many ? look->fg256 : look->fg, many ? look->bg256 : look->bg);
	}
}

/* Ctrl-S is not to stop the screen, and with it everything that waits for it. */
static void ignore_flow_control(void)
{
	struct termios now;

	if (tcgetattr(STDOUT_FILENO, &now) != 0)
		return;
	now.c_iflag &= ~(tcflag_t)IXON;
	if (tcsetattr(STDOUT_FILENO, TCSADRAIN, &now) == 0)
		def_prog_mode();
}

enum top_screen_end top_screen_open(const char *term, bool color)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDOUT_FILENO, &here.before) != 0)
		return TOP_SCREEN_NO_TTY;
	here.screen = term ? newterm(term, stdout, stdin) : NULL;
	if (!here.screen)
		return TOP_SCREEN_UNKNOWN;
	if (!capability("cup") || !capability("clear")) {
		top_screen_close();
		return TOP_SCREEN_DUMB;
	}
	set_colors(color);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	typeahead(-1); /* a drawing is never given up half-way: there are few enough */
	mousemask(MOUSE_EVENTS, NULL);
	mouseinterval(0);
	curs_set(0);
	ignore_flow_control();
	prepare_restore();
	hold_stderr();
	return TOP_SCREEN_OPEN;
}

void top_screen_leave(void)
{
	/* A terminal without a second screen keeps what it shows, and what follows begins on the last line.
	 */
	if (!capability("rmcup")) {
		move(LINES - 1, 0);
		clrtoeol();
		refresh();
	}
	endwin();
	release_stderr();
}

void top_screen_close(void)
{
	if (!here.screen)
		return;
	top_screen_leave();
	delscreen(here.screen);
	here.screen = NULL;
}

void top_screen_return(void)
{
	hold_stderr();
	/* Whatever the other program left behind is not what curses believes to be there. */
	clearok(curscr, TRUE);
	curs_set(0);
	refresh();
}

void top_screen_size(size_t *height, size_t *width)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
	    (size.ws_row != LINES || size.ws_col != COLS)) {
		resizeterm(size.ws_row, size.ws_col);
		/* Writing over what the terminal made of the old screen flickers less than a blank screen.
		 * Where the cursor is now is not known, so it goes to where it was. */
		clearok(curscr, FALSE);
		redrawwin(stdscr);
		mvcur(-1, -1, 0, 0);
		fflush(stdout);
	}
	*height = (size_t)LINES;
	*width = (size_t)COLS;
}

/* ---- showing ---- */

static attr_t look_of(enum top_role role, short *pair)
{
	*pair = here.color ? (short)(role + 1) : 0;
	return here.color ? looks[role].attr : looks[role].mono;
}

void top_screen_show(const struct top_canvas *canvas, bool anew)
{
	erase();
	for (size_t y = 0; y < canvas->height; y++)
		for (size_t x = 0; x < canvas->width; x++) {
			const struct top_cell *cell = top_canvas_at(canvas, y, x);
			short pair;
			attr_t attr = look_of((enum top_role)cell->role, &pair);
			cchar_t c;

			if (cell->columns && setcchar(&c, cell->text, attr, pair, NULL) == OK)
				mvadd_wch((int)y, (int)x, &c);
		}
	if (anew)
		clearok(stdscr, TRUE);
	move(0, 0);
	refresh();
}

/* ---- keys ---- */

static int wheel_or_click(struct top_input *out)
{
	MEVENT event;

	if (getmouse(&event) != OK || event.y < 0)
		return -1;
	out->mouse = true;
	out->y = (size_t)event.y;
	if (event.bstate & WHEEL_UP)
		return TOP_KEY_UP;
	if (event.bstate & WHEEL_DOWN)
		return TOP_KEY_DOWN;
	return event.bstate & CLICK ? TOP_KEY_NONE : -1;
}

static int special(wint_t code, struct top_input *out)
{
	if (code == KEY_MOUSE)
		return wheel_or_click(out);
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].code == (int)code)
			return keys[i].key;
	return -1;
}

bool top_screen_input(struct top_input *out)
{
	wint_t c;

	for (;;) {
		int kind = get_wch(&c);

		if (kind == ERR)
			return false;
		out->mouse = false;
		out->key = kind == KEY_CODE_YES ? special(c, out) : (int)c;
		if (out->key == 0x7F || out->key == '\b')
			out->key = TOP_KEY_BACKSPACE;
		if (out->key >= 0)
			return true;
	}
}

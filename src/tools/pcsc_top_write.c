/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/pcsc_top_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "view/event_json.h"
#include "view/time_text.h"

#define MODE 0666 /* less what umask takes */

static enum cs_err put(struct json_line *line, FILE *out, const struct top_record *record,
		       const struct carddb *db)
{
	const struct carddb_entry *cards[CARDDB_MATCHES_MAX];
	struct monitor_event event = top_record_event(record);
	char time[TIME_TEXT_MAX];
	struct event_view view = {
		.event = &event,
		.name = monitor_event_name(event.kind),
		.time = time_format(time, event.real_ns, false),
		.cards = cards,
		.looked_up = db && event.atr_len,
	};

	if (view.looked_up)
		view.ncards = carddb_lookup(db, event.atr, event.atr_len, cards);
	return event_json_put(line, out, "event", &view);
}

/* A pipe or a device could keep the screen waiting, or be the screen. */
static int open_file(const char *path, bool over, int *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (over ? 0 : O_EXCL),
		      MODE);
	struct stat st;

	*error = fd < 0 ? errno : 0;
	if ((fd < 0 ? stat(path, &st) : fstat(fd, &st)) == 0 && !S_ISREG(st.st_mode))
		*error = TOP_WRITE_IRREGULAR;
	if (!*error && ftruncate(fd, 0) != 0)
		*error = errno;
	return fd;
}

int top_write(const struct top_model *model, const char *path, bool over, const struct carddb *db, size_t *n)
{
	int error, fd = open_file(path, over, &error);
	struct json_line line = {.buffer = NULL};
	FILE *out = error ? NULL : fdopen(fd, "w");
	enum cs_err err = CS_OK;

	*n = 0;
	if (!out) {
		error = error ? error : errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	for (; *n < top_model_log_n(model) && err == CS_OK && !ferror(out); ++*n)
		err = put(&line, out, top_model_log_at(model, *n), db);
	json_line_release(&line);
	if (ferror(out))
		error = errno ? errno : EIO;
	if (fclose(out) != 0 && !error)
		error = errno;
	return err == CS_OK ? error : ENOMEM;
}

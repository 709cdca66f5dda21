/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CS_TUI_TOP_PANES_H
#define CS_TUI_TOP_PANES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "db/carddb.h"
#include "tui/top_canvas.h"
#include "tui/top_model.h"

/* What the screen shows beside the model. */
struct top_scene {
	const char *host;                        /* name of this computer */
	const char *daemon, *protocol, *library; /* releases, and what the daemon speaks; "": not known */
	const char *clock;                       /* NULL: none */
	int64_t mono_ns, real_ns;                /* now */
	const struct carddb *db;                 /* NULL: cards are not looked up */
};

/* Where things are. */
struct top_layout {
	bool too_small;
	struct top_area banner;          /* height 0: there is none */
	struct top_area pane[TOP_PANES]; /* with its heading; height 0: not shown */
	struct top_area page;            /* everything between the first line and the last */
};

#define TOP_MIN_HEIGHT 8
#define TOP_MIN_WIDTH  30

/* top_layout_get - for a screen of this size */
void top_layout_get(struct top_layout *out, const struct top_model *model, size_t height, size_t width);

/* top_point - the mouse was used on a line of a screen of this size; @key as of top_model_point() */
void top_point(struct top_model *model, size_t height, size_t width, size_t y, int key);

/* top_draw - everything; also arranges the model. CS_E_NOMEM. */
CS_NODISCARD enum cs_err top_draw(struct top_canvas *canvas, struct top_model *model,
				  const struct top_scene *scene);

/* The parts, each for its area, whose first line is the heading. */
void top_draw_list(struct top_canvas *canvas, struct top_model *model, const struct top_scene *scene,
		   const struct top_area *area);
void top_draw_log(struct top_canvas *canvas, struct top_model *model, const struct top_area *area);
CS_NODISCARD enum cs_err top_draw_detail(struct top_canvas *canvas, struct top_model *model,
					 const struct top_area *area, const struct carddb *db);
void top_draw_heading(struct top_canvas *canvas, const struct top_model *model, enum top_pane pane,
		      const struct top_area *area, const char *text);
void top_draw_head(struct top_canvas *canvas, const struct top_model *model, const struct top_scene *scene);

/* top_fit_banner - make model->banner what is to be told, before top_layout_get(); CS_E_NOMEM */
CS_NODISCARD enum cs_err top_fit_banner(struct top_model *model, size_t width, bool ascii);
void top_draw_banner(struct top_canvas *canvas, struct top_model *model, const struct top_area *area);
void top_draw_keys(struct top_canvas *canvas, const struct top_model *model, size_t y);

#endif

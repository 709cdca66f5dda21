/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/top_panes.h"

#include <stdio.h>
#include <string.h>

#include "tui/top_detail.h"

#define TITLE_MAX   1024
#define BANNER_PART 6 /* of the screen, at most */

static void share_out(struct top_layout *out, const struct top_model *model, size_t y, size_t height,
		      size_t width)
{
	size_t lines = model->norder ? model->norder : 1, most = height * 2 / 5, list, detail;

	list = 1 + (lines < most ? lines : most);
	detail = (height - list) / 2;
	out->pane[TOP_PANE_LIST] = (struct top_area){y, 0, list, width};
	out->pane[TOP_PANE_DETAIL] = (struct top_area){y + list, 0, detail, width};
	out->pane[TOP_PANE_LOG] = (struct top_area){y + list + detail, 0, height - list - detail, width};
}

void top_layout_get(struct top_layout *out, const struct top_model *model, size_t height, size_t width)
{
	size_t y;

	memset(out, 0, sizeof(*out));
	out->too_small = height < TOP_MIN_HEIGHT || width < TOP_MIN_WIDTH;
	if (out->too_small)
		return;
	y = height / BANNER_PART + 1;
	y = model->banner.nlines < y ? model->banner.nlines : y;
	out->banner = (struct top_area){1, 0, y, width};
	y += 1;
	out->page = (struct top_area){y, 0, height - y - 1, width};
	if (model->zoom)
		out->pane[model->focus] = out->page;
	else
		share_out(out, model, y, height - y - 1, width);
}

void top_draw_heading(struct top_canvas *canvas, const struct top_model *model, enum top_pane pane,
		      const struct top_area *area, const char *text)
{
	struct top_area line = {area->y, area->x, 1, area->width};
	bool here = model->focus == pane && !*model->page_title;

	top_canvas_tint(canvas, &line, here ? TOP_BAR_HERE : TOP_BAR, false);
	top_canvas_put(canvas, area->y, area->x, 1, here ? TOP_BAR_HERE : TOP_BAR, here ? ">" : " ");
	top_canvas_put(canvas, area->y, area->x + 1, area->width - 1, here ? TOP_BAR_HERE : TOP_BAR, text);
}

enum cs_err top_draw_detail(struct top_canvas *canvas, struct top_model *model, const struct top_area *area,
			    const struct carddb *db)
{
	struct top_area body = {area->y + 1, area->x + 1, area->height - 1, area->width - 1};
	const struct top_reader *reader = top_model_selected(model);
	char title[TITLE_MAX] = "Detail";
	enum cs_err err = top_detail_update(model, db);

	if (reader)
		snprintf(title, sizeof(title), "Reader %zu: %s", model->selected, reader->name);
	top_draw_heading(canvas, model, TOP_PANE_DETAIL, area, title);
	model->height[TOP_PANE_DETAIL] = body.height;
	if (err == CS_OK)
		err = top_text_fit(&model->detail, body.width, canvas->ascii);
	if (err == CS_OK)
		top_text_draw(&model->detail, canvas, &body);
	return err;
}

static enum cs_err draw_page(struct top_canvas *canvas, struct top_model *model, const struct top_area *area)
{
	struct top_area line = {area->y, area->x, 1, area->width};
	struct top_area body = {area->y + 1, area->x + 1, area->height - 1, area->width - 1};
	enum cs_err err = top_text_fit(&model->page, body.width, canvas->ascii);
	char title[TITLE_MAX];

	if (err != CS_OK)
		return err;
	model->page_height = body.height;
	top_text_draw(&model->page, canvas, &body);
	snprintf(title, sizeof(title), ">%s   lines %zu to %zu of %zu   Esc: back", model->page_title,
		 model->page.nlines ? model->page.top + 1 : 0,
		 model->page.top + body.height < model->page.nlines ? model->page.top + body.height
								    : model->page.nlines,
		 model->page.nlines);
	top_canvas_tint(canvas, &line, TOP_BAR_HERE, false);
	top_canvas_put(canvas, area->y, area->x, area->width, TOP_BAR_HERE, title);
	return CS_OK;
}

void top_point(struct top_model *model, size_t height, size_t width, size_t y, int key)
{
	struct top_layout layout;

	top_layout_get(&layout, model, height, width);
	for (size_t i = 0; i < TOP_PANES; i++) {
		const struct top_area *area = &layout.pane[i];

		if (y >= area->y && y < area->y + area->height)
			top_model_point(model, key, (enum top_pane)i,
					y > area->y ? y - area->y - 1 : TOP_NO_LINE);
	}
}

static enum cs_err draw_panes(struct top_canvas *canvas, struct top_model *model,
			      const struct top_scene *scene, const struct top_layout *layout)
{
	const struct top_area *pane = layout->pane;

	if (*model->page_title)
		return draw_page(canvas, model, &layout->page);
	if (pane[TOP_PANE_LIST].height)
		top_draw_list(canvas, model, scene, &pane[TOP_PANE_LIST]);
	if (pane[TOP_PANE_LOG].height)
		top_draw_log(canvas, model, &pane[TOP_PANE_LOG]);
	if (pane[TOP_PANE_DETAIL].height)
		return top_draw_detail(canvas, model, &pane[TOP_PANE_DETAIL], scene->db);
	return CS_OK;
}

/* What is known of the readers may be old. */
static void dim(struct top_canvas *canvas, const struct top_model *model, const struct top_layout *layout)
{
	for (size_t i = 0; model->lost && !*model->page_title && i < TOP_PANE_LOG; i++) {
		struct top_area body = layout->pane[i];

		if (!body.height)
			continue;
		body.y++;
		body.height--;
		top_canvas_tint(canvas, &body, TOP_DIM, false);
	}
}

enum cs_err top_draw(struct top_canvas *canvas, struct top_model *model, const struct top_scene *scene)
{
	enum cs_err err = top_model_arrange(model);
	struct top_layout layout;

	if (err == CS_OK)
		err = top_fit_banner(model, canvas->width, canvas->ascii);
	top_canvas_clear(canvas);
	top_layout_get(&layout, model, canvas->height, canvas->width);
	if (layout.too_small) {
		top_canvas_put(canvas, 0, 0, canvas->width, TOP_PLAIN, "too small; q ends");
		return err;
	}
	if (err == CS_OK)
		err = draw_panes(canvas, model, scene, &layout);
	dim(canvas, model, &layout);
	top_draw_head(canvas, model, scene);
	top_draw_banner(canvas, model, &layout.banner);
	top_draw_keys(canvas, model, canvas->height - 1);
	return err;
}

/* rdjsonl.c - reviewdog's diagnostic format, one JSON object per line, with columns in bytes */
#include "present/format.h"

static const char *severity_of(enum level level)
{
	return is_error_level(level) ? "ERROR" : level == LEVEL_WARNING ? "WARNING" : "INFO";
}

static void point_set(struct arena *a, struct json *range, const char *name, int64_t line, int64_t column)
{
	struct json *point = json_object_in(a, range, name);

	json_set_int(a, point, "line", line);
	if (column > 0)
		json_set_int(a, point, "column", column);
}

static void range_set(struct arena *a, struct json *o, struct shown_place at)
{
	if (at.line < 1)
		return;
	struct json *range = json_object_in(a, o, "range");
	point_set(a, range, "start", at.line, at.column);
	if (at.end_column > 0 || at.end_line > at.line)
		point_set(a, range, "end", at.end_line ? at.end_line : at.line, at.end_column);
}

static struct json *location_new(struct arena *a, struct shown_place at)
{
	struct json *o = json_new(a, JSON_OBJECT);

	json_set_str(a, o, "path", at.file);
	range_set(a, o, at);
	return o;
}

/* The format allows only edits of the diagnostic's own file. */
static void suggestion_add(struct arena *a, struct json *o, const struct text_edit *edit)
{
	struct json *s = json_new(a, JSON_OBJECT), *range = json_object_in(a, s, "range");

	if (edit->line < 1)
		return;
	point_set(a, range, "start", edit->line, edit->column);
	point_set(a, range, "end", edit->end_line, edit->end_column);
	json_set_str(a, s, "text", edit->text);
	json_add(json_array_in(a, o, "suggestions"), s);
}

static bool is_same_file(struct arena *a, const struct record *r, struct str file, struct shown_place at)
{
	struct shown_place there = place_of_file(a, r, file);

	return there.known && str_eq(there.file, at.file);
}

static void suggestions_set(struct arena *a, struct json *o, const struct record *r, struct shown_place at)
{
	const struct solution *best = best_solution(r);
	struct text_edit edit;

	LIST_EACH(fixit, f, &r->error.fixits)
		if (edit_of_fixit(f, &edit) && is_same_file(a, r, f->file, at))
			suggestion_add(a, o, &edit);
	if (json_get(o, "suggestions") || !best || !solution_is_plausible(best))
		return;
	LIST_EACH(step, step, &best->steps)
		if (step->kind == STEP_EDIT && is_same_file(a, r, step->file, at))
			LIST_EACH(text_edit, e, &step->edits)
				suggestion_add(a, o, e);
}

static void related_set(struct arena *a, struct json *o, const struct record *r)
{
	LIST_EACH(related, note, &r->error.related) {
		struct shown_place at = place_of_related(a, r, note);
		if (!at.known)
			continue;
		struct json *related = json_new(a, JSON_OBJECT);
		json_set_str(a, related, "message", note->message);
		json_set(a, related, "location", location_new(a, at));
		json_add(json_array_in(a, o, "related_locations"), related);
	}
}

void rdjsonl_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct shown_place at = place_of_record(p, r);
	struct str tool = r->error.tool, code = r->error.code;

	if (r->kind != KIND_INCIDENT)
		return;
	struct json *o = json_new(a, JSON_OBJECT);
	json_set_str(a, o, "message", message_whole(a, r));
	json_set(a, o, "location", location_new(a, at));
	json_set_str(a, o, "severity", str_of(severity_of(r->error.level)));
	json_set_str(a, json_object_in(a, o, "source"), "name", tool.n ? tool : STR("heal"));
	json_set_str(a, json_object_in(a, o, "code"), "value", code.n ? code : r->error.rule);
	suggestions_set(a, o, r, at);
	related_set(a, o, r);
	json_set_str(a, o, "original_output", r->error.raw);
	json_show(p, o);
	fputc('\n', p->out);
}

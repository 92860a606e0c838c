/* rdjsonl.c - reviewdog's diagnostic format, one JSON object per line, with columns in bytes */
#include "present/format.h"

static const char *severity_of(struct str level)
{
	return is_error_level(level) ? "ERROR" : str_is(level, "warning") ? "WARNING" : "INFO";
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
static void suggestion_add(struct arena *a, struct json *o, const struct json *edit)
{
	struct json *s = json_new(a, JSON_OBJECT), *range = json_object_in(a, s, "range");
	int64_t line = json_int(json_get(edit, "line"), 0), column = json_int(json_get(edit, "column"), 1);

	if (line < 1)
		return;
	point_set(a, range, "start", line, column);
	point_set(a, range, "end", json_int(json_get(edit, "end_line"), line),
		json_int(json_get(edit, "end_column"), column));
	json_set_str(a, s, "text", json_str(json_get(edit, "text")));
	json_add(json_array_in(a, o, "suggestions"), s);
}

static bool is_same_file(struct arena *a, const struct record *r, const struct json *o, struct shown_place at)
{
	struct shown_place there = place_of_json(a, r, o);

	return there.known && str_eq(there.file, at.file);
}

static void suggestions_set(struct arena *a, struct json *o, const struct record *r, struct shown_place at)
{
	struct json *best = best_solution(r);
	struct str sure = json_str(json_get(best, "applicability"));

	JSON_EACH(edit, record_get(r, F_ERROR_FIXITS))
		if (is_same_file(a, r, edit, at))
			suggestion_add(a, o, edit);
	if (json_get(o, "suggestions") || !(str_is(sure, "machine") || str_is(sure, "maybe")))
		return;
	JSON_EACH(step, json_get(best, "steps"))
		if (str_is(json_str(json_get(step, "do")), "edit") && is_same_file(a, r, step, at))
			JSON_EACH(edit, json_get(step, "edits"))
				suggestion_add(a, o, edit);
}

static void related_set(struct arena *a, struct json *o, const struct record *r)
{
	JSON_EACH(note, record_get(r, F_ERROR_RELATED)) {
		struct shown_place at = place_of_json(a, r, note);
		if (!at.known)
			continue;
		struct json *related = json_new(a, JSON_OBJECT);
		json_set_str(a, related, "message", json_str(json_get(note, "message")));
		json_set(a, related, "location", location_new(a, at));
		json_add(json_array_in(a, o, "related_locations"), related);
	}
}

void rdjsonl_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct shown_place at = place_of_record(p, r);
	struct str tool = record_str(r, F_ERROR_TOOL), code = record_str(r, F_ERROR_CODE);

	if (!record_is(r, "incident"))
		return;
	struct json *o = json_new(a, JSON_OBJECT);
	json_set_str(a, o, "message", message_whole(a, r));
	json_set(a, o, "location", location_new(a, at));
	json_set_str(a, o, "severity", str_of(severity_of(record_str(r, F_ERROR_LEVEL))));
	json_set_str(a, json_object_in(a, o, "source"), "name", tool.n ? tool : STR("heal"));
	json_set_str(a, json_object_in(a, o, "code"), "value", code.n ? code : record_str(r, F_ERROR_RULE));
	suggestions_set(a, o, r, at);
	related_set(a, o, r);
	json_set_str(a, o, "original_output", record_str(r, F_ERROR_RAW));
	json_show(p, o);
	fputc('\n', p->out);
}

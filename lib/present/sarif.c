/* sarif.c - SARIF 2.1.0, for code scanning and editors
 *
 * Results are written as they arrive, followed by the tool and its rules.  Columns count code points, as `columnKind`
 * says; a column that cannot be converted is omitted, and so is an edit that needs it. */
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "base/vec.h"
#include "present/format.h"
#include "redact/redact.h"

struct rule_seen {
	struct str id, tool, environment;
};

struct sarif {
	VEC(struct rule_seen) rules;
};

/* ---- locations ---- */

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		c == '_' || c == '~' || c == '/' || c == '+' || c == '@' || c == '=' || c == ',';
}

/* The path of a URI (RFC 3986), percent-encoded, including a colon in the first segment. */
static struct str uri_of(struct arena *a, struct str path)
{
	struct buf out;

	buf_init(&out, path.n * 3 + 16);
	if (path_is_absolute(path))
		buf_addz(&out, "file://");
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];
		if (is_unreserved(c))
			buf_addc(&out, (char)c);
		else
			buf_printf(&out, "%%%02X", c);
	}
	struct str uri = arena_str(a, buf_str(&out));
	buf_release(&out);
	return uri;
}

static void artifact_set(struct arena *a, struct json *o, struct str file)
{
	struct json *artifact = json_object_in(a, o, "artifactLocation");

	json_set_str(a, artifact, "uri", uri_of(a, file));
	if (!path_is_absolute(file))
		json_set_str(a, artifact, "uriBaseId", STR("%SRCROOT%"));
}

static void column_set(struct presenter *p, const struct record *r, struct json *region, struct str file,
	const char *name, int64_t line, int64_t column)
{
	int64_t points = column > 0 ? column_in_points(p, r, file, line, column) : 0;

	if (points > 0)
		json_set_int(&p->scratch, region, name, points);
}

static void region_set(struct presenter *p, const struct record *r, struct json *o, struct shown_place at)
{
	struct arena *a = &p->scratch;

	if (at.line < 1)
		return;
	struct json *region = json_object_in(a, o, "region");
	json_set_int(a, region, "startLine", at.line);
	column_set(p, r, region, at.file, "startColumn", at.line, at.column);
	int64_t end = at.end_line > at.line ? at.end_line : at.line;
	if (end > at.line)
		json_set_int(a, region, "endLine", end);
	if (json_get(region, "startColumn"))
		column_set(p, r, region, at.file, "endColumn", end, at.end_column);
}

static void physical_set(struct presenter *p, const struct record *r, struct json *location, struct shown_place at)
{
	struct json *physical = json_object_in(&p->scratch, location, "physicalLocation");

	artifact_set(&p->scratch, physical, at.file);
	region_set(p, r, physical, at);
}

static void function_set(struct arena *a, struct json *location, struct str function)
{
	if (!function.n)
		return;
	struct json *logical = json_add(json_array_in(a, location, "logicalLocations"), json_new(a, JSON_OBJECT));
	json_set_str(a, logical, "fullyQualifiedName", function);
}

static void message_set(struct arena *a, struct json *o, const char *name, struct str text)
{
	json_set_str(a, json_object_in(a, o, name), "text", text);
}

/* A viewer cannot open standard input. */
static void locations_set(struct presenter *p, const struct record *r, struct json *result)
{
	struct arena *a = &p->scratch;
	struct shown_place at = place_of_record(p, r);
	struct str function = r->error.function;
	struct json *location = json_new(a, JSON_OBJECT);

	if (!at.in_log || !str_is(at.file, "-"))
		physical_set(p, r, location, at);
	function_set(a, location, function);
	struct json *list = json_array_in(a, result, "locations");
	if (location->first)
		json_add(list, location);
}

static void related_set(struct presenter *p, const struct record *r, struct json *result)
{
	struct arena *a = &p->scratch;
	int64_t id = 0;

	LIST_EACH(related, note, &r->error.related) {
		struct shown_place at = place_of_related(a, r, note);
		struct str text = note->message;
		struct json *location = json_new(a, JSON_OBJECT);
		if (!at.known && !text.n)
			continue;
		json_set_int(a, location, "id", ++id);
		if (at.known)
			physical_set(p, r, location, at);
		if (text.n)
			message_set(a, location, "message", text);
		json_add(json_array_in(a, result, "relatedLocations"), location);
	}
}

static void stack_set(struct presenter *p, const struct record *r, struct json *result)
{
	struct arena *a = &p->scratch;
	struct json *frames = json_new(a, JSON_ARRAY);

	LIST_EACH(frame, f, &r->error.frames) {
		struct shown_place at = place_of_frame(a, r, f);
		struct json *location = json_new(a, JSON_OBJECT);
		if (at.known)
			physical_set(p, r, location, at);
		function_set(a, location, f->function);
		if (location->first)
			json_set(a, json_add(frames, json_new(a, JSON_OBJECT)), "location", location);
	}
	if (!frames->first)
		return;
	struct json *stack = json_add(json_array_in(a, result, "stacks"), json_new(a, JSON_OBJECT));
	message_set(a, stack, "message", STR("Call stack, innermost first"));
	json_set(a, stack, "frames", frames);
}

/* ---- fixes ---- */

/* The change of a file in a fix, added if missing. */
static struct json *change_of(struct arena *a, struct json *fix, struct str file)
{
	struct json *changes = json_array_in(a, fix, "artifactChanges");
	struct str uri = uri_of(a, file);

	JSON_EACH(change, changes)
		if (str_eq(json_str(json_path(change, "artifactLocation.uri")), uri))
			return change;
	struct json *change = json_add(changes, json_new(a, JSON_OBJECT));
	artifact_set(a, change, file);
	return change;
}

/* false: a column cannot be converted. */
static bool edit_add(
	struct presenter *p, const struct record *r, struct json *fix, struct str file, const struct text_edit *edit)
{
	struct arena *a = &p->scratch;
	int64_t line = edit->line, end_line = edit->end_line;
	int64_t from = column_in_points(p, r, file, line, edit->column);
	int64_t to = column_in_points(p, r, file, end_line, edit->end_column);

	if (line < 1 || end_line < line || from < 1 || to < 1)
		return false;
	struct json *list = json_array_in(a, change_of(a, fix, file), "replacements");
	struct json *replacement = json_add(list, json_new(a, JSON_OBJECT));
	struct json *region = json_object_in(a, replacement, "deletedRegion");
	json_set_int(a, region, "startLine", line);
	json_set_int(a, region, "startColumn", from);
	json_set_int(a, region, "endLine", end_line);
	json_set_int(a, region, "endColumn", to);
	message_set(a, replacement, "insertedContent", edit->text);
	return true;
}

static struct json *fix_new(struct arena *a, struct str description)
{
	struct json *fix = json_new(a, JSON_OBJECT);

	message_set(a, fix, "description", description);
	return fix;
}

/* Fix-its of the tool. */
static void fixits_set(struct presenter *p, const struct record *r, struct json *result)
{
	struct json *fix = fix_new(&p->scratch, STR("As the tool proposes"));
	bool whole = true;

	LIST_EACH(fixit, f, &r->error.fixits) {
		struct shown_place at = place_of_file(&p->scratch, r, f->file);
		struct text_edit edit;
		whole = whole && at.known && edit_of_fixit(f, &edit) && edit_add(p, r, fix, at.file, &edit);
	}
	if (whole && json_get(fix, "artifactChanges"))
		json_add(json_array_in(&p->scratch, result, "fixes"), fix);
}

/* A solution that consists only of edits, all of which can be converted. */
static bool solution_edits(
	struct presenter *p, const struct record *r, struct json *fix, const struct solution *solution)
{
	LIST_EACH(step, step, &solution->steps) {
		struct shown_place at = place_of_file(&p->scratch, r, step->file);
		if (step->kind != STEP_EDIT || !at.known)
			return false;
		LIST_EACH(text_edit, edit, &step->edits)
			if (!edit_add(p, r, fix, at.file, edit))
				return false;
	}
	return json_get(fix, "artifactChanges") != NULL;
}

static void solutions_set(struct presenter *p, const struct record *r, struct json *result)
{
	struct arena *a = &p->scratch;

	LIST_EACH(solution, solution, &r->solutions) {
		struct json *fix = fix_new(a, solution->description);
		if (solution_is_plausible(solution) && solution_edits(p, r, fix, solution))
			json_add(json_array_in(a, result, "fixes"), fix);
	}
}

/* ---- results ---- */

static int64_t rule_index(struct presenter *p, const struct record *r)
{
	struct sarif *s = p->state;
	struct str id = r->error.rule;

	for (size_t i = 0; i < s->rules.n; i++)
		if (str_eq(s->rules.at[i].id, id))
			return (int64_t)i;
	*VEC_ADD(&p->keep, &s->rules) = (struct rule_seen){
		.id = arena_str(&p->keep, id),
		.tool = arena_str(&p->keep, r->error.tool),
		.environment = arena_str(&p->keep, r->error.environment),
	};
	return (int64_t)s->rules.n - 1;
}

static const char *level_of(enum level level)
{
	return is_error_level(level) ? "error" : level == LEVEL_WARNING ? "warning" : "note";
}

static void properties_set(struct arena *a, const struct record *r, struct json *result)
{
	struct json *properties = json_object_in(a, result, "properties");

	if (r->error.tool.n)
		json_set_str(a, properties, "tool", r->error.tool);
	if (r->error.code.n)
		json_set_str(a, properties, "code", r->error.code);
	if (r->source.name.n)
		json_set_str(a, properties, "log", r->source.name);
	if (r->source.line > 0)
		json_set_int(a, properties, "logLine", r->source.line);
}

void sarif_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct str print = r->fingerprint;

	if (r->kind != KIND_INCIDENT)
		return;
	struct json *result = json_new(a, JSON_OBJECT);
	json_set_str(a, result, "ruleId", r->error.rule);
	json_set_int(a, result, "ruleIndex", rule_index(p, r));
	json_set_str(a, result, "level", str_of(level_of(r->error.level)));
	message_set(a, result, "message", message_whole(a, r));
	locations_set(p, r, result);
	json_set_str(a, json_object_in(a, result, "partialFingerprints"), "healFingerprint/v1",
		print.n ? print : redact_fingerprint(a, r));
	if (r->error.count > 1)
		json_set_int(a, result, "occurrenceCount", r->error.count);
	related_set(p, r, result);
	stack_set(p, r, result);
	fixits_set(p, r, result);
	solutions_set(p, r, result);
	properties_set(a, r, result);
	fputs(p->shown++ ? ",\n" : "\n", p->out);
	json_show(p, result);
}

/* ---- document ---- */

void sarif_begin(struct presenter *p)
{
	struct arena *a = &p->scratch;
	char *here = getcwd(NULL, 0);
	struct json *bases = json_new(a, JSON_OBJECT);

	p->state = ARENA_NEW(&p->keep, struct sarif);
	fputs("{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{"
	      "\"columnKind\":\"unicodeCodePoints\",",
		p->out);
	if (here) {
		struct str root = arena_printf(a, "%s%s", here, str_ends(str_of(here), "/") ? "" : "/");
		json_set_str(a, json_object_in(a, bases, "%SRCROOT%"), "uri", uri_of(a, root));
		fputs("\"originalUriBaseIds\":", p->out);
		json_show(p, bases);
		fputc(',', p->out);
	}
	free(here);
	fputs("\"results\":[", p->out);
}

static struct json *rule_new(struct arena *a, const struct rule_seen *seen)
{
	struct json *rule = json_new(a, JSON_OBJECT);

	json_set_str(a, rule, "id", seen->id);
	message_set(a, rule, "shortDescription",
		arena_printf(a, "%.*s, reported by %.*s", STR_ARG(seen->id),
			STR_ARG(seen->tool.n ? seen->tool : STR("a tool"))));
	struct json *tags = json_new(a, JSON_ARRAY);
	if (seen->environment.n)
		json_add(tags, json_new_str(a, seen->environment));
	if (seen->tool.n && !str_eq(seen->tool, seen->environment))
		json_add(tags, json_new_str(a, seen->tool));
	if (tags->first)
		json_set(a, json_object_in(a, rule, "properties"), "tags", tags);
	return rule;
}

void sarif_end(struct presenter *p)
{
	struct sarif *s = p->state;

	fputs("\n],\"tool\":{\"driver\":{\"name\":\"heal\",\"semanticVersion\":\"" HEAL_VERSION "\",\"rules\":[",
		p->out);
	for (size_t i = 0; i < s->rules.n; i++) {
		fputs(i ? ",\n" : "\n", p->out);
		json_show(p, rule_new(&p->scratch, &s->rules.at[i]));
	}
	fputs("\n]}}}]}\n", p->out);
}

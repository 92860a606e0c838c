/* From a complete block to a record. */
#include <string.h>

#include "base/path.h"
#include "detect/block.h"
#include "detect/project.h"
#include "rules/template.h"

static struct str value_get(void *ctx, struct str name)
{
	return block_value(ctx, name);
}

/* The rule's own `levels` first, then what tools in general call them. */
static struct str level_of(struct block *b, const struct incident_place *place)
{
	struct template_values none = { .get = value_get, .ctx = b, .lenient = true };
	struct str said = str_trim(block_value(b, STR("level")));
	struct str mapped = node_str(node_get_str(b->rule->levels, said));

	if (!mapped.p)
		mapped = node_str(node_get_str(place->levels, template_fill(&b->a, STR("{level|lower}"), &none, NULL)));
	if (!mapped.p)
		mapped = b->rule->level;
	return mapped.n ? mapped : STR("error");
}

/* The rule's template, or the capture of that name. */
static struct str text_of(struct block *b, struct str template, const char *name)
{
	struct template_values v = { .get = value_get, .ctx = b, .lenient = true };

	if (template.n)
		return str_trim(template_fill(&b->a, template, &v, NULL));
	return str_trim(block_value(b, str_of(name)));
}

static void number_set(struct record *r, enum field f, struct str text)
{
	int64_t n;

	if (str_number(str_trim(text), &n) && n >= 1)
		record_set_int(r, f, n);
}

/* As the tool named it, less quotes and file://; below the directory that make entered; relative to cwd. */
static struct str path_of(struct arena *a, struct str file, const struct incident_place *place)
{
	if (file.n >= 2 && (file.p[0] == '"' || file.p[0] == '\'') && file.p[file.n - 1] == file.p[0])
		file = str_sub(file, 1, file.n - 1);
	if (str_starts(file, "file://"))
		file = str_sub(file, 7, file.n);
	if (str_starts(file, "./"))
		file = str_sub(file, 2, file.n);
	if (place->directory.n && !path_is_absolute(file) && file.n)
		file = path_normal(a, path_join(a, place->directory, file));
	if (place->cwd.n && path_is_absolute(file)) {
		struct str below = path_below(path_normal(a, file), place->cwd);
		if (below.p && !str_is(below, "."))
			return below;
	}
	return file;
}

/* The innermost frame that is not somebody else's code, else the innermost. */
static struct json *frame_of_blame(struct node marks, const struct json *frames)
{
	JSON_EACH(f, frames)
		if (!file_is_foreign(marks, json_str(json_get(f, "file"))))
			return f;
	return json_at(frames, 0);
}

static struct json *reversed(struct arena *a, struct json *list)
{
	struct json *out = json_new(a, JSON_ARRAY);
	size_t n = json_count(list);

	for (size_t i = n; i-- > 0;)
		json_add(out, json_copy(a, json_at(list, i)));
	return out;
}

static void files_resolve(struct block *b, struct json *list, const struct incident_place *place)
{
	JSON_EACH(o, list) {
		struct str file = json_str(json_get(o, "file"));
		if (file.n)
			json_set_str(&b->a, o, "file", path_of(&b->a, file, place));
	}
}

static void place_of_frame(struct record *r, const struct json *frame)
{
	static const struct {
		const char *name;
		enum field f;
	} from[] = { { "line", F_ERROR_LINE }, { "column", F_ERROR_COLUMN } };

	struct str file = json_str(json_get(frame, "file")), function = json_str(json_get(frame, "function"));
	if (file.n)
		record_set_str(r, F_ERROR_FILE, file);
	for (size_t i = 0; i < 2; i++)
		if (json_int(json_get(frame, from[i].name), 0) >= 1)
			record_set_int(r, from[i].f, json_int(json_get(frame, from[i].name), 0));
	if (function.n && !record_str(r, F_ERROR_FUNCTION).n)
		record_set_str(r, F_ERROR_FUNCTION, function);
}

static bool is_member(struct str name)
{
	static const char *const members[] = { "file", "line", "column", "end_line", "end_column", "level", "message",
		"code", "function", "dir" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (str_is(name, members[i]))
			return true;
	return false;
}

static void fields_set(struct block *b, struct record *r)
{
	for (size_t i = 0; i < b->values.n; i++) {
		struct value *v = &b->values.at[i];
		if (is_member(v->name) || v->text.n == 0)
			continue;
		struct json *fields = record_get(r, F_ERROR_FIELDS);
		if (!fields) {
			record_set(r, F_ERROR_FIELDS, json_new(&b->a, JSON_OBJECT));
			fields = record_get(r, F_ERROR_FIELDS);
		}
		json_set_str(&b->a, fields, arena_strdup(&b->a, v->name), v->text);
	}
}

static void source_set(struct block *b, const struct incident_place *place, struct record *r)
{
	record_set_str(r, F_SOURCE_NAME, place->name);
	record_set_int(r, F_SOURCE_LINE, (int64_t)b->first);
	record_set_int(r, F_SOURCE_END_LINE, (int64_t)b->last);
	if (place->command) {
		struct json *argv = json_new(&b->a, JSON_ARRAY);
		for (size_t i = 0; place->command[i]; i++)
			json_add(argv, json_new_str(&b->a, str_of(place->command[i])));
		record_set(r, F_SOURCE_COMMAND, argv);
	}
	if (place->cwd.n)
		record_set_str(r, F_SOURCE_CWD, place->cwd);
}

static bool has_needed(struct block *b, const struct record *r)
{
	for (uint32_t i = 0; i < node_list_count(b->rule->need); i++) {
		struct str name = node_str(node_list_at(b->rule->need, i));
		struct json *error = record_get(r, F_ERROR);
		char *z = arena_strdup(&b->a, name);
		/* The line stands in for a message; that is not what is asked for. */
		if (str_is(name, "message") && !text_of(b, b->rule->message, "message").n)
			return false;
		if (!json_get(error, z) && !json_get(json_get(error, "fields"), z))
			return false;
	}
	return true;
}

static void error_set(struct block *b, const struct incident_place *place, struct record *r)
{
	struct rule *rule = b->rule;
	struct str message = text_of(b, rule->message, "message"), raw = buf_str(&b->raw);
	struct str code = text_of(b, rule->code, "code"), function = text_of(b, rule->function, "function");
	struct str file = text_of(b, rule->file, "file"), tool = text_of(b, rule->tool, "tool");

	record_set_str(r, F_ERROR_TOOL, tool.n ? tool : rule->pack);
	if (rule->environment.n)
		record_set_str(r, F_ERROR_ENVIRONMENT, rule->environment);
	record_set_str(r, F_ERROR_RULE, rule->id);
	record_set_str(r, F_ERROR_LEVEL, level_of(b, place));
	if (code.n)
		record_set_str(r, F_ERROR_CODE, code);
	if (!message.n)
		message = str_trim(b->headline.n ? b->headline : str_sub(raw, 0, str_chr(raw, '\n')));
	record_set_str(r, F_ERROR_MESSAGE, message);
	if (file.n)
		record_set_str(r, F_ERROR_FILE, path_of(&b->a, file, place));
	number_set(r, F_ERROR_LINE, block_value(b, STR("line")));
	number_set(r, F_ERROR_COLUMN, block_value(b, STR("column")));
	number_set(r, F_ERROR_END_LINE, block_value(b, STR("end_line")));
	number_set(r, F_ERROR_END_COLUMN, block_value(b, STR("end_column")));
	/* The file is not read here; the first column is the first in every unit. */
	if (rule->counts.n && record_int(r, F_ERROR_COLUMN, 0) > 1)
		record_set_str(r, F_ERROR_COUNTS, rule->counts);
	if (function.n)
		record_set_str(r, F_ERROR_FUNCTION, function);
}

static void lists_set(struct block *b, const struct incident_place *place, struct record *r)
{
	if (b->frames && b->rule->innermost_last)
		b->frames = reversed(&b->a, b->frames);
	files_resolve(b, b->frames, place);
	files_resolve(b, b->related, place);
	files_resolve(b, b->fixits, place);
	if (b->frames && !record_str(r, F_ERROR_FILE).n)
		place_of_frame(r, frame_of_blame(place->foreign, b->frames));
	if (b->frames)
		record_set(r, F_ERROR_FRAMES, b->frames);
	if (b->related)
		record_set(r, F_ERROR_RELATED, b->related);
	if (b->fixits)
		record_set(r, F_ERROR_FIXITS, b->fixits);
}

bool block_record(struct block *b, const struct incident_place *place, struct record *r)
{
	*r = record_new(&b->a, "incident");
	source_set(b, place, r);
	error_set(b, place, r);
	lists_set(b, place, r);
	fields_set(b, r);
	record_set_str(r, F_ERROR_RAW, buf_str(&b->raw));
	if (b->rule->summary)
		record_set_bool(r, F_ERROR_SUMMARY, true);
	if (!has_needed(b, r))
		return false;
	if (b->raw.truncated)
		record_set_bool(r, F_TRUNCATED, true);
	record_set_str(r, F_FINGERPRINT, fingerprint_of(&b->a, r));
	return true;
}

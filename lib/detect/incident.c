/* Build a record from a complete block. */
#include <string.h>

#include "base/path.h"
#include "detect/block.h"
#include "detect/project.h"
#include "redact/redact.h"
#include "rules/template.h"

static struct str value_get(void *ctx, struct str name)
{
	return block_value(ctx, name);
}

/* The rule's own `levels` first, then the general table. */
static enum level level_of(struct block *b, const struct incident_place *place)
{
	struct template_values none = { .get = value_get, .ctx = b, .lenient = true };
	struct str level = str_trim(block_value(b, STR("level")));
	struct str mapped = node_str(node_get_str(b->rule->levels, level));

	if (!mapped.p)
		mapped = node_str(node_get_str(place->levels, template_fill(&b->a, STR("{level|lower}"), &none, NULL)));
	if (!mapped.p)
		mapped = b->rule->level;
	return mapped.n ? level_parse(mapped) : LEVEL_ERROR;
}

/* The rule's template, or the capture of that name. */
static struct str text_of(struct block *b, struct str template, const char *name)
{
	struct template_values v = { .get = value_get, .ctx = b, .lenient = true };

	if (template.n)
		return str_trim(template_fill(&b->a, template, &v, NULL));
	return str_trim(block_value(b, str_of(name)));
}

static int64_t number_of(struct str text)
{
	int64_t n;

	return str_number(str_trim(text), &n) && n >= 1 ? n : 0;
}

/* The tool's file name without quotes and file://, in the directory that make entered, relative to cwd. */
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

/* The innermost frame that is not third-party code, else the innermost. */
static const struct frame *frame_of_blame(struct node marks, const struct frame_list *frames)
{
	LIST_EACH(frame, f, frames)
		if (!file_is_foreign(marks, f->file))
			return f;
	return frames->at;
}

static void reverse(struct frame_list *list)
{
	for (size_t i = 0; i < list->n / 2; i++) {
		struct frame first = list->at[i];
		list->at[i] = list->at[list->n - 1 - i];
		list->at[list->n - 1 - i] = first;
	}
}

static void place_of_frame(struct record *r, const struct frame *frame)
{
	if (frame->file.n)
		r->error.file = frame->file;
	if (frame->line >= 1)
		r->error.line = frame->line;
	if (frame->column >= 1)
		r->error.column = frame->column;
	if (frame->function.n && !r->error.function.n)
		r->error.function = frame->function;
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
		if (!r->error.fields)
			r->error.fields = json_new(&b->a, JSON_OBJECT);
		json_set_str(&b->a, r->error.fields, arena_strdup(&b->a, v->name), v->text);
	}
}

static void source_set(struct block *b, const struct incident_place *place, struct record *r)
{
	r->source.name = place->name;
	r->source.line = (int64_t)b->first;
	r->source.end_line = (int64_t)b->last;
	for (size_t i = 0; place->command && place->command[i]; i++)
		*VEC_ADD(&b->a, &r->source.command) = str_of(place->command[i]);
	r->source.cwd = place->cwd;
}

static bool error_has(const struct record *r, struct str name)
{
	const struct member *m = member_find(&error_type, name);

	return m && member_is_set(m, &r->error);
}

static bool has_needed(struct block *b, const struct record *r)
{
	for (uint32_t i = 0; i < node_list_count(b->rule->need); i++) {
		struct str name = node_str(node_list_at(b->rule->need, i));
		/* The line is only a substitute for a message, which is required here. */
		if (str_is(name, "message") && !text_of(b, b->rule->message, "message").n)
			return false;
		if (!error_has(r, name) && !json_get(r->error.fields, arena_strdup(&b->a, name)))
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

	r->error.tool = tool.n ? tool : rule->pack;
	r->error.environment = rule->environment;
	r->error.rule = rule->id;
	r->error.level = level_of(b, place);
	r->error.code = code;
	if (!message.n)
		message = str_trim(b->headline.n ? b->headline : str_sub(raw, 0, str_chr(raw, '\n')));
	r->error.message = message;
	if (file.n)
		r->error.file = path_of(&b->a, file, place);
	r->error.line = number_of(block_value(b, STR("line")));
	r->error.column = number_of(block_value(b, STR("column")));
	r->error.end_line = number_of(block_value(b, STR("end_line")));
	r->error.end_column = number_of(block_value(b, STR("end_column")));
	/* Column 1 is the same in every unit. */
	if (r->error.column > 1 && rule->counts != UNIT_BYTES)
		r->error.counts = rule->counts;
	r->error.function = function;
}

static void lists_set(struct block *b, const struct incident_place *place, struct record *r)
{
	struct error *e = &r->error;

	e->frames = b->frames;
	e->related = b->related;
	e->fixits = b->fixits;
	if (b->rule->innermost_last)
		reverse(&e->frames);
	LIST_EACH(frame, f, &e->frames)
		f->file = path_of(&b->a, f->file, place);
	LIST_EACH(related, n, &e->related)
		n->file = path_of(&b->a, n->file, place);
	LIST_EACH(fixit, f, &e->fixits)
		f->file = path_of(&b->a, f->file, place);
	if (e->frames.n && !e->file.n)
		place_of_frame(r, frame_of_blame(place->foreign, &e->frames));
}

/* Has it no place, or only one in third-party code, where the frames end that parse the user's file? */
static bool place_is_open(const struct incident_place *place, const struct error *e)
{
	return e->frames.n ? file_is_foreign(place->foreign, e->file) : !e->file.n && !e->line;
}

/* Many programs wrap a message of another one, place included, in a line of their own. */
static void place_of_message(struct block *b, const struct incident_place *place, struct record *r)
{
	struct error *e = &r->error;
	const struct forms *forms = place_is_open(place, e) ? place->in_message(place->ctx) : NULL;
	struct match m;

	if (!forms || !forms_match(forms, e->message, NULL, &m))
		return;
	e->file = path_of(&b->a, match_get(&m, "file"), place);
	e->line = number_of(match_get(&m, "line"));
	e->column = number_of(match_get(&m, "column"));
}

bool block_record(struct block *b, const struct incident_place *place, struct record *r)
{
	*r = record_new(&b->a, KIND_INCIDENT);
	source_set(b, place, r);
	error_set(b, place, r);
	lists_set(b, place, r);
	fields_set(b, r);
	r->error.raw = buf_str(&b->raw);
	if (b->rule->summary) {
		r->error.summary = true;
		r->error.summary_of = b->rule->summary_of;
	}
	if (!has_needed(b, r))
		return false;
	if (!r->error.summary)
		place_of_message(b, place, r);
	if (b->raw.truncated)
		r->truncated = true;
	r->fingerprint = redact_fingerprint(&b->a, r);
	return true;
}

#include "analyze/steps.h"

#include <string.h>

#include "analyze/command_fix.h"
#include "analyze/fixit.h"
#include "analyze/known_word.h"
#include "analyze/numbered_diff.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/vec.h"
#include "lang/import_place.h"
#include "lang/language.h"

/* A replacement, by offsets into the present file. */
struct file_edits {
	size_t from, to;
	struct str text;
};

struct changed_file {
	const struct text *x;
	VEC(struct file_edits) changes;
	bool from_output; /* one of them has text of the output */
};

struct maker {
	struct enquiry *q;
	const struct scope *s;
	const struct error *error;
	VEC(struct changed_file *) files;
	struct step_list steps; /* steps other than edits */
	VEC(struct str) typed;  /* command lines, in order */
};

/* ---- the origin of a text ----
 *
 * A text that is written into a file is made from a template of the packs, and from values.  Those that were found in
 * the project or in a table are as good as the template.  One that is text of the output is not, unless it is a word
 * that may be written anyway (known_word.h): then the step says so, and the fix stage asks the tool (fix/confirm.h). */

struct text_reader {
	struct maker *m;
	const struct text *x;
	const struct match *match; /* its captures come first; or NULL */
	bool from_output;
};

static struct str match_value(const struct match *match, struct str name)
{
	char z[64];

	if (name.n < sizeof(z)) {
		memcpy(z, name.p, name.n);
		z[name.n] = '\0';
		struct str own = match_get(match, z);
		if (own.p)
			return own;
	}
	/* A named group that did not match is empty; it does not get an outer value of the same name. */
	for (unsigned i = 0, group; i < regex_names(match->re); i++)
		if (str_eq(regex_name(match->re, i, &group), name))
			return STR("");
	return STR_NONE;
}

static struct str text_value(void *ctx, struct str name)
{
	struct text_reader *r = ctx;
	struct str own = r->match ? match_value(r->match, name) : STR_NONE;
	const struct scope *entry = own.p ? NULL : scope_entry(r->m->s, name);

	/* What was there before is nothing new. */
	bool kept = entry && r->match && str_find(r->match->whole, entry->value) < r->match->whole.n;
	if (entry && entry->from_output && !kept && !r->from_output)
		r->from_output = !word_is_known(r->m->q->pack, r->m->q->view, r->x, entry->value);
	return own.p ? own : entry ? entry->value : STR_NONE;
}

/* Fill the member of a step that is written into x; *from_output is set if its text needs the tool's word. */
static struct str text_member(struct maker *m, const struct text *x, struct node step, const char *member,
	const struct match *match, bool *from_output)
{
	struct text_reader r = { m, x, match, false };
	struct template_values v = { .get = text_value, .ctx = &r };
	struct str text = node_str(node_get(step, member));

	text = text.p ? template_fill(m->q->a, text, &v, NULL) : STR_NONE;
	*from_output |= r.from_output;
	return text;
}

static bool number(struct maker *m, struct node step, const char *member, int64_t *out)
{
	struct str s = scope_member(m->q->a, m->s, step, member);

	return s.p && str_number(str_trim(s), out) && *out >= 1;
}

static struct changed_file *file_at(struct maker *m, struct str path)
{
	const struct text *x = path.p ? source_read(m->q->view, path) : NULL;

	if (!x)
		return NULL;
	for (size_t i = 0; i < m->files.n; i++)
		if (m->files.at[i]->x == x)
			return m->files.at[i];
	struct changed_file *f = ARENA_NEW(m->q->a, struct changed_file);
	f->x = x;
	*VEC_ADD(m->q->a, &m->files) = f;
	return f;
}

/* Equal changes are merged, overlapping ones are an error. */
static bool change_add(struct maker *m, struct changed_file *f, size_t from, size_t to, struct str text)
{
	for (size_t i = 0; i < f->changes.n; i++) {
		struct file_edits *c = &f->changes.at[i];
		if (c->from == from && c->to == to && str_eq(c->text, text))
			return true;
		if (from < c->to && c->from < to)
			return false;
	}
	if (from == to && text.n == 0)
		return false;
	*VEC_ADD(m->q->a, &f->changes) = (struct file_edits){ from, to, arena_str(m->q->a, text) };
	return true;
}

/* ---- replace ---- */

static bool replace_match(struct maker *m, struct changed_file *f, struct node step, const struct match *match)
{
	struct str with = text_member(m, f->x, step, "with", match, &f->from_output);
	size_t from = (size_t)(match->whole.p - f->x->all.p);

	if (!with.p || str_eq(with, match->whole))
		return false;
	/* Reduce the edit to the difference, so that it overlaps with fewer others. */
	size_t to = from + match->whole.n, head = 0, tail = 0;
	while (head < with.n && head < match->whole.n && with.p[head] == match->whole.p[head])
		head++;
	while (tail < with.n - head && tail < match->whole.n - head &&
		with.p[with.n - 1 - tail] == match->whole.p[match->whole.n - 1 - tail])
		tail++;
	return change_add(m, f, from + head, to - tail, str_sub(with, head, with.n - tail));
}

/* Replace each match that begins in text[from..to), or the first. */
static bool replace_in(struct maker *m, struct changed_file *f, struct node step, struct regex *re, size_t from,
	size_t to, int64_t column)
{
	struct str region = str_sub(f->x->all, 0, to);
	struct match match;
	bool any = false, all = node_bool(node_get(step, "all"), false);
	size_t line_from = from;

	while (from <= to && regex_match_from(re, region, from, &match) == 1) {
		size_t at = (size_t)(match.whole.p - f->x->all.p), end = at + match.whole.n;
		from = match.whole.n ? end : end + 1;
		/* With a column, the match that contains it. */
		if (column && (line_from + (size_t)column - 1 < at || line_from + (size_t)column - 1 > end))
			continue;
		bool ok = replace_match(m, f, step, &match);
		any |= ok;
		if (!all)
			return ok;
	}
	return any;
}

static bool do_replace(struct maker *m, struct changed_file *f, struct node step)
{
	struct regex *re = scope_regex(m->q->a, m->s, node_str(node_get(step, "replace")), REGEX_MULTILINE);
	int64_t line, first = 1, last = (int64_t)f->x->lines, column = 0;
	bool ok = re != NULL;

	if (ok && node_has(step, "line"))
		ok = number(m, step, "line", &line) && (first = last = line) >= 1;
	if (ok && node_has(step, "from"))
		ok = number(m, step, "from", &first);
	if (ok && node_has(step, "column"))
		ok = number(m, step, "column", &column);
	size_t from = text_offset(f->x, first, 1);
	if (last > (int64_t)f->x->lines)
		last = (int64_t)f->x->lines;
	if (ok && from != SIZE_MAX && first <= last) {
		struct str end = text_line(f->x, last);
		/* Over several lines the last one's newline belongs to the region. */
		size_t to = (size_t)(end.p - f->x->all.p) + end.n;
		if (first != last || node_bool(node_get(step, "newline"), false) ||
			(!node_has(step, "line") && !node_has(step, "from")))
			to = (size_t)last < f->x->lines ? f->x->line_at[last] : f->x->all.n;
		ok = replace_in(m, f, step, re, from, to, column);
	} else {
		ok = false;
	}
	regex_free(re);
	return ok;
}

/* ---- insert, delete ---- */

/* The offset after a byte order mark. */
static size_t begin_of(const struct text *x)
{
	return x->lines ? x->line_at[0] : 0;
}

/* Insert a whole line above or below line `at`. */
static bool insert_line(struct maker *m, struct changed_file *f, int64_t at, bool below, struct str text)
{
	if (!text_line(f->x, at).p)
		return false;
	if (!below)
		return change_add(
			m, f, f->x->line_at[at - 1], f->x->line_at[at - 1], arena_join(m->q->a, text, STR("\n")));
	if ((size_t)at < f->x->lines)
		return change_add(m, f, f->x->line_at[at], f->x->line_at[at], arena_join(m->q->a, text, STR("\n")));
	/* Below the last line: if that has no newline, the new one has none either. */
	bool ended = f->x->all.n && f->x->all.p[f->x->all.n - 1] == '\n';
	text = ended ? arena_join(m->q->a, text, STR("\n")) : arena_join(m->q->a, STR("\n"), text);
	return change_add(m, f, f->x->all.n, f->x->all.n, text);
}

static bool do_insert(struct maker *m, struct changed_file *f, struct node step)
{
	struct str text = text_member(m, f->x, step, "insert", NULL, &f->from_output);
	struct str place = node_str(node_get(step, "place"));
	int64_t line, column;

	if (!text.p)
		return false;
	if (node_has(step, "line") && node_has(step, "column")) {
		if (!number(m, step, "line", &line) || !number(m, step, "column", &column))
			return false;
		size_t offset = text_offset(f->x, line, column);
		return offset != SIZE_MAX && change_add(m, f, offset, offset, text);
	}
	if (node_has(step, "before"))
		return number(m, step, "before", &line) && insert_line(m, f, line, false, text);
	if (node_has(step, "after"))
		return number(m, step, "after", &line) && insert_line(m, f, line, true, text);
	if (str_is(place, "begin"))
		return change_add(m, f, begin_of(f->x), begin_of(f->x), arena_join(m->q->a, text, STR("\n")));
	if (f->x->lines == 0)
		return change_add(m, f, begin_of(f->x), begin_of(f->x), arena_join(m->q->a, text, STR("\n")));
	return insert_line(m, f, (int64_t)f->x->lines, true, text);
}

/* `delete: LINE`, or with line and column the text, which must be in this place; it may be empty if only `with` is
 * inserted. */
static bool do_delete(struct maker *m, struct changed_file *f, struct node step)
{
	struct str what = scope_member(m->q->a, m->s, step, "delete");
	int64_t line, column;

	if (!what.p)
		return false;
	if (node_has(step, "column")) {
		if (!number(m, step, "line", &line) || !number(m, step, "column", &column))
			return false;
		size_t at = text_offset(f->x, line, column);
		struct str with = text_member(m, f->x, step, "with", NULL, &f->from_output);
		if (what.n + with.n == 0 || at == SIZE_MAX || !str_eq(str_sub(f->x->all, at, at + what.n), what))
			return false;
		return change_add(m, f, at, at + what.n, str_or_empty(with));
	}
	if (!str_number(str_trim(what), &line) || line < 1 || (size_t)line > f->x->lines)
		return false;
	size_t end = (size_t)line < f->x->lines ? f->x->line_at[line] : f->x->all.n;
	return change_add(m, f, f->x->line_at[line - 1], end, STR(""));
}

/* ---- import ---- */

static bool insert_below(struct maker *m, struct changed_file *f, int64_t line, struct str text)
{
	if (line == 0)
		return change_add(m, f, begin_of(f->x), begin_of(f->x), arena_join(m->q->a, text, STR("\n")));
	return insert_line(m, f, line, true, text);
}

/* Import with the first style in the language's row that has a place in the file.  The value is a name, for which the
 * style has the statement, or the statement itself. */
static bool do_import(struct maker *m, struct changed_file *f, struct node step)
{
	struct node language = language_of(m->q->pack, f->x->path, f->x->all), styles = node_get(language, "imports");
	bool is_whole = node_bool(node_get(step, "whole"), false);
	struct str name = text_member(m, f->x, step, "import", NULL, &f->from_output);
	struct import_text t = { m->q->a, f->x, code_only(m->q->a, language, f->x->all) };

	for (uint32_t i = 0; name.p && i < node_list_count(styles); i++) {
		struct node style = node_list_at(styles, i);
		const struct scope *s = scope_set(m->q->a, m->s, "name", name);
		struct str text = is_whole ? name : scope_fill(m->q->a, s, node_str(node_get(style, "text")));
		/* If it is imported already, the import is not missing. */
		if (!text.p || str_has_line(f->x->all, str_trim(text)))
			continue;
		int64_t line = import_place(&t, style, text);
		if (line >= 0)
			return insert_below(m, f, line, text);
	}
	return false;
}

/* ---- edits proposed by the tool ---- */

/* Is it the file of the error? */
static bool is_at_fault(struct maker *m, const struct changed_file *f)
{
	struct str path = source_resolve(m->q->view, m->error->file);

	return path.p && str_eq(path, f->x->path);
}

/* All or nothing: a part of a proposal may be wrong by itself. */
static bool do_fixits(struct maker *m, struct node step)
{
	bool any = false;
	int64_t proposal = 0;

	/* `fixits: true`: the edits of the tool; a number: one of its alternatives. */
	if (!node_bool(node_get(step, "fixits"), false) && !number(m, step, "fixits", &proposal))
		return false;
	LIST_EACH(fixit, fixit, &m->error->fixits) {
		if (fixit->proposal != proposal)
			continue;
		struct changed_file *f = file_at(m, source_resolve(m->q->view, fixit->file));
		size_t from, to;
		/* A proposal for another file than the one that the diagnostic is about is none. */
		if (!f || !is_at_fault(m, f) || !fixit_range(f->x, fixit, &from, &to) ||
			!change_add(m, f, from, to, fixit->text))
			return false;
		f->from_output = true;
		any = true;
	}
	return any;
}

/* ---- numbered lines printed by a tool ---- */

struct numbered {
	struct maker *m;
	struct changed_file *f;
};

static bool numbered_add(void *ctx, size_t from, size_t to, struct str text)
{
	struct numbered *n = ctx;

	return change_add(n->m, n->f, from, to, text);
}

static bool do_numbered(struct maker *m, struct changed_file *f, struct node step)
{
	struct numbered n = { m, f };
	struct str body = scope_member(m->q->a, m->s, step, "numbered");

	f->from_output = true;
	return body.p && numbered_diff_changes(m->q->a, f->x, body, numbered_add, &n);
}

/* The kinds of edits, by the keyword used together with `edit`.  A new one is a function, a row here and a row in
 * rules/grammar.def. */
static const struct edit_primitive {
	const char *keyword;
	bool (*make)(struct maker *m, struct changed_file *f, struct node step);
} edit_primitives[] = {
	{ "replace", do_replace },
	{ "insert", do_insert },
	{ "delete", do_delete },
	{ "numbered", do_numbered },
	{ "import", do_import },
};

static bool do_edit(struct maker *m, struct node step)
{
	struct str name = scope_member(m->q->a, m->s, step, "edit");
	struct changed_file *f = name.p ? file_at(m, source_resolve(m->q->view, name)) : NULL;

	for (size_t i = 0; f && i < sizeof(edit_primitives) / sizeof(edit_primitives[0]); i++)
		if (node_has(step, edit_primitives[i].keyword))
			return edit_primitives[i].make(m, f, step);
	return false;
}

/* ---- other steps ---- */

static bool texts_filled(struct maker *m, struct node list, struct str_list *out)
{
	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct str word = scope_fill(m->q->a, m->s, node_str(node_list_at(list, i)));
		if (!word.p)
			return false;
		if (word.n)
			*VEC_ADD(m->q->a, out) = word;
	}
	return true;
}

static bool step_add(struct maker *m, struct step step)
{
	*VEC_ADD(m->q->a, &m->steps) = step;
	return true;
}

static bool do_run(struct maker *m, struct node step, const char *what, enum step_kind kind)
{
	struct step o = { .kind = kind };
	struct str cwd = source_cwd(m->q->view);

	if (!texts_filled(m, node_get(step, what), &o.argv) || !o.argv.n)
		return false;
	if (!texts_filled(m, node_get(step, "undo"), &o.undo))
		o.undo.n = 0;
	if (!texts_filled(m, node_get(step, "touches"), &o.files))
		return false;
	o.source = node_str(node_get(step, "source"));
	o.whole = node_bool(node_get(step, "together"), false);
	if (!str_is(cwd, "."))
		o.dir = cwd;
	return step_add(m, o);
}

static bool do_mode(struct maker *m, struct node step)
{
	struct str path = scope_member(m->q->a, m->s, step, "mode"), set = node_str(node_get(step, "with"));
	struct str file = path.p ? source_resolve(m->q->view, path) : STR_NONE;

	return file.p && step_add(m, (struct step){ .kind = STEP_MODE, .file = file, .mode = set.p ? set : STR("+x") });
}

static bool do_create(struct maker *m, struct node step)
{
	bool from_output = false;
	struct str path = scope_member(m->q->a, m->s, step, "create"),
		   text = text_member(m, NULL, step, "with", NULL, &from_output);

	if (!path.p || !text.p || !slot_accepts(STR("path"), path) || source_exists(m->q->view, path))
		return false;
	path = path_normal(m->q->a, path_join(m->q->a, source_cwd(m->q->view), path));
	return step_add(m,
		(struct step){ .kind = STEP_CREATE,
			.file = path,
			.text = text,
			.origin = from_output ? STR("output") : STR_NONE });
}

static bool do_retry(struct maker *m, struct node step)
{
	return step_add(m,
		(struct step){ .kind = STEP_RETRY,
			.attempts = node_int(node_get(step, "retry"), 3),
			.delay = 1.0,
			.multiplier = 2.0 });
}

static bool do_advise(struct maker *m, struct node step)
{
	struct str text = scope_fill_lenient(m->q->a, m->s, node_str(node_get(step, "advise")));

	return step_add(m, (struct step){ .kind = STEP_ADVISE, .text = text });
}

static bool do_retype(struct maker *m, struct node step)
{
	struct str text;

	if (!m->q->at || !command_fix_make(m->q, m->s, step, &text))
		return false;
	*VEC_ADD(m->q->a, &m->typed) = text;
	return true;
}

static bool do_command(struct maker *m, struct node step)
{
	return do_run(m, step, "run", STEP_RUN);
}

static bool do_delegate(struct maker *m, struct node step)
{
	return do_run(m, step, "delegate", STEP_DELEGATE);
}

/* The kinds of steps, by keyword.  The planner (fix/planner.c) has a corresponding table. */
static const struct step_primitive {
	const char *keyword;
	bool (*make)(struct maker *m, struct node step);
} step_primitives[] = {
	{ "fixits", do_fixits },
	{ "edit", do_edit },
	{ "run", do_command },
	{ "delegate", do_delegate },
	{ "mode", do_mode },
	{ "create", do_create },
	{ "retry", do_retry },
	{ "advise", do_advise },
};

static bool do_step(struct maker *m, struct node step)
{
	if (command_fix_is(step))
		return do_retype(m, step);
	for (size_t i = 0; i < sizeof(step_primitives) / sizeof(step_primitives[0]); i++)
		if (node_has(step, step_primitives[i].keyword))
			return step_primitives[i].make(m, step);
	return false;
}

/* ---- the record's edits ---- */

static struct text_edit text_edit_of(const struct text *x, const struct file_edits *c)
{
	struct text_edit e = { .text = c->text };

	text_place(x, c->from, &e.line, &e.column);
	text_place(x, c->to, &e.end_line, &e.end_column);
	return e;
}

/* An edit that separates a CR from its LF changes line ends, so its text must not be converted. */
static bool parts_line_end(const struct text *x, size_t offset)
{
	return offset > 0 && offset < x->all.n && x->all.p[offset] == '\n' && x->all.p[offset - 1] == '\r';
}

static bool is_about_line_ends(const struct changed_file *f)
{
	for (size_t i = 0; i < f->changes.n; i++)
		if (parts_line_end(f->x, f->changes.at[i].from) || parts_line_end(f->x, f->changes.at[i].to))
			return true;
	return false;
}

static void edits_write(struct maker *m, struct step_list *out, struct str_list *files)
{
	for (size_t i = 0; i < m->files.n; i++) {
		struct changed_file *f = m->files.at[i];
		struct step step = { .kind = STEP_EDIT, .file = f->x->path };
		char hex[SHA256_HEX];
		if (f->changes.n == 0)
			continue;
		sha256_of(f->x->all, hex);
		step.expect = arena_str(m->q->a, str_of(hex));
		if (f->from_output)
			step.origin = STR("output");
		if (is_about_line_ends(f))
			step.line_ends = STR("given");
		for (size_t k = 0; k < f->changes.n; k++)
			*VEC_ADD(m->q->a, &step.edits) = text_edit_of(f->x, &f->changes.at[k]);
		*VEC_ADD(m->q->a, out) = step;
		*VEC_ADD(m->q->a, files) = f->x->path;
	}
}

bool steps_make(struct enquiry *q, struct node steps, const struct scope *s, const struct error *error,
	struct step_list *out, struct str_list *files)
{
	struct maker m = { .q = q, .s = s, .error = error };

	*out = (struct step_list){ 0 };
	*files = (struct str_list){ 0 };
	for (uint32_t i = 0; i < node_list_count(steps); i++) {
		struct node step = node_list_at(steps, i);
		if (!do_step(&m, step) && !node_bool(node_get(step, "optional"), false))
			return false;
	}
	edits_write(&m, out, files);
	if (m.typed.n && !command_line_steps(q->a, q->typed, q->at, m.typed.at, m.typed.n, &m.steps))
		return false;
	LIST_EACH(step, step, &m.steps) {
		*VEC_ADD(q->a, out) = *step;
		if (step->file.n)
			*VEC_ADD(q->a, files) = step->file;
	}
	return out->n > 0;
}

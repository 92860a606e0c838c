#include "learn/generalise.h"

#include "base/path.h"
#include "learn/anti_unifier.h"

/* ---- the message ---- */

static bool is_digits(struct str s)
{
	int64_t n;

	return str_number(s, &n);
}

static struct str slot_class(const struct work *w, const struct str *row, struct str close)
{
	if (row_all(w, row, is_digits))
		return STR("\\d+");
	if (row_all(w, row, part_is_word))
		return STR("\\w+");
	if (close.n == 1)
		return arena_printf(w->a, "[^%.*s]+", STR_ARG(close));
	return close.p ? STR(".+?") : STR("\\S+");
}

static struct str slot_sample(struct work *w, const struct str *row)
{
	if (row_all(w, row, is_digits))
		return STR("7");
	if (row_all(w, row, part_is_word))
		return word_invent(w);
	return arena_printf(w->a, "%.*s/x.y", STR_ARG(word_invent(w)));
}

static bool slot_add(struct work *w, size_t segment, struct pattern *p)
{
	struct str *row = row_new(w);
	const struct segment *first = &w->g->messages[0].at[segment];

	for (size_t i = 0; i < w->g->n; i++)
		row[i] = w->g->messages[i].at[segment].text;
	if (w->slots_n == VALUES)
		return refuse(w, "the message has too many slots");
	struct variable *known = row_slot(w, row), *v = &w->slots[w->slots_n++];
	*v = (struct variable){ .values = row, .sample = row[0] };
	/* Where the parser decides, which word of the language the tool stumbled over does not matter. */
	if (may_stay(w, row) && !(w->g->candidates && w->g->any_word)) {
		p->named = arena_join(w->a, p->named, pattern_escaped(w->a, row[0]));
		p->sample = arena_join(w->a, p->sample, row[0]);
		return true;
	}
	if (known) { /* the same again */
		w->slots_n--;
		p->named = arena_printf(w->a, "%.*s\\k<%.*s>", STR_ARG(p->named), STR_ARG(known->name));
		p->sample = arena_join(w->a, p->sample, known->sample);
		return true;
	}
	v->name = arena_printf(w->a, "slot_%zu", w->slots_n);
	v->sample = slot_sample(w, row);
	p->named = arena_printf(w->a, "%.*s(?<%.*s>%.*s)", STR_ARG(p->named), STR_ARG(v->name),
		STR_ARG(slot_class(w, row, first->close)));
	p->sample = arena_join(w->a, p->sample, v->sample);
	return true;
}

static bool message_write(struct work *w)
{
	const struct message *m = &w->g->messages[0];
	struct pattern p = { STR("^"), STR(""), STR("") };

	for (size_t i = 0; i < m->n; i++) {
		if (m->at[i].slot) {
			if (!slot_add(w, i, &p))
				return false;
			continue;
		}
		p.named = arena_join(w->a, p.named, pattern_escaped(w->a, m->at[i].text));
		p.sample = arena_join(w->a, p.sample, m->at[i].text);
	}
	w->out->message = arena_join(w->a, p.named, STR("$"));
	w->out->sample_message = p.sample;
	return true;
}

/* ---- an edited line ---- */

static bool old_pattern(struct work *w, size_t k, struct pattern *out)
{
	const struct part_change *first = &w->g->at[0]->changes[k];
	size_t *at = arena_alloc(w->a, w->g->n * sizeof(*at));

	*out = (struct pattern){ STR(""), STR(""), STR("") };
	for (size_t p = 0; p < first->to - first->from; p++) {
		struct parts_row row;
		struct pattern one;
		for (size_t i = 0; i < w->g->n; i++)
			at[i] = w->g->at[i]->changes[k].from + p;
		if (!parts_row(w, at, &row, false) || !part_pattern(w, &row, row.kind != PART_SIGN, &one))
			return refuse(w, "the old lines differ in their signs");
		*out = line_pattern_join(w, *out, one);
	}
	return true;
}

/* The template of the k-th change; its old part is known. */
static bool change_template(struct work *w, size_t k, struct str *with, struct str *sample)
{
	size_t *new = arena_alloc(w->a, w->g->n * sizeof(*new)), *old = arena_alloc(w->a, w->g->n * sizeof(*old));
	const struct part_change *first = &w->g->at[0]->changes[k];

	for (size_t i = 0; i < w->g->n; i++) {
		new[i] = w->g->at[i]->changes[k].new_from;
		old[i] = w->g->at[i]->changes[k].from;
	}
	return new_text(w, new, first->new_to - first->new_from, old, first->to - first->from, with, sample);
}

/* A word that the message names needs no context. */
static struct pattern context_of(struct work *w, bool left, bool named)
{
	if (named)
		return (struct pattern){ STR(""), STR(""), STR("") };
	size_t *from = arena_alloc(w->a, w->g->n * sizeof(*from)), last = w->g->at[0]->n - 1;

	for (size_t i = 0; i < w->g->n; i++)
		from[i] = left ? w->g->at[i]->changes[0].from : w->g->at[i]->changes[last].to;
	return line_context(w, from, left);
}

static struct str group(struct work *w, const char *name, struct str pattern)
{
	return pattern.n ? arena_printf(w->a, "(?<%s>%.*s)", name, STR_ARG(pattern)) : STR("");
}

/* The end of the line is not that of its code if there is a comment. */
static void comments_exclude(struct work *w, struct str line)
{
	struct node marks = node_get(w->g->at[0]->language, "line_comments");
	struct str any = STR("");

	for (uint32_t i = 0; i < node_list_count(marks); i++)
		any = arena_printf(w->a, "%.*s%s%.*s", STR_ARG(any), i ? "|" : "",
			STR_ARG(pattern_escaped(w->a, node_str(node_list_at(marks, i)))));
	if (any.n)
		let_add(w,
			arena_printf(w->a, "{no: %.*s, line: %.*s}", STR_ARG(yaml_quoted(w->a, any)), STR_ARG(line)));
}

/* Says where in the line the change belongs, or that there must be only one place. */
static bool place_write(struct work *w, struct str plain)
{
	if (w->g->at[0]->place == PLACE_ELSEWHERE)
		return refuse(w, "nothing in the message says which line is changed");
	struct str line = w->g->by_column ? STR("\"{line}\"") : line_find(w);
	/* A second place that fits as well: which one was meant is unknown. */
	if (!w->g->by_column)
		let_add(w,
			arena_printf(w->a, "{no: %.*s, line: %.*s}",
				STR_ARG(yaml_quoted(w->a,
					arena_printf(w->a, "(?=%.*s).+(?=%.*s)", STR_ARG(plain), STR_ARG(plain)))),
				STR_ARG(line)));
	if (str_ends(plain, "$"))
		comments_exclude(w, line);
	member_add(w, "line", line);
	if (w->g->by_column)
		member_add(w, "column", STR("\"{column}\""));
	return true;
}

static bool is_indentation(const struct line_change *c)
{
	const struct part_change *p = &c->changes[0];

	return p->from == 0 && p->to <= 1 && (p->to == 0 || c->old_parts.at[0].kind == PART_BLANK) &&
		(p->new_to == p->new_from || (p->new_to == 1 && c->new_parts.at[0].kind == PART_BLANK));
}

static bool line_edited(struct work *w)
{
	const struct line_change *first = w->g->at[0];
	struct pattern old[CHANGES_MOST];
	bool named = false, names_last = false;

	if (is_indentation(first))
		return refuse(w, "indentation depends on the lines around it");
	for (size_t k = 0; k < first->n; k++) {
		bool before = w->has_slot;
		w->has_slot = false;
		if (!old_pattern(w, k, &old[k]))
			return false;
		named |= k == 0 && w->has_slot;
		names_last = w->has_slot;
		w->has_slot |= before;
	}
	/* As a definition that is made to fit a mistyped use. */
	if (w->has_slot && first->place != PLACE_SAME)
		return refuse(w, "which of two lines has the wrong word is not known");
	struct pattern left = context_of(w, true, named), right = context_of(w, false, names_last);
	struct pattern all = { group(w, "head", left.named), left.plain, left.sample };
	struct str with = left.named.n ? STR("{head}") : STR(""), after = left.sample, one, sample;
	for (size_t k = 0; k < first->n; k++) {
		if (!old[k].plain.n && !(k == 0 && w->g->by_column) &&
			(k == 0 ? !left.plain.n && !(first->n == 1 && right.plain.n) :
				  !(k + 1 == first->n && right.plain.n)))
			return refuse(w, "nothing in the line says where the change belongs");
		if (k > 0) {
			struct str gap = arena_printf(w->a, "gap_%zu", k), word = word_invent(w);
			line_pattern_add(w, &all, arena_printf(w->a, "(?<%.*s>.+?)", STR_ARG(gap)), STR(".+?"), word);
			with = arena_join(w->a, with, slot_of(w->a, gap));
			after = arena_join(w->a, after, word);
		}
		if (!change_template(w, k, &one, &sample))
			return false;
		all = line_pattern_join(w, all, old[k]);
		with = arena_join(w->a, with, one);
		after = arena_join(w->a, after, sample);
	}
	line_pattern_add(w, &all, group(w, "tail", right.named), right.plain, right.sample);
	with = arena_join(w->a, with, right.named.n ? STR("{tail}") : STR(""));
	after = arena_join(w->a, after, right.sample);
	member_add(w, "edit", STR("\"{file}\""));
	member_add(w, "replace", yaml_quoted(w->a, all.named));
	member_add(w, "with", yaml_quoted(w->a, with));
	if (!place_write(w, all.plain))
		return false;
	w->out->sample_column = w->g->by_column ? (int64_t)left.sample.n + 1 : 0;
	sample_set(w, all.sample, after);
	return true;
}

/* ---- a token that the parser finds ---- */

/* Parts [from, to) of a line. */
struct parts_range {
	size_t from, to;
};

static struct parts_range changed_parts(const struct line_change *c, bool new)
{
	const struct parts *p = new ? &c->new_parts : &c->old_parts;
	struct parts_range all = { 0, c->kind == (new ? LINE_INSERTED : LINE_DELETED) ? p->n : 0 };

	if (c->kind == LINE_EDITED)
		all = new ? (struct parts_range){ c->changes[0].new_from, c->changes[0].new_to } :
			    (struct parts_range){ c->changes[0].from, c->changes[0].to };
	struct parts_range out = all;
	while (out.from < out.to && p->at[out.from].kind == PART_BLANK)
		out.from++;
	while (out.from < out.to && p->at[out.to - 1].kind == PART_BLANK)
		out.to--;
	return out.from < out.to ? out : all;
}

/* One part as a pattern; p == NULL: it is not one of the language, or not the same in all repairs. */
static struct str token_pattern(struct work *w, const struct parts_row *row, bool new)
{
	bool word = row->kind == PART_WORD || row->kind == PART_NUMBER, one = row_is_one(w, row->texts);
	bool general = one && word_is_general(w->g->at[0]->language, row->texts[0]);

	if (row->kind == PART_BLANK)
		return STR("\\s*");
	if (!row->one_kind || (!word && !one))
		return STR_NONE;
	/* A word that goes away may be any: it was mistyped. */
	if (word && (w->g->any_word || (!general && !new)))
		return STR("\\w+");
	return !word || general ? pattern_escaped(w->a, row->texts[0]) : STR_NONE;
}

/* What the change removes, or puts there, as a pattern; p == NULL: there is none. */
static struct str change_pattern(struct work *w, bool new)
{
	size_t *at = arena_alloc(w->a, w->g->n * sizeof(*at));
	struct parts_range first = changed_parts(w->g->at[0], new);
	struct str out = STR("^\\s*");

	for (size_t i = 1; i < w->g->n; i++) {
		struct parts_range other = changed_parts(w->g->at[i], new);
		if (other.to - other.from != first.to - first.from)
			return STR_NONE;
	}
	for (size_t k = 0; k < first.to - first.from; k++) {
		struct parts_row row;
		for (size_t i = 0; i < w->g->n; i++)
			at[i] = changed_parts(w->g->at[i], new).from + k;
		struct str one = parts_row(w, at, &row, new) ? token_pattern(w, &row, new) : STR_NONE;
		if (!one.p)
			return STR_NONE;
		out = arena_join(w->a, out, one);
	}
	return arena_join(w->a, out, STR("\\s*$"));
}

static void change_is(struct work *w, const char *value, struct str pattern)
{
	let_add(w, arena_printf(w->a, "{is: \"{%s}\", matches: %.*s}", value, STR_ARG(yaml_quoted(w->a, pattern))));
}

/* Where the tokens belong is what `candidates` looks for, so the rule says only which ones they are. */
static bool token_changed(struct work *w)
{
	struct str old = change_pattern(w, false), new = change_pattern(w, true);

	if (!old.p || !new.p)
		return refuse(w, "it changes no token of the language");
	let_add(w, arena_printf(w->a, "{candidates: %s, in: \"{file}\"}", w->g->candidates));
	if (w->g->natural)
		change_is(w, "place_kind", STR("^natural$"));
	change_is(w, "place_old", old);
	change_is(w, "place_text", new);
	member_add(w, "edit", STR("\"{file}\""));
	member_add(w, "delete", STR("\"{place_old}\""));
	member_add(w, "with", STR("\"{place_text}\""));
	member_add(w, "line", STR("\"{place_line}\""));
	member_add(w, "column", STR("\"{place_column}\""));
	return true;
}

/* ---- a deleted line ---- */

static bool line_deleted(struct work *w)
{
	struct pattern all = { STR("^"), STR("^"), STR("") };
	size_t *at = arena_alloc(w->a, w->g->n * sizeof(*at));

	if (w->g->at[0]->place == PLACE_ELSEWHERE)
		return refuse(w, "the deleted line is not near the error");
	for (size_t k = 0; k < w->g->at[0]->old_parts.n; k++) {
		struct parts_row row;
		struct pattern one;
		for (size_t i = 0; i < w->g->n; i++)
			at[i] = k;
		if (!parts_row(w, at, &row, false) || !part_pattern(w, &row, false, &one))
			return refuse(w, "the deleted lines differ in their signs");
		all = line_pattern_join(w, all, one);
	}
	if (!w->has_slot)
		return refuse(w, "nothing in the message says which line is deleted");
	struct str line = line_find(w);
	let_add(w,
		arena_printf(w->a, "{find: %.*s, line: %.*s}",
			STR_ARG(yaml_quoted(w->a, arena_join(w->a, all.plain, STR("$")))), STR_ARG(line)));
	member_add(w, "edit", STR("\"{file}\""));
	member_add(w, "delete", line);
	sample_set(w, all.sample, STR_NONE);
	return true;
}

/* ---- an inserted line ---- */

/* The names that the lines import in this style. */
static bool import_row(struct work *w, struct str style, struct str *row)
{
	size_t slot = str_find(style, STR("{name}"));
	struct str head = str_sub(style, 0, slot), tail = str_rtrim(str_sub(style, slot + 6, style.n));

	if (slot == style.n)
		return false;
	for (size_t i = 0; i < w->g->n; i++) {
		struct str line = str_rtrim(w->g->at[i]->new);
		size_t n = head.n + tail.n;
		if (line.n <= n || !str_eq(str_sub(line, 0, head.n), head) ||
			!str_eq(str_sub(line, line.n - tail.n, line.n), tail))
			return false;
		row[i] = str_sub(line, head.n, line.n - tail.n);
	}
	return true;
}

static bool line_imported(struct work *w)
{
	struct node styles = node_get(w->g->at[0]->language, "imports");
	struct str *row = row_new(w);

	for (uint32_t i = 0; i < node_list_count(styles); i++) {
		struct str style = node_str(node_get(node_list_at(styles, i), "text"));
		if (!import_row(w, style, row))
			continue;
		struct variable *slot = row_slot(w, row);
		if (!slot && !may_stay(w, row))
			return refuse(w, "the imported name does not occur in the message");
		struct str name = slot ? slot_of(w->a, slot->name) : template_doubled(w->a, row[0]);
		member_add(w, "edit", STR("\"{file}\""));
		member_add(w, "import", yaml_quoted(w->a, name));
		return true; /* where the line goes depends on the language: there is no example of invented words */
	}
	return refuse(w, "the inserted line is not near the error");
}

static struct str indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return str_sub(line, 0, n);
}

static struct str line_at(struct str text, int64_t line)
{
	struct str out = STR("");

	while (line-- > 0 && str_line(&text, &out))
		;
	return out;
}

/* Is each new line indented like the line of the error? */
static bool indented_alike(const struct work *w)
{
	for (size_t i = 0; i < w->g->n; i++) {
		const struct repair *r = w->g->at[i]->of;
		if (!str_eq(indent_of(w->g->at[i]->new), indent_of(line_at(r->before, r->line))))
			return false;
	}
	return true;
}

static bool line_inserted(struct work *w)
{
	const struct line_change *first = w->g->at[0];
	size_t *from = arena_alloc(w->a, w->g->n * sizeof(*from));
	struct str with, sample;

	bool end = first->place == PLACE_END;

	if (first->place == PLACE_ELSEWHERE)
		return line_imported(w);
	if (!end && !indented_alike(w))
		return refuse(w, "the new line is indented in another way than the line of the error");
	for (size_t i = 0; i < w->g->n; i++)
		from[i] = w->g->at[i]->new_parts.n && w->g->at[i]->new_parts.at[0].kind == PART_BLANK;
	for (size_t i = 1; i < w->g->n; i++)
		if (w->g->at[i]->new_parts.n - from[i] != first->new_parts.n - from[0])
			return refuse(w, "the new texts differ in length");
	if (!new_text(w, from, first->new_parts.n - from[0], NULL, 0, &with, &sample))
		return false;
	member_add(w, "edit", STR("\"{file}\""));
	if (end) {
		member_add(w, "insert", yaml_quoted(w->a, with));
		member_add(w, "place", STR("end"));
	} else {
		let_add(w, STR("{find: '^(?<indent>[ \\t]*)', line: \"{line}\"}"));
		member_add(w, "insert", yaml_quoted(w->a, arena_join(w->a, STR("{indent}"), with)));
		member_add(w, first->place == PLACE_NEXT ? "after" : "before", STR("\"{line}\""));
	}
	sample_set(w, STR_NONE, sample);
	return true;
}

/* ---- the whole ---- */

static void shape_add(struct arena *a, struct str *key, const struct parts *p, size_t from, size_t to)
{
	for (; from < to; from++)
		*key = p->at[from].kind == PART_SIGN ? arena_join(a, *key, p->at[from].text) :
						       arena_printf(a, "%.*s%d", STR_ARG(*key), (int)p->at[from].kind);
	*key = arena_join(a, *key, STR("\x02"));
}

static struct str extension_of(struct str file)
{
	struct str ext = path_extension(path_base(file));

	return ext.n ? ext : path_base(file);
}

/* Is the change at an end of the line, or where the error is reported? */
static struct str edge_of(const struct line_change *c, const struct part_change *p)
{
	size_t last = c->old_parts.n, first = 0;

	while (last > p->to && c->old_parts.at[last - 1].kind == PART_BLANK)
		last--;
	while (first < p->from && c->old_parts.at[first].kind == PART_BLANK)
		first++;
	int64_t column = (int64_t)parts_text(&c->old_parts, 0, p->from).n + 1;
	return last <= p->to                                      ? STR("end") :
		first >= p->from                                  ? STR("begin") :
		c->place == PLACE_SAME && column == c->of->column ? STR("column") :
								    STR("within");
}

struct str rule_family(struct str rule)
{
	return str_sub(rule, 0, str_chr(rule, '.'));
}

struct str change_key(struct arena *a, const struct line_change *c, const struct message *m)
{
	struct str key = arena_printf(a, "%.*s\x02%.*s\x02%.*s\x02%.*s\x02%d %d\x02", STR_ARG(rule_family(c->of->rule)),
		STR_ARG(c->of->code), STR_ARG(m->key), STR_ARG(extension_of(c->of->file)), (int)c->kind, (int)c->place);

	for (size_t k = 0; k < c->n; k++) {
		key = arena_join(a, key, edge_of(c, &c->changes[k]));
		shape_add(a, &key, &c->old_parts, c->changes[k].from, c->changes[k].to);
		shape_add(a, &key, &c->new_parts, c->changes[k].new_from, c->changes[k].new_to);
	}
	if (c->kind == LINE_DELETED)
		shape_add(a, &key, &c->old_parts, 0, c->old_parts.n);
	if (c->kind == LINE_INSERTED && c->place != PLACE_ELSEWHERE)
		shape_add(a, &key, &c->new_parts, c->new_parts.n && c->new_parts.at[0].kind == PART_BLANK,
			c->new_parts.n);
	return key;
}

struct str token_key(struct arena *a, const struct line_change *c, const struct message *m)
{
	struct str key = arena_printf(a, "token\x02%.*s\x02%.*s\x02%.*s\x02%.*s\x02", STR_ARG(rule_family(c->of->rule)),
		STR_ARG(c->of->code), STR_ARG(m->key), STR_ARG(extension_of(c->of->file)));

	if (c->kind == LINE_EDITED && c->n != 1)
		return STR_NONE;
	for (int new = 0; new < 2; new ++) {
		struct parts_range r = changed_parts(c, new);
		shape_add(a, &key, new ? &c->new_parts : &c->old_parts, r.from, r.to);
	}
	return key;
}

static void conditions_set(struct work *w)
{
	const struct repair *r = w->g->at[0]->of;
	struct str ext = path_extension(path_base(r->file));

	w->out->code = r->code.n ? arena_printf(w->a, "^%.*s$", STR_ARG(pattern_escaped(w->a, r->code))) : STR_NONE;
	w->out->file = ext.n ? arena_printf(w->a, "%.*s$", STR_ARG(pattern_escaped(w->a, ext))) :
			       arena_printf(w->a, "(^|/)%.*s$", STR_ARG(pattern_escaped(w->a, path_base(r->file))));
	w->out->sample_code = r->code;
	if (!r->code.n)
		w->out->sample_code = STR_NONE;
	w->out->sample_file = ext.n ? arena_printf(w->a, "example%.*s", STR_ARG(ext)) : path_base(r->file);
}

bool generalise(struct arena *a, const struct repair_group *g, struct draft *out, const char **why)
{
	struct work *w = ARENA_NEW(a, struct work);

	*out = (struct draft){ 0 };
	w->a = a;
	w->g = g;
	w->out = out;
	conditions_set(w);
	bool ok = message_write(w) &&
		(g->candidates                                 ? token_changed(w) :
				g->at[0]->kind == LINE_EDITED  ? line_edited(w) :
				g->at[0]->kind == LINE_DELETED ? line_deleted(w) :
								 line_inserted(w));
	if (ok && w->near_of.p)
		let_add(w,
			arena_printf(a, "{set: near, nearest: \"{%.*s}\", in: \"{file}\", unique: true}",
				STR_ARG(w->near_of)));
	*why = w->why;
	return ok;
}

#include "rules/compile.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "gate/gate.h"
#include "rules/bigrams.h"
#include "rules/cause_index.h"
#include "rules/first_byte.h"
#include "rules/form_shape.h"
#include "rules/literals.h"
#include "rules/node.h"
#include "rules/pack_image.h"
#include "rules/pack_rules.h"
#include "rules/pack_writer.h"
#include "rules/regex.h"
#include "rules/select.h"
#include "rules/subpatterns.h"

/* ---- adding packs ---- */

void compilation_init(struct compilation *c, struct arena *a)
{
	*c = (struct compilation){ .a = a };
	c->tables = yaml_add(a, NULL, STR_NONE, YAML_MAP, 0);
}

void fault_add(struct compilation *c, const char *name, uint32_t line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct str text = arena_vprintf(c->a, format, ap);
	va_end(ap);
	struct fault *f = VEC_ADD(c->a, &c->faults);
	f->text = arena_printf(c->a, "%s:%u: %s", visible_in(c->a, str_of(name)), line, visible_in(c->a, text));
}

/* Members of the pack that are defaults for its rules. */
static void defaults_fill(struct compilation *c, struct yaml *rule, const struct yaml *pack)
{
	static const char *const shared[] = { "environment", "tool" };

	for (size_t i = 0; i < 2; i++) {
		struct str value = yaml_str(yaml_get(pack, shared[i]));
		if (!value.n && i == 1)
			value = yaml_str(yaml_get(pack, "pack"));
		if (value.n && !yaml_get(rule, shared[i]))
			yaml_add_text(c->a, rule, shared[i], value);
	}
	if (!yaml_get(rule, "pack"))
		yaml_add_text(c->a, rule, "pack", yaml_str(yaml_get(pack, "pack")));
}

/* Replace the one with the same id, or append it. */
static void take(struct compilation *c, yaml_list *list, struct yaml *item)
{
	struct str id = yaml_str(yaml_get(item, "id"));

	for (size_t i = 0; i < list->n; i++)
		if (str_eq(yaml_str(yaml_get(list->at[i], "id")), id)) {
			list->at[i] = item;
			return;
		}
	*VEC_ADD(c->a, list) = item;
}

static struct yaml *unlinked(struct arena *a, const struct yaml *v)
{
	struct yaml *copy = ARENA_NEW(a, struct yaml);

	*copy = *v;
	copy->next = NULL;
	return copy;
}

static void rules_take(struct compilation *c, const struct yaml *pack)
{
	YAML_EACH(item, yaml_get(pack, "rules")) {
		struct yaml *rule = unlinked(c->a, item);
		defaults_fill(c, rule, pack);
		take(c, &c->rules, rule);
	}
	YAML_EACH(item, yaml_get(pack, "causes")) {
		struct yaml *cause = unlinked(c->a, item);
		defaults_fill(c, cause, pack);
		take(c, &c->causes, cause);
	}
}

static void row_set(struct compilation *c, struct yaml *rows, struct str key, struct yaml *value)
{
	struct yaml *copy = yaml_add(c->a, rows, key, value->kind, value->line);

	copy->text = value->text;
	copy->first = value->first;
	copy->last = value->last;
	copy->n = value->n;
}

/* "groups" is the inverse of "rows": {stdio.h: printf scanf} is printf -> stdio.h, scanf -> stdio.h. */
static void groups_take(struct compilation *c, struct yaml *rows, const struct yaml *groups)
{
	YAML_EACH(group, groups) {
		struct yaml value = { .kind = YAML_TEXT, .line = group->line, .text = group->key };
		struct str rest = yaml_str(group), line, word;
		while (str_line(&rest, &line))
			while (str_split(&line, ' ', &word))
				if (str_trim(word).n)
					row_set(c, rows, str_trim(word), &value);
	}
}

static void table_take(struct compilation *c, const struct yaml *top)
{
	struct str name = yaml_str(yaml_get(top, "table"));
	struct yaml *from = yaml_get(top, "rows"), *rows = yaml_get(c->tables, arena_strdup(c->a, name));

	enum yaml_kind kind = from && from->kind == YAML_LIST ? YAML_LIST : YAML_MAP;

	if (!rows)
		rows = yaml_add(c->a, c->tables, name, kind, top->line);
	if (kind == YAML_LIST || kind != rows->kind) { /* lists are not merged */
		rows->kind = kind;
		rows->first = rows->last = NULL;
		rows->n = 0;
	}
	YAML_EACH(item, from)
		row_set(c, rows, item->key, item);
	groups_take(c, rows, yaml_get(top, "groups"));
}

/* ---- adding an image ---- */

static void tree_of(struct arena *a, struct node n, struct yaml *to, int depth)
{
	to->text = node_kind(n) == NODE_TEXT ? arena_str(a, node_str(n)) : STR_NONE;
	for (uint32_t i = 0; depth < YAML_DEPTH && i < node_count(n); i++) {
		struct node item = node_at(n, i);
		if (node_kind(item) != NODE_NONE)
			tree_of(a, item,
				yaml_add(a, to, node_key(n, i), (enum yaml_kind)node_kind(item), node_line(item)),
				depth + 1);
	}
}

static struct yaml *tree(struct arena *a, struct node n)
{
	struct yaml *v = yaml_add(a, NULL, STR_NONE, node_kind(n) == NODE_MAP ? YAML_MAP : YAML_LIST, node_line(n));

	tree_of(a, n, v, 0);
	return v;
}

void compilation_base(struct compilation *c, const struct pack *p)
{
	struct node causes = pack_causes(p);

	for (uint32_t i = 0; i < pack_rules(p); i++)
		*VEC_ADD(c->a, &c->rules) = tree(c->a, pack_rule(p, i).node);
	for (uint32_t i = 0; i < node_count(causes); i++)
		*VEC_ADD(c->a, &c->causes) = tree(c->a, node_at(causes, i));
	if (node_kind(pack_tables(p)) == NODE_MAP)
		c->tables = tree(c->a, pack_tables(p));
}

bool compilation_add(struct compilation *c, const struct source_file *file)
{
	struct err err;
	struct yaml *top = yaml_read(c->a, file->text, file->name, &err);

	if (!top) {
		VEC_ADD(c->a, &c->faults)->text = arena_printf(c->a, "%s", err.text);
		return false;
	}
	bool filled = subpatterns_fill(c, file->name, top);
	if (!lint_pack(c, file->name, top) || !filled)
		return false;
	if (yaml_get(top, "table"))
		table_take(c, top);
	else
		rules_take(c, top);
	return true;
}

/* ---- writing the image ---- */

/* Members that are not needed to detect failures. */
static void idle_members_put_off(struct compilation *c)
{
	static const char *const idle[] = { "examples", "doc", "origin" };

	for (size_t i = 0; i < c->rules.n; i++)
		for (size_t k = 0; k < sizeof(idle) / sizeof(idle[0]); k++) {
			struct yaml *v = yaml_get(c->rules.at[i], idle[k]);
			if (v)
				v->put_off = true;
		}
}

/* General rules are after all others. */
static int64_t priority(const struct yaml *rule)
{
	int64_t p;
	struct str s = yaml_str(yaml_get(rule, "priority"));
	bool last = str_is(yaml_str(yaml_get(rule, "last")), "true");

	return (str_number(s, &p) ? p : 50) - (last ? 1000000 : 0);
}

/* Higher priority first, then in the pack's order, which keeps the sort stable. */
static void rules_sort(struct yaml **at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct yaml *rule = at[i];
		size_t j = i;
		for (; j > 0 && priority(at[j - 1]) < priority(rule); j--)
			at[j] = at[j - 1];
		at[j] = rule;
	}
}

enum document_kind document_of(const struct yaml *rule)
{
	struct str kind = yaml_str(yaml_get(rule, "document"));

	if (str_is(kind, "json"))
		return DOCUMENT_JSON;
	if (str_is(kind, "table"))
		return DOCUMENT_TABLE;
	return str_is(kind, "xml") ? DOCUMENT_XML : str_is(kind, "csv") ? DOCUMENT_CSV : DOCUMENT_NONE;
}

struct str document_literal(struct arena *a, const struct yaml *rule)
{
	const struct yaml *signature = yaml_get(rule, "signature");
	const struct yaml *first = signature && signature->first ? signature->first : signature;
	struct err err;

	if (!first || (document_of(rule) != DOCUMENT_JSON && document_of(rule) != DOCUMENT_XML))
		return STR_NONE;
	struct selection *path = selection_new(a, signature->kind == YAML_MAP ? first->key : yaml_str(first), &err);
	bool xml = document_of(rule) == DOCUMENT_XML;
	struct str name = !path ? STR_NONE : xml ? selection_root(path) : selection_name(path);
	if (name.n == 0)
		return STR_NONE;
	if (xml)
		return arena_printf(a, "<%.*s", STR_ARG(name));
	return arena_printf(a, "\"%.*s\"", STR_ARG(name));
}

struct literal_row {
	struct str text;
	bool nocase;
	uint32_t rule;
};

static int by_literal(const void *x, const void *y)
{
	const struct literal_row *a = x, *b = y;
	int c = str_cmp(a->text, b->text);

	if (c == 0)
		c = a->nocase - b->nocase;
	return c ? c : (a->rule > b->rule) - (a->rule < b->rule);
}

typedef VEC(struct literal_row) literal_rows;

/* By rule: which of the sets, and of the shapes. */
struct rule_words {
	uint32_t first, n, shape, shapes[2];
};

struct needs {
	VEC(struct rule_words) rules;
	VEC(struct image_need) sets;
	VEC(struct str) words;
	VEC(uint64_t) shapes;
};

/* A set of literals, one of which each matching line contains. */
struct word_set {
	const struct str *at;
	size_t n;
	bool must; /* given by the rule's author, not derived from the pattern */
	enum need_where where;
};

typedef VEC(struct word_set) word_sets;
typedef VEC(struct image_pattern) patterns;

/* The author's list is checked in addition, however long it is. */
enum { NEED_WORDS = 6, EDGE_WORDS = 4 };

typedef VEC(struct str) given_list;

/* "{digit}" stands for each of the ten digits. */
static void given_word_add(struct compilation *c, struct str word, given_list *to)
{
	struct str slot = STR("{digit}");
	size_t at = str_find(word, slot);

	if (at == word.n) {
		*VEC_ADD(c->a, to) = word;
		return;
	}
	for (char digit = '0'; digit <= '9'; digit++)
		given_word_add(c,
			arena_printf(c->a, "%.*s%c%.*s", STR_ARG(str_sub(word, 0, at)), digit,
				STR_ARG(str_sub(word, at + slot.n, word.n))),
			to);
}

static struct word_set given_words(struct compilation *c, const struct yaml *given)
{
	given_list at = { 0 };

	YAML_EACH(item, given)
		given_word_add(c, item->text, &at);
	if (given && given->kind == YAML_TEXT)
		given_word_add(c, given->text, &at);
	return (struct word_set){ at.at, at.n, true, NEED_ANYWHERE };
}

/* The sets from a rule's pattern and its `gate`; the one with the lowest search cost first. */
static void sets_gather(struct compilation *c, const struct yaml *rule, const struct literals *found, word_sets *sets)
{
	struct word_set given = given_words(c, yaml_get(rule, "gate"));

	if (!found->n && !given.n)
		return; /* what is left is too short to search for */
	if (found->n)
		*VEC_ADD(c->a, sets) = (struct word_set){ found->at, found->n, false, NEED_ANYWHERE };
	for (size_t i = 0; i < found->more_n; i++)
		*VEC_ADD(c->a, sets) = (struct word_set){ found->more[i].at, found->more[i].n, false, NEED_ANYWHERE };
	if (given.n == 0)
		return;
	/* Checking for each of many words costs more than searching for all of them. */
	bool cheaper = !found->n || given.n > 2 * NEED_WORDS ||
		literals_cost(given.at, given.n, found->nocase) < literals_cost(found->at, found->n, found->nocase);
	*VEC_ADD(c->a, sets) = given;
	if (cheaper) {
		struct word_set first = sets->at[0];
		sets->at[0] = given;
		sets->at[sets->n - 1] = first;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str digits_hidden(struct arena *a, struct str word)
{
	char *p = arena_strdup(a, word);

	for (size_t i = 0; i < word.n; i++)
		p[i] = is_digit(p[i]) ? ANY_DIGIT : p[i];
	return (struct str){ p, word.n };
}

/* Merge ten words that differ in one digit, unless that does not shorten the set. */
static struct word_set any_digits(struct arena *a, const struct word_set *set)
{
	struct str *at = arena_alloc(a, (set->n + 1) * sizeof(*at));
	struct word_set lean = { .at = at };

	for (size_t i = 0; i < set->n; i++) {
		struct str word = digits_hidden(a, set->at[i]);
		size_t others = 0;
		for (size_t k = 0; k < word.n; k++)
			others += word.p[k] != ANY_DIGIT;
		if (others == 0)
			return *set;
		if (!str_among(lean.at, lean.n, word))
			at[lean.n++] = word;
	}
	return lean.n * 4 < set->n ? lean : *set;
}

static void need_put(
	struct compilation *c, struct rule_words *w, const struct word_set *set, bool nocase, struct needs *needs)
{
	struct word_set lean = set->must ? *set : any_digits(c->a, set);

	if (lean.n == 0 || (lean.n > (set->where ? EDGE_WORDS : NEED_WORDS) && !set->must))
		return;
	*VEC_ADD(c->a, &needs->sets) = (struct image_need){ (uint32_t)needs->words.n, (uint32_t)lean.n, nocase,
		(uint16_t)set->where };
	for (size_t i = 0; i < lean.n; i++)
		*VEC_ADD(c->a, &needs->words) = lean.at[i];
	w->n++;
}

/* of_pattern: what each match of its pattern contains. */
static void rule_shapes(
	struct compilation *c, const struct yaml *rule, uint64_t of_pattern, struct rule_words *w, struct needs *needs)
{
	const struct yaml *read = yaml_get(rule, "read");
	uint64_t shapes[SHAPES_MOST];

	w->shape = (uint32_t)needs->shapes.n;
	if (!read && of_pattern) {
		w->shapes[0] = 1;
		*VEC_ADD(c->a, &needs->shapes) = of_pattern;
	}
	for (int k = 0; read && k < 2; k++) {
		w->shapes[k] = (uint32_t)form_shapes(
			yaml_get(c->tables, "forms"), read, k ? SHAPE_NEIGHBOURS : SHAPE_BYTES, shapes);
		for (uint32_t i = 0; i < w->shapes[k]; i++)
			*VEC_ADD(c->a, &needs->shapes) = shapes[i];
	}
}

/* What a matching line contains: the gate searches for one set, and the others are checked afterwards. */
static void rule_literals(
	struct compilation *c, const struct yaml *rule, uint32_t number, literal_rows *rows, struct needs *needs)
{
	struct literals found = { .n = 0 };
	struct str document = yaml_get(rule, "gate") ? STR_NONE : document_literal(c->a, rule);
	struct rule_words *w = VEC_ADD(c->a, &needs->rules);
	word_sets sets = { 0 };

	*w = (struct rule_words){ .first = (uint32_t)needs->sets.n };
	if (document_of(rule) == DOCUMENT_NONE)
		literals_of(c->a, yaml_str(yaml_get(rule, "match")), LITERALS_LINE, &found);
	rule_shapes(c, rule, found.shape, w, needs);
	if (document.n)
		*VEC_ADD(c->a, rows) = (struct literal_row){ document, false, number };
	sets_gather(c, rule, &found, &sets);
	for (size_t i = 0; sets.n && i < sets.at[0].n; i++)
		*VEC_ADD(c->a, rows) = (struct literal_row){ arena_str(c->a, sets.at[0].at[i]), found.nocase, number };
	struct word_set tails = { found.tails.at, found.tails.n, false, NEED_TAIL },
			heads = { found.heads.at, found.heads.n, false, NEED_HEAD };
	need_put(c, w, &tails, found.nocase, needs);
	need_put(c, w, &heads, found.nocase, needs);
	for (size_t i = 1; i < sets.n; i++)
		need_put(c, w, &sets.at[i], found.nocase, needs);
}

static double set_share(struct compilation *c, const struct word_set *set, bool nocase)
{
	struct gate_literal *literals = arena_alloc(c->a, (set->n + 1) * sizeof(*literals));

	for (size_t i = 0; i < set->n; i++) {
		if (set->at[i].n < LITERAL_MIN)
			return 1; /* the frequencies of so few bytes are not known */
		literals[i] = (struct gate_literal){ set->at[i], nocase, 0 };
	}
	return gate_share(literals, set->n);
}

double rule_share(struct compilation *c, const struct yaml *rule)
{
	struct literals found = { .n = 0 };
	struct str document = document_literal(c->a, rule);
	word_sets sets = { 0 };
	double share = 1;

	if (document_of(rule) == DOCUMENT_NONE)
		literals_of(c->a, yaml_str(yaml_get(rule, "match")), LITERALS_LINE, &found);
	sets_gather(c, rule, &found, &sets);
	if (document.n && !yaml_get(rule, "gate"))
		*VEC_ADD(c->a, &sets) = (struct word_set){ &document, 1, true, NEED_ANYWHERE };
	for (size_t i = 0; i < sets.n; i++)
		share *= set_share(c, &sets.at[i], found.nocase);
	return share;
}

/* The gate's image, and the rules of each of its literals. */
static bool gate_put(
	struct compilation *c, struct writer *w, struct image_head *head, literal_rows rows, struct err *err)
{
	VEC(struct gate_literal) literals = { 0 };
	VEC(struct image_link) links = { 0 };
	VEC(uint32_t) link_rules = { 0 };

	if (rows.n)
		qsort(rows.at, rows.n, sizeof(*rows.at), by_literal);
	for (size_t i = 0; i < rows.n; i++) {
		struct literal_row *r = &rows.at[i], *last = i ? r - 1 : NULL;
		if (!last || !str_eq(last->text, r->text) || last->nocase != r->nocase) {
			*VEC_ADD(c->a, &literals) = (struct gate_literal){ r->text, r->nocase, (uint32_t)links.n };
			*VEC_ADD(c->a, &links) = (struct image_link){ (uint32_t)link_rules.n, 0 };
		}
		*VEC_ADD(c->a, &link_rules) = r->rule;
		links.at[links.n - 1].n++;
	}
	struct str gate = gate_compile(c->a, literals.at, literals.n, err);
	if (!gate.p)
		return false;
	writer_align(&w->out, 64);
	head->gate = (uint32_t)w->out.n;
	head->gate_size = (uint32_t)gate.n;
	buf_add(&w->out, gate);
	writer_align(&w->out, 8);
	head->links = (uint32_t)w->out.n;
	head->links_n = (uint32_t)links.n;
	buf_add(&w->out, (struct str){ (char *)links.at, links.n * sizeof(*links.at) });
	head->link_rules = (uint32_t)w->out.n;
	head->link_rules_n = (uint32_t)link_rules.n;
	buf_add(&w->out, (struct str){ (char *)link_rules.at, link_rules.n * sizeof(uint32_t) });
	writer_align(&w->out, 8);
	return true;
}

static void needs_put(struct compilation *c, struct writer *w, struct image_head *head, const struct needs *needs)
{
	struct image_word *words = arena_alloc(c->a, (needs->words.n + 1) * sizeof(*words));

	for (size_t i = 0; i < needs->words.n; i++) {
		struct str word = needs->words.at[i];
		size_t pivot = gate_pivot(word, ANY_DIGIT);
		words[i] = (struct image_word){ writer_text(w, arena_str(c->a, word)), bigrams_of_word(word, pivot),
			(uint16_t)word.n, (uint16_t)pivot };
	}
	writer_align(&w->out, 8);
	head->needs = (uint32_t)w->out.n;
	head->needs_n = (uint32_t)needs->sets.n;
	buf_add(&w->out, (struct str){ (char *)needs->sets.at, needs->sets.n * sizeof(*needs->sets.at) });
	writer_align(&w->out, 8);
	head->words = (uint32_t)w->out.n;
	head->words_n = (uint32_t)needs->words.n;
	buf_add(&w->out, (struct str){ (char *)words, needs->words.n * sizeof(*words) });
	writer_align(&w->out, 8);
	head->shapes = (uint32_t)w->out.n;
	head->shapes_n = (uint32_t)needs->shapes.n;
	if (needs->shapes.n)
		buf_add(&w->out, (struct str){ (char *)needs->shapes.at, needs->shapes.n * sizeof(uint64_t) });
}

enum { PATTERN_MIN = 12, PATTERN_WORDS = 96 }; /* bytes; words of a set */

/* Texts that are no patterns may seem to be; nothing searches for them. */
static bool is_pattern(struct compilation *c, struct str text)
{
	size_t special = 0;

	for (size_t i = 0; i < text.n; i++)
		special += strchr("\\|([?*+", text.p[i]) != NULL;
	if (text.n < PATTERN_MIN || special == 0)
		return false;
	struct regex *re = regex_new(c->a, text, NULL);
	regex_free(re);
	return re;
}

static void pattern_need_put(struct compilation *c, const struct str *words, size_t n, bool nocase, struct needs *needs)
{
	struct word_set set = any_digits(c->a, &(struct word_set){ words, n, true, NEED_ANYWHERE });
	struct rule_words ignored = { 0 };

	set.must = true;
	if (n && set.n <= PATTERN_WORDS)
		need_put(c, &ignored, &set, nocase, needs);
}

/* The words that each of its matches contains. */
static void pattern_needs_put(struct compilation *c, struct str text, struct needs *needs)
{
	struct literals found = { .n = 0 };

	literals_of(c->a, text, LITERALS_TEXT, &found);
	if (found.nocase && !str_is_ascii(text))
		return; /* letters that are not ASCII may be equal to others but for case */
	pattern_need_put(c, found.at, found.n, found.nocase, needs);
	for (size_t k = 0; k < found.more_n; k++)
		pattern_need_put(c, found.more[k].at, found.more[k].n, found.nocase, needs);
}

/* Of the texts that were written so far, the patterns. */
static void patterns_gather(struct compilation *c, const struct writer *w, patterns *out, struct needs *needs)
{
	for (size_t i = 0; i < w->pool.n; i++) {
		struct str text = w->pool.at[i].text;
		if (!is_pattern(c, text))
			continue;
		uint32_t needed = (uint32_t)needs->sets.n, first = first_bytes(text, true);
		pattern_needs_put(c, text, needs);
		if (needs->sets.n > needed || first != FIRST_ANY)
			*VEC_ADD(c->a, out) = (struct image_pattern){ w->pool.at[i].at, (uint32_t)text.n, needed,
				(uint32_t)needs->sets.n - needed, first };
	}
}

static void patterns_put(struct writer *w, struct image_head *head, const patterns *found)
{
	writer_align(&w->out, 8);
	head->patterns = (uint32_t)w->out.n;
	head->patterns_n = (uint32_t)found->n;
	if (found->n)
		buf_add(&w->out, (struct str){ (char *)found->at, found->n * sizeof(*found->at) });
}

static void rules_put(struct compilation *c, struct writer *w, struct image_head *head, const struct needs *needs)
{
	struct image_rule *rows = arena_alloc(c->a, (c->rules.n + 1) * sizeof(*rows));

	for (size_t i = 0; i < c->rules.n; i++) {
		struct yaml *rule = c->rules.at[i];
		struct str id = yaml_str(yaml_get(rule, "id")), pattern = yaml_str(yaml_get(rule, "match"));
		const struct rule_words *words = &needs->rules.at[i];
		rows[i] = (struct image_rule){ writer_text(w, id), (uint32_t)id.n, writer_text(w, pattern),
			(uint32_t)pattern.n, writer_node(w, rule), document_of(rule), words->first, words->n,
			words->shape, { words->shapes[0], words->shapes[1] } };
	}
	writer_align(&w->out, 8);
	head->rules = (uint32_t)w->out.n;
	head->rules_n = (uint32_t)c->rules.n;
	buf_add(&w->out, (struct str){ (char *)rows, c->rules.n * sizeof(*rows) });
	writer_align(&w->out, 8);
}

static struct yaml *causes_list(struct compilation *c)
{
	struct yaml *causes = yaml_add(c->a, NULL, STR_NONE, YAML_LIST, 0);

	for (size_t i = 0; i < c->causes.n; i++) {
		struct yaml *copy = unlinked(c->a, c->causes.at[i]);
		if (causes->last)
			causes->last->next = copy;
		else
			causes->first = copy;
		causes->last = copy;
		causes->n++;
	}
	return causes;
}

struct str compilation_image(struct compilation *c, struct err *err)
{
	struct image_head head = { .magic = IMAGE_MAGIC };
	struct writer w = { .a = c->a };
	struct str image = STR_NONE;
	literal_rows rows = { 0 };
	struct needs needs = { 0 };
	patterns known = { 0 };

	rules_sort(c->rules.at, c->rules.n);
	buf_init(&w.out, 256u << 20);
	buf_add(&w.out, (struct str){ (char *)&head, sizeof(head) });
	idle_members_put_off(c);
	for (size_t i = 0; i < c->rules.n; i++)
		rule_literals(c, c->rules.at[i], (uint32_t)i, &rows, &needs);
	if (gate_put(c, &w, &head, rows, err)) {
		rules_put(c, &w, &head, &needs);
		head.tables = writer_node(&w, unlinked(c->a, c->tables));
		head.causes = writer_node(&w, causes_list(c));
		if (!c->quick)
			patterns_gather(c, &w, &known, &needs);
		patterns_put(&w, &head, &known);
		needs_put(c, &w, &head, &needs);
		cause_index_put(c, &w, &head);
		writer_rest(&w);
		writer_align(&w.out, 8);
		head.size = (uint32_t)w.out.n;
		head.sum = image_sum(w.out.p, w.out.n);
		memcpy(w.out.p, &head, sizeof(head));
		image = arena_str(c->a, buf_str(&w.out));
	}
	buf_release(&w.out);
	return image;
}

#include "detect/rule.h"

#include <string.h>

#include "record/record.h"

static const char *const verbs[] = { "take", "frame", "related", "append", "fixit", "end", "stop", "drop", "yield",
	"row", "more" };

static struct regex *regex_of(struct arena *a, struct node n)
{
	struct str pattern = node_str(n);

	return pattern.p ? regex_lazy(a, pattern, REGEX_PLAIN) : NULL;
}

static bool clause_read(struct arena *a, struct node n, struct clause *c)
{
	for (unsigned v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++) {
		c->re = regex_of(a, node_get(n, verbs[v]));
		if (!c->re)
			continue;
		c->verb = (enum verb)v;
		c->under = regex_of(a, node_get(n, "under"));
		c->override = node_bool(node_get(n, "override"), false);
		c->once = node_bool(node_get(n, "once"), false);
		c->weak = node_bool(node_get(n, "weak"), false);
		c->weak_to_tools = node_bool(node_get(n, "weak_to_tools"), false);
		struct str join = node_str(node_get(n, "join"));
		c->join = join.p ? join : STR(" ");
		return true;
	}
	return false;
}

static void clauses_read(struct arena *a, struct node list, struct rule *r)
{
	unsigned n = node_list_count(list);

	r->then = arena_alloc(a, n * sizeof(*r->then));
	for (unsigned i = 0; i < n; i++)
		if (clause_read(a, node_list_at(list, i), &r->then[r->thens])) {
			r->has_rows |= r->then[r->thens].verb == ROW;
			r->thens++;
		}
}

static void look_backs_read(struct arena *a, struct node list, struct rule *r)
{
	unsigned n = node_kind(list) == NODE_MAP ? 1 : node_list_count(list);

	r->before = arena_alloc(a, n * sizeof(*r->before));
	for (unsigned i = 0; i < n; i++) {
		struct node b = node_list_at(list, i);
		struct regex *match = regex_of(a, node_get(b, "match"));
		if (match)
			r->before[r->befores++] = (struct look_back){ match, regex_of(a, node_get(b, "skip")),
				(unsigned)node_int(node_get(b, "lines"), 1), node_bool(node_get(b, "related"), false) };
	}
}

struct rule *rule_new(struct arena *a, const struct pack *pack, uint32_t number, struct form_library *forms)
{
	struct pack_rule pr = pack_rule(pack, number);
	struct rule *r = ARENA_NEW(a, struct rule);
	struct node n = pr.node, not = node_get(n, "not");
	struct str directory = node_str(node_get(n, "directory"));
	struct str zero = node_str(node_get(n, "zero_based"));

	struct str as = node_str(node_get(n, "as"));
	r->number = number;
	r->id = as.n ? as : pr.id;
	if (!pr.document) {
		struct node read = node_get(n, "read");
		r->match = node_kind(read) == NODE_NONE ? regex_lazy(a, pr.pattern, REGEX_PLAIN) : NULL;
		r->forms = r->match ? NULL : forms_new(forms, read, NULL);
		clauses_read(a, node_get(n, "then"), r);
	}
	r->pack = node_str(node_get(n, "pack"));
	r->tool = node_str(node_get(n, "tool"));
	r->environment = node_str(node_get(n, "environment"));
	r->nots = node_list_count(not );
	r->not = arena_alloc(a, r->nots * sizeof(*r->not ));
	for (unsigned i = 0; i < r->nots; i++)
		r->not [i] = regex_lazy(a, node_str(node_list_at(not, i)), REGEX_PLAIN);
	look_backs_read(a, node_get(n, "look_back"), r);
	r->max = (unsigned)node_int(node_get(n, "max"), 200);
	r->blank = (unsigned)node_int(node_get(n, "blank"), 0);
	r->level = node_str(node_get(n, "level"));
	r->levels = node_get(n, "levels");
	r->need = node_get(n, "need");
	r->conditional = r->thens && (r->has_rows || node_list_count(r->need));
	r->message = node_str(node_get(n, "message"));
	r->code = node_str(node_get(n, "code"));
	r->function = node_str(node_get(n, "function"));
	r->file = node_str(node_get(n, "file"));
	r->first_line = !str_is(zero, "lines") && !str_is(zero, "both");
	r->first_column = !str_is(zero, "columns") && !str_is(zero, "both");
	r->counts = column_unit_parse(node_str(node_get(n, "counts")));
	r->inclusive = str_is(node_str(node_get(n, "ends")), "inclusive");
	r->innermost_last = str_is(node_str(node_get(n, "frames")), "innermost-last");
	r->ignore = node_bool(node_get(n, "ignore"), false);
	r->last = node_bool(node_get(n, "last"), false);
	r->unindented = node_bool(node_get(n, "unindented"), false);
	r->summary = node_bool(node_get(n, "summary"), false);
	r->summary_of = node_str(node_get(n, "summary_of"));
	if (!r->summary_of.n)
		r->summary_of = STR("tool");
	r->directory = str_is(directory, "enter") ? DIR_ENTER : str_is(directory, "leave") ? DIR_LEAVE : DIR_NONE;
	return r;
}

void rule_free(struct rule *r)
{
	if (!r)
		return;
	regex_free(r->match);
	for (unsigned i = 0; i < r->nots; i++)
		regex_free(r->not [i]);
	for (unsigned i = 0; i < r->thens; i++) {
		regex_free(r->then[i].re);
		regex_free(r->then[i].under);
	}
	for (unsigned i = 0; i < r->befores; i++) {
		regex_free(r->before[i].match);
		regex_free(r->before[i].skip);
	}
}

/* A quote in the file name: the line quotes a message, as in a commit, the name of a test or a command. */
static bool is_quoting(struct str file)
{
	for (size_t i = 0; i < file.n; i++) {
		char c = file.p[i];
		if ((c != '"' && c != '\'' && c != '`') || (i > 0 && !strchr(" \t([{=,:", file.p[i - 1])))
			continue;
		if (i > 0 || file.n < 2 || file.p[file.n - 1] != c)
			return true;
	}
	return false;
}

/* Signs and a blank at the start, as in a comment, a list or a quoted reply. */
static bool is_marked(struct str file)
{
	size_t n = 0;

	while (n < file.n && strchr("#/*>;%+=|!-", file.p[n]) && file.p[n])
		n++;
	return n > 0 && n < file.n && file.p[n] == ' ';
}

static bool is_name(struct str file)
{
	return !is_quoting(file) && !is_marked(str_trim(file));
}

int rule_first_line(const struct rule *r, struct str line, struct form_facts *facts, struct match *m)
{
	if (r->match)
		return regex_match(r->match, line, m);
	return r->forms && forms_match(r->forms, line, facts, m);
}

int rule_match(struct rule *r, struct str line, struct form_facts *facts, struct match *m)
{
	int got = rule_first_line(r, line, facts, m);

	for (unsigned i = 0; got == 1 && i < r->nots; i++)
		if (regex_match(r->not [i], line, NULL) == 1)
			return 0;
	return got == 1 && !is_name(match_get(m, "file")) ? 0 : got;
}

struct str rule_number(const struct rule *r, bool inclusive, struct arena *a, struct str name, struct str text)
{
	bool end = str_starts(name, "end_");
	struct str what = end ? str_sub(name, 4, name.n) : name;
	bool line = str_is(what, "line"), column = str_is(what, "column");
	int64_t n;

	if ((r->first_line == 1 && r->first_column == 1 && !inclusive) || !(line || column) || !str_number(text, &n))
		return text;
	n += 1 - (line ? r->first_line : r->first_column);
	n += end && inclusive && column;
	return arena_printf(a, "%lld", (long long)n);
}

/* The grammar of heal-rules(5): which members stand where, and what they may hold. */
#include <stdlib.h>
#include <string.h>

#include "rules/compile.h"
#include "rules/literals.h"
#include "rules/regex.h"
#include "rules/select.h"
#include "rules/template.h"

enum form {
	TEXT,
	NUMBER,
	DECIMAL,
	CONFIDENCE,
	TRUTH,  /* a scalar; NUMBER: whole, CONFIDENCE: 0 to 1 */
	FILLED, /* a text with slots */
	REGEX,
	REGEXES, /* one; one or a list */
	TEXTS,
	ARGV, /* one text or a list of them; ARGV: with typed slots */
	MAP_OF_TEXT,
	MAP_OF_REGEX,
	LIST,
	MAP,
	ANYTHING,
	PATHS,
	TESTS,
	CAPTURES,
	ORIGIN, /* of documents: one or a list; and see check_tests, check_captures */
	WORDS   /* one of the row's words */
};

struct known_member {
	const char *name;
	enum form form;
	bool must;
	const char *words;
};

static const struct known_member pack_members[] = {
	{ "pack", TEXT, true },
	{ "environment", TEXT },
	{ "tool", TEXT },
	{ "doc", TEXT },
	{ "origin", TEXT },
	{ "rules", LIST },
	{ "causes", LIST },
	{ NULL },
};

static const struct known_member table_members[] = {
	{ "table", TEXT, true },
	{ "doc", TEXT },
	{ "origin", TEXT },
	{ "rows", ANYTHING },
	{ "groups", MAP_OF_TEXT },
	{ NULL },
};

#define COUNTS "bytes|characters|utf-16|tabs|display|unknown"
#define LEVELS "fatal|error|warning|note|info"
static const struct known_member rule_members[] = {
	{ "id", TEXT, true },
	{ "tool", TEXT },
	{ "environment", TEXT },
	{ "doc", TEXT },
	{ "origin", TEXT },
	{ "match", REGEX, true },
	{ "not", REGEXES },
	{ "gate", TEXTS },
	{ "priority", NUMBER },
	{ "level", WORDS, false, LEVELS },
	{ "levels", MAP_OF_TEXT },
	{ "message", FILLED },
	{ "code", FILLED },
	{ "function", FILLED },
	{ "file", FILLED },
	{ "before", ANYTHING },
	{ "then", ANYTHING },
	{ "max", NUMBER },
	{ "blank", NUMBER },
	{ "need", TEXTS },
	{ "frames", WORDS, false, "innermost-first|innermost-last" },
	{ "first", ORIGIN },
	{ "ends", WORDS, false, "inclusive|exclusive" },
	{ "counts", WORDS, false, COUNTS },
	{ "directory", WORDS, false, "enter|leave" },
	{ "ignore", TRUTH },
	{ "summary", TRUTH },
	{ "examples", LIST },
	{ NULL },
};

static const struct known_member document_members[] = {
	{ "id", TEXT, true },
	{ "as", TEXT },
	{ "tool", TEXT },
	{ "environment", TEXT },
	{ "doc", TEXT },
	{ "origin", TEXT },
	{ "document", WORDS, true, "json|xml" },
	{ "signature", TESTS, true },
	{ "gate", TEXTS },
	{ "priority", NUMBER },
	{ "at", PATHS, true },
	{ "when", TESTS },
	{ "unless", TESTS },
	{ "take", CAPTURES, true },
	{ "first", ORIGIN },
	{ "ends", WORDS, false, "inclusive|exclusive" },
	{ "counts", WORDS, false, COUNTS },
	{ "level", WORDS, false, LEVELS },
	{ "levels", MAP_OF_TEXT },
	{ "message", FILLED },
	{ "code", FILLED },
	{ "function", FILLED },
	{ "file", FILLED },
	{ "then", ANYTHING },
	{ "need", TEXTS },
	{ "frames", WORDS, false, "innermost-first|innermost-last" },
	{ "ignore", TRUTH },
	{ "summary", TRUTH },
	{ "examples", LIST },
	{ NULL },
};

static const struct known_member part_members[] = {
	{ "frame", PATHS },
	{ "related", PATHS },
	{ "fixit", PATHS },
	{ "when", TESTS },
	{ "unless", TESTS },
	{ "take", CAPTURES, true },
	{ "ends", WORDS, false, "inclusive|exclusive" },
	{ "counts", WORDS, false, COUNTS },
	{ "proposal", PATHS },
	{ NULL },
};

static const struct known_member capture_members[] = {
	{ "path", PATHS, true },
	{ "match", REGEX },
	{ "join", TEXT },
	{ "uri", TRUTH },
	{ NULL },
};

static const struct known_member origin_members[] = {
	{ "line", WORDS, false, "0|1" },
	{ "column", WORDS, false, "0|1" },
	{ NULL },
};

static const struct known_member before_members[] = {
	{ "match", REGEX, true },
	{ "lines", NUMBER },
	{ "skip", REGEX },
	{ "related", TRUTH },
	{ NULL },
};

static const struct known_member clause_members[] = {
	{ "take", REGEX },
	{ "frame", REGEX },
	{ "related", REGEX },
	{ "append", REGEX },
	{ "fixit", REGEX },
	{ "end", REGEX },
	{ "stop", REGEX },
	{ "drop", REGEX },
	{ "yield", REGEX },
	{ "row", REGEX },
	{ "under", REGEX },
	{ "override", TRUTH },
	{ "once", TRUTH },
	{ "weak", TRUTH },
	{ "join", TEXT },
	{ NULL },
};

static const struct known_member example_members[] = {
	{ "text", TEXT, true },
	{ "expect", LIST, true },
	{ "name", TEXT },
	{ NULL },
};

#define TYPES                                                                                               \
	"syntax_error|runtime_error|logic_error|performance_issue|security_vulnerability|dependency_issue|" \
	"configuration_error|api_error|database_error|integration_error"
static const struct known_member cause_members[] = {
	{ "id", TEXT, true },
	{ "rule", TEXTS },
	{ "when", MAP_OF_REGEX },
	{ "unless", MAP_OF_REGEX },
	{ "let", LIST },
	{ "type", WORDS, false, TYPES },
	{ "category", WORDS, false, "scalability|reliability|auditability|governance|performance|bug" },
	{ "severity", NUMBER },
	{ "confidence", CONFIDENCE },
	{ "cause", FILLED, true },
	{ "evidence", FILLED },
	{ "verify", FILLED },
	{ "scope", TEXT },
	{ "transient", TRUTH },
	{ "consequence", TRUTH },
	{ "supposed", TRUTH },
	{ "advice", FILLED },
	{ "solutions", LIST },
	{ "doc", TEXT },
	{ "origin", TEXT },
	{ "environment", TEXT },
	{ "command", TEXTS },
	{ NULL },
};

static const struct known_member solution_members[] = {
	{ "id", FILLED, true },
	{ "description", FILLED, true },
	{ "because", FILLED },
	{ "type", WORDS, false,
		"code_fix|configuration_change|dependency_update|architectural_change|security_patch|"
		"performance_optimization|retry|manual_review" },
	{ "strategy", TEXT },
	{ "alone", TRUTH },
	{ "applicability", WORDS, false, "machine|maybe|placeholder|advice" },
	{ "confidence", CONFIDENCE },
	{ "risk", WORDS, false, "green|amber|red" },
	{ "complexity", NUMBER },
	{ "minutes", DECIMAL },
	{ "when", MAP_OF_REGEX },
	{ "unless", MAP_OF_REGEX },
	{ "let", LIST },
	{ "steps", LIST, true },
	{ "verify", TEXTS },
	{ NULL },
};

static const struct known_member step_members[] = {
	{ "edit", FILLED },
	{ "replace", REGEX },
	{ "with", FILLED },
	{ "line", FILLED },
	{ "from", FILLED },
	{ "to", FILLED },
	{ "whole", TRUTH },
	{ "all", TRUTH },
	{ "column", FILLED },
	{ "insert", FILLED },
	{ "before", FILLED },
	{ "after", FILLED },
	{ "at", WORDS, false, "begin|end" },
	{ "indent", WORDS, false, "same|deeper|none" },
	{ "delete", FILLED },
	{ "import", FILLED },
	{ "fixits", FILLED },
	{ "numbered", FILLED },
	{ "optional", TRUTH },
	{ "run", ARGV },
	{ "undo", ARGV },
	{ "source", WORDS, false, "table|manifest|user" },
	{ "retype", REGEX },
	{ "reword", FILLED },
	{ "again", TRUTH },
	{ "mode", FILLED },
	{ "set", TEXT },
	{ "create", FILLED },
	{ "text", FILLED },
	{ "delegate", ARGV },
	{ "files", ARGV },
	{ "retry", MAP },
	{ "advise", FILLED },
	{ NULL },
};

static const struct known_member retry_members[] = {
	{ "attempts", NUMBER },
	{ "delay", DECIMAL },
	{ "multiplier", DECIMAL },
	{ NULL },
};

static const struct known_member let_members[] = {
	{ "set", TEXT },
	{ "to", FILLED },
	{ "table", TEXT },
	{ "key", FILLED },
	{ "else", FILLED },
	{ "nearest", FILLED },
	{ "words", REGEX },
	{ "list", FILLED },
	{ "in", FILLED },
	{ "most", NUMBER },
	{ "tolerance", NUMBER },
	{ "unique", TRUTH },
	{ "find", REGEX },
	{ "no", REGEX },
	{ "line", FILLED },
	{ "before", FILLED },
	{ "after", FILLED },
	{ "from", FILLED },
	{ "is", FILLED },
	{ "matches", REGEX },
	{ "not", REGEX },
	{ "exists", FILLED },
	{ "missing", FILLED },
	{ "program", FILLED },
	{ "broken", FILLED },
	{ "proposals", TRUTH },
	{ "own", TRUTH },
	{ "locate", FILLED },
	{ "candidates", WORDS, false, "close|extra|swap|open|slip" },
	{ "last", TRUTH },
	{ "optional", TRUTH },
	{ "each", TRUTH },
	{ "strings", TRUTH },
	{ "files", FILLED },
	{ "text", FILLED },
	{ "programs", TRUTH },
	{ "unknown", TRUTH },
	{ "loose", TRUTH },
	{ "map", FILLED },
	{ "entries", WORDS, false, "any|directories" },
	{ "refs", WORDS, false, "heads|tags|remotes" },
	{ NULL },
};

struct lint {
	struct compilation *c;
	const char *name;
	bool ok;
};

__attribute__((format(printf, 3, 4))) static void fault(struct lint *l, uint32_t line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	struct str text = arena_vprintf(l->c->a, format, ap);
	va_end(ap);
	fault_add(l->c, l->name, line, "%.*s", STR_ARG(text));
	l->ok = false;
}

/* "{name}" in a pattern stands for a value: for the check any word does. */
static struct str slots_filled(struct arena *a, struct str pattern)
{
	char *out = arena_alloc(a, pattern.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < pattern.n;) {
		size_t slot = template_slot(pattern, i, true);
		out[n++] = slot ? 'x' : pattern.p[i];
		i += slot ? slot : 1;
	}
	return (struct str){ out, n };
}

static void check_regex(struct lint *l, const struct yaml *v)
{
	struct err err;
	struct str pattern = yaml_str(v);

	if (!pattern.p) {
		fault(l, v->line, "'%.*s' must be a regular expression", STR_ARG(v->key));
		return;
	}
	struct regex *re = regex_new(l->c->a, slots_filled(l->c->a, pattern), &err);
	if (!re || !template_check(pattern, true, false, &err))
		fault(l, v->line, "%s", err.text);
	regex_free(re);
}

static struct str without(struct arena *a, struct str text, struct str what)
{
	struct str out = STR("");

	for (size_t i = str_find(text, what); i < text.n; i = str_find(text, what)) {
		out = arena_join(a, out, str_sub(text, 0, i));
		text = str_sub(text, i + what.n, text.n);
	}
	return arena_join(a, out, text);
}

static void check_template(struct lint *l, const struct yaml *v, bool typed)
{
	struct err err;

	if (!template_check(yaml_str(v), false, typed, &err))
		fault(l, v->line, "%s", err.text);
}

static bool is_decimal(struct str s, double most)
{
	char z[32], *end;

	if (s.n == 0 || s.n >= sizeof(z))
		return false;
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	double d = strtod(z, &end);
	return *end == '\0' && d >= 0 && d <= most;
}

static void check_each(struct lint *l, const struct yaml *v, enum form form)
{
	YAML_EACH(item, v)
	{
		if (item->kind != YAML_TEXT)
			fault(l, item->line, "'%.*s' must hold text", STR_ARG(v->key));
		else if (form == REGEX)
			check_regex(l, item);
		else if (form == ARGV)
			check_template(l, item, true);
	}
}

static void check_path(struct lint *l, uint32_t line, struct str path)
{
	struct err err;

	if (!selection_new(l->c->a, path, &err))
		fault(l, line, "%s", err.text);
}

static void check_paths(struct lint *l, const struct yaml *v)
{
	if (v->kind == YAML_MAP)
		fault(l, v->line, "'%.*s' must be a path or a list of paths", STR_ARG(v->key));
	else if (v->kind == YAML_TEXT)
		check_path(l, v->line, v->text);
	YAML_EACH(item, v->kind == YAML_LIST ? v : NULL)
	check_path(l, item->line, yaml_str(item));
}

/* A path, a list of paths, or a map from paths to patterns. */
static void check_tests(struct lint *l, const struct yaml *v)
{
	if (v->kind != YAML_MAP) {
		check_paths(l, v);
		return;
	}
	YAML_EACH(item, v)
	{
		check_path(l, item->key_line, item->key);
		check_regex(l, item);
	}
}

static void check_map(struct lint *l, const struct yaml *v, const struct known_member *members, const char *what);

/* A map from names to paths, lists of paths, or maps that say more. */
static void check_captures(struct lint *l, const struct yaml *v)
{
	if (v->kind != YAML_MAP)
		fault(l, v->line, "'%.*s' must be a map from names to paths", STR_ARG(v->key));
	YAML_EACH(item, v->kind == YAML_MAP ? v : NULL)
	{
		if (item->kind == YAML_MAP)
			check_map(l, item, capture_members, "capture");
		else
			check_paths(l, item);
	}
}

static void check_form(struct lint *l, const struct yaml *v, const struct known_member *m)
{
	struct str s = yaml_str(v);
	int64_t n;

	switch (m->form) {
	case TEXT:
		if (!s.p)
			fault(l, v->line, "'%s' must be text", m->name);
		break;
	case FILLED:
		if (s.p)
			check_template(l, v, false);
		else
			fault(l, v->line, "'%s' must be text", m->name);
		break;
	case NUMBER:
		if (!str_number(s, &n) || n > 1000000000)
			fault(l, v->line, "'%s' must be a whole number", m->name);
		break;
	case DECIMAL:
	case CONFIDENCE:
		if (!is_decimal(s, m->form == CONFIDENCE ? 1.0 : 1e9))
			fault(l, v->line, "'%s' must be a number%s", m->name,
				m->form == CONFIDENCE ? " from 0 to 1" : "");
		break;
	case TRUTH:
		if (!str_is(s, "true") && !str_is(s, "false"))
			fault(l, v->line, "'%s' must be true or false", m->name);
		break;
	case WORDS:
		if (!str_lists(str_of(m->words), '|', s))
			fault(l, v->line, "'%s' must be one of %s", m->name, m->words);
		break;
	case REGEX:
	case REGEXES:
		if (v->kind == YAML_LIST && m->form == REGEXES)
			check_each(l, v, REGEX);
		else
			check_regex(l, v);
		break;
	case TEXTS:
	case ARGV:
		if (v->kind != YAML_TEXT && v->kind != YAML_LIST)
			fault(l, v->line, "'%s' must be text or a list of texts", m->name);
		if (v->kind == YAML_TEXT && m->form == ARGV)
			check_template(l, v, true);
		check_each(l, v, m->form);
		break;
	case LIST:
		if (v->kind != YAML_LIST)
			fault(l, v->line, "'%s' must be a list", m->name);
		break;
	case MAP:
		if (v->kind != YAML_MAP)
			fault(l, v->line, "'%s' must be a map", m->name);
		break;
	case MAP_OF_TEXT:
	case MAP_OF_REGEX:
		if (v->kind != YAML_MAP)
			fault(l, v->line, "'%s' must be a map", m->name);
		check_each(l, v, m->form == MAP_OF_REGEX ? REGEX : TEXT);
		break;
	case PATHS:
		check_paths(l, v);
		break;
	case TESTS:
		check_tests(l, v);
		break;
	case CAPTURES:
		check_captures(l, v);
		break;
	case ORIGIN:
		if (v->kind == YAML_MAP)
			check_map(l, v, origin_members, "place of the first");
		else if (!str_is(s, "0") && !str_is(s, "1"))
			fault(l, v->line, "'%s' must be 0 or 1", m->name);
		break;
	case ANYTHING:
		break;
	}
}

static void check_map(struct lint *l, const struct yaml *v, const struct known_member *members, const char *what)
{
	if (v->kind != YAML_MAP) {
		fault(l, v->line, "a %s must be a map", what);
		return;
	}
	YAML_EACH(item, v)
	{
		const struct known_member *m = members;
		while (m->name && !str_is(item->key, m->name))
			m++;
		if (m->name)
			check_form(l, item, m);
		else
			fault(l, item->key_line, "a %s has no member '%.*s'", what, STR_ARG(item->key));
	}
	for (const struct known_member *m = members; m->name; m++)
		if (m->must && !yaml_get(v, m->name))
			fault(l, v->line, "a %s needs '%s'", what, m->name);
}

static void check_list(struct lint *l, const struct yaml *v, const struct known_member *members, const char *what)
{
	if (v && v->kind == YAML_MAP) {
		check_map(l, v, members, what);
		return;
	}
	if (v && v->kind != YAML_LIST)
		fault(l, v->line, "'%.*s' must be a list", STR_ARG(v->key));
	YAML_EACH(item, v && v->kind == YAML_LIST ? v : NULL)
	check_map(l, item, members, what);
}

/* Exactly one of the words is a member of the map: what it does. */
static const char *check_verb(struct lint *l, const struct yaml *v, const char *verbs, const char *what)
{
	struct str rest = str_of(verbs), verb;
	const char *found = NULL;
	int n = 0;

	while (str_split(&rest, '|', &verb)) {
		char *z = arena_strdup(l->c->a, verb);
		if (yaml_get(v, z)) {
			found = z;
			n++;
		}
	}
	if (n != 1 && v->kind == YAML_MAP)
		fault(l, v->line, "a %s does exactly one of %s", what, verbs);
	return n == 1 ? found : NULL;
}

static void check_examples(struct lint *l, const struct yaml *rule)
{
	const struct yaml *examples = yaml_get(rule, "examples");
	bool good = false, silent = yaml_get(rule, "ignore") || yaml_get(rule, "directory");

	check_list(l, examples, example_members, "example");
	YAML_EACH(e, examples)
	{
		good |= yaml_get(e, "expect") && yaml_get(e, "expect")->n > 0;
		YAML_EACH(record, yaml_get(e, "expect"))
		if (record->kind != YAML_MAP)
			fault(l, record->line, "an expected record must be a map");
	}
	if (l->c->strict && !good && !silent)
		fault(l, rule->line, "rule '%.*s' has no example with an expected record",
			STR_ARG(yaml_str(yaml_get(rule, "id"))));
}

static void check_literal(struct lint *l, uint32_t line, struct str text)
{
	if (text.n < LITERAL_MIN || text.n > 255)
		fault(l, line, "a literal of 'gate' has %d to 255 bytes", LITERAL_MIN);
	else if (str_chr(text, '\n') < text.n)
		fault(l, line, "a line holds no newline, so this never matches");
}

static void check_gate(struct lint *l, const struct yaml *rule)
{
	const struct yaml *given = yaml_get(rule, "gate"), *match = yaml_get(rule, "match");
	struct literals found = { .n = 0 };

	if (given && given->kind == YAML_LIST && given->n == 0)
		fault(l, given->line, "'gate' names one literal at least");
	if (given && given->kind == YAML_TEXT)
		check_literal(l, given->line, given->text);
	YAML_EACH(item, given)
	check_literal(l, item->line, yaml_str(item));
	if (!yaml_str(match).p)
		return;
	literals_of(l->c->a, match->text, &found);
	for (size_t i = 0; i < found.n; i++)
		check_literal(l, match->line, found.at[i]);
	if (found.n == 0 && !given)
		fault(l, match->line,
			"no literal of %d bytes must stand in what 'match' matches, so it would run on every line: add "
			"one, or 'gate'",
			LITERAL_MIN);
}

static void check_levels(struct lint *l, const struct yaml *rule)
{
	YAML_EACH(level, yaml_get(rule, "levels"))
	if (!str_lists(str_of(LEVELS), '|', yaml_str(level)))
		fault(l, level->line, "a level must be one of %s", LEVELS);
}

static void check_document(struct lint *l, const struct yaml *rule)
{
	const struct yaml *given = yaml_get(rule, "gate"), *then = yaml_get(rule, "then");
	struct str literal = document_literal(l->c->a, rule);

	check_map(l, rule, document_members, "rule for documents");
	if (given && given->kind == YAML_TEXT)
		check_literal(l, given->line, given->text);
	YAML_EACH(item, given)
	check_literal(l, item->line, yaml_str(item));
	if (!given && literal.n)
		check_literal(l, rule->line, literal);
	else if (!given)
		fault(l, rule->line,
			"the first path of 'signature' has no name there, so 'gate' must say what is in every such "
			"document");
	check_list(l, then, part_members, "part");
	YAML_EACH(part, then && then->kind == YAML_LIST ? then : NULL)
	check_verb(l, part, "frame|related|fixit", "part");
	check_levels(l, rule);
	check_examples(l, rule);
}

static void check_rule(struct lint *l, const struct yaml *rule)
{
	const struct yaml *then = yaml_get(rule, "then");

	if (yaml_get(rule, "document")) {
		check_document(l, rule);
		return;
	}
	check_map(l, rule, rule_members, "rule");
	check_gate(l, rule);
	check_list(l, yaml_get(rule, "before"), before_members, "look-back");
	check_list(l, then, clause_members, "clause");
	YAML_EACH(clause, then && then->kind == YAML_LIST ? then : NULL)
	check_verb(l, clause, "take|frame|related|append|fixit|end|stop|drop|yield|row", "clause");
	check_levels(l, rule);
	check_examples(l, rule);
}

static void check_edit(struct lint *l, const struct yaml *step)
{
	const char *verb = check_verb(l, step, "replace|insert|delete|import|fixits|numbered", "edit");
	struct str with = yaml_str(yaml_get(step, "with"));

	if (verb && strcmp(verb, "replace") == 0 && !with.p)
		fault(l, step->line, "'replace' needs 'with'; with: \"\" takes the text away");
	for (size_t i = 0; i + 2 < with.n; i++)
		if (with.p[i] == '{' && with.p[i + 1] >= '0' && with.p[i + 1] <= '9' && with.p[i + 2] == '}' &&
			!(i > 0 && with.p[i - 1] == '{'))
			fault(l, yaml_get(step, "with")->line, "groups have names here: (?<name>...) and {name}");
}

/* What the pattern's own groups take is the user's; all else that is typed anew has a type. */
static void check_typed(struct lint *l, const struct yaml *step)
{
	const struct yaml *pattern = yaml_get(step, "retype"), *with = yaml_get(step, "with");
	struct str text = yaml_str(with);
	struct err err;

	if (!pattern && !yaml_get(step, "reword"))
		return;
	if (pattern && !text.p)
		fault(l, step->line, "'retype' needs 'with'");
	struct regex *re = pattern ? regex_new(l->c->a, slots_filled(l->c->a, yaml_str(pattern)), NULL) : NULL;
	for (unsigned i = 0, group; re && i < regex_names(re); i++)
		text = without(l->c->a, text, arena_printf(l->c->a, "{%.*s}", STR_ARG(regex_name(re, i, &group))));
	regex_free(re);
	if (text.p && !template_check(text, false, true, &err))
		fault(l, with->line, "%s", err.text);
}

static void check_steps(struct lint *l, const struct yaml *steps)
{
	check_list(l, steps, step_members, "step");
	YAML_EACH(step, steps && steps->kind == YAML_LIST ? steps : NULL)
	{
		const char *verb = check_verb(
			l, step, "edit|run|retype|reword|again|mode|create|delegate|retry|advise", "step");
		check_typed(l, step);
		if (verb && strcmp(verb, "edit") == 0)
			check_edit(l, step);
		if (verb && strcmp(verb, "create") == 0 && !yaml_get(step, "text"))
			fault(l, step->line, "'create' needs 'text'");
		if (yaml_get(step, "retry") && yaml_get(step, "retry")->kind == YAML_MAP)
			check_map(l, yaml_get(step, "retry"), retry_members, "retry");
	}
}

/* `nearest` may look in a table, `find` and `no` have members of the same names as steps. */
static void check_lets(struct lint *l, const struct yaml *lets)
{
	check_list(l, lets, let_members, "look-up");
	YAML_EACH(let, lets && lets->kind == YAML_LIST ? lets : NULL)
	{
		const char *verb = yaml_get(let, "nearest") ?
			"nearest" :
			yaml_get(let, "map") ?
			"map" :
			check_verb(l, let,
				"to|map|find|no|is|exists|missing|program|broken|proposals|locate|candidates|table",
				"look-up");
		bool sets = verb && str_lists(STR("to|map|table|nearest|locate"), '|', str_of(verb));
		if (sets && !yaml_get(let, "set"))
			fault(l, let->line, "'%s' needs 'set'", verb);
		if (verb && strcmp(verb, "table") == 0 && !yaml_get(let, "key"))
			fault(l, let->line, "'table' needs 'key'");
	}
}

static void check_cause(struct lint *l, const struct yaml *cause)
{
	const struct yaml *solutions = yaml_get(cause, "solutions");

	check_map(l, cause, cause_members, "cause");
	check_lets(l, yaml_get(cause, "let"));
	check_list(l, solutions, solution_members, "solution");
	YAML_EACH(s, solutions && solutions->kind == YAML_LIST ? solutions : NULL)
	{
		check_lets(l, yaml_get(s, "let"));
		check_steps(l, yaml_get(s, "steps"));
	}
}

/* Another pack may replace a rule by its id; within a pack the second would only hide the first. */
static void check_ids(struct lint *l, const struct yaml *list, const char *what)
{
	YAML_EACH(item, list)
	for (const struct yaml *later = item->next; later; later = later->next)
		if (yaml_str(yaml_get(item, "id")).n &&
			str_eq(yaml_str(yaml_get(item, "id")), yaml_str(yaml_get(later, "id"))))
			fault(l, later->line, "%s '%.*s' stands in this pack already, in line %u", what,
				STR_ARG(yaml_str(yaml_get(later, "id"))), item->line);
}

/* The detector makes one pattern of them all, so a group of their own would shift the others. */
static void check_prefixes(struct lint *l, const struct yaml *rows)
{
	struct err err;

	YAML_EACH(item, rows)
	{
		struct regex *re = regex_new(l->c->a, yaml_str(item), &err);
		if (!re)
			fault(l, item->line, "%s", err.text);
		else if (regex_groups(re) > 0)
			fault(l, item->line, "a prefix has no groups but (?:...)");
		regex_free(re);
	}
}

bool lint_pack(struct compilation *c, const char *name, const struct yaml *top)
{
	struct lint l = { .c = c, .name = name, .ok = true };
	const struct yaml *rules = yaml_get(top, "rules"), *causes = yaml_get(top, "causes");

	if (yaml_get(top, "table")) {
		check_map(&l, top, table_members, "table");
		if (str_ends(yaml_str(yaml_get(top, "table")), "prefixes"))
			check_prefixes(&l, yaml_get(top, "rows"));
		return l.ok;
	}
	check_map(&l, top, pack_members, "pack");
	YAML_EACH(rule, rules)
	check_rule(&l, rule);
	YAML_EACH(cause, causes)
	check_cause(&l, cause);
	check_ids(&l, rules, "rule");
	check_ids(&l, causes, "cause");
	return l.ok;
}

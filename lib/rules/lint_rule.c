/* Checks of a rule beyond the grammar: its literals, a unique id, and examples. */
#include "rules/lint.h"
#include "rules/literals.h"

static void check_literal(struct lint *l, uint32_t line, struct str text)
{
	struct str digit = STR("{digit}");
	size_t at = str_find(text, digit);

	if (at < text.n)
		text.n -= digit.n - 1;
	if (text.n < LITERAL_MIN || text.n > 255)
		lint_fault(l, line, "a literal of 'gate' must have %d to 255 bytes", LITERAL_MIN);
	else if (str_chr(text, '\n') < text.n)
		lint_fault(l, line, "a line contains no newline, so this never matches");
}

static void check_given(struct lint *l, const struct yaml *given)
{
	if (given->kind == YAML_LIST && given->n == 0)
		lint_fault(l, given->line, "'gate' requires at least one literal");
	if (given->kind == YAML_TEXT)
		check_literal(l, given->line, given->text);
	YAML_EACH(item, given)
		check_literal(l, item->line, yaml_str(item));
}

static void check_text_gate(struct lint *l, const struct yaml *rule)
{
	const struct yaml *match = yaml_get(rule, "match");
	struct literals found = { .n = 0 };

	if (yaml_get(rule, "read") && !yaml_get(rule, "gate"))
		lint_fault(l, rule->line, "'read' requires 'gate': a literal that every such line contains");
	if (!yaml_str(match).p)
		return;
	literals_of(l->c->a, match->text, LITERALS_LINE, &found);
	for (size_t i = 0; i < found.n; i++)
		check_literal(l, match->line, found.at[i]);
	if (found.n == 0 && !yaml_get(rule, "gate"))
		lint_fault(l, match->line,
			"no literal of %d bytes must stand in what 'match' matches, so it would run on every line: add "
			"one, or 'gate'",
			LITERAL_MIN);
}

static void check_document_gate(struct lint *l, const struct yaml *rule)
{
	struct str literal = document_literal(l->c->a, rule);

	if (yaml_get(rule, "gate"))
		return;
	if (literal.n)
		check_literal(l, rule->line, literal);
	else
		lint_fault(l, rule->line,
			"the first path of 'signature' has no name there, so 'gate' must say what is in every such "
			"document");
}

/* Does a text within contain this name? */
static bool mentions(const struct yaml *y, struct str name)
{
	if (str_find(yaml_str(y), name) < yaml_str(y).n || str_find(y->key, name) < y->key.n)
		return true;
	YAML_EACH(item, y)
		if (mentions(item, name))
			return true;
	return false;
}

/* The last name of a path: "level" of "[*].rule.level". */
static struct str last_name(struct str path)
{
	size_t end = path.n, begin;

	while (end > 0 && strchr("[*].", path.p[end - 1]))
		end--;
	for (begin = end; begin > 0 && !strchr("].", path.p[begin - 1]); begin--)
		;
	return str_sub(path, begin, end);
}

/* What a report must have beyond what the rule reads of it, other versions of the tool may leave out; one such member
 * is what tells the tool's reports from others. */
static void check_signature(struct lint *l, const struct yaml *rule)
{
	static const char *const reading[] = { "at", "take", "then", "when", "unless" };
	const struct yaml *first = NULL, *second = NULL;

	YAML_EACH(path, yaml_get(rule, "signature")) {
		bool read = path->key.n > 0;
		for (size_t i = 0; !read && i < sizeof(reading) / sizeof(reading[0]); i++) {
			const struct yaml *part = yaml_get(rule, reading[i]);
			read = part && mentions(part, last_name(yaml_str(path)));
		}
		if (!read && first)
			second = path;
		else if (!read)
			first = path;
	}
	if (second && l->c->strict)
		lint_fault(l, rule->line,
			"'signature' demands '%.*s' and '%.*s', which the rule does not read: reports of other "
			"versions "
			"may lack them",
			STR_ARG(yaml_str(first)), STR_ARG(yaml_str(second)));
}

static void check_document(struct lint *l, const struct yaml *rule)
{
	check_document_gate(l, rule);
	check_signature(l, rule);
}

static void check_examples(struct lint *l, const struct yaml *rule)
{
	bool good = false, silent = yaml_get(rule, "ignore") || yaml_get(rule, "directory");

	YAML_EACH(e, yaml_get(rule, "examples"))
		good |= yaml_get(e, "expect") && yaml_get(e, "expect")->n > 0;
	if (l->c->strict && !good && !silent)
		lint_fault(l, rule->line, "rule '%.*s' has no example with an expected record",
			STR_ARG(yaml_str(yaml_get(rule, "id"))));
}

/* Another pack may replace a rule by its id, but within a pack a duplicate is an error. */
static void check_ids(struct lint *l, const struct yaml *list, const char *what)
{
	YAML_EACH(item, list)
		for (const struct yaml *later = item->next; later; later = later->next)
			if (yaml_str(yaml_get(item, "id")).n &&
				str_eq(yaml_str(yaml_get(item, "id")), yaml_str(yaml_get(later, "id"))))
				lint_fault(l, later->line, "duplicate %s '%.*s', first defined in line %u", what,
					STR_ARG(yaml_str(yaml_get(later, "id"))), item->line);
}

/* The variants of a cause are a control and a challenger. */
static void check_variants(struct lint *l, const struct yaml *cause)
{
	struct str first = STR_NONE, second = STR_NONE;
	bool more = false;

	YAML_EACH(solution, yaml_get(cause, "solutions")) {
		struct str name = yaml_str(yaml_get(solution, "variant"));
		if (!name.n || (first.n && str_eq(name, first)) || (second.n && str_eq(name, second)))
			continue;
		more |= first.n && second.n;
		if (!first.n)
			first = name;
		else if (!second.n)
			second = name;
	}
	if (more || (first.n && !second.n))
		lint_fault(l, cause->line, "an experiment compares two variants, and this cause names %s",
			more ? "more" : "one");
}

void lint_rules(struct lint *l, const struct yaml *pack)
{
	YAML_EACH(rule, yaml_get(pack, "rules")) {
		if (yaml_get(rule, "gate"))
			check_given(l, yaml_get(rule, "gate"));
		lint_forms(l, yaml_get(rule, "read"));
		if (document_of(rule) == DOCUMENT_NONE)
			check_text_gate(l, rule);
		else
			check_document(l, rule);
		check_examples(l, rule);
	}
	check_ids(l, yaml_get(pack, "rules"), "rule");
	check_ids(l, yaml_get(pack, "causes"), "cause");
	YAML_EACH(cause, yaml_get(pack, "causes"))
		check_variants(l, cause);
}

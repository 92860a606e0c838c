/* Explains why a rule matches a text or not. */
#include "detect/detector.h"
#include "detect/document.h"
#include "detect/mapping.h"

enum { HITS = 256, EXPLAIN_BUDGET = 50 * 1000 * 1000 };

static void tell_found(void *ctx, struct record *r)
{
	struct buf line;

	buf_init(&line, 4 << 20);
	record_write_buf(&line, r);
	fprintf(ctx, "record: %.*s", STR_ARG(buf_str(&line)));
	buf_release(&line);
}

static void explain_line(struct rule *rule, struct str line, unsigned long number, bool gated, FILE *out)
{
	struct match m;
	char shown[200];

	visible(line, shown, sizeof(shown));
	int got = rule_match(rule, line, NULL, &m);
	if (got == 1)
		fprintf(out, "line %lu: matches: %s\n", number, shown);
	else if (got < 0)
		fprintf(out, "line %lu: a match limit was reached: %s\n", number, shown);
	else if (rule_first_line(rule, line, NULL, &m) == 1)
		fprintf(out, "line %lu: 'match' matches, but so does 'not', or the file is not a name: %s\n", number,
			shown);
	else if (gated)
		fprintf(out, "line %lu: contains a literal of the rule, but 'match' does not match: %s\n", number,
			shown);
}

static bool is_gated(const struct pack *pack, uint32_t rule, struct str line)
{
	struct gate_hit hits[HITS];
	size_t n;

	gate_scan(pack_gate(pack), line, 0, hits, HITS, &n);
	if (n == HITS)
		return true;
	for (size_t i = 0; i < n; i++) {
		uint32_t count;
		const uint32_t *rules = pack_literal_rules(pack, hits[i].id, &count);
		for (uint32_t k = 0; k < count; k++)
			if (rules[k] == rule)
				return true;
	}
	return false;
}

static void explain_lines(struct arena *a, const struct pack *pack, uint32_t i, struct str text, FILE *out)
{
	struct rule *rule = rule_new(a, pack, i, pack_forms(pack));
	struct str line;

	fprintf(out, "rule %s: %s\n", visible_in(a, rule->id),
		rule->match ? visible_in(a, regex_pattern(rule->match)) : "forms");
	for (unsigned long number = 1; str_line(&text, &line); number++)
		explain_line(rule, line, number, is_gated(pack, i, line), out);
	rule_free(rule);
}

/* Look for documents of the rule's kind, and check their signatures. */
static void explain_document(struct arena *a, const struct pack *pack, uint32_t i, struct str text, FILE *out)
{
	struct mapping *m = mapping_new(a, pack, i, pack_forms(pack));
	struct document doc;
	struct str line, rest = text, lacks = STR_NONE;
	bool gated = false;

	fprintf(out, "rule %s: a document\n", visible_in(a, pack_rule(pack, i).id));
	document_init(&doc);
	for (unsigned long number = 1; str_line(&rest, &line); number++) {
		gated |= is_gated(pack, i, line);
		line = str_trim(line);
		if (!doc.kind && document_kind_at(line) == mapping_kind(m))
			document_begin(&doc, mapping_kind(m), number);
		if (!doc.kind)
			continue;
		switch (document_add(&doc, line, true)) {
		case DOCUMENT_COMPLETE: {
			struct document_tree t = {
				.root = document_tree(&doc, a), .text = buf_str(&doc.text), .budget = EXPLAIN_BUDGET
			};
			if (t.root && mapping_fits(m, &t, &lacks))
				fprintf(out, "line %lu: start of a document with the signature\n", doc.line);
			else
				fprintf(out, "line %lu: start of a document without '%s'\n", doc.line,
					visible_in(a, lacks));
		} /* fall through */
		case DOCUMENT_BROKEN:
			document_clear(&doc);
			break;
		case DOCUMENT_OPEN:
			break;
		}
	}
	if (doc.kind)
		fprintf(out, "line %lu: start of a document without an end\n", doc.line);
	if (!gated)
		fprintf(out, "no line contains a literal of the rule\n");
	document_release(&doc);
	mapping_free(m);
}

void detector_explain(const struct pack *pack, struct str rule_id, struct str text, FILE *out)
{
	struct arena a = ARENA_INIT;
	uint32_t i = 0;

	while (i < pack_rules(pack) && !str_eq(pack_rule(pack, i).id, rule_id))
		i++;
	if (i == pack_rules(pack)) {
		fprintf(out, "no such rule: '%s'\n", visible_in(&a, rule_id));
		arena_free(&a);
		return;
	}
	if (pack_rule(pack, i).document)
		explain_document(&a, pack, i, text, out);
	else
		explain_lines(&a, pack, i, text, out);
	arena_free(&a);
	struct detector_options o = { .pack = pack, .found = tell_found, .ctx = out };
	struct detector *d = detector_new(&o);
	detector_feed(d, text);
	detector_end(d);
	detector_free(d);
}

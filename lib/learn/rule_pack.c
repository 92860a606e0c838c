#include "learn/rule_pack.h"

#include <stdlib.h>

#include "base/buf.h"
#include "rules/pack_format.h"
#include "rules/yaml_text.h"
#include "rules/yaml_tree.h"

enum { PACK_MOST = 1 << 20 };

static struct str single(struct arena *a, struct str text)
{
	return text_line_of(a, text, YAML_SINGLE);
}

static void learned_put(struct buf *out, const struct standing *s)
{
	buf_printf(
		out, "    learned:\n      status: %s\n      reviewed: %s\n", s->status, s->reviewed ? "true" : "false");
	buf_printf(out, "      repairs: %lld\n      projects: %lld\n      failures: %lld\n", (long long)s->repairs,
		(long long)s->projects, (long long)s->failures);
	buf_printf(out, "      contradictions: %lld\n", (long long)s->contradictions);
	buf_printf(out, "      last_used: '%.*s'\n", STR_ARG(s->last_used));
}

static void example_put(struct buf *out, struct arena *a, const struct draft *d)
{
	if (!d->sample_before.p)
		return;
	buf_printf(out, "    examples:\n      - message: %.*s\n", STR_ARG(single(a, d->sample_message)));
	if (d->sample_code.p)
		buf_printf(out, "        code: %.*s\n", STR_ARG(single(a, d->sample_code)));
	buf_printf(out, "        file: %.*s\n        line: %lld\n", STR_ARG(single(a, d->sample_file)),
		(long long)d->sample_line);
	if (d->sample_column)
		buf_printf(out, "        column: %lld\n", (long long)d->sample_column);
	buf_printf(out, "        before: %.*s\n", STR_ARG(text_line_of(a, d->sample_before, YAML_DOUBLE)));
	buf_printf(out, "        after: %.*s\n", STR_ARG(text_line_of(a, d->sample_after, YAML_DOUBLE)));
}

/* The detection rules of the repairs, each once, the first first. */
static struct str rules_of(struct arena *a, const struct repair_group *g)
{
	struct str out = STR("");

	for (size_t i = 0; i < g->n; i++) {
		bool known = false;
		for (size_t k = 0; k < i && !known; k++)
			known = str_eq(g->at[k]->of->rule, g->at[i]->of->rule);
		if (!known)
			out = arena_printf(
				a, "%.*s%s%.*s", STR_ARG(out), i ? ", " : "", STR_ARG(single(a, g->at[i]->of->rule)));
	}
	return out;
}

struct str rule_pack_text(struct arena *a, struct str id, const struct repair_group *g, const struct draft *d,
	const struct standing *s, struct err *err)
{
	struct buf out;

	buf_init(&out, PACK_MOST);
	buf_printf(&out, "pack: %.*s\ndoc: Learned from accepted repairs; heal-log(1) describes how to sign it off.\n",
		STR_ARG(id));
	buf_printf(&out, "origin: heal-log learn\ncauses:\n  - id: %.*s\n    rule: [%.*s]\n    when:\n", STR_ARG(id),
		STR_ARG(rules_of(a, g)));
	buf_printf(&out, "      message: %.*s\n      file: %.*s\n", STR_ARG(single(a, d->message)),
		STR_ARG(single(a, d->file)));
	if (d->code.p)
		buf_printf(&out, "      code: %.*s\n", STR_ARG(single(a, d->code)));
	buf_printf(&out, "    cause: The same error was repaired before.\n");
	learned_put(&out, s);
	if (d->lets.n)
		buf_addz(&out, "    let:\n");
	for (size_t i = 0; i < d->lets.n; i++)
		buf_printf(&out, "      - %.*s\n", STR_ARG(d->lets.at[i]));
	buf_printf(&out, "    solutions:\n      - id: %.*s\n", STR_ARG(id));
	buf_printf(&out, "        description: Make the change that repaired the same error before.\n");
	buf_printf(&out, "        confidence: %.2f\n        steps:\n", s->confidence);
	for (size_t i = 0; i < d->step.n; i++)
		buf_printf(&out, "          %s %.*s\n", i ? " " : "-", STR_ARG(d->step.at[i]));
	example_put(&out, a, d);
	struct str text = out.truncated ? STR_NONE : pack_format(a, "learned rule", buf_str(&out), err);
	if (out.truncated)
		err_set(err, HEAL_WRONG, "the learned rule is too long");
	buf_release(&out);
	return text;
}

/* ---- an existing file ---- */

static struct yaml *learned_of(struct yaml *top, struct yaml **solution)
{
	struct yaml *causes = yaml_get(top, "causes"), *cause = causes ? causes->first : NULL,
		    *solutions = yaml_get(cause, "solutions"), *learned = yaml_get(cause, "learned");

	*solution = solutions ? solutions->first : NULL;
	return learned && learned->kind == YAML_MAP && *solution && (*solution)->kind == YAML_MAP ? learned : NULL;
}

static struct yaml *file_read_learned(
	struct arena *a, const char *path, struct str text, struct yaml **solution, struct err *err)
{
	struct yaml *top = yaml_read(a, text, path, err), *learned = top ? learned_of(top, solution) : NULL;

	if (top && !learned)
		err_set(err, HEAL_WRONG, "'%s' is not the pack of a learned rule", path);
	return learned;
}

static int64_t number_in(const struct yaml *map, const char *key)
{
	int64_t n;

	return str_number(yaml_str(yaml_get(map, key)), &n) ? n : 0;
}

bool rule_pack_read(struct arena *a, const char *path, struct str text, struct standing *out, struct err *err)
{
	static const char *const known[] = { "draft", "proposed", "universal", "deprecated" };
	struct yaml *solution, *learned = file_read_learned(a, path, text, &solution, err);

	*out = (struct standing){ .status = "draft" };
	if (!learned)
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(yaml_str(yaml_get(learned, "status")), known[i]))
			out->status = known[i];
	out->reviewed = str_is(yaml_str(yaml_get(learned, "reviewed")), "true");
	out->repairs = number_in(learned, "repairs");
	out->projects = number_in(learned, "projects");
	out->failures = number_in(learned, "failures");
	out->contradictions = number_in(learned, "contradictions");
	out->last_used = yaml_str(yaml_get(learned, "last_used"));
	struct str confidence = yaml_str(yaml_get(solution, "confidence"));
	out->confidence = confidence.n ? strtod(arena_strdup(a, confidence), NULL) : 0;
	return true;
}

/* The offset of a mark; the members that are replaced are ASCII. */
static size_t offset_of(struct str text, struct yaml_mark mark)
{
	size_t at = 0;

	for (uint32_t line = 0; line < mark.line && at < text.n; line++)
		at += str_chr(str_sub(text, at, text.n), '\n') + 1;
	return at + mark.column < text.n ? at + mark.column : text.n;
}

struct replaced {
	const char *key;
	struct str value;
	bool of_solution;
};

/* Replace one member, and read the result again for the next: its marks have moved. */
static struct str member_replace(
	struct arena *a, const char *path, struct str text, const struct replaced *r, struct err *err)
{
	struct yaml *solution, *learned = file_read_learned(a, path, text, &solution, err);
	struct yaml *member = learned ? yaml_get(r->of_solution ? solution : learned, r->key) : NULL;

	if (!member)
		return learned ? text : STR_NONE;
	size_t from = offset_of(text, member->begin), to = offset_of(text, member->end);
	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(text, 0, from)), STR_ARG(r->value),
		STR_ARG(str_sub(text, to, text.n)));
}

struct str rule_pack_update(
	struct arena *a, const char *path, struct str text, const struct standing *s, struct err *err)
{
	const struct replaced all[] = {
		{ "status", str_of(s->status), false },
		{ "reviewed", s->reviewed ? STR("true") : STR("false"), false },
		{ "repairs", arena_printf(a, "%lld", (long long)s->repairs), false },
		{ "projects", arena_printf(a, "%lld", (long long)s->projects), false },
		{ "failures", arena_printf(a, "%lld", (long long)s->failures), false },
		{ "contradictions", arena_printf(a, "%lld", (long long)s->contradictions), false },
		{ "last_used", arena_printf(a, "'%.*s'", STR_ARG(s->last_used)), false },
		{ "confidence", arena_printf(a, "%.2f", s->confidence), true },
	};

	for (size_t i = 0; text.p && i < sizeof(all) / sizeof(all[0]); i++)
		text = member_replace(a, path, text, &all[i], err);
	return text.p ? pack_format(a, path, text, err) : text;
}

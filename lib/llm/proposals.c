#include "llm/proposals.h"

#include <stdlib.h>

#include "analyze/analyzer.h"
#include "analyze/solution_members.h"
#include "base/path.h"
#include "base/sha256.h"
#include "record/signature.h"
#include "tree/edit.h"

enum { ID_DIGITS = 12, BASIS_DIGITS = 32 };

static double capped(const struct json *v)
{
	double p = json_double(v, 0);

	return p > MODEL_CONFIDENCE_MOST ? MODEL_CONFIDENCE_MOST : p < 0 ? 0 : p;
}

static struct str text_of(struct arena *a, struct mask *m, const struct json *o, const char *name)
{
	return arena_str(a, mask_undo(m, json_str(json_get(o, name))));
}

/* ---- analysis and causes ---- */

void analysis_take(struct record *r, const struct json *answer)
{
	struct analysis *to = &r->analysis;

	to->type = arena_str(r->a, json_str(json_get(answer, "type")));
	to->category = arena_str(r->a, json_str(json_get(answer, "category")));
	to->severity = json_int(json_get(answer, "severity"), 5);
	to->confidence = capped(json_get(answer, "confidence"));
	to->transient |= json_bool(json_get(answer, "transient"), false);
	to->by = to->classified_by = STR("llm");
}

void causes_take(struct record *r, struct mask *m, const struct json *answer)
{
	struct cause_list causes = { 0 };

	JSON_EACH(one, json_get(answer, "causes"))
		if (causes.n < CAUSES_MOST)
			*VEC_ADD(r->a, &causes) = (struct cause){ .cause = text_of(r->a, m, one, "cause"),
				.confidence = capped(json_get(one, "confidence")),
				.evidence = text_of(r->a, m, one, "evidence"),
				.verification = text_of(r->a, m, one, "verification") };
	if (!causes.n)
		return;
	r->analysis.root_causes = causes;
	r->analysis.confidence = causes.at[0].confidence;
	r->analysis.by = STR("llm");
}

/* ---- candidates ---- */

/* The same text with the line ends of the file, if it has only CR LF. */
static struct str with_crlf(struct arena *a, struct str s)
{
	struct str all = STR("");
	struct str line;

	while (str_chr(s, '\n') < s.n) {
		line = str_sub(s, 0, str_chr(s, '\n'));
		s = str_sub(s, line.n + 1, s.n);
		all = arena_printf(a, "%.*s%.*s%s\n", STR_ARG(all), STR_ARG(line), str_ends(line, "\r") ? "" : "\r");
	}
	return arena_join(a, all, s);
}

/* Where the text occurs; SIZE_MAX: not exactly once. */
static size_t only_place(struct str all, struct str text)
{
	size_t at = text.n ? str_find(all, text) : all.n;

	return at < all.n && str_find(str_sub(all, at + 1, all.n), text) == all.n - at - 1 ? at : SIZE_MAX;
}

static bool edit_step(struct arena *a, const struct text *text, struct str search, struct str replace, struct step *out,
	struct err *err)
{
	size_t at = only_place(text->all, search);
	struct text_edit edit = { 0 };
	char hex[SHA256_HEX];

	if (at == SIZE_MAX && str_find(text->all, STR("\r\n")) < text->all.n) {
		search = with_crlf(a, search);
		replace = with_crlf(a, replace);
		at = only_place(text->all, search);
	}
	if (at == SIZE_MAX)
		return err_set(err, HEAL_WRONG, "the text that it replaces does not occur exactly once in '%.*s'",
			STR_ARG(text->path));
	text_place(text, at, &edit.line, &edit.column);
	text_place(text, at + search.n, &edit.end_line, &edit.end_column);
	edit.text = arena_str(a, replace);
	sha256_of(text->all, hex);
	*out = (struct step){ .kind = STEP_EDIT,
		.file = arena_str(a, text->path),
		.expect = arena_str(a, str_of(hex)),
		.line_ends = STR("given"),
		.origin = STR("model") };
	*VEC_ADD(a, &out->edits) = edit;
	return true;
}

/* A new file's name: below the root, as it is written. */
static bool is_plain_path(struct arena *a, struct str path)
{
	return path.n && !path_is_absolute(path) && !str_has_control(path) && str_eq(path, path_normal(a, path)) &&
		!str_starts(path, "..") && !str_is(path, ".");
}

static bool take_edit(struct arena *a, const struct candidate_context *c, const struct json *one,
	struct step_list *steps, struct err *err)
{
	struct str path = text_of(a, c->mask, one, "file"), search = text_of(a, c->mask, one, "search"),
		   replace = text_of(a, c->mask, one, "replace");
	struct step step = { 0 };

	if (mask_has_secret(search) || mask_has_secret(replace))
		return err_set(err, HEAL_WRONG, "it uses the replacement of a secret");
	if (!search.n) {
		if (!is_plain_path(a, path) || source_exists(c->view, path))
			return err_set(err, HEAL_WRONG, "'%.*s' exists, or is no name of a new file", STR_ARG(path));
		*VEC_ADD(a, steps) = (struct step){
			.kind = STEP_CREATE, .file = path, .text = replace, .origin = STR("model")
		};
		return true;
	}
	if (str_eq(search, replace))
		return true;
	if (!str_among(c->sent->path, c->sent->n, path))
		return err_set(err, HEAL_WRONG, "'%.*s' is not one of the files that were sent", STR_ARG(path));
	const struct text *text = source_read(c->view, path);
	if (!text)
		return err_set(err, HEAL_WRONG, "'%.*s' cannot be read", STR_ARG(path));
	if (!edit_step(a, text, search, replace, &step, err))
		return false;
	*VEC_ADD(a, steps) = step;
	return true;
}

static bool take_command(struct arena *a, const struct json *one, struct step_list *steps, struct err *err)
{
	struct step step = { .kind = STEP_RUN, .origin = STR("model") };

	JSON_EACH(word, one) {
		if (str_has_control(json_str(word)))
			return err_set(err, HEAL_WRONG, "a command has control characters");
		*VEC_ADD(a, &step.argv) = arena_str(a, json_str(word));
	}
	*VEC_ADD(a, steps) = step;
	return true;
}

/* A model that is not sure itself, or proposes much, is not tried. */
static bool is_modest(const struct config *c, const struct json *one)
{
	return json_double(json_get(one, "confidence"), 0) >= config_double(c, "llm.min_confidence") &&
		json_int(json_get(one, "complexity"), 10) <= config_int(c, "llm.complexity_limit") &&
		json_double(json_get(one, "minutes"), 1e9) <= config_double(c, "llm.time_limit_minutes");
}

static struct str hash_of(struct arena *a, const struct record *r, const struct solution *s, size_t digits)
{
	struct str parts = arena_printf(
		a, "%.*s\n%.*s\n%.*s", STR_ARG(r->error.rule), STR_ARG(r->error.file), STR_ARG(steps_text(a, s)));
	char hex[SHA256_HEX];

	sha256_of(parts, hex);
	return arena_str(a, (struct str){ hex, digits });
}

static bool take_candidate(struct record *r, const struct candidate_context *c, const struct json *one,
	struct solution *out, struct err *err)
{
	struct solution s = { .confidence = capped(json_get(one, "confidence")) };
	struct str path = STR("");

	JSON_EACH(edit, json_get(one, "edits"))
		if (!take_edit(r->a, c, edit, &s.steps, err))
			return false;
	JSON_EACH(command, json_get(one, "commands"))
		if (!take_command(r->a, command, &s.steps, err))
			return false;
	if (!s.steps.n)
		return err_set(err, HEAL_WRONG, "it changes nothing");
	LIST_EACH(step, step, &s.steps)
		if (step->file.n && !str_among(s.files.at, s.files.n, step->file))
			*VEC_ADD(r->a, &s.files) = path = step->file;
	solution_members_set(r->a, (struct node){ 0 }, &s);
	s.type = arena_str(r->a, json_str(json_get(one, "type")));
	s.applicability = is_modest(c->config, one) ? APPLICABILITY_MAYBE : APPLICABILITY_PLACEHOLDER;
	s.description = text_of(r->a, c->mask, one, "description");
	s.reasoning = arena_printf(r->a, "Proposed by the language model %.*s: %.*s", STR_ARG(c->model),
		STR_ARG(text_of(r->a, c->mask, one, "reasoning")));
	s.complexity = json_int(json_get(one, "complexity"), 5);
	s.minutes = json_double(json_get(one, "minutes"), 0);
	s.id = arena_printf(r->a, "llm.%.*s", STR_ARG(hash_of(r->a, r, &s, ID_DIGITS)));
	s.basis = hash_of(r->a, r, &s, BASIS_DIGITS);
	*out = s;
	return true;
}

size_t candidates_take(struct record *r, const struct candidate_context *c, const struct json *answer, size_t *refused,
	struct err *why)
{
	struct solution_list old = r->solutions;
	size_t first = old.n, triable = 0;
	struct err err;

	*refused = 0;
	r->solutions = (struct solution_list){ .at = arena_alloc(r->a, SOLUTIONS_MOST * sizeof(*old.at)),
		.room = SOLUTIONS_MOST };
	LIST_EACH(solution, s, &old)
		*VEC_ADD(r->a, &r->solutions) = *s;
	JSON_EACH(one, json_get(answer, "candidates")) {
		struct solution s;
		if (!take_candidate(r, c, one, &s, &err)) {
			if (!(*refused)++)
				*why = err;
			continue;
		}
		if (r->solutions.n < SOLUTIONS_MOST && !solution_find(r, s.id)) {
			*VEC_ADD(r->a, &r->solutions) = s;
			triable += s.applicability == APPLICABILITY_MAYBE;
		}
	}
	/* Which of several is right, only a proof can say. */
	if (!r->source.project.n)
		r->source.project = arena_str(r->a, source_root(c->view));
	for (size_t i = first; i < r->solutions.n; i++) {
		r->solutions.at[i].alone = triable > 1;
		solution_sign(r, &r->solutions.at[i]);
	}
	return triable;
}

/* ---- a plan for a person ---- */

static void lines_add(struct arena *a, struct str *all, const char *title, struct mask *m, const struct json *list)
{
	if (json_count(list))
		*all = arena_printf(a, "%.*s%s%s:", STR_ARG(*all), all->n ? "\n" : "", title);
	JSON_EACH(one, list)
		*all = arena_printf(a, "%.*s\n- %.*s", STR_ARG(*all), STR_ARG(mask_undo(m, json_str(one))));
}

static void advice_add(struct record *r, struct solution s, struct str text)
{
	s.type = STR("manual_review");
	s.strategy = step_kind_name(STEP_ADVISE);
	s.applicability = APPLICABILITY_ADVICE;
	*VEC_ADD(r->a, &s.steps) = (struct step){ .kind = STEP_ADVISE, .text = text };
	struct solution_list all = { 0 };
	LIST_EACH(solution, old, &r->solutions)
		*VEC_ADD(r->a, &all) = *old;
	if (all.n < SOLUTIONS_MOST)
		*VEC_ADD(r->a, &all) = s;
	r->solutions = all;
}

void plan_take(struct record *r, struct mask *m, const struct json *answer)
{
	struct str text = STR("");

	lines_add(r->a, &text, "Files", m, json_get(answer, "files"));
	lines_add(r->a, &text, "Steps", m, json_get(answer, "steps"));
	lines_add(r->a, &text, "Verification", m, json_get(answer, "verification"));
	lines_add(r->a, &text, "Rollback", m, json_get(answer, "rollback"));
	advice_add(r,
		(struct solution){ .id = STR("llm.plan"),
			.description = text_of(r->a, m, answer, "summary"),
			.reasoning = STR("A plan of a language model; nothing of it was tried."),
			.confidence = 0.3,
			.complexity = 8,
			.minutes = 120,
			.risk.level = risk_parse(json_str(json_get(answer, "risk"))) },
		text);
}

void fallback_take(struct record *r)
{
	if (!r->analysis.severity)
		r->analysis.severity = 5;
	if (!r->analysis.by.n || str_is(r->analysis.by, "none")) {
		r->analysis.by = STR("none");
		r->analysis.confidence = 0.1;
	}
	if (!r->solutions.n)
		advice_add(r,
			(struct solution){ .id = STR("llm.review"),
				.description = STR("Nothing is known about this error; it needs a person."),
				.reasoning = STR("No rule knows it, and no language model answered."),
				.confidence = 0.3,
				.complexity = 8,
				.minutes = 120,
				.risk.level = RISK_AMBER },
			STR("Read the error and the lines that it names."));
}

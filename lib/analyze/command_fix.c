#include "analyze/command_fix.h"

#include <string.h>

struct slot_values {
	const struct match *m; /* of the pattern, or NULL */
	const struct scope *s;
	const struct command_line *typed;
};

static bool is_verb(struct node step, const char *verb)
{
	return node_kind(node_get(step, verb)) != NODE_NONE;
}

bool command_fix_is(struct node step)
{
	return is_verb(step, "retype") || is_verb(step, "reword") || is_verb(step, "again") ||
		(is_verb(step, "run") && str_is(node_str(node_get(step, "source")), "user"));
}

/* ---- values ---- */

static struct str value_get(void *ctx, struct str name)
{
	struct slot_values *src = ctx;

	for (unsigned i = 0, group; src->m && i < regex_names(src->m->re); i++)
		if (str_eq(regex_name(src->m->re, i, &group), name))
			return group < REGEX_GROUPS && src->m->group[group].p ? src->m->group[group] : STR("");
	return scope_get(src->s, name);
}

/* The line contains it, or it is one of the unquoted words. */
static bool value_is_own(void *ctx, struct str value)
{
	struct slot_values *src = ctx;
	struct str line = src->typed->line.text, words = scope_get(src->s, STR("words"));

	return value.n == 0 || str_find(line, value) < line.n ||
		(str_chr(value, '\n') == value.n && str_find(words, value) < words.n);
}

enum quoting { WORD_AS_IS, WORDS_QUOTED };

static struct str filled(struct enquiry *q, struct slot_values *src, struct str text, enum quoting quoting)
{
	struct template_values v = {
		.get = value_get, .ctx = src, .quote = quoting == WORDS_QUOTED, .own = value_is_own
	};

	return text.p ? template_fill(q->a, text, &v, NULL) : STR_NONE;
}

/* ---- retype: replace a pattern in the command's text ---- */

static bool do_retype(struct enquiry *q, const struct scope *s, struct node step, struct str *out)
{
	struct regex *re = scope_regex(q->a, s, node_str(node_get(step, "retype")), REGEX_PLAIN);
	struct str text = node_bool(node_get(step, "wrappers"), false) ?
		arena_join(q->a, command_line_prefix(q->typed, q->at), command_line_text(q->typed, q->at)) :
		command_line_text(q->typed, q->at);
	struct str done = STR("");
	struct match m;
	size_t from = 0, copied = 0;
	bool any = false, all = node_bool(node_get(step, "all"), false);

	while (re && (all || !any) && from <= text.n && regex_match_from(re, text, from, &m) == 1) {
		struct slot_values src = { &m, s, q->typed };
		struct str with = filled(q, &src, node_str(node_get(step, "with")), WORDS_QUOTED);
		size_t at = (size_t)(m.whole.p - text.p);
		if (!with.p)
			break;
		done = arena_printf(
			q->a, "%.*s%.*s%.*s", STR_ARG(done), STR_ARG(str_sub(text, copied, at)), STR_ARG(with));
		copied = at + m.whole.n;
		from = m.whole.n ? copied : copied + 1;
		any = true;
	}
	regex_free(re);
	*out = arena_join(q->a, done, str_sub(text, copied, text.n));
	return any && !str_eq(str_trim(*out), str_trim(text));
}

/* ---- reword: replace or delete a word ---- */

static bool do_reword(struct enquiry *q, const struct scope *s, struct node step, struct str *out)
{
	struct str line = q->typed->line.text, wanted = scope_fill(q->a, s, node_str(node_get(step, "reword")));
	struct slot_values src = { NULL, s, q->typed };
	struct str given = node_str(node_get(step, "with")),
		   with = given.p ? filled(q, &src, given, WORDS_QUOTED) : STR("");

	for (size_t i = 0; with.p && wanted.p && i < q->at->n; i++) {
		const struct shell_word *w = &q->at->word[i];
		if (!str_eq(w->value, wanted))
			continue;
		size_t from = w->from, to = w->to;
		if (with.n == 0 && i)
			from = q->at->word[i - 1].to;
		*out = arena_printf(q->a, "%.*s%.*s%.*s", STR_ARG(str_sub(line, q->at->begin, from)), STR_ARG(with),
			STR_ARG(str_sub(line, to, q->at->to)));
		return true;
	}
	return false;
}

/* ---- run ---- */

static bool do_run(struct enquiry *q, const struct scope *s, struct node step, struct str *out)
{
	struct node words = node_get(step, "run");
	struct slot_values src = { NULL, s, q->typed };

	*out = STR("");
	for (uint32_t i = 0; i < node_list_count(words); i++) {
		struct str word = filled(q, &src, node_str(node_list_at(words, i)), WORD_AS_IS);
		if (!word.p)
			return false;
		if (word.n)
			*out = arena_printf(
				q->a, "%.*s%s%.*s", STR_ARG(*out), out->n ? " " : "", STR_ARG(shell_quote(q->a, word)));
	}
	return out->n > 0;
}

bool command_fix_make(struct enquiry *q, const struct scope *s, struct node step, struct str *out)
{
	bool ok = true;

	if (is_verb(step, "retype"))
		ok = do_retype(q, s, step, out);
	else if (is_verb(step, "reword"))
		ok = do_reword(q, s, step, out);
	else if (is_verb(step, "run"))
		ok = do_run(q, s, step, out);
	else
		*out = command_line_text(q->typed, q->at);
	if (ok && !node_bool(node_get(step, "wrappers"), false))
		*out = arena_join(q->a, command_line_prefix(q->typed, q->at), *out);
	return ok;
}

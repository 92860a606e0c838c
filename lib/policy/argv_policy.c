/* Match an argv word by word with the forms in the policy. */
#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "policy/policy_table.h"

enum { WORDS_MAX = 64, WORD_MAX = 4096 };

struct capture {
	struct str slot, word;
	struct str name; /* <path>: below the root */
};

struct fit {
	struct arena *a;
	const struct policy *p;
	const struct tree *t;
	const struct argv_shape *shape;
	struct str dir;
	enum run_kind kind;
	VEC(struct capture) captures;
	struct err why; /* why the last word does not match */
};

/* Words that are not allowed in any slot. */
static bool is_plain_word(struct str w)
{
	if (w.n == 0 || w.n > WORD_MAX || w.p[0] == '-' || !utf8_valid(w))
		return false;
	for (size_t i = 0; i < w.n; i++)
		if ((unsigned char)w.p[i] < 0x20 || w.p[i] == 0x7f)
			return false;
	return true;
}

static bool fit_path(struct fit *f, struct str word, struct capture *c)
{
	struct stat st;
	struct str path = path_is_absolute(word) ? word : path_join(f->a, f->dir, word);

	if (!tree_name(f->a, f->t, path, &c->name, &f->why) || !policy_path(f->p, f->t, c->name, &f->why))
		return false;
	int there = tree_stat(f->a, f->t, c->name, &st, &f->why);
	/* Many programs accept a URL, "host:file" or "@list" instead of a file. */
	if (word.p[0] == '@' || str_find(word, STR("://")) < word.n || (there == 0 && str_chr(word, ':') < word.n))
		return err_set(&f->why, HEAL_WRONG,
			"'%s' could be interpreted as a URL, host or list instead of a file", c->name.p);
	if (there == 1 && !S_ISREG(st.st_mode) && !(f->kind == RUN_AGAIN && S_ISDIR(st.st_mode)))
		return err_set(&f->why, HEAL_WRONG, "'%s' is not a regular file", c->name.p);
	return there >= 0;
}

static bool fit_slot(struct fit *f, struct str slot, struct str word)
{
	struct capture c = { .slot = slot, .word = word };
	struct match m;
	char shown[120];

	visible(word, shown, sizeof(shown));
	if (str_is(slot, "flag")) {
		for (size_t i = 0; i < f->shape->flags.n; i++)
			if (str_eq(f->shape->flags.at[i], word))
				return true;
		return err_set(&f->why, HEAL_WRONG, "the option '%s' is not allowed here", shown);
	}
	struct regex *re = slot_find(f->p, slot);
	bool ok = is_plain_word(word) &&
		(str_is(slot, "path") ? fit_path(f, word, &c) : re && regex_match(re, word, &m) == 1);
	if (ok)
		*VEC_ADD(f->a, &f->captures) = c;
	else if (!str_is(slot, "path") || !is_plain_word(word))
		err_set(&f->why, HEAL_WRONG, "'%s' is not a %.*s", shown, STR_ARG(slot));
	return ok;
}

static bool fit_literal(struct fit *f, struct str alternatives, struct str word)
{
	char shown[120];

	return str_lists(alternatives, '|', word) ||
		err_set(&f->why, HEAL_WRONG, "'%s' is not allowed there", visible(word, shown, sizeof(shown)));
}

/* "<slot>" with its quantifier; false for a plain word. */
static bool parse_slot(struct str word, struct str *slot, char *quantifier)
{
	size_t end = str_chr(word, '>');

	if (!str_starts(word, "<") || end == word.n || end + 2 < word.n)
		return false;
	*slot = str_sub(word, 1, end);
	*quantifier = end + 1 < word.n ? word.p[end + 1] : '1';
	return true;
}

/* The number of words before the first mismatch; *all: the whole argv matches. */
static size_t fit_words(struct fit *f, char *const *argv, bool *all)
{
	size_t i = 0;

	for (size_t k = 0; k < f->shape->argv.n; k++) {
		struct str slot;
		char quantifier;
		if (!parse_slot(f->shape->argv.at[k], &slot, &quantifier)) {
			if (!argv[i] || !fit_literal(f, f->shape->argv.at[k], str_of(argv[i])))
				return i;
			i++;
			continue;
		}
		size_t most = quantifier == '*' || quantifier == '+' ? WORDS_MAX : 1, had = 0;
		while (had < most && argv[i] && fit_slot(f, slot, str_of(argv[i]))) {
			had++;
			i++;
		}
		if (!had && quantifier != '*' && quantifier != '?') {
			if (!argv[i])
				err_set(&f->why, HEAL_WRONG, "a %.*s is missing", STR_ARG(slot));
			return i;
		}
	}
	*all = !argv[i];
	if (argv[i] && !f->why.text[0])
		err_set(&f->why, HEAL_WRONG, "unexpected argument");
	return i;
}

/* The word captured by a slot, or the path below the root for a path slot. */
static const struct capture *captured(const struct fit *f, struct str slot)
{
	for (size_t i = 0; i < f->captures.n; i++)
		if (str_eq(f->captures.at[i].slot, slot))
			return &f->captures.at[i];
	return NULL;
}

/* The package name without a version: "left-pad@1.3.0", "requests==2.31". */
static struct str bare_name(struct str package)
{
	for (size_t i = 1; i < package.n; i++)
		if (strchr("@=~><:,!", package.p[i]))
			return str_sub(package, 0, i);
	return package;
}

/* A word of another command with the captured words in the place of its slots; `<version>` stays.  STR_NONE: a slot
 * of it captured nothing. */
static struct str fill_word(struct fit *f, struct str word)
{
	struct str out = STR(""), rest = word;

	while (rest.n) {
		size_t open = str_chr(rest, '<'), close = open + str_chr(str_sub(rest, open, rest.n), '>');
		struct str slot = str_sub(rest, open + 1, close);
		if (close >= rest.n)
			return arena_join(f->a, out, rest);
		const struct capture *c = captured(f, slot);
		struct str text = str_is(slot, "version") ? STR("<version>") :
			!c                                ? STR_NONE :
			str_is(slot, "path")              ? c->word :
							    bare_name(c->word);
		if (!text.p)
			return STR_NONE;
		out = arena_printf(f->a, "%.*s%.*s%.*s", STR_ARG(out), STR_ARG(str_sub(rest, 0, open)), STR_ARG(text));
		rest = str_sub(rest, close + 1, rest.n);
	}
	return out;
}

static char *const *fill_words(struct fit *f, const struct str *words, size_t n)
{
	char **argv = arena_alloc(f->a, (n + 1) * sizeof(*argv));

	for (size_t i = 0; i < n; i++) {
		struct str word = fill_word(f, words[i]);
		if (!word.p)
			return NULL;
		argv[i] = arena_strdup(f->a, word);
	}
	return n ? argv : NULL;
}

char *const *policy_undo(struct arena *a, const struct policy *p, const struct command *c, struct str before)
{
	static const struct str mark = { "<version>", sizeof("<version>") - 1 };
	struct regex *re = slot_find(p, STR("version"));
	struct match m;
	size_t n = 0;

	if (!before.n)
		return c->undo;
	while (c->restore && c->restore[n])
		n++;
	if (!n || !is_plain_word(before) || !re || regex_match(re, before, &m) != 1)
		return NULL;
	char **argv = arena_alloc(a, (n + 1) * sizeof(*argv));
	for (size_t i = 0; i < n; i++) {
		struct str word = str_of(c->restore[i]);
		size_t at = str_find(word, mark);
		struct str tail = str_sub(word, at + mark.n, word.n);
		if (at < word.n)
			word = arena_printf(
				a, "%.*s%.*s%.*s", STR_ARG(str_sub(word, 0, at)), STR_ARG(before), STR_ARG(tail));
		argv[i] = arena_strdup(a, word);
	}
	return argv;
}

static bool fill_touches(struct fit *f, struct command *out, struct err *err)
{
	VEC(struct str) names = { 0 };

	for (size_t i = 0; i < f->shape->touches.n; i++) {
		struct str word = f->shape->touches.at[i], name;
		if (str_is(word, "<path>")) {
			for (size_t k = 0; k < f->captures.n; k++)
				if (f->captures.at[k].name.p)
					*VEC_ADD(f->a, &names) = f->captures.at[k].name;
			continue;
		}
		if (!tree_name(f->a, f->t, path_join(f->a, f->dir, word), &name, err) ||
			!policy_path(f->p, f->t, name, err))
			return false;
		*VEC_ADD(f->a, &names) = name;
	}
	out->touches = names.at;
	out->touches_n = names.n;
	return true;
}

/* Names of the files that say what it installs. */
static bool fill_reads(struct fit *f, struct command *out, struct err *err)
{
	VEC(struct str) names = { 0 };

	for (size_t i = 0; i < f->shape->reads.n; i++) {
		struct str word = f->shape->reads.at[i], name;
		if (str_is(word, "<path>")) {
			out->reads_list = true;
			for (size_t k = 0; k < f->captures.n; k++)
				if (f->captures.at[k].name.p)
					*VEC_ADD(f->a, &names) = f->captures.at[k].name;
			continue;
		}
		if (!tree_name(f->a, f->t, path_join(f->a, f->dir, word), &name, err))
			return false;
		*VEC_ADD(f->a, &names) = name;
	}
	out->reads = names.at;
	out->reads_n = names.n;
	return true;
}

/* The argv with the options that the form adds. */
static char *const *fill_argv(struct fit *f, char *const *argv)
{
	VEC(char *) all = { 0 };

	for (size_t i = 0; argv[i]; i++)
		*VEC_ADD(f->a, &all) = argv[i];
	for (size_t i = 0; i < f->shape->adds.n; i++) {
		bool has = false;
		for (size_t k = 0; argv[k]; k++)
			has |= str_is(f->shape->adds.at[i], argv[k]);
		if (!has)
			*VEC_ADD(f->a, &all) = arena_strdup(f->a, f->shape->adds.at[i]);
	}
	*VEC_ADD(f->a, &all) = NULL;
	return all.at;
}

static bool fill(struct fit *f, char *const *argv, struct command *out, struct err *err)
{
	static const char *const kinds[] = { "package", "module", "collection", "debian" };

	*out = (struct command){ .argv = f->shape->adds.n ? fill_argv(f, argv) : argv,
		.dir = f->dir,
		.risk = f->shape->risk,
		.statuses = f->shape->statuses.at,
		.statuses_n = f->shape->statuses.n,
		.prints_diff = f->shape->prints_diff,
		.runs_project = !f->shape->loads_nothing,
		.profile = f->shape->profile };
	out->system = str_is(f->shape->scope, "system");
	out->beyond = out->system || str_is(f->shape->scope, "user");
	if (out->system)
		out->risk = RISK_RED;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct capture *c = captured(f, str_of(kinds[i]));
		/* `go mod init NAME` does not install a package: its form has no ecosystem. */
		if (c && (f->shape->ecosystem.n || i == 0)) {
			struct str name = bare_name(c->word);
			out->package = name;
			out->version = str_sub(c->word, name.n, c->word.n);
		}
	}
	const struct argv_shape *s = f->shape;
	out->ecosystem = s->ecosystem;
	out->undo = fill_words(f, s->undo.at, s->undo.n);
	out->restore = fill_words(f, s->restore.at, s->restore.n);
	out->installed_argv = fill_words(f, s->installed_argv.at, s->installed_argv.n);
	out->installed_file = fill_word(f, s->installed_file);
	out->installed_match = s->installed_match;
	return fill_reads(f, out, err) && fill_touches(f, out, err);
}

/* Does the setting `allowed_programs` name the program, or the module that an interpreter runs? */
static bool is_allowed_program(const struct policy *p, char *const *argv)
{
	const struct str *at;
	size_t n = config_list(p->config, "allowed_programs", &at);

	if (!n || str_among(at, n, str_of(argv[0])))
		return true;
	return argv[1] && argv[2] && strcmp(argv[1], "-m") == 0 && str_among(at, n, str_of(argv[2]));
}

bool policy_command(struct arena *a, const struct policy *p, const struct tree *t, char *const *argv, struct str dir,
	enum run_kind kind, struct command *out, struct err *err)
{
	struct err best = { HEAL_WRONG, "the program is not on the allow-list" };
	size_t furthest = 0, n = 0;

	while (argv[n])
		n++;
	if (n == 0 || n > WORDS_MAX || strchr(argv[0], '/'))
		return err_set(err, HEAL_WRONG, "%s",
			n == 0                ? "empty command" :
				n > WORDS_MAX ? "too many arguments" :
						"the program must be a name, not a path");
	if (!is_allowed_program(p, argv))
		return err_set(err, HEAL_WRONG, "'%s' is not among allowed_programs (%s)", argv[0],
			config_origin(p->config, "allowed_programs"));
	for (size_t i = 0; i < p->shapes.n; i++) {
		struct fit f = { .a = a, .p = p, .t = t, .shape = &p->shapes.at[i], .dir = dir, .kind = kind };
		bool all = false;
		if (!f.shape->as[kind == RUN_DELEGATE ? RUN_DELEGATE : RUN_IN_PLACE])
			continue;
		size_t got = fit_words(&f, argv, &all);
		if (all)
			return fill(&f, argv, out, err);
		if (got > furthest) {
			furthest = got;
			best = f.why;
		}
	}
	return err_set(err, HEAL_WRONG, "not allowed: %.200s: %.300s", argv_show(a, argv).p, best.text);
}

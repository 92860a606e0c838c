#include "lang/build_flags.h"

#include "base/path.h"
#include "base/shell.h"
#include "base/vec.h"
#include "record/json.h"
#include "rules/regex.h"

enum { COMMANDS = 500, OUTPUT_READ = 4 << 20, DATABASES = 4, WRITTEN = 8 };

/* One command of the build. */
struct build_command {
	const struct str *word;
	size_t n;
	struct str dir; /* its directory below the root, if known */
};

struct collector {
	struct arena *a;
	struct source_tree *v;
	struct node row;
	const struct text *x;
	VEC(struct str) words;
	VEC(struct str) dirs;
	struct str text;
};

/* ---- directories and files ---- */

/* The path below the root, which need not exist; absent if outside. */
static struct str named(struct collector *c, struct str base, struct str name)
{
	struct str path = path_is_absolute(name) ?
		source_below(c->v, name) :
		path_normal(c->a, path_join(c->a, str_is(base, ".") ? STR("") : base, name));

	if (!path.p || path.n == 0 || str_has_control(name) || str_is(path, "..") || str_starts(path, "../"))
		return STR_NONE;
	return path;
}

static bool is_trusted(struct collector *c, struct str name)
{
	struct node list = node_get(c->row, "trusted");

	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (path_below(name, node_str(node_list_at(list, i))).p)
			return true;
	return false;
}

/* ---- options ---- */

static void word_add(struct collector *c, struct str option, struct str value, struct str text)
{
	if (c->words.n >= FLAGS_MOST)
		return;
	*VEC_ADD(c->a, &c->words) = arena_join(c->a, option, value);
	c->text = arena_printf(c->a, "%.*s%zu %.*s %.*s\n", STR_ARG(c->text), text.n, STR_ARG(option), STR_ARG(text));
}

static void place_add(struct collector *c, struct str option, struct str base, struct str value, bool file)
{
	struct str path = named(c, base, value), normal = path_normal(c->a, value);

	if (!path.p) {
		if (!file && path_is_absolute(value) && is_trusted(c, normal))
			word_add(c, option, normal, normal);
		return;
	}
	if (file ? !source_read(c->v, path) : !source_exists(c->v, path))
		return;
	struct str full = path_join(c->a, source_root(c->v), path);
	if (!file)
		*VEC_ADD(c->a, &c->dirs) = full;
	word_add(c, option, full, path);
}

static bool matches(struct collector *c, struct node pattern, struct str text)
{
	struct regex *re = regex_lazy(c->a, node_str(pattern), REGEX_PLAIN);
	bool ok = node_str(pattern).p && regex_match(re, text, NULL) == 1;

	regex_free(re);
	return ok;
}

/* The row for a word: its option is the word or a prefix of it. */
static struct node option_of(struct collector *c, struct str word)
{
	struct node list = node_get(c->row, "options"), best = { NULL, 0 };
	size_t length = 0;

	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct node one = node_list_at(list, i);
		struct str option = node_str(node_get(one, "option"));
		if (option.n <= length || word.n < option.n || !str_eq(str_sub(word, 0, option.n), option))
			continue;
		best = one;
		length = option.n;
	}
	return best;
}

/* Take the option at i, with a value in the next word if it has one; returns the next index. */
static size_t option_take(struct collector *c, const struct build_command *m, size_t i, struct str base)
{
	struct node row = option_of(c, m->word[i]), value = node_get(row, "value");
	struct str option = node_str(node_get(row, "option")), given = str_sub(m->word[i], option.n, m->word[i].n);

	if (!option.p)
		return i + 1;
	if (given.n == 0 && option.p[option.n - 1] != '=') {
		if (i + 1 >= m->n)
			return i + 1;
		given = m->word[++i];
	}
	if (node_kind(value) != NODE_NONE)
		place_add(c, option, base, given, str_is(node_str(value), "file"));
	else if (matches(c, node_get(row, "matches"), given))
		word_add(c, option, given, given);
	return i + 1;
}

static void command_take(struct collector *c, const struct build_command *m, struct str base)
{
	struct node whole = node_get(c->row, "verbatim");

	for (size_t i = 0; i < m->n;) {
		bool is_whole = false;
		for (uint32_t k = 0; k < node_list_count(whole) && !is_whole; k++)
			is_whole = str_eq(m->word[i], node_str(node_list_at(whole, k)));
		if (is_whole)
			word_add(c, m->word[i], STR(""), STR(""));
		i = is_whole ? i + 1 : option_take(c, m, i, base);
	}
}

/* ---- the command for a file ---- */

/* The directory of the command below the root if this word names the file; absent if it does not. */
static struct str base_of(struct collector *c, const struct build_command *m, struct str word, struct str path)
{
	struct str bases[] = { m->dir, source_cwd(c->v), STR(".") };

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		struct str at = bases[i].p ? named(c, bases[i], word) : STR_NONE;
		if (at.p && str_eq(at, path))
			return bases[i];
	}
	/* If the directory is unknown, it is the part of the file's path before the word. */
	struct str normal = path_normal(c->a, word);
	if (path_is_absolute(word) || str_starts(normal, "..") ||
		!str_ends(path, arena_printf(c->a, "/%.*s", STR_ARG(normal)).p))
		return STR_NONE;
	return str_sub(path, 0, path.n - normal.n - 1);
}

static struct str base_for(struct collector *c, const struct build_command *m, struct str path)
{
	for (size_t i = 0; i < m->n; i++) {
		struct str base = str_eq(path_base(m->word[i]), path_base(path)) ? base_of(c, m, m->word[i], path) :
										   STR_NONE;
		if (base.p)
			return base;
	}
	return STR_NONE;
}

static bool is_source(struct node extensions, struct str word)
{
	struct str extension = path_extension(word);

	return extension.n && !str_starts(word, "-") && node_list_has(extensions, extension);
}

/* The directory of a command that compiles any file of the project in this language. */
static struct str base_of_any(struct collector *c, struct node language, const struct build_command *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct str path = is_source(node_get(language, "extensions"), m->word[i]) ?
			source_resolve(c->v, m->word[i]) :
			STR_NONE;
		struct str base = path.p ? base_of(c, m, m->word[i], path) : STR_NONE;
		if (base.p)
			return base;
	}
	return STR_NONE;
}

/* The command of the file itself; for a header, the latest one of a file near it. */
struct flag_choice {
	struct build_command own, other;
	struct str own_base, other_base;
};

static void consider(struct collector *c, struct node language, struct flag_choice *best, const struct build_command *m)
{
	struct str base = base_for(c, m, c->x->path);

	if (base.p) {
		best->own = *m;
		best->own_base = base;
		return;
	}
	base = best->own_base.p ? STR_NONE : base_of_any(c, language, m);
	if (base.p) {
		best->other = *m;
		best->other_base = base;
	}
}

static bool choice_take(struct collector *c, const struct flag_choice *best)
{
	if (best->own_base.p)
		command_take(c, &best->own, best->own_base);
	else if (best->other_base.p)
		command_take(c, &best->other, best->other_base);
	return best->own_base.p || best->other_base.p;
}

/* ---- output of the build ---- */

/* The words of the compiler's command line, without a wrapper. */
static bool compiler_words(
	struct collector *c, struct regex *programs, const struct shell_command *s, struct build_command *m)
{
	struct str *word = arena_alloc(c->a, (s->n + 1) * sizeof(*word));
	size_t from = 0;

	while (from < s->n && regex_match(programs, path_base(s->word[from].value), NULL) != 1)
		from++;
	for (m->n = 0; from + 1 + m->n < s->n; m->n++)
		word[m->n] = s->word[from + 1 + m->n].value;
	m->word = word;
	return m->n > 0;
}

/* The line at an offset, with its continuation lines. */
static struct str line_around(struct str all, size_t at, size_t *end)
{
	size_t from = at;

	while (from > 0 && all.p[from - 1] != '\n')
		from--;
	for (*end = at; *end < all.n && (all.p[*end] != '\n' || (*end > 0 && all.p[*end - 1] == '\\')); ++*end)
		;
	return str_sub(all, from, *end);
}

/* The last directory that the build entered before this position. */
static struct str entered(struct collector *c, struct str all, size_t from, size_t to, struct str before)
{
	struct regex *re = regex_lazy(c->a, node_str(node_get(c->row, "enters")), REGEX_MULTILINE);
	struct match m;

	while (node_str(node_get(c->row, "enters")).p && from < to &&
		regex_match_from(re, str_sub(all, 0, to), from, &m) == 1) {
		struct str dir = named(c, source_cwd(c->v), match_get(&m, "dir"));
		before = dir.p ? dir : before;
		from = (size_t)(m.whole.p - all.p) + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
	return before;
}

static bool output_take(struct collector *c, struct node language, struct str output)
{
	struct str all = str_sub(output, output.n > OUTPUT_READ ? output.n - OUTPUT_READ : 0, output.n), dir = STR_NONE;
	struct str compilers = node_str(node_get(c->row, "compilers"));
	struct regex *lines = regex_lazy(
		c->a, arena_printf(c->a, "(?<![\\w.-])(?:%.*s)(?=\\s)", STR_ARG(compilers)), REGEX_MULTILINE);
	struct regex *programs = regex_lazy(
		c->a, arena_printf(c->a, "\\A(?:%.*s)\\z", STR_ARG(compilers)), REGEX_PLAIN);
	struct flag_choice best = { .own_base = STR_NONE };
	struct match m;
	size_t at = 0;

	for (int n = 0; n < COMMANDS && at < all.n && regex_match_from(lines, all, at, &m) == 1; n++) {
		size_t end;
		struct shell_line line = shell_split(c->a, line_around(all, (size_t)(m.whole.p - all.p), &end));
		dir = entered(c, all, at, end, dir);
		for (size_t i = 0; i < line.n; i++) {
			struct build_command one = { .dir = dir };
			if (compiler_words(c, programs, &line.command[i], &one))
				consider(c, language, &best, &one);
		}
		at = end + 1;
	}
	regex_free(lines);
	regex_free(programs);
	return choice_take(c, &best);
}

/* ---- files written by the build ---- */

static struct build_command entry_command(struct collector *c, const struct json *entry)
{
	struct json *arguments = json_get(entry, "arguments");
	struct build_command m = { .dir = source_below(c->v, json_str(json_get(entry, "directory"))) };
	struct str text = json_str(json_get(entry, "command")), *word;

	if (arguments) {
		word = arena_alloc(c->a, (json_count(arguments) + 1) * sizeof(*word));
		JSON_EACH(one, arguments)
			word[m.n++] = json_str(one).p ? json_str(one) : STR("");
	} else {
		struct shell_line line = shell_split(c->a, text);
		word = arena_alloc(c->a, ((line.n ? line.command[0].n : 0) + 1) * sizeof(*word));
		for (; line.n && m.n < line.command[0].n; m.n++)
			word[m.n] = line.command[0].word[m.n].value;
	}
	m.word = word;
	return m;
}

/* A JSON compilation database: a list of objects with directory, file, and command or arguments. */
static bool database_take(struct collector *c, struct node language, const struct text *database)
{
	struct err err;
	struct flag_choice best = { .own_base = STR_NONE };

	JSON_EACH(entry, json_parse(c->a, database->all, JSON_BYTES, &err)) {
		struct build_command m = entry_command(c, entry);
		if (m.n)
			consider(c, language, &best, &m);
	}
	return choice_take(c, &best);
}

static bool databases_take(struct collector *c, struct node language)
{
	struct node globs = node_get(c->row, "databases");
	struct str paths[DATABASES];
	bool any = false;

	for (uint32_t i = 0; i < node_list_count(globs) && !any; i++) {
		size_t n = source_glob(c->v, c->a, node_str(node_list_at(globs, i)), paths, DATABASES);
		for (size_t k = 0; k < n && !any; k++) {
			const struct text *x = source_read(c->v, paths[k]);
			any = x && database_take(c, language, x);
		}
	}
	return any;
}

/* Files with one option per line. */
static void written_take(struct collector *c, struct node written)
{
	struct regex *re = regex_lazy(c->a, node_str(node_get(written, "match")), REGEX_MULTILINE);
	struct str paths[WRITTEN];
	size_t n = source_glob(c->v, c->a, node_str(node_get(written, "files")), paths, WRITTEN);

	for (size_t i = 0; i < n; i++) {
		const struct text *x = source_read(c->v, paths[i]);
		struct match m;
		for (size_t at = 0; x && at < x->all.n && regex_match_from(re, x->all, at, &m) == 1;) {
			struct shell_line line = shell_split(c->a, match_get(&m, "words"));
			for (size_t k = 0; k < line.n; k++) {
				struct str *word = arena_alloc(c->a, (line.command[k].n + 1) * sizeof(*word));
				struct build_command one = { .word = word, .n = line.command[k].n };
				for (size_t w = 0; w < one.n; w++)
					word[w] = line.command[k].word[w].value;
				command_take(c, &one, STR("."));
			}
			at = (size_t)(m.whole.p - x->all.p) + (m.whole.n ? m.whole.n : 1);
		}
	}
	regex_free(re);
}

const struct flags *flags_find(struct source_tree *v, struct node language, const struct text *x, struct str output)
{
	struct collector c = {
		.a = source_arena(v), .v = v, .row = node_get(language, "build_flags"), .x = x, .text = STR("")
	};
	void **note = source_note(v, arena_printf(c.a, "flags %.*s", STR_ARG(x->path)));

	if (*note)
		return *note;
	struct flags *f = ARENA_NEW(c.a, struct flags);
	struct node written = node_get(c.row, "written");
	bool printed = node_has(c.row, "compilers") && output_take(&c, language, output);
	if (!printed && !databases_take(&c, language))
		for (uint32_t i = 0; i < node_list_count(written); i++)
			written_take(&c, node_list_at(written, i));
	*f = (struct flags){ c.words.at, c.words.n, c.dirs.at, c.dirs.n, c.text };
	*note = f;
	return f;
}

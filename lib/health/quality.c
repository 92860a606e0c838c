#include "health/quality.h"

#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "lang/language.h"
#include "rules/regex.h"

enum { PLACES_SHOWN = 10, PLACES_MOST = 1000, BYTES_MOST = 64 << 20 /* of texts that are held in memory */ };

struct seeking {
	struct arena *a;
	const struct pack *pack;
	struct source_tree *view;
	const struct text *text;
	struct str file, code; /* code: the text without comments; empty: not known */
	struct quality_facts *out;
	double deadline;
	size_t bytes;
};

static void place_add(struct seeking *s, struct str_list *places, size_t at, struct str what)
{
	int64_t line, column;

	text_place(s->text, at, &line, &column);
	if (places->n < PLACES_MOST)
		*VEC_ADD(s->a, places) = arena_printf(
			s->a, "%.*s:%lld%s%.*s", STR_ARG(s->file), (long long)line, what.n ? ": " : "", STR_ARG(what));
}

/* ---- files that others name ---- */

static bool exists(struct seeking *s, struct str path)
{
	path = path_normal(s->a, path);
	/* What is outside the project cannot be looked at. */
	return !path.p || str_starts(path, "..") || str_starts(path, "/") || source_exists(s->view, path);
}

static bool is_there(struct seeking *s, struct str name, struct node endings)
{
	struct str dir = path_dir(s->file);
	struct str path = dir.n && !str_is(dir, ".") ? path_join(s->a, dir, name) : name;
	/* TypeScript names the file that its compiler will make. */
	struct str plain = str_sub(path, 0, path.n - path_extension(path).n);

	/* In a folder that is not there, it may be a product of the build. */
	if (!exists(s, path_dir(path)))
		return true;
	for (uint32_t i = 0; i < node_list_count(endings); i++) {
		struct str ending = node_str(node_list_at(endings, i));
		if (exists(s, arena_join(s->a, path, ending)) ||
			(ending.n && plain.n < path.n && exists(s, arena_join(s->a, plain, ending))))
			return true;
	}
	return false;
}

static void references_look(struct seeking *s, struct node row)
{
	struct regex *re = regex_new_flags(s->a, node_str(node_get(row, "pattern")), REGEX_MULTILINE, NULL);
	struct str all = s->text->all;
	struct match m;

	for (size_t from = 0; re && from < all.n && regex_match_from(re, all, from, &m) == 1;) {
		size_t at = (size_t)(m.whole.p - all.p);
		struct str name = str_or_empty(match_get(&m, "name"));
		bool in_comment = s->code.n == all.n && s->code.p[at] != all.p[at];
		if (!in_comment && !is_there(s, name, node_get(row, "endings")))
			place_add(s, &s->out->missing, at, arena_str(s->a, name));
		from = at + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
}

/* ---- placeholders ---- */

static void placeholders_look(struct seeking *s, struct node row)
{
	struct regex *re = regex_new_flags(s->a, node_str(node_get(row, "pattern")), REGEX_MULTILINE, NULL);
	struct str all = s->text->all;
	struct match m;

	for (size_t from = 0; re && from < all.n && regex_match_from(re, all, from, &m) == 1;) {
		size_t at = (size_t)(m.whole.p - all.p), first = at;
		while (first < all.n && strchr(" \t", all.p[first]))
			first++;
		/* In a comment or a text it is an example. */
		if (s->code.n != all.n || s->code.p[first] == all.p[first])
			place_add(s, &s->out->placeholders, first, STR(""));
		from = at + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
}

static bool is_of(const struct pack *pack, struct node names, struct node language)
{
	struct node languages = pack_table(pack, "languages");

	for (uint32_t i = 0; language.image && i < node_list_count(names); i++)
		if (node_get_str(languages, node_str(node_list_at(names, i))).at == language.at)
			return true;
	return false;
}

static void file_look(struct seeking *s, struct node table)
{
	struct node references = node_get(table, "references"), placeholders = node_get(table, "placeholders");
	struct node language = language_of(s->pack, s->file, STR(""));
	bool wanted = false;

	for (uint32_t i = 0; i < node_list_count(references); i++)
		wanted |= node_list_globs(node_get(node_list_at(references, i), "files"), s->file);
	for (uint32_t i = 0; i < node_list_count(placeholders); i++)
		wanted |= is_of(s->pack, node_get(node_list_at(placeholders, i), "languages"), language);
	if (!wanted)
		return;
	bool enough = s->bytes > BYTES_MOST || seconds_now() > s->deadline;
	s->text = enough ? NULL : source_read(s->view, s->file);
	if (!s->text) {
		s->out->left_out++;
		return;
	}
	s->bytes += s->text->all.n;
	s->code = language.image ? code_only(s->a, language, s->text->all) : STR("");
	for (uint32_t i = 0; i < node_list_count(references); i++)
		if (node_list_globs(node_get(node_list_at(references, i), "files"), s->file))
			references_look(s, node_list_at(references, i));
	for (uint32_t i = 0; i < node_list_count(placeholders); i++)
		if (is_of(s->pack, node_get(node_list_at(placeholders, i), "languages"), language))
			placeholders_look(s, node_list_at(placeholders, i));
}

void quality_look(struct arena *a, const struct pack *pack, struct source_tree *view, const struct str_list *files,
	double deadline, struct quality_facts *out)
{
	struct node table = pack_table(pack, "quality");
	struct seeking s = { .a = a, .pack = pack, .view = view, .out = out, .deadline = deadline };

	*out = (struct quality_facts){ .tests = STATE_ABSENT };
	for (size_t i = 0; i < files->n; i++) {
		s.file = files->at[i];
		out->documented |= node_list_globs(node_get(table, "documentation"), s.file);
		if (node_list_globs(node_get(table, "tests"), s.file))
			out->tests = STATE_UNKNOWN;
		file_look(&s, table);
	}
}

/* ---- the score ---- */

static void loss_add(struct arena *a, struct quality *q, const char *what, double points, struct str text,
	const struct str_list *places)
{
	struct quality_loss *l = VEC_ADD(a, &q->losses);

	*l = (struct quality_loss){ .what = str_of(what), .points = points, .text = text, .count = 1 };
	if (places) {
		l->count = (int64_t)places->n;
		for (size_t i = 0; i < places->n && i < PLACES_SHOWN; i++)
			*VEC_ADD(a, &l->places) = places->at[i];
	}
	q->score -= points;
}

static double share(size_t n, double half)
{
	return (double)n / ((double)n + half);
}

void quality_of(struct arena *a, const struct quality_facts *f, struct quality *out)
{
	*out = (struct quality){ .score = 100 };
	if (f->tests == STATE_BAD)
		loss_add(a, out, "tests", 30, STR("tests fail"), NULL);
	else if (f->tests == STATE_ABSENT)
		loss_add(a, out, "tests", 20, STR("there are no tests"), NULL);
	else if (f->tests == STATE_UNKNOWN)
		loss_add(a, out, "tests", 15, STR("the tests cannot be run"), NULL);
	if (f->build == STATE_BAD)
		loss_add(a, out, "build", 25, STR("a file does not parse or compile"), NULL);
	else if (f->build == STATE_UNKNOWN)
		loss_add(a, out, "build", 10, STR("whether it compiles cannot be found out"), NULL);
	if (f->missing.n)
		loss_add(a, out, "missing_file", 20 * share(f->missing.n, 2), STR("files that others name are missing"),
			&f->missing);
	if (f->placeholders.n)
		loss_add(a, out, "placeholder", 15 * share(f->placeholders.n, 3), STR("bodies are still to be written"),
			&f->placeholders);
	if (!f->documented)
		loss_add(a, out, "documentation", 10, STR("there is no documentation"), NULL);
}

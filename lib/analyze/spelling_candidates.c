#include "analyze/spelling_candidates.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/affix.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/vec.h"
#include "lang/language.h"
#include "tree/existing_names.h"

enum {
	TREE = 1000,
	WORDS = 20000,
	TIED = 20,   /* distances that differ by less are the same */
	UNSURE = 40, /* a single candidate is surer than one with a rival that is farther by less */
	COMMON = 30,
	ABBREVIATED = 180,
	PART = 120,
	ADDED = 4,
	COMPLETED = 90,
	AFFIXED = 50,
	FARTHER = 10
};

struct rival {
	struct str word;
	int distance;
	int64_t gap; /* distance in lines from the error: near ones are more probable */
	size_t n;    /* how often it was seen */
};

struct word_search {
	struct enquiry *q;
	struct node op;
	const struct scope *s;
	struct str from;
	int tolerance;
	int less; /* added to the distance of words of the present source */
	bool loose, affix, once;
	bool known; /* the word itself is a candidate */
	VEC(struct rival) all;
};

/* ---- distance ---- */

/* Is it an abbreviation: the same first letter, and its letters occur in this order, as "rm" in "remove"? */
static bool abbreviates(struct str from, struct str word)
{
	size_t k = 0;

	for (size_t i = 0; i < word.n && k < from.n; i++)
		k += word.p[i] == from.p[k];
	return from.n > 1 && k == from.n && from.p[0] == word.p[0];
}

/* The least distance to one of the word's parts: "extension" of "prepare_extension". */
static int part_distance(struct str from, struct str word)
{
	int best = INT_MAX;
	size_t begin = 0;

	for (size_t i = 0; i <= word.n; i++) {
		if (i < word.n && !strchr("-_:./", word.p[i]))
			continue;
		int d = i - begin < word.n && i - begin > 2 ? word_distance(from, str_sub(word, begin, i)) : INT_MAX;
		best = d < best ? d : best;
		begin = i + 1;
	}
	return best;
}

static int affix_distance(struct str x, struct str y)
{
	size_t added = word_affix(x, y);

	return added ? AFFIXED + FARTHER * (int)added : INT_MAX;
}

/* A greater number than `most`, at least COMPLETED, where it is farther. */
static int distance_to(const struct word_search *f, struct str word, int most)
{
	if (f->affix)
		return affix_distance(f->from, word);
	if (word_sibling(f->from, word))
		return INT_MAX;
	int d = word_distance_within(f->from, word, most > COMPLETED ? most : COMPLETED), part,
	    more = ADDED * (int)(word.n > f->from.n ? word.n - f->from.n : 0);

	if (!f->loose || d <= COMPLETED)
		return d;
	if (f->from.n > 1 && word.n > f->from.n && str_eq(str_sub(word, 0, f->from.n), f->from))
		d = d < COMPLETED + more ? d : COMPLETED + more;
	if (d > f->tolerance && (part = part_distance(f->from, word)) <= f->tolerance)
		d = part + PART;
	if (d > f->tolerance && abbreviates(f->from, word))
		d = ABBREVIATED + more;
	return d;
}

static void candidate_add(struct word_search *f, struct str word, int64_t gap)
{
	int most = f->affix                                   ? INT_MAX - 1 :
		f->loose && f->tolerance < ABBREVIATED + PART ? ABBREVIATED + PART :
								f->tolerance;

	f->known |= str_eq(word, f->from);
	if (word.n == 0 || str_eq(word, f->from) || f->all.n > WORDS)
		return;
	int d = distance_to(f, word, most);
	if (d > most)
		return;
	d += f->less + (word.p[0] != f->from.p[0]); /* the first letter is rarely wrong */
	for (size_t i = 0; i < f->all.n; i++)
		if (str_eq(f->all.at[i].word, word)) {
			f->all.at[i].n++;
			if (gap < f->all.at[i].gap)
				f->all.at[i].gap = gap;
			if (d < f->all.at[i].distance)
				f->all.at[i].distance = d;
			return;
		}
	*VEC_ADD(f->q->a, &f->all) = (struct rival){ arena_str(f->q->a, word), d, gap, 1 };
}

/* ---- sources ---- */

static void in_files(struct word_search *f)
{
	const struct text *files[LOOKUP_FILES];
	struct str pattern = node_str(node_get(f->op, "words"));
	struct regex *re = scope_regex(f->q->a, f->s, pattern.p ? pattern : STR("[A-Za-z_]\\w*"), REGEX_MULTILINE);
	size_t n = re ? lookup_files(f->q, f->op, f->s, files) : 0;
	if (f->once && n == LOOKUP_FILES) /* the others may have it */
		n = 0;
	int64_t here = 0;

	str_number(scope_get(f->s, STR("line")), &here);
	for (size_t i = 0; i < n; i++) {
		struct node language = language_of(f->q->pack, files[i]->path, files[i]->all);
		/* With `in_strings` the names may be quoted, so the whole text is searched. */
		struct str code = node_bool(node_get(f->op, "in_strings"), false) ?
			files[i]->all :
			code_only(f->q->a, language, files[i]->all);
		struct match m;
		for (size_t at = 0; at <= code.n && regex_match_from(re, code, at, &m) == 1;) {
			int64_t line, column;
			struct str word = match_get(&m, "name").p ? match_get(&m, "name") : m.whole;
			text_place(files[i], (size_t)(m.whole.p - code.p), &line, &column);
			candidate_add(f, word, line > here ? line - here : here - line);
			size_t end = (size_t)(m.whole.p - code.p) + m.whole.n;
			at = m.whole.n ? end : end + 1;
		}
	}
	regex_free(re);
}

/* Without a full stop at the end. */
static struct str bare(struct str word)
{
	while (word.n && strchr("?.:!", word.p[word.n - 1]))
		word.n--;
	return word;
}

/* The matches of `words` in a text, for example a usage message. */
static void in_text(struct word_search *f, struct str text)
{
	struct str pattern = node_str(node_get(f->op, "words"));
	struct regex *re = scope_regex(f->q->a, f->s, pattern.p ? pattern : STR("[\\w-]+"), REGEX_MULTILINE);
	struct match m;

	for (size_t at = 0; re && at <= text.n && regex_match_from(re, text, at, &m) == 1;) {
		size_t end = (size_t)(m.whole.p - text.p) + m.whole.n;
		candidate_add(f, bare(match_get(&m, "name").p ? match_get(&m, "name") : m.whole), 0);
		at = m.whole.n ? end : end + 1;
	}
	regex_free(re);
}

static void in_list(struct word_search *f, struct str list)
{
	size_t begin = 0;

	for (size_t i = 0; i <= list.n; i++) {
		if (i < list.n && !strchr(" ,;|'\"`()[]{}\t\n", list.p[i]))
			continue;
		candidate_add(f, bare(str_sub(list, begin, i)), 0);
		begin = i + 1;
	}
}

/* The keys of a table, or with `key` the words of this row. */
static void in_table(struct word_search *f, struct node table)
{
	struct str key = scope_member(f->q->a, f->s, f->op, "key");
	struct node row = key.p ? node_get_str(table, key) : (struct node){ NULL, 0 };

	for (uint32_t i = 0; key.p && i < node_list_count(row); i++)
		in_list(f, node_str(node_list_at(row, i)));
	if (node_has(f->op, "key"))
		return;
	bool named = node_kind(table) == NODE_MAP;
	for (uint32_t i = 0, n = node_count(table); i < n; i++)
		candidate_add(f, named ? node_key(table, i) : node_str(node_at(table, i)), 0);
}

/* The files that match `files`, relative to the working directory of the command. */
static void in_tree(struct word_search *f, struct str glob)
{
	struct str paths[TREE], cwd = source_cwd(f->q->view);
	size_t n = source_glob(f->q->view, f->q->a, glob, paths, TREE);

	for (size_t i = 0; i < n; i++) {
		struct str name = paths[i];
		if (!str_is(cwd, ".")) {
			if (name.n <= cwd.n || !str_eq(str_sub(name, 0, cwd.n), cwd) || name.p[cwd.n] != '/')
				continue;
			name = str_sub(name, cwd.n + 1, name.n);
		}
		candidate_add(f, name, 0);
	}
}

static void name_add(void *ctx, struct str name)
{
	candidate_add(ctx, name, 0);
}

static int nearer(const void *x, const void *y)
{
	const struct rival *a = x, *b = y;

	if (a->distance != b->distance)
		return (a->distance > b->distance) - (a->distance < b->distance);
	if (a->gap != b->gap)
		return (a->gap > b->gap) - (a->gap < b->gap);
	/* A missing letter is more frequent than an extra one. */
	return (a->word.n < b->word.n) - (a->word.n > b->word.n);
}

/* Is one letter another one, not only in case? */
static bool is_one_letter(struct str from, struct str word)
{
	size_t other = 0;

	for (size_t i = 0; i < from.n && from.n == word.n; i++)
		other += tolower((unsigned char)from.p[i]) != tolower((unsigned char)word.p[i]);
	return from.n == word.n && other == 1;
}

/* Which of two names that are as near was meant, only the writer knows.  That a wrong letter is beside the right one on
 * the keyboard does not tell it. */
static bool is_tied(const struct word_search *f)
{
	if (f->all.n < 2)
		return false;
	const struct rival *x = &f->all.at[0], *y = &f->all.at[1];
	return y->distance - x->distance < TIED || (is_one_letter(f->from, x->word) && is_one_letter(f->from, y->word));
}

/* A path with mistyped parts: replace each part that does not exist by the nearest entry.  All parts but the last must
 * be directories; the last may be of the kind that `entries` says. */
static void in_directories(struct word_search *f, struct str path, bool directories)
{
	struct arena *a = f->q->a;
	struct str rest = path, part, done = STR(""),
		   whole = path_join(a, source_root(f->q->view), source_cwd(f->q->view));

	while (str_starts(rest, "/"))
		rest = str_sub(rest, 1, rest.n);
	if (path_is_absolute(path))
		whole = done = STR("/");
	while (rest.n && str_split(&rest, '/', &part)) {
		struct names_sink sink = { name_add, f };
		f->from = part;
		f->known = str_is(part, ".") || str_is(part, "..") || part.n == 0;
		f->all.n = 0;
		f->tolerance = word_tolerance(part);
		if (!f->known)
			names_entries(arena_strdup(a, whole), directories || rest.n ? ENTRIES_DIRECTORIES : ENTRIES_ANY,
				&sink);
		if (f->all.n)
			qsort(f->all.at, f->all.n, sizeof(*f->all.at), nearer);
		if (!f->known && (f->all.n == 0 || is_tied(f))) {
			f->all.n = 0;
			return;
		}
		struct str next = f->known ? part : f->all.at[0].word;
		whole = path_join(a, whole, next);
		done = path_join(a, done, next);
	}
	f->all.n = 0;
	if (done.n && !str_eq(done, path))
		*VEC_ADD(a, &f->all) = (struct rival){ done, word_distance(path, done), 0, 1 };
	f->from = path;
	f->known = false;
}

static void gather(struct word_search *f)
{
	struct str list = scope_member(f->q->a, f->s, f->op, "list"),
		   files = scope_member(f->q->a, f->s, f->op, "files"), entries = node_str(node_get(f->op, "entries"));
	struct str refs = node_str(node_get(f->op, "refs")), text = scope_member(f->q->a, f->s, f->op, "text");
	struct node table = node_get(f->op, "table");
	struct names_sink sink = { name_add, f };

	if (list.p)
		in_list(f, list);
	if (text.p)
		in_text(f, text);
	if (files.p)
		in_tree(f, files);
	if (node_kind(table) != NODE_NONE)
		in_table(f, pack_table(f->q->pack, arena_strdup(f->q->a, node_str(table))));
	if (refs.p)
		names_refs(f->q->a, f->q->view, refs, &sink);
	if (node_bool(node_get(f->op, "programs"), false)) {
		f->less = COMMON; /* those of a table are common words */
		names_programs(&sink);
	}
	if (entries.p)
		in_directories(f, f->from, str_is(entries, "directories"));
	if (node_has(f->op, "in") ||
		(!node_has(f->op, "list") && !node_has(f->op, "text") && !node_has(f->op, "files") &&
			!node_has(f->op, "programs") && !refs.p && !entries.p && node_kind(table) == NODE_NONE))
		in_files(f);
}

/* ---- ranking ---- */

/* A single candidate is more probable than one of several at the same distance. */
static double weight_of(const struct word_search *f, size_t i)
{
	double w = 1.0 - 0.0008 * f->all.at[i].distance;

	if (i == 0 && (is_tied(f) || (f->all.n > 1 && f->all.at[1].distance - f->all.at[0].distance < UNSURE)))
		w *= 0.8;
	return i ? w * 0.7 : w;
}

/* Keep those that occur once, or those that do not. */
static void keep_occurring(struct word_search *f, bool once)
{
	size_t n = 0;

	for (size_t i = 0; i < f->all.n; i++)
		if ((f->all.at[i].n == 1) == once)
			f->all.at[n++] = f->all.at[i];
	f->all.n = n;
}

size_t spelling_candidates_find(
	struct enquiry *q, struct node op, const struct scope *s, struct spelling_candidate *out, size_t most)
{
	struct word_search f = { .q = q, .op = op, .s = s };
	size_t n = 0;

	f.from = scope_member(f.q->a, f.s, f.op, "nearest");
	if (!f.from.p || f.from.n == 0)
		return 0;
	f.tolerance = (int)node_int(node_get(op, "tolerance"), word_tolerance(f.from));
	f.loose = node_bool(node_get(op, "loose"), false);
	f.affix = node_bool(node_get(op, "affix"), false);
	f.once = node_bool(node_get(op, "once"), false);
	gather(&f);
	if (f.once || node_bool(node_get(op, "repeated"), false))
		keep_occurring(&f, f.once);
	if (f.known && node_bool(node_get(op, "unknown"), false))
		return 0;
	if (f.all.n)
		qsort(f.all.at, f.all.n, sizeof(*f.all.at), nearer);
	if (is_tied(&f) && (most < 2 || node_bool(node_get(op, "unique"), false)))
		return 0;
	for (; n < f.all.n && n < most; n++)
		out[n] = (struct spelling_candidate){ f.all.at[n].word, weight_of(&f, n) };
	return n;
}

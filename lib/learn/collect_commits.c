/* Repairs from commits: the change of a file in which a recorded incident did not occur again. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyze/hidden_files.h"
#include "analyze/version_control.h"
#include "base/path.h"
#include "lang/checker.h"
#include "lang/language.h"
#include "learn/collect_repairs.h"
#include "redact/redact.h"
#include "store/repairs.h"
#include "tree/diff.h"

enum { AROUND = 20, NEAR = 1, EXCERPT_MOST = 256 << 10, WHEN = 32 };

struct seen {
	struct record *r;
	struct str time;
	bool used; /* a commit changed its file */
};

struct search {
	struct arena a;
	struct store *store;
	const struct pack *pack;
	struct source_tree *view;
	struct vcs vcs;
	VEC(struct seen) incidents;
	const struct commit_search *how;
	struct collected_repairs *n;
};

static bool incident_note(void *ctx, const struct store_incident *i)
{
	struct search *s = ctx;
	struct record *r = ARENA_NEW(&s->a, struct record);
	struct err err;

	if (i->file.n && i->line > 0 && !i->resolved && record_parse(&s->a, arena_str(&s->a, i->json), r, &err) &&
		path_below(r->source.cwd, s->vcs.at.top).p)
		*VEC_ADD(&s->a, &s->incidents) = (struct seen){ r, arena_str(&s->a, i->time), false };
	return true;
}

/* Names below HEAD, which is all that the temporary repository has; never an option. */
static bool range_is_valid(struct str range)
{
	for (size_t i = 0; i < range.n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~^.", range.p[i]))
			return false;
	return range.n > 0 && range.p[0] != '.';
}

/* The store's form of a second's beginning or end. */
static struct str second_text(struct arena *a, int64_t second, bool end)
{
	time_t t = (time_t)second;
	struct tm tm;
	char text[WHEN];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm))
		return STR("");
	return arena_printf(a, "%s.%sZ", text, end ? "999" : "000");
}

static struct str blob(struct search *s, struct str commit, const char *which, struct str path)
{
	s->vcs.rev = arena_printf(&s->a, "%.*s%s", STR_ARG(commit), which);
	s->vcs.path = path;
	struct str text = vcs_output(&s->vcs, node_get(s->vcs.row, "was"));
	return text.p && memchr(text.p, '\0', text.n) ? STR_NONE : text;
}

static struct str lines_of(struct str text, size_t from, size_t to)
{
	struct str rest = text, line;
	size_t begin = text.n, end = text.n;

	for (size_t n = 0; n < to && str_line(&rest, &line); n++) {
		if (n == from)
			begin = (size_t)(line.p - text.p);
		/* Nothing is left of a text without a last newline. */
		end = rest.p ? (size_t)(rest.p - text.p) : text.n;
	}
	return str_sub(text, begin, end);
}

static bool is_without_secrets(struct arena *a, struct str text)
{
	return str_eq(redact_text(a, text, REDACT_PLAIN), text);
}

/* A hunk of as many new lines as old ones is one hunk a line; equal lines are none. */
static struct hunks hunks_by_line(struct arena *a, struct str before, struct str after)
{
	struct hunks all = diff_lines(a, before, after);
	VEC(struct hunk) out = { 0 };

	for (size_t i = 0; i < all.n; i++) {
		struct hunk h = all.at[i];
		size_t lines = h.old_end - h.old_begin;
		if (lines != h.new_end - h.new_begin) {
			*VEC_ADD(a, &out) = h;
			continue;
		}
		for (size_t k = 0; k < lines; k++) {
			size_t old = h.old_begin + k, new = h.new_begin + k;
			if (!str_eq(lines_of(before, old, old + 1), lines_of(after, new, new + 1)))
				*VEC_ADD(a, &out) = (struct hunk){ old, old + 1, new, new + 1 };
		}
	}
	return (struct hunks){ out.at, out.n };
}

/* How many lines the hunk is away from the line, counted from 0.  A new line is next to those that it stands between.
 */
static size_t hunk_distance(struct hunk h, size_t line)
{
	if (h.old_begin == h.old_end)
		return line >= h.old_begin ? line - h.old_begin : h.old_begin - line - 1;
	return line < h.old_begin ? h.old_begin - line : line >= h.old_end ? line - h.old_end + 1 : 0;
}

/* Of several hunks the one that ended the error: the nearest, if it is near and no other one is as near.  NULL: none.
 */
static const struct hunk *hunk_of_line(const struct hunks *all, size_t line)
{
	const struct hunk *best = all->n == 1 ? &all->at[0] : NULL;
	size_t least = NEAR + 1;

	for (size_t i = 0; all->n > 1 && i < all->n; i++) {
		size_t n = hunk_distance(all->at[i], line);
		best = n < least ? &all->at[i] : n == least ? NULL : best;
		least = n < least ? n : least;
	}
	return best;
}

/* Is the i-th line, counted from 0, the first after an empty one, and not indented? */
static bool begins_paragraph(const struct text *x, size_t i)
{
	struct str line = text_line(x, (int64_t)i + 1);

	return line.n && line.p[0] != ' ' && line.p[0] != '\t' && (i == 0 || !str_trim(text_line(x, (int64_t)i)).n);
}

/* Lines [from, to) of a file. */
struct part {
	size_t from, to;
};

/* The parts of the file to keep, the smallest first: some lines around, paragraphs that are not indented, all. */
enum { PARTS = 3 };
static void parts_around(const struct text *x, size_t low, size_t high, struct part out[PARTS])
{
	size_t end = (size_t)x->lines, from = low, to = high < end ? high : end;

	out[0] = (struct part){ low > AROUND ? low - AROUND : 0, high + AROUND };
	while (from > 0 && !begins_paragraph(x, from))
		from--;
	while (to < end && !begins_paragraph(x, to))
		to++;
	out[1] = (struct part){ from, to };
	out[2] = (struct part){ 0, end };
}

static bool parses(struct search *s, struct str path, struct str text)
{
	const struct text *x = text_new(&s->a, path, text);
	struct node language = language_of(s->pack, path, text);
	bool yes = false;

	return language.image && checker_try(language, x, NULL, &text, 1, CHECKER_TIMEOUT, &yes) == 1 && yes;
}

/* The part around the change and the error.  Other hunks of the commit ended other errors: both sides have them, so
 * that the file parses but for this one.  The part should parse alone, since what a rule makes of it is tried with the
 * language's checker; if none does, it is the smallest.  false: which hunk ended the error is not known. */
static bool excerpt(
	struct search *s, struct str path, struct str before, struct str after, int64_t line, struct store_repair *out)
{
	struct hunks all = hunks_by_line(&s->a, before, after);
	size_t at = (size_t)line - 1;
	const struct hunk *h = hunk_of_line(&all, at);
	struct part parts[PARTS];
	bool any = false;

	if (!h)
		return false;
	size_t gone = h->old_end - h->old_begin, come = h->new_end - h->new_begin;
	/* The line of the error where all other hunks are applied. */
	for (const struct hunk *other = all.at; other < h; other++)
		at = at + (other->new_end - other->new_begin) - (other->old_end - other->old_begin);
	for (const struct hunk *other = h + 1; other < all.at + all.n && other->old_end <= (size_t)line - 1; other++)
		at = at + (other->new_end - other->new_begin) - (other->old_end - other->old_begin);
	size_t low = h->new_begin < at ? h->new_begin : at,
	       high = h->new_begin + gone > at ? h->new_begin + gone : at + 1;
	parts_around(text_new(&s->a, path, after), low, high + come - gone, parts);
	for (size_t i = 0; i < PARTS; i++) {
		struct part p = parts[i];
		struct str new = lines_of(after, p.from, p.to);
		struct str old = arena_printf(&s->a, "%.*s%.*s%.*s", STR_ARG(lines_of(after, p.from, h->new_begin)),
			STR_ARG(lines_of(before, h->old_begin, h->old_end)),
			STR_ARG(lines_of(after, h->new_end, p.to)));
		bool may = old.n + new.n <= EXCERPT_MOST &&is_without_secrets(&s->a, old) &&
			is_without_secrets(&s->a, new);
		bool alone = may && parses(s, path, new);
		if (may && (alone || !any)) {
			out->before = old;
			out->after = new;
			out->line = (int64_t)(at - p.from) + 1;
			any = true;
		}
		if (alone)
			break;
	}
	return any;
}

static bool repair_keep(
	struct search *s, struct seen *i, struct str commit, struct str when, struct str path, struct err *err)
{
	const struct record *r = i->r;
	struct store_repair out = { .id = arena_printf(&s->a, "%.*s:%.*s", STR_ARG(commit), STR_ARG(r->id)),
		.project = project_name(&s->a, source_root(s->view)),
		.rule = r->error.rule,
		.code = r->error.code,
		.message = r->error.message,
		.file = path_base(path),
		.time = when,
		.column = r->error.column };
	struct str before = blob(s, commit, "^", path), after = blob(s, commit, "", path);
	bool added;

	if (!before.p || !after.p || !excerpt(s, path, before, after, r->error.line, &out))
		return true;
	if (!store_repair_add(s->store, &out, &added, err))
		return false;
	s->n->found++;
	s->n->added += added;
	return true;
}

/* Did the incident end with this commit, as far as the store knows? */
static bool ended(struct search *s, const struct seen *i, int64_t second, bool *out, struct err *err)
{
	struct str begin = second_text(&s->a, second, false), end = second_text(&s->a, second, true);
	bool seen = true, passed = false;
	bool ok = store_seen_after(s->store, i->r->fingerprint, end, &seen, err) &&
		(seen || s->how->passed || store_passed_after(s->store, &i->r->source.command, begin, &passed, err));

	*out = !seen && (passed || s->how->passed);
	return ok;
}

static bool commit_read(struct search *s, int64_t second, struct str commit, bool in_range, struct err *err)
{
	s->vcs.rev = commit;
	struct str paths = vcs_output(&s->vcs, node_get(s->vcs.row, "touched")), path, other;
	struct str when = second_text(&s->a, second, false);

	/* With several files it is not known which one ended it. */
	if (!paths.p)
		return true;
	struct str rest = paths;
	bool alone = str_split(&rest, '\0', &path) && !(str_split(&rest, '\0', &other) && other.n);
	for (size_t i = 0; i < s->incidents.n; i++) {
		struct seen *seen = &s->incidents.at[i];
		struct str at = source_resolve(s->view, seen->r->error.file);
		bool gone;
		if (seen->used || str_cmp(seen->time, when) > 0 || !at.p || !str_lists(paths, '\0', at))
			continue;
		seen->used = true;
		if (!in_range || !alone || source_is_hidden(s->view, path))
			continue;
		if (!ended(s, seen, second, &gone, err) || (gone && !repair_keep(s, seen, commit, when, path, err)))
			return false;
	}
	return true;
}

/* The lines of the range, "SECOND COMMIT"; p == NULL: there is no such range. */
static struct str commits_in(struct search *s, struct str range)
{
	s->vcs.range = range;
	return vcs_output(&s->vcs, node_get(s->vcs.row, "commits"));
}

/* All, oldest first, since only the first commit after an incident can be what ended it. */
static bool commits_read(struct search *s, struct err *err)
{
	struct str all = commits_in(s, STR("HEAD")), wanted = commits_in(s, s->how->range), line;
	VEC(struct str) lines = { 0 };
	int64_t second;

	if (!all.p || !wanted.p)
		return err_set(err, HEAL_WRONG, "no commits in '%.*s'; name them by HEAD or a hash, as HEAD~9..HEAD",
			STR_ARG(s->how->range));
	while (str_line(&all, &line))
		*VEC_ADD(&s->a, &lines) = line;
	for (size_t i = lines.n; i-- > 0;) {
		size_t blank = str_chr(lines.at[i], ' ');
		struct str commit = str_sub(lines.at[i], blank + 1, lines.at[i].n);
		if (str_number(str_sub(lines.at[i], 0, blank), &second) && commit.n &&
			!commit_read(s, second, commit, str_has_line(wanted, lines.at[i]), err))
			return false;
	}
	return true;
}

bool collect_commits(struct store *store, const struct pack *pack, const struct commit_search *how,
	struct collected_repairs *n, struct err *err)
{
	struct search s = { .a = ARENA_INIT, .store = store, .pack = pack, .how = how, .n = n };
	struct str range = how->range;
	struct store_filter all = { 0 };
	bool ok = range_is_valid(range) ||
		err_set(err, HEAL_WRONG, "'%.*s' is no range of commits; as in HEAD~9..HEAD", STR_ARG(range));

	s.view = ok ? source_new(how->root, NULL, err) : NULL;
	ok = s.view != NULL;
	if (ok)
		hide_secret_files(s.view, pack);
	if (ok && !vcs_find(&s.a, pack, s.view, &s.vcs))
		ok = err_set(err, HEAL_WRONG, "'%s' is in no repository with commits", how->root);
	if (ok) {
		ok = store_history(store, &all, incident_note, &s, err) && commits_read(&s, err);
		vcs_end(&s.vcs);
	}
	source_free(s.view);
	arena_free(&s.a);
	return ok;
}

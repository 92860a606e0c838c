/* Detect changes that suppress a check instead of fixing the failure. */
#include <string.h>

#include "base/path.h"
#include "lang/language.h"
#include "lang/merge_sides.h"
#include "lang/quotes.h"
#include "policy/change_tokens.h"
#include "policy/conflict_marks.h"
#include "policy/embedded_commands.h"
#include "policy/policy_table.h"
#include "policy/value_lines.h"
#include "tree/diff.h"

/* The number of matches; -1 on error. */
static long count(struct regex *re, struct str text)
{
	struct match m;
	size_t at = 0;
	long n = 0;
	int got;

	while (at < text.n && (got = regex_match_from(re, text, at, &m)) != 0) {
		if (got < 0)
			return -1;
		n++;
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end > at ? end : at + 1;
	}
	return n;
}

/* The deleted and the inserted lines of all hunks. */
static struct str hunk_lines(struct arena *a, struct str text, const struct hunks *h, bool new)
{
	char *out = arena_alloc(a, text.n + 1);
	struct str rest = text;
	size_t line = 0, used = 0;

	for (size_t i = 0; i < h->n; i++) {
		size_t begin = new ? h->at[i].new_begin : h->at[i].old_begin,
		       end = new ? h->at[i].new_end : h->at[i].old_end;
		while (line < end && rest.n) {
			size_t n = str_chr(rest, '\n');
			n += n < rest.n;
			if (line >= begin) {
				memcpy(out + used, rest.p, n);
				used += n;
			}
			rest = str_sub(rest, n, rest.n);
			line++;
		}
	}
	return (struct str){ out, used };
}

struct sides {
	struct str old, new, gone, came;
	struct hunks hunks;
	bool existed;
};

/* More matches in the whole file, or more in the inserted lines than in the deleted ones. */
static bool rises(struct regex *re, struct str old, struct str new, struct str gone, struct str came)
{
	long after = count(re, new), here = count(re, came);

	if (after == 0 && here == 0)
		return false;
	long before = count(re, old);
	return before < 0 || after < 0 || after > before || here > count(re, gone);
}

static bool has_match_like(struct regex *re, struct str text, struct str wanted)
{
	struct match m;
	size_t at = 0;

	while (at < text.n && regex_match_from(re, text, at, &m) == 1) {
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		if (str_same_words(m.whole, wanted))
			return true;
		at = end > at ? end : at + 1;
	}
	return false;
}

/* The same number of matches, but with another text or in another place. */
static bool differs(struct regex *re, struct str gone, struct str came)
{
	struct match m;
	size_t at = 0;

	while (at < came.n && regex_match_from(re, came, at, &m) == 1) {
		size_t begin = (size_t)(m.whole.p - came.p), end = begin + m.whole.n;
		size_t line = str_rchr(str_sub(came, 0, begin), '\n');
		struct str code = str_trim(str_sub(came, line < begin ? line + 1 : 0, begin));
		if (!has_match_like(re, gone, m.whole) || (code.n && str_has_line(gone, code)))
			return true;
		at = end > at ? end : at + 1;
	}
	return false;
}

/* Is a match of the old text no longer in the new one? */
static bool changes(struct regex *re, struct str old, struct str new)
{
	struct match m;
	size_t at = 0;

	while (at < old.n && regex_match_from(re, old, at, &m) == 1) {
		size_t end = (size_t)(m.whole.p + m.whole.n - old.p);
		if (!has_match_like(re, new, m.whole))
			return true;
		at = end > at ? end : at + 1;
	}
	return false;
}

/* ---- synonyms ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The text with synonyms replaced by one of them, so that a renaming is not a change. */
static struct str one_spelling(struct arena *a, struct node synonyms, struct str text)
{
	size_t longest = 0, from = 0, n = 0;

	for (uint32_t i = 0; i < node_count(synonyms); i++)
		longest = node_str(node_at(synonyms, i)).n > longest ? node_str(node_at(synonyms, i)).n : longest;
	if (!longest || !text.n)
		return text;
	/* A word of one byte becomes at most `longest` bytes. */
	char *out = arena_alloc(a, text.n * (longest + 1));
	while (from < text.n) {
		size_t end = from + 1;
		while (is_word(text.p[from]) && end < text.n && is_word(text.p[end]))
			end++;
		struct str word = str_sub(text, from, end), same = node_str(node_get_str(synonyms, word));
		word = same.n ? same : word;
		memcpy(out + n, word.p, word.n);
		n += word.n;
		from = end;
	}
	return (struct str){ out, n };
}

/* ---- changed or deleted lines ---- */

enum { LINES_ABOVE = 40 };

struct lines {
	struct str *at;
	size_t n;
};

static struct lines lines_of(struct arena *a, struct str text)
{
	size_t room = 2;

	for (size_t i = 0; i < text.n; i++)
		room += text.p[i] == '\n';
	struct lines lines = { arena_alloc(a, room * sizeof(*lines.at)), 0 };
	while (str_line(&text, &lines.at[lines.n]))
		lines.n++;
	return lines;
}

/* The number of opening brackets minus that of closing ones. */
static int opens(struct str line)
{
	int n = 0;

	for (size_t i = 0; i < line.n; i++)
		n += (memchr("([{", line.p[i], 3) != NULL) - (memchr(")]}", line.p[i], 3) != NULL);
	return n;
}

/* Does the pattern match from line i on?  It may end in the next line. */
static bool matches_line(struct regex *re, const struct lines *lines, size_t i)
{
	struct str line = lines->at[i], both = line;
	struct match m;

	if (i + 1 < lines->n)
		both.n = (size_t)(lines->at[i + 1].p + lines->at[i + 1].n - line.p);
	return regex_match(re, both, &m) == 1 && m.whole.p <= line.p + line.n;
}

/* The line itself, or one above with a bracket that is still open. */
static bool concerns(struct regex *re, const struct lines *lines, size_t i)
{
	int depth = 0;

	if (matches_line(re, lines, i))
		return true;
	for (size_t k = i; k-- > 0 && i - k <= LINES_ABOVE;) {
		depth += opens(lines->at[k]);
		if (depth > 0 && matches_line(re, lines, k))
			return true;
		depth = depth > 0 ? 0 : depth;
	}
	return false;
}

/* Did the line only get at its end the one bracket that it lacks? */
static bool is_ended(struct arena *a, struct regex *ended, const struct sides *s, struct str line)
{
	static const char *const ends[] = { ")", ");", "]", "}" };
	struct match m;

	if (!ended || opens(line) != 1 || regex_match(ended, line, &m) != 1)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_has_line(s->came, str_trim(arena_printf(a, "%.*s%s", STR_ARG(line), ends[i]))))
			return true;
	return false;
}

static bool moves(struct arena *a, const struct suppression_rule *g, const struct sides *s)
{
	struct lines lines = lines_of(a, s->old);

	for (size_t i = 0; i < s->hunks.n; i++)
		for (size_t k = s->hunks.at[i].old_begin; k < s->hunks.at[i].old_end && k < lines.n; k++)
			if (!str_has_line(s->came, str_trim(lines.at[k])) &&
				!is_ended(a, g->ended, s, str_trim(lines.at[k])) && concerns(g->re, &lines, k))
				return true;
	return false;
}

/* Is a name or value added, deleted or changed, and not only spelt or quoted in another way? */
static bool sets(struct arena *a, const struct policy *p, struct str name, const struct sides *s)
{
	struct node language = language_of(p->pack, name, s->old);
	struct change_tokens c = change_tokens_read(a, language, s->old, s->new);

	if (!language.image)
		return !str_same_words(s->gone, s->came);
	c.work = node_get(p->table, "work");
	for (size_t i = 0; i < c.old.tokens.n; i++)
		if (c.twin_of_old[i] == SIZE_MAX && c.old.tokens.at[i].kind != TOKEN_SIGN && !is_respelt(&c, i))
			return true;
	for (size_t i = 0; i < c.new.tokens.n; i++)
		if (c.twin_of_new[i] == SIZE_MAX && c.new.tokens.at[i].kind != TOKEN_SIGN && !is_respelling(&c, i))
			return true;
	return false;
}

static bool offends(struct arena *a, const struct policy *p, const struct suppression_rule *g, struct str name,
	const struct sides *s)
{
	if (g->files.n && !globs_match(g->files.at, g->files.n, name))
		return false;
	switch (g->kind) {
	case SUPPRESSION_MADE:
		return !s->existed;
	case SUPPRESSION_SETTINGS:
		return s->existed && sets(a, p, name, s);
	case SUPPRESSION_MORE:
		return rises(g->re, s->old, s->new, s->gone, s->came) || differs(g->re, s->gone, s->came);
	case SUPPRESSION_FEWER:
		return s->existed && rises(g->re, s->new, s->old, s->came, s->gone);
	case SUPPRESSION_MOVED:
		return s->existed && moves(a, g, s);
	case SUPPRESSION_CHANGED:
		return s->existed && changes(g->re, s->old, s->new);
	}
	return true;
}

/* ---- work that is no longer done ---- */

static size_t next_unquoted(struct str s, size_t i)
{
	while (i < s.n && (s.p[i] == '\'' || s.p[i] == '"'))
		i++;
	return i;
}

/* Are the changed lines equal except for quotes, of which each line closes its own?  Not if they have a character with
 * a meaning for a shell, which other quotes could take away. */
static bool is_requoted(const struct sides *s)
{
	struct str came = s->came, line;
	size_t i = next_unquoted(s->gone, 0), k = next_unquoted(s->came, 0);

	while (i < s->gone.n && k < s->came.n && s->gone.p[i] == s->came.p[k]) {
		if (s->gone.p[i] && strchr("$`\\;|&<>()#", s->gone.p[i]))
			return false;
		i = next_unquoted(s->gone, i + 1);
		k = next_unquoted(s->came, k + 1);
	}
	if (i < s->gone.n || k < s->came.n)
		return false;
	while (str_line(&came, &line))
		if (quotes_open(line))
			return false;
	return true;
}

static bool is_test(const struct policy *p, struct str name)
{
	struct node tests = node_get(node_get(p->table, "work"), "tests");

	for (uint32_t i = 0; i < node_count(tests); i++) {
		struct str glob = node_str(node_at(tests, i));
		if (globs_match(&glob, 1, name))
			return true;
	}
	return false;
}

static void work_look(struct arena *a, const struct policy *p, struct str name, struct node language, struct str old,
	struct str new, struct finding *f)
{
	struct change_tokens c = change_tokens_read(a, language, old, new);
	struct finding all[5];

	c.work = node_get(p->table, "work");
	c.synonyms = node_get(p->table, "synonyms");
	c.is_test = is_test(p, name);
	all[0] = lost_work(&c);
	all[1] = unreached_code(&c);
	all[2] = status_mask(&c);
	all[3] = changed_meaning(&c);
	all[4] = lost_failures(&c);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		finding_add(f, all[i].verdict, all[i].why, all[i].at);
}

static struct finding work_changed(
	struct arena *a, const struct policy *p, struct str name, struct str old, struct str new)
{
	struct node languages = pack_table(p->pack, "languages");
	struct node shell = node_get_str(languages, node_str(node_get(node_get(p->table, "work"), "shell")));
	struct str old_commands = embedded_commands(a, p, name, old), new_commands = embedded_commands(a, p, name, new);
	struct finding f = { 0 };

	work_look(a, p, name, language_of(p->pack, name, old), old, new, &f);
	if (old_commands.n && !str_eq(old_commands, new_commands))
		work_look(a, p, name, shell, old_commands, new_commands, &f);
	return f;
}

static int worse(int found, const struct finding *f, struct str name, struct err *err)
{
	char at[80];

	if (!f->verdict || found == 1 || (found == 2 && f->verdict == 2))
		return found;
	err_set(err, HEAL_WRONG, "'%.*s': the change %s: '%s'", STR_ARG(name), f->why, visible(f->at, at, sizeof(at)));
	return f->verdict;
}

/* Lines that are still there and have lost their meaning, or never had one. */
static struct finding structure_changed(
	struct arena *a, const struct policy *p, struct str name, struct str old, struct str new)
{
	struct finding f = { 0 };

	if (str_is(node_str(node_get(language_of(p->pack, name, old), "indented")), "mappings"))
		f = lost_in_value(a, old, new);
	if (conflict_kept(old, new))
		finding_add(&f, 1, "leaves a merge conflict marker", STR("<<<<<<<"));
	return f;
}

static int judge(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old, struct str new,
	struct err *err)
{
	struct node synonyms = node_get(p->table, "synonyms");
	struct sides s = { .old = one_spelling(a, synonyms, existed ? old : STR("")),
		.new = one_spelling(a, synonyms, new),
		.existed = existed };
	int found = 0;

	if (existed && str_eq(s.old, s.new))
		return 0;
	/* What one side has and the other lacks is lost or comes in: that is what a person decides. */
	if (existed && is_choice_of_sides(a, old, new)) {
		err_set(err, HEAL_WRONG, "'%.*s': the change ends a merge: its sides are for a person to choose",
			STR_ARG(name));
		return 2;
	}
	s.hunks = diff_lines(a, s.old, s.new);
	s.gone = hunk_lines(a, s.old, &s.hunks, false);
	s.came = hunk_lines(a, s.new, &s.hunks, true);
	for (size_t i = 0; i < p->suppressions.n && found != 1; i++) {
		const struct suppression_rule *g = &p->suppressions.at[i];
		if ((found && g->queue) || !offends(a, p, g, name, &s))
			continue;
		found = g->queue ? 2 : 1;
		err_set(err, HEAL_WRONG, "'%.*s': the change %.*s (%.*s)", STR_ARG(name), STR_ARG(g->why),
			STR_ARG(g->id));
	}
	if (!existed || found == 1)
		return found;
	struct finding structure = structure_changed(a, p, name, old, new);
	found = worse(found, &structure, name, err);
	if (found == 1 || is_requoted(&s))
		return found;
	struct finding f = work_changed(a, p, name, old, new);
	return worse(found, &f, name, err);
}

static bool is_judged(const struct judged_change *j, struct str name, bool existed, struct str old, struct str new)
{
	return j->known && j->existed == existed && str_eq(j->name, name) && str_eq(j->old, old) && str_eq(j->new, new);
}

/* One change is judged when it is planned, when it is made and when it is validated: the last one is kept. */
int policy_suppression(struct arena *a, const struct policy *p, struct str name, bool existed, struct str old,
	struct str new, struct err *err)
{
	struct judged_change *j = p->judged;

	if (!is_judged(j, name, existed, old, new)) {
		arena_reset(&j->a);
		j->known = true;
		j->existed = existed;
		j->name = arena_str(&j->a, name);
		j->old = arena_str(&j->a, old);
		j->new = arena_str(&j->a, new);
		j->why = (struct err){ 0 };
		j->found = judge(a, p, name, existed, old, new, &j->why);
	}
	if (j->found && err)
		*err = j->why;
	return j->found;
}

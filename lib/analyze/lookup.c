#include "analyze/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/spelling_candidates.h"
#include "base/path.h"
#include "base/proc.h"
#include "lang/balance.h"
#include "lang/checker.h"
#include "lang/doubled.h"
#include "lang/language.h"
#include "lang/token_repair.h"
#include "rules/programs.h"

enum { PLACES = 8, SLIPS = 8, EACH = 8, SLIP_LINES = 2 };

/* The look-ups after the present one. */
struct chain {
	struct enquiry *q;
	struct node list;
	uint32_t next;
	void (*then)(void *ctx, const struct scope *s);
	void *ctx;
};

static void go_on(struct chain c, const struct scope *s);

/* ---- helpers ---- */

static bool number_of(struct chain *c, struct node op, const char *member, const struct scope *s, int64_t *out)
{
	struct str text = scope_member(c->q->a, s, op, member);

	return text.p && str_number(str_trim(text), out);
}

/* The file named by `in`, by default "{file}". */
static const struct text *file_of(struct enquiry *q, struct str name, const struct scope *s)
{
	if (!name.p)
		name = scope_get(s, STR("file"));
	struct str path = source_resolve(q->view, name);
	return path.p ? source_read(q->view, path) : NULL;
}

size_t lookup_files(struct enquiry *q, struct node op, const struct scope *s, const struct text **out)
{
	struct str in = node_str(node_get(op, "in")), name = in.p ? scope_fill(q->a, s, in) : STR_NONE;
	struct str paths[LOOKUP_FILES], glob;
	size_t found = 0, n = 0;

	if (!name.p || str_chr(name, '*') == name.n) {
		out[0] = file_of(q, name, s);
		return out[0] != NULL;
	}
	while (name.n && str_split(&name, ',', &glob))
		found += source_glob(q->view, q->a, str_trim(glob), paths + found, LOOKUP_FILES - found);
	for (size_t i = 0; i < found; i++)
		if ((out[n] = source_read(q->view, paths[i])))
			n++;
	return n;
}

/* ---- find, no ---- */

/* Continue with the captures of a match and its place. */
static void found(struct chain c, const struct scope *s, const struct text *x, const struct match *m)
{
	int64_t line, column;

	text_place(x, (size_t)(m->whole.p - x->all.p), &line, &column);
	s = scope_captures(c.q->a, s, m);
	s = scope_set(c.q->a, s, "found_file", x->path);
	s = scope_set_int(c.q->a, s, "found_line", line);
	s = scope_set_int(c.q->a, s, "found_column", column);
	go_on(c, s);
}

/* A line of the text, without its newline. */
static bool match_line(struct regex *re, const struct text *x, int64_t line, struct match *m)
{
	struct str s = text_line(x, line);

	return s.p && regex_match(re, s, m) == 1;
}

static bool match_lines(struct regex *re, const struct text *x, int64_t from, int64_t to, struct match *m)
{
	int64_t step = from <= to ? 1 : -1;

	for (int64_t line = from; line >= 1 && line <= (int64_t)x->lines; line += step) {
		if (match_line(re, x, line, m))
			return true;
		if (line == to)
			break;
	}
	return false;
}

static bool match_last(struct regex *re, const struct text *x, struct match *m)
{
	struct match next;
	bool any = false;

	for (size_t from = 0; from <= x->all.n && regex_match_from(re, x->all, from, &next) == 1;) {
		*m = next;
		any = true;
		size_t end = (size_t)(next.whole.p - x->all.p) + next.whole.n;
		from = next.whole.n ? end : end + 1;
	}
	return any;
}

static bool match_region(
	struct chain *c, struct node op, const struct scope *s, struct regex *re, const struct text *x, struct match *m)
{
	int64_t line = 0, n;

	number_of(c, op, "line", s, &line);
	if (node_has(op, "above"))
		return number_of(c, op, "above", s, &n) && n > 0 && line > 1 &&
			match_lines(re, x, line - 1, line > n ? line - n : 1, m);
	if (node_has(op, "below"))
		return number_of(c, op, "below", s, &n) && n > 0 && match_lines(re, x, line + 1, line + n, m);
	if (node_has(op, "line"))
		return match_line(re, x, line, m);
	if (node_has(op, "from")) {
		size_t at = number_of(c, op, "from", s, &n) ? text_offset(x, n, 1) : SIZE_MAX;
		return at != SIZE_MAX && regex_match_from(re, x->all, at, m) == 1;
	}
	if (node_bool(node_get(op, "last"), false))
		return match_last(re, x, m);
	return regex_match(re, x->all, m) == 1;
}

static void find_each(struct chain c, const struct scope *s, struct regex *re, const struct text *x)
{
	struct match m;
	unsigned n = 0;

	for (size_t from = 0; n < EACH && from <= x->all.n && regex_match_from(re, x->all, from, &m) == 1; n++) {
		size_t end = (size_t)(m.whole.p - x->all.p) + m.whole.n;
		from = m.whole.n ? end : end + 1;
		found(c, s, x, &m);
	}
}

static bool do_find(struct chain c, struct node op, const struct scope *s)
{
	const struct text *files[LOOKUP_FILES];
	struct str pattern = node_str(node_get(op, "find"));
	struct regex *re = scope_regex(c.q->a, s, pattern, REGEX_MULTILINE);
	struct match m;
	bool any = false, each = node_bool(node_get(op, "each"), false);
	size_t n = re ? lookup_files(c.q, op, s, files) : 0;

	for (size_t i = 0; i < n && (!any || each); i++) {
		if (!match_region(&c, op, s, re, files[i], &m))
			continue;
		any = true;
		if (each)
			find_each(c, s, re, files[i]);
		else
			found(c, s, files[i], &m);
	}
	regex_free(re);
	return any;
}

static bool do_no(struct chain c, struct node op, const struct scope *s)
{
	const struct text *files[LOOKUP_FILES];
	struct regex *re = scope_regex(c.q->a, s, node_str(node_get(op, "no")), REGEX_MULTILINE);
	struct match m;
	size_t n = re ? lookup_files(c.q, op, s, files) : 0;
	bool any = !re || n == LOOKUP_FILES; /* the rest may have it */

	for (size_t i = 0; i < n && !any; i++)
		any = match_region(&c, op, s, re, files[i], &m);
	any = any || regex_met_limit(re); /* nobody knows */
	regex_free(re);
	if (!any)
		go_on(c, s);
	return !any;
}

/* ---- tests ---- */

/* Continue with each match. */
static bool is_each(struct chain c, const struct scope *s, struct regex *re, struct str value, struct str made_from)
{
	bool from_output = scope_uses_output(c.q->a, s, made_from);
	struct match m;
	unsigned n = 0;

	for (size_t from = 0; n < EACH && from <= value.n && regex_match_from(re, value, from, &m) == 1; n++) {
		size_t end = (size_t)(m.whole.p - value.p) + m.whole.n;
		from = m.whole.n ? end : end + 1;
		go_on(c, scope_captures_of(c.q->a, s, &m, from_output, made_from));
	}
	return n > 0;
}

static bool do_is(struct chain c, struct node op, const struct scope *s)
{
	struct str value = scope_member(c.q->a, s, op, "is");
	struct match m;

	if (!value.p)
		return false;
	struct regex *re = scope_regex(c.q->a, s, node_str(node_get(op, "matches")), REGEX_PLAIN);
	struct regex *not = scope_regex(c.q->a, s, node_str(node_get(op, "not")), REGEX_PLAIN);
	/* A pattern with a missing value does not match. */
	bool ok = (re || !node_has(op, "matches")) && (not || !node_has(op, "not"));
	struct str from = node_str(node_get(op, "is"));
	ok = ok && (!not || regex_match(not, value, &m) == 0);
	if (ok && re && node_bool(node_get(op, "each"), false)) {
		ok = is_each(c, s, re, value, from);
		regex_free(re);
		regex_free(not );
		return ok;
	}
	if (ok && re)
		ok = regex_match(re, value, &m) == 1;
	if (ok)
		s = re ? scope_captures_of(c.q->a, s, &m, scope_uses_output(c.q->a, s, from), from) : s;
	regex_free(re);
	regex_free(not );
	if (ok)
		go_on(c, s);
	return ok;
}

static bool do_exists(struct chain c, struct node op, const struct scope *s)
{
	bool wanted = node_has(op, "exists");
	struct str name = scope_member(c.q->a, s, op, wanted ? "exists" : "missing");

	if (!name.p)
		return false;
	struct str path = path_normal(c.q->a, path_join(c.q->a, source_cwd(c.q->view), name));
	bool there = source_exists(c.q->view, path) || source_exists(c.q->view, name);
	if (there != wanted)
		return false;
	go_on(c, s);
	return true;
}

/* The checker of the language reports an error in the file. */
static bool do_broken(struct chain c, struct node op, const struct scope *s)
{
	struct str path = source_resolve(c.q->view, scope_member(c.q->a, s, op, "broken"));
	const struct text *x = path.p ? source_read(c.q->view, path) : NULL;
	bool parses = true;

	if (!x)
		return false;
	struct node language = language_of(c.q->pack, x->path, x->all);
	const struct flags *flags = flags_find(c.q->view, language, x, c.q->output);
	if (checker_try(language, x, flags, &x->all, 1, CHECKER_TIMEOUT, &parses) == 0 || parses)
		return false;
	go_on(c, s);
	return true;
}

static bool do_program(struct chain c, struct node op, const struct scope *s)
{
	struct str name = scope_member(c.q->a, s, op, "program");

	if (!name.p || str_chr(name, '/') < name.n)
		return false;
	struct node folders = node_get(pack_table(c.q->pack, "policy"), "own_programs");
	bool own = node_bool(node_get(op, "own"), false) &&
		program_own(c.q->a, folders, source_root(c.q->view), source_cwd(c.q->view), name).p;
	if (!own && !proc_find(c.q->a, arena_strdup(c.q->a, name)).p)
		return false;
	go_on(c, s);
	return true;
}

/* ---- values ---- */

static void bind(struct chain c, struct node op, const struct scope *s, struct str value, double weight)
{
	go_on(c, scope_set_weight(c.q->a, s, node_str(node_get(op, "set")), value, weight));
}

/* Like bind, for a value made from the template `from`. */
static void bind_made(
	struct chain c, struct node op, const struct scope *s, struct str value, double weight, const char *from)
{
	struct scope *n = ARENA_NEW(c.q->a, struct scope);

	*n = (struct scope){ .outer = s,
		.name = node_str(node_get(op, "set")),
		.value = value,
		.weight = weight,
		.from_output = scope_uses_output(c.q->a, s, node_str(node_get(op, from))) };
	go_on(c, n);
}

/* A value that is itself a key of a table is a word of that table, wherever it was read. */
static const struct scope *key_found(struct chain *c, const struct scope *s, struct str key)
{
	const struct scope *known = s;

	for (const struct scope *entry = s; entry; entry = entry->outer)
		if (entry->from_output && str_eq(entry->value, key) && scope_entry(s, entry->name) == entry)
			known = scope_set_weight(c->q->a, known, entry->name, entry->value, 1.0);
	return known;
}

static bool do_table(struct chain c, struct node op, const struct scope *s)
{
	struct node table = pack_table(c.q->pack, arena_strdup(c.q->a, node_str(node_get(op, "table"))));
	struct str key = scope_member(c.q->a, s, op, "key");
	struct node value = key.p ? node_get_str(table, key) : (struct node){ NULL, 0 };

	bool any = false;
	const struct scope *found = node_list_count(value) ? key_found(&c, s, key) : s;

	for (uint32_t i = 0; i < node_list_count(value); i++) {
		struct str one = node_str(node_list_at(value, i));
		if (one.p)
			bind(c, op, found, one, i ? 0.8 : 1.0);
		any |= one.p != NULL;
	}
	struct str instead = any ? STR_NONE : scope_member(c.q->a, s, op, "else");
	if (instead.p)
		bind_made(c, op, s, instead, 0.9, "else");
	return any || instead.p;
}

/* Replace each character that is a key of the table by its value, for example for another keyboard layout. */
static bool do_map(struct chain c, struct node op, const struct scope *s)
{
	struct node table = pack_table(c.q->pack, arena_strdup(c.q->a, node_str(node_get(op, "table"))));
	struct str value = scope_member(c.q->a, s, op, "map"), out = STR("");
	bool any = false;

	for (size_t i = 0, n; i < value.n; i += n) {
		n = utf8_length(value, i) ? utf8_length(value, i) : 1;
		struct str one = str_sub(value, i, i + n), other = node_str(node_get_str(table, one));
		any |= other.p != NULL;
		out = arena_join(c.q->a, out, other.p ? other : one);
	}
	if (any)
		bind_made(c, op, s, out, 1.0, "map");
	return any;
}

static bool do_to(struct chain c, struct node op, const struct scope *s)
{
	struct str value = scope_member(c.q->a, s, op, "to");

	if (!value.p)
		return false;
	bind_made(c, op, s, value, 1.0, "to");
	return true;
}

static bool do_locate(struct chain c, struct node op, const struct scope *s)
{
	struct str glob = scope_member(c.q->a, s, op, "locate"), paths[EACH];
	size_t n = glob.p ? source_glob(c.q->view, c.q->a, glob, paths, EACH) : 0;

	for (size_t i = 0; i < n; i++)
		bind(c, op, s, paths[i], n == 1 ? 1.0 : 0.8);
	return n > 0;
}

/* Continue with each place. */
static void at_places(struct chain c, const struct scope *s, const struct token_edit *places, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct scope *more = scope_set_int(c.q->a, s, "place_line", places[i].line);
		more = scope_set_int(c.q->a, more, "place_column", places[i].column);
		more = scope_set(c.q->a, more, "place_old", places[i].old.p ? places[i].old : STR(""));
		go_on(c, scope_set_weight(c.q->a, more, STR("place_text"), places[i].text, places[i].weight));
	}
}

/* Places that are kept for later incidents. */
static struct token_edit *places_kept(struct arena *a, const struct token_edit *places, size_t n)
{
	struct token_edit *kept = arena_alloc(a, (n + 1) * sizeof(*kept));

	for (size_t i = 0; i < n; i++) {
		kept[i] = places[i];
		kept[i].text = arena_str(a, places[i].text);
		kept[i].old = arena_str(a, places[i].old.p ? places[i].old : STR(""));
	}
	return kept;
}

/* After a syntax error, parsers often report errors for many lines, so candidate edits are searched for only once in a
 * file, near the first incident that requests them. */
static struct token_repairs token_repairs_near(struct chain c, const struct text *x, struct node language, int64_t line)
{
	struct arena *a = source_arena(c.q->view);
	void **note = source_note(
		c.q->view, arena_printf(c.q->a, "token-repair %.*s %lld", STR_ARG(x->path), (long long)line));
	void **asked = source_note(c.q->view, arena_printf(c.q->a, "token_repairs %.*s", STR_ARG(x->path)));
	size_t *lines = *asked;

	if (*note)
		return *(struct token_repairs *)*note;
	if (!lines)
		*asked = lines = ARENA_NEW(a, size_t);
	if ((*lines)++ >= SLIP_LINES)
		return (struct token_repairs){ .n = 0 };
	struct token_repairs *kept = ARENA_NEW(a, struct token_repairs);
	*kept = token_repairs_find(c.q->a, language, x, flags_find(c.q->view, language, x, c.q->output), line, SLIPS);
	kept->at = places_kept(a, kept->at, kept->n);
	*note = kept;
	return *kept;
}

/* The candidates of `token`, with each of which the file parses. */
static bool do_token(struct chain c, const struct scope *s, const struct text *x, struct node language)
{
	int64_t line = 1;

	if (!c.q->wide && node_has(language, "tries")) {
		c.q->held_back = true;
		return false;
	}
	str_number(scope_get(s, STR("line")), &line);
	struct token_repairs token_repairs = token_repairs_near(c, x, language, line);
	/* Too many candidates, or the search was incomplete: none is certain. */
	if (token_repairs.n == 0 || (!token_repairs.all && !token_repairs.natural))
		return false;
	if (token_repairs.natural) {
		at_places(c, scope_set(c.q->a, s, "place_kind", STR("natural")), token_repairs.at, 1);
		token_repairs.at++;
		token_repairs.n--;
	}
	if (token_repairs.all)
		at_places(c, scope_set(c.q->a, s, "place_kind", STR("any")), token_repairs.at, token_repairs.n);
	return true;
}

/* Keep only the places with which the file parses.  If there is none, the file may contain two errors: keep all with a
 * lower weight. */
static size_t places_proven(
	struct chain *c, struct node language, const struct text *x, struct token_edit *places, size_t n)
{
	struct str texts[PLACES];
	bool parses[PLACES];
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		texts[i] = place_applied(c->q->a, x, &places[i]);
	const struct flags *flags = n ? flags_find(c->q->view, language, x, c->q->output) : NULL;
	size_t tried = n ? checker_try(language, x, flags, texts, n, CHECKER_TIMEOUT, parses) : 0;
	for (size_t i = 0; i < tried; i++)
		if (parses[i])
			places[kept++] = places[i];
	for (size_t i = 0; tried && !kept && i < n; i++)
		places[i].weight *= 0.9;
	return kept ? kept : n;
}

/* Keep only the extra closing brackets that are the only candidate of their statement: otherwise it is unknown which
 * one is extra. */
static size_t places_alone(
	struct chain *c, struct node language, const struct text *x, struct token_edit *places, size_t n)
{
	const struct flags *flags = flags_find(c->q->view, language, x, c->q->output);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct token_edit rivals[PLACES];
		struct str texts[PLACES];
		bool parses[PLACES], any = false;
		size_t m = balance_alternatives(c->q->a, language, x, &places[i], rivals, PLACES);
		for (size_t k = 0; k < m; k++)
			texts[k] = place_applied(c->q->a, x, &rivals[k]);
		size_t tried = m ? checker_try(language, x, flags, texts, m, CHECKER_TIMEOUT, parses) : 0;
		/* If the search timed out, the next place may also have been a candidate. */
		any = tried > 0 && tried < m;
		for (size_t k = 0; k < tried; k++)
			any |= parses[k];
		if (!any)
			places[kept++] = places[i];
	}
	return kept;
}

/* The places of one kind in a text, cached. */
struct found {
	struct token_edit *at;
	size_t n;
};

static struct found places_found(
	struct chain c, struct node language, const struct text *x, struct str what, const struct scope *s);

static size_t places_find(struct chain c, struct node language, const struct text *x, struct str what,
	const struct scope *s, struct token_edit *places)
{
	const struct flags *flags = flags_find(c.q->view, language, x, c.q->output);
	int64_t line = 1;

	str_number(scope_get(s, STR("line")), &line);
	if (str_is(what, "doubled"))
		return doubled_find(c.q->a, language, x, flags, line, places, PLACES);
	/* What stands there twice needs no partner. */
	if (places_found(c, language, x, STR("doubled"), s).n)
		return 0;
	size_t n = balance_find(c.q->a, language, x,
		str_is(what, "extra")        ? BALANCE_EXTRA :
			str_is(what, "swap") ? BALANCE_SWAP :
			str_is(what, "open") ? BALANCE_OPEN :
					       BALANCE_CLOSE,
		places, PLACES);
	n = places_proven(&c, language, x, places, n);
	return str_is(what, "extra") ? places_alone(&c, language, x, places, n) : n;
}

static struct found places_found(
	struct chain c, struct node language, const struct text *x, struct str what, const struct scope *s)
{
	void **note = source_note(c.q->view, arena_printf(c.q->a, "places %.*s %.*s", STR_ARG(what), STR_ARG(x->path)));
	struct token_edit places[PLACES];

	if (*note)
		return *(struct found *)*note;
	size_t n = places_find(c, language, x, what, s, places);
	struct found *found = ARENA_NEW(source_arena(c.q->view), struct found);
	*found = (struct found){ places_kept(source_arena(c.q->view), places, n), n };
	*note = found;
	return *found;
}

static bool do_candidates(struct chain c, struct node op, const struct scope *s)
{
	struct str what = node_str(node_get(op, "candidates"));
	const struct text *x = file_of(c.q, scope_member(c.q->a, s, op, "in"), s);

	if (!x)
		return false;
	struct node language = language_of(c.q->pack, x->path, x->all);
	if (str_is(what, "token"))
		return do_token(c, s, x, language);
	struct found found = places_found(c, language, x, what, s);
	at_places(c, s, found.at, found.n);
	return found.n > 0;
}

/* ---- proposals ---- */

/* Continue with each alternative that the tool proposed. */
static bool do_proposals(struct chain c, struct node op, const struct scope *s)
{
	int64_t most = 0;

	LIST_EACH(fixit, f, c.q->fixits)
		most = f->proposal > most ? f->proposal : most;
	for (int64_t i = 1; i <= most && i <= EACH; i++)
		bind(c, op, s, arena_printf(c.q->a, "%lld", (long long)i), 1.0);
	return most > 0;
}

/* ---- nearest ---- */

static bool do_nearest(struct chain c, struct node op, const struct scope *s)
{
	struct spelling_candidate words[EACH];
	size_t most = (size_t)node_int(node_get(op, "most"), 1);
	size_t n = spelling_candidates_find(c.q, op, s, words, most < EACH ? most : EACH);

	/* Words of a text of the output are no better than that; all other sources are the tree and tables. */
	const char *from = scope_uses_output(c.q->a, s, node_str(node_get(op, "list"))) ? "list" : "text";

	for (size_t i = 0; i < n; i++)
		bind_made(c, op, s, words[i].word, words[i].weight, from);
	return n > 0;
}

/* ---- the list ---- */

static bool do_one(struct chain c, struct node op, const struct scope *s)
{
	static const struct {
		const char *verb;
		bool (*run)(struct chain c, struct node op, const struct scope *s);
	} verbs[] = {
		{ "nearest", do_nearest },
		{ "map", do_map },
		{ "candidates", do_candidates },
		{ "find", do_find },
		{ "no", do_no },
		{ "table", do_table },
		{ "is", do_is },
		{ "exists", do_exists },
		{ "missing", do_exists },
		{ "broken", do_broken },
		{ "program", do_program },
		{ "proposals", do_proposals },
		{ "locate", do_locate },
		{ "to", do_to },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (node_has(op, verbs[i].verb))
			return verbs[i].run(c, op, s);
	return false;
}

static void go_on(struct chain c, const struct scope *s)
{
	if (c.q->budget == 0)
		return;
	if (c.next >= node_list_count(c.list)) {
		c.q->budget--;
		c.then(c.ctx, s);
		return;
	}
	struct node op = node_list_at(c.list, c.next++);
	if (!do_one(c, op, s) && node_bool(node_get(op, "optional"), false))
		go_on(c, s);
}

void lookups_run(struct enquiry *q, struct node list, const struct scope *s,
	void (*then)(void *ctx, const struct scope *s), void *ctx)
{
	go_on((struct chain){ q, list, 0, then, ctx }, s);
}

/* ---- conditions ---- */

/* Causes are recognised by the beginning of a text: a log of one line may have a megabyte of something else. */
enum { CONDITION_MAX = 16 * 1024 };

const struct scope *conditions_hold(struct enquiry *q, struct node when, const struct scope *s)
{
	for (uint32_t i = 0; i < node_count(when); i++) {
		struct str value = scope_get(s, node_key(when, i));
		struct regex *re = value.p ? scope_regex(q->a, s, node_str(node_at(when, i)), REGEX_PLAIN) : NULL;
		struct match m;
		bool ok = re && regex_match(re, str_sub(value, 0, CONDITION_MAX), &m) == 1;
		if (ok)
			s = scope_captures_of(q->a, s, &m, scope_entry(s, node_key(when, i))->from_output, STR(""));
		regex_free(re);
		if (!ok)
			return NULL;
	}
	return s;
}

bool conditions_forbid(struct enquiry *q, struct node unless, const struct scope *s)
{
	bool any = false;

	for (uint32_t i = 0; i < node_count(unless) && !any; i++) {
		struct str value = scope_get(s, node_key(unless, i));
		struct regex *re = scope_regex(q->a, s, node_str(node_at(unless, i)), REGEX_PLAIN);
		struct match m;
		/* A pattern that exceeds its limits on the text may be there. */
		any = re && value.p && regex_match(re, value, &m) != 0;
		regex_free(re);
	}
	return any;
}

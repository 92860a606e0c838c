#include "detector.h"

#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "document.h"
#include "mapping.h"
#include "path.h"
#include "strip.h"

enum {
	LOOK_BACK = 64 * 1024,		/* bytes of processed text kept for rules that look up */
	WINDOW = 256 * 1024,		/* processed bytes beyond which the window moves on */
	LINE_MAX_BYTES = 1 << 20,	/* a longer line is cut in two */
	DOCUMENT_TAKEN = 2 * DOCUMENT_MAX,	/* bytes of text that a document may span, prefixes included */
	TREE_BUDGET = 50 * 1000 * 1000,	/* values looked at for one document */
	CONFIRM_MAX = 64 * 1024,	/* bytes of a line that regular expressions see */
	HITS = 256,
	DIRS = 32,
	PREFIXES = REGEX_GROUPS - 1,
};

/* What stood before a matched line, outermost first. */
struct prefixes {
	struct regex *at[PREFIX_DEPTH];
	unsigned n;
	struct str line;		/* what is left of it */
	uint32_t candidate;		/* which of the candidates matched that */
};

struct detector {
	struct detector_options o;
	struct arena a;
	const struct gate *gate;
	uint32_t rules_n;
	struct rule **rules;		/* NULL until first tried */
	unsigned char *marked;		/* by rule: it is among the candidates */
	uint32_t *candidates;		/* rules to try on the line at hand, in their order */
	uint32_t candidates_n;
	struct gate_hit hits[HITS];	/* of the line that begins at hits_line, found on the way to it */
	size_t hits_n;
	const char *hits_line;
	struct regex *prefixes[PREFIXES];
	unsigned prefixes_n;
	struct regex *any_prefix;	/* all of them, the i-th as group i + 1 */
	struct node levels, foreign;

	unsigned char *kinds;		/* by rule: enum document_kind */
	unsigned kinds_hit;		/* kinds whose rules the line at hand may start, a bit each */
	struct mapping **mappings;	/* all rules for documents, made at the first one */
	unsigned mappings_n;
	struct document doc;
	struct arena doc_arena;		/* its tree */
	size_t doc_begin, doc_back;	/* its first line; where text goes on if it turns out to be none */
	unsigned long doc_back_line;
	size_t doc_floor;		/* offset in the whole input: no document begins above */
	unsigned long docs_lost, docs_lost_line;	/* over their ceiling; where the first was */

	struct buf text;		/* look-back, then what is not processed yet */
	size_t dropped;			/* bytes of the input before it */
	size_t pos;			/* where that begins */
	size_t limit;			/* where the lines end that may be processed now */
	unsigned long line;		/* its line number */
	struct strip strip;
	struct str name;
	struct arena name_arena;
	struct block block;
	struct buf dirs[DIRS];		/* entered by make, innermost last */
	unsigned dirs_n, dirs_lost;	/* lost: entered beyond DIRS */
};

/* ---- rules ---- */

static struct rule *rule_at(struct detector *d, uint32_t i)
{
	if (!d->rules[i])
		d->rules[i] = rule_new(&d->a, d->o.pack, i);
	return d->rules[i];
}

/* One pattern for all, so that a line without any prefix costs one try. */
static void prefixes_read(struct detector *d, struct node list)
{
	struct str all = STR("");

	for (uint32_t i = 0; i < node_list_count(list) && d->prefixes_n < PREFIXES; i++) {
		struct str pattern = node_str(node_list_at(list, i));
		d->prefixes[d->prefixes_n++] = regex_lazy(&d->a, pattern, REGEX_PLAIN);
		all = arena_printf(&d->a, "%.*s%s(%.*s)", STR_ARG(all), i ? "|" : "", STR_ARG(pattern));
	}
	d->any_prefix = regex_lazy(&d->a, all, REGEX_PLAIN);
}

struct detector *detector_new(const struct detector_options *options)
{
	struct detector *d = calloc(1, sizeof(*d));

	if (!d)
		out_of_memory();
	d->o = *options;
	d->gate = pack_gate(options->pack);
	d->rules_n = pack_rules(options->pack);
	d->rules = arena_alloc(&d->a, (d->rules_n + 1) * sizeof(*d->rules));
	d->marked = arena_alloc(&d->a, d->rules_n + 1);
	d->candidates = arena_alloc(&d->a, (d->rules_n + 1) * sizeof(*d->candidates));
	d->kinds = arena_alloc(&d->a, d->rules_n + 1);
	for (uint32_t i = 0; i < d->rules_n; i++)
		d->kinds[i] = (unsigned char)pack_rule(options->pack, i).document;
	d->levels = pack_table(options->pack, "levels");
	d->foreign = pack_table(options->pack, "foreign");
	prefixes_read(d, pack_table(options->pack, "prefixes"));
	buf_init(&d->text, DOCUMENT_TAKEN + (8 << 20));
	document_init(&d->doc);
	for (unsigned i = 0; i < DIRS; i++)
		buf_init(&d->dirs[i], 8192);
	block_init(&d->block);
	detector_begin(d, STR("-"));
	return d;
}

void detector_free(struct detector *d)
{
	if (!d)
		return;
	for (uint32_t i = 0; i < d->rules_n; i++)
		rule_free(d->rules[i]);
	for (unsigned i = 0; i < d->prefixes_n; i++)
		regex_free(d->prefixes[i]);
	regex_free(d->any_prefix);
	for (unsigned i = 0; i < d->mappings_n; i++)
		mapping_free(d->mappings[i]);
	document_release(&d->doc);
	arena_free(&d->doc_arena);
	block_release(&d->block);
	buf_release(&d->text);
	for (unsigned i = 0; i < DIRS; i++)
		buf_release(&d->dirs[i]);
	arena_free(&d->name_arena);
	arena_free(&d->a);
	free(d);
}

unsigned long detector_documents_lost(const struct detector *d, unsigned long *line)
{
	*line = d->docs_lost_line;
	return d->docs_lost;
}

void detector_struck_out(const struct detector *d, void (*tell)(void *ctx, struct str rule), void *ctx)
{
	for (uint32_t i = 0; i < d->rules_n; i++)
		if (d->rules[i] && regex_struck_out(d->rules[i]->match))
			tell(ctx, d->rules[i]->id);
}

/* ---- blocks ---- */

static struct str dir_now(const struct detector *d)
{
	return d->dirs_n ? buf_str(&d->dirs[d->dirs_n - 1]) : STR_NONE;
}

static struct incident_place place_of(struct detector *d)
{
	return (struct incident_place){
		.name = d->name, .cwd = d->o.cwd, .command = d->o.command,
		.directory = dir_now(d), .levels = d->levels, .foreign = d->foreign,
	};
}

static void dir_enter(struct detector *d, struct str dir)
{
	struct arena *a = &d->block.a;
	struct str base = d->dirs_n ? dir_now(d) : d->o.cwd;

	if (dir.n == 0 || d->dirs_n == DIRS) {
		d->dirs_lost++;
		return;
	}
	struct buf *to = &d->dirs[d->dirs_n++];
	buf_clear(to);
	buf_add(to, path_normal(a, path_join(a, base, dir)));
}

static void dir_leave(struct detector *d)
{
	if (d->dirs_lost)
		d->dirs_lost--;
	else if (d->dirs_n)
		d->dirs_n--;
}

/* Report what the block amounts to; false: something that its rule needs is missing. */
static bool block_report(struct detector *d)
{
	struct incident_place place = place_of(d);
	struct record r;

	if (!block_record(&d->block, &place, &r))
		return false;
	d->o.found(d->o.ctx, &r);
	return true;
}

static void row_report(void *ctx)
{
	block_report(ctx);
}

/* false: something that the rule needs is missing, and nothing was reported. */
static bool block_close(struct detector *d)
{
	struct rule *rule = d->block.rule;
	bool ok = true;

	if (rule->directory == DIR_ENTER) {
		dir_enter(d, block_value(&d->block, STR("dir")));
	} else if (rule->directory == DIR_LEAVE) {
		dir_leave(d);
	} else if (!rule->ignore && block_has_incident(&d->block)) {
		ok = block_report(d);
	}
	d->block.rule = NULL;
	return ok;
}

/* ---- lines ---- */

static struct str clipped(struct str line)
{
	return str_sub(line, 0, CONFIRM_MAX);
}

static unsigned long newlines(struct str s)
{
	unsigned long n = 0;
	const char *p = s.p, *end = s.p + s.n;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		n++;
		p++;
	}
	return n;
}

/* The line at `at`, without its newline; `ended`: it has one.  A line over LINE_MAX_BYTES is cut there, however
 * the bytes were cut on their way here. */
static struct str line_at(const struct detector *d, size_t at, bool *ended)
{
	struct str rest = str_sub((struct str){ d->text.p + at, d->limit - at }, 0, LINE_MAX_BYTES);
	struct str line = str_sub(rest, 0, str_chr(rest, '\n'));

	*ended = at + line.n < d->limit && d->text.p[at + line.n] == '\n';
	return line;
}

/* The line above `at` in the window, without its newline; false at the top.  Nothing further up from
 * the match than LOOK_BACK counts, however much more the window may happen to hold. */
static bool line_above(struct detector *d, size_t match_at, size_t *at, struct str *line)
{
	if (*at == 0)
		return false;
	size_t end = *at - (d->text.p[*at - 1] == '\n');	/* none where a long line was cut */
	struct str above = { d->text.p, end };
	size_t begin = str_rchr(above, '\n');
	begin = begin == above.n ? 0 : begin + 1;
	if (match_at - begin >= LOOK_BACK)
		return false;
	*line = str_rtrim(str_sub(above, begin, end));
	*at = begin;
	return true;
}

static struct str without_prefix(struct regex *prefix, struct str line)
{
	struct match m;

	if (prefix && regex_match(prefix, line, &m) == 1 && m.whole.p == line.p)
		return str_sub(line, m.whole.n, line.n);
	return line;
}

/* The same prefixes, in the same order, as the block's first line had. */
static struct str as_in_block(struct detector *d, struct str line)
{
	for (unsigned i = 0; i < d->block.prefixes_n; i++)
		line = without_prefix(d->block.prefix[i], line);
	return line;
}

static void look_back(struct detector *d, size_t line_at)
{
	struct rule *rule = d->block.rule;

	for (unsigned i = 0; i < rule->befores; i++) {
		size_t at = line_at;
		struct str line;
		for (unsigned n = 0; n < rule->before[i].lines && line_above(d, line_at, &at, &line); n++) {
			line = as_in_block(d, clipped(line));
			if (!block_look_back(&d->block, i, line))
				break;
		}
	}
}

/* The first candidate from `first` on that the text matches, or NULL; *at is which. */
static struct rule *first_match(struct detector *d, struct str line, uint32_t first, struct match *m, uint32_t *at)
{
	for (*at = first; *at < d->candidates_n; ++*at)
		if (rule_match(rule_at(d, d->candidates[*at]), line, m) == 1)
			return d->rules[d->candidates[*at]];
	return NULL;
}

/* Which prefix the line has, taken off it; NULL: none. */
static struct regex *prefix_take(struct detector *d, struct str *line)
{
	struct match m;

	if (d->prefixes_n == 0 || regex_match(d->any_prefix, *line, &m) != 1 || m.whole.p != line->p || m.whole.n == 0)
		return NULL;
	for (unsigned i = 0; i < d->prefixes_n && i + 1 < REGEX_GROUPS; i++)
		if (m.group[i + 1].p) {
			*line = str_sub(*line, m.whole.n, line->n);
			return d->prefixes[i];
		}
	return NULL;
}

/* As it stands, else behind what CI systems, containers and build tools put before a line. */
static struct rule *rule_find(struct detector *d, struct str line, struct match *m, struct prefixes *before)
{
	uint32_t at;

	before->n = 0;
	for (;;) {
		struct rule *rule = first_match(d, line, 0, m, &at);
		before->candidate = at;
		before->line = line;
		if (rule || before->n == PREFIX_DEPTH || d->candidates_n == 0)
			return rule;
		struct regex *prefix = prefix_take(d, &line);
		if (!prefix)
			return NULL;
		before->at[before->n++] = prefix;
	}
}

static void candidates_all(struct detector *d)
{
	d->candidates_n = 0;
	for (uint32_t i = 0; i < d->rules_n; i++)
		if (!d->kinds[i])
			d->candidates[d->candidates_n++] = i;
}

static void candidate_add(struct detector *d, uint32_t rule)
{
	uint32_t i = d->candidates_n;

	if (rule >= d->rules_n || d->marked[rule])
		return;
	if (d->kinds[rule]) {
		d->kinds_hit |= 1u << d->kinds[rule];
		return;
	}
	d->marked[rule] = 1;
	for (; i > 0 && d->candidates[i - 1] > rule; i--)	/* few: kept in order as they come */
		d->candidates[i] = d->candidates[i - 1];
	d->candidates[i] = rule;
	d->candidates_n++;
}

/* The rules that the literals in the line may start. */
static void candidates_find(struct detector *d, struct str line)
{
	struct gate_hit found[HITS], *hits = found;
	size_t n;

	d->kinds_hit = 0;
	if (d->o.naive) {	/* of documents, too, the literals tell: they say where one is looked for */
		gate_scan_naive(d->gate, line, 0, hits, HITS, &n);
	} else if (line.p == d->hits_line && line.n < CONFIRM_MAX) {	/* of the whole line: enough for a piece of it */
		hits = d->hits;
		n = d->hits_n;
	} else {
		gate_scan(d->gate, line, 0, hits, HITS, &n);
	}
	d->candidates_n = 0;
	if (n == HITS) {	/* later ones were dropped */
		d->kinds_hit = 1u << DOCUMENT_JSON | 1u << DOCUMENT_XML;
		candidates_all(d);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t count;
		const uint32_t *rules = pack_literal_rules(d->o.pack, hits[i].id, &count);
		for (uint32_t k = 0; k < count; k++)
			candidate_add(d, rules[k]);
	}
	for (uint32_t i = 0; i < d->candidates_n; i++)
		d->marked[d->candidates[i]] = 0;
	if (d->o.naive)
		candidates_all(d);
}

/* ---- documents ---- */

static void mappings_make(struct detector *d)
{
	if (d->mappings)
		return;
	d->mappings = arena_alloc(&d->a, (d->rules_n + 1) * sizeof(struct mapping *));
	for (uint32_t i = 0; i < d->rules_n; i++)
		if (d->kinds[i])
			d->mappings[d->mappings_n++] = mapping_new(&d->a, d->o.pack, i);
}

/* The first rule that fits takes the document; the others of its pack that fit, too, add what they find.
 * -1: it is no rule's; else how many elements were reported.  *end: behind the last of them. */
static long document_report(struct detector *d, bool partial, size_t *end)
{
	arena_reset(&d->doc_arena);
	mappings_make(d);
	struct tree t = { .root = document_tree(&d->doc, &d->doc_arena), .text = buf_str(&d->doc.text), .line = d->doc.line,
			  .partial = partial, .budget = TREE_BUDGET, .counted_line = d->doc.line };
	struct str pack = STR_NONE;
	long n = -1;
	for (unsigned i = 0; t.root && i < d->mappings_n; i++) {
		struct mapping *m = d->mappings[i];
		struct str own = mapping_rule(m)->pack;
		if (mapping_kind(m) != d->doc.kind || (pack.p && !str_eq(pack, own)) || !mapping_fits(m, &t, NULL))
			continue;
		n = (n < 0 ? 0 : n) + (long)mapping_run(m, &t, &d->block, row_report, d, end);
		pack = own;
	}
	return n;
}

/* Does a document begin with this line?  As it stands, or behind prefixes. */
static enum document_state document_open(struct detector *d, struct str line, bool ended, unsigned long number,
	unsigned kinds)
{
	struct regex *before[PREFIX_DEPTH];

	if (str_starts(line, "\xef\xbb\xbf"))
		line = str_sub(line, 3, line.n);
	for (unsigned n = 0;;) {
		enum document_kind kind = document_kind_at(line);
		if (kind && (kinds & 1u << kind)) {
			document_begin(&d->doc, kind, number);
			memcpy(d->doc.prefix, before, n * sizeof(*before));
			d->doc.prefixes_n = n;
			enum document_state state = document_add(&d->doc, line, ended);
			if (state != DOCUMENT_BROKEN)
				return state;
		}
		if (n == PREFIX_DEPTH || !(before[n++] = prefix_take(d, &line))) {
			document_clear(&d->doc);
			return DOCUMENT_BROKEN;
		}
	}
}

static enum document_state document_more(struct detector *d, struct str line, bool ended)
{
	for (unsigned i = 0; !d->doc.inside_line && i < d->doc.prefixes_n; i++)
		line = without_prefix(d->doc.prefix[i], line);
	return document_add(&d->doc, line, ended);
}

/* XML is known by its root, which is in the line at hand; JSON may begin above. */
static unsigned kinds_at(const struct detector *d, size_t at)
{
	return at == d->pos ? d->kinds_hit : d->kinds_hit & 1u << DOCUMENT_JSON;
}

static size_t document_top(struct detector *d)
{
	size_t at = d->pos, above = d->pos;
	struct str line;

	if (!(d->kinds_hit & 1u << DOCUMENT_JSON))
		return at;
	while (line_above(d, d->pos, &above, &line) && d->dropped + above >= d->doc_floor)
		at = above;
	return at;
}

static bool may_begin(struct str line)
{
	return str_chr(line, '{') < line.n || str_chr(line, '[') < line.n || str_chr(line, '<') < line.n;
}

/* The document that goes on, or ends, in the line at hand: the outermost that begins there or above. */
static enum document_state document_find(struct detector *d)
{
	size_t last = d->pos, at, begin = 0, behind_begin = 0;
	enum document_state state = DOCUMENT_BROKEN;

	if (d->dropped + last < d->doc_floor)
		return state;
	at = document_top(d);
	unsigned long number = d->line - newlines((struct str){ d->text.p + at, last - at }), begin_number = number;
	while (at <= last) {
		bool ended;
		struct str line = line_at(d, at, &ended);
		if (d->doc.kind) {
			state = document_more(d, line, ended);
		} else {
			begin = at;
			behind_begin = at + line.n + ended;
			begin_number = number;
			state = may_begin(line) ? document_open(d, line, ended, number, kinds_at(d, at)) : DOCUMENT_BROKEN;
		}
		d->doc_begin = d->dropped + begin;
		if (at == last && (state != DOCUMENT_BROKEN || begin == last))
			return state;
		if (state != DOCUMENT_OPEN)
			document_clear(&d->doc);
		at = state == DOCUMENT_BROKEN ? behind_begin : at + line.n + ended;
		number = state == DOCUMENT_BROKEN ? begin_number + 1 : number + ended;
	}
	return state;
}

/* What stands behind a document in its last line. */
static struct str tail_of(const struct detector *d, struct str line, bool ended)
{
	size_t rest = d->doc.rest - (ended && d->doc.rest > 0);

	return str_sub(line, line.n - (rest < line.n ? rest : line.n), line.n);
}

/* The line at hand holds a literal of a rule for documents: is it one, or part of one? */
static bool document_start(struct detector *d, struct str *tail)
{
	bool ended, taken = false;
	struct str line = line_at(d, d->pos, &ended);
	enum document_state state = document_find(d);
	size_t end = 0;

	*tail = STR_NONE;
	if (state == DOCUMENT_OPEN) {
		d->doc_back = d->dropped + d->pos;
		d->doc_back_line = d->line;
		return true;
	}
	d->doc_floor = d->dropped + d->pos + line.n + ended;
	if (state == DOCUMENT_COMPLETE)
		taken = document_report(d, false, &end) >= 0;
	if (taken)
		*tail = tail_of(d, line, ended);
	document_clear(&d->doc);
	return taken;
}

/* Would some rule start here? */
static bool starts(void *ctx, struct str line)
{
	struct detector *d = ctx;
	struct prefixes before;
	struct match m;

	candidates_find(d, line);
	if (d->kinds_hit && document_find(d) != DOCUMENT_BROKEN) {
		document_clear(&d->doc);
		return true;
	}
	return rule_find(d, line, &m, &before) != NULL;
}

/* A piece of a line that belongs to no block: does one begin? */
static void piece_start(struct detector *d, struct str piece, size_t line_at)
{
	struct prefixes before;
	struct match m;
	struct str tail;

	candidates_find(d, piece);
	if (d->kinds_hit && document_start(d, &tail)) {
		if (str_trim(tail).n == 0)
			return;
		piece = clipped(tail);
		candidates_find(d, piece);
	}
	struct rule *rule = rule_find(d, piece, &m, &before);
	if (!rule)
		return;
	/* A rule of one line that lacks what it needs leaves the line to the others. */
	for (uint32_t at = before.candidate; rule; rule = first_match(d, before.line, at + 1, &m, &at)) {
		block_open(&d->block, rule, &m, piece, d->line);
		d->block.prefixes_n = before.n;
		memcpy(d->block.prefix, before.at, sizeof(before.at));
		look_back(d, line_at);
		if (rule->thens || block_close(d))
			return;
	}
}

/* One piece: to the open block if it belongs there, else a fresh start. */
static void piece_take(struct detector *d, struct str piece, size_t line_at)
{
	piece = clipped(piece);
	if (d->block.rule) {
		struct block_asks asks = { starts, row_report, d };
		struct str inner = as_in_block(d, piece);
		switch (block_offer(&d->block, inner, d->line, &asks)) {
		case BELONGS:
			return;
		case BELONGS_LAST:
			block_close(d);
			return;
		case BELONGS_DROPPED:
			d->block.rule = NULL;
			return;
		case BELONGS_NOT:
			block_close(d);
		}
	}
	piece_start(d, piece, line_at);
}

/* A progress bar writes many lines over one another with CR: each is a piece of its own. */
static void line_take(struct detector *d, struct str line, size_t line_at)
{
	struct str piece;

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (str_chr(line, '\r') == line.n) {
		piece_take(d, line, line_at);
		return;
	}
	while (!d->doc.kind && str_split(&line, '\r', &piece))
		if (piece.n)
			piece_take(d, piece, line_at);
}

/* Move to the next line that may matter; false when none is left before limit. */
static bool seek(struct detector *d, size_t limit)
{
	size_t n;

	if (d->o.naive || d->block.rule || d->doc.kind)
		return d->pos < limit;
	struct str block = { d->text.p, limit };
	size_t hit = gate_scan(d->gate, block, d->pos, d->hits, HITS, &n);
	struct str skipped = { d->text.p + d->pos, hit - d->pos };
	if (n == 0)
		skipped.n = limit - d->pos;
	size_t last = str_rchr(skipped, '\n');
	size_t line_begin = last == skipped.n ? d->pos : d->pos + last + 1;
	d->line += newlines(skipped);
	d->pos = n == 0 ? limit : line_begin;
	d->hits_n = n;
	d->hits_line = d->text.p + d->pos;
	return n != 0;
}

/* On with the text rules at a line that has been here before. */
static void go_back(struct detector *d, size_t to, unsigned long number)
{
	d->pos = to - d->dropped;
	d->line = number;
	d->hits_line = NULL;
	document_clear(&d->doc);
}

/* It is broken, or the input ends: what is complete of it is reported, its other lines are text.  One that
 * reports nothing was none: its lines are text from the one on that made it a document. */
static void document_give_up(struct detector *d)
{
	struct str text = { d->text.p + (d->doc_begin - d->dropped), d->limit - (d->doc_begin - d->dropped) };
	size_t end = 0;
	long n = d->doc.has_more ? -1 : document_report(d, true, &end);
	unsigned long lines = n > 0 ? newlines(str_sub(buf_str(&d->doc.text), 0, end)) + 1 : 1, left = lines;
	size_t behind = 0;

	if (d->doc.too_long && d->docs_lost++ == 0)
		d->docs_lost_line = d->doc.line;
	while (left-- && behind < text.n)
		behind += str_chr(str_sub(text, behind, text.n), '\n') + 1;
	d->doc_floor = d->doc_begin + (behind < text.n ? behind : text.n);
	if (n > 0 && d->doc_floor > d->doc_back)
		go_back(d, d->doc_floor, d->doc.line + lines);
	else
		go_back(d, d->doc_back, d->doc_back_line);
}

/* The next line of an open document; false: d->pos was moved. */
static bool document_take(struct detector *d, struct str line, bool ended)
{
	enum document_state state = document_more(d, line, ended);
	size_t end = 0, back = d->doc_back;

	if (d->dropped + d->pos - back > DOCUMENT_TAKEN) {
		d->doc.too_long = true;
		state = DOCUMENT_BROKEN;
	}
	if (state == DOCUMENT_BROKEN)
		document_give_up(d);
	if (state != DOCUMENT_COMPLETE)
		return state == DOCUMENT_OPEN;
	d->doc_floor = d->dropped + d->pos + line.n + ended;
	if (document_report(d, false, &end) < 0) {
		go_back(d, back, d->doc_back_line);
		return false;
	}
	struct str tail = tail_of(d, line, ended);
	document_clear(&d->doc);
	if (str_trim(tail).n)
		piece_start(d, clipped(tail), d->pos);
	return true;
}

static void process(struct detector *d, size_t limit)
{
	bool ended;

	d->limit = limit;
	while (d->pos < limit && seek(d, limit)) {
		struct str line = line_at(d, d->pos, &ended);
		if (!d->doc.kind)
			line_take(d, line, d->pos);
		else if (!document_take(d, line, ended))
			continue;
		d->hits_line = NULL;
		d->pos += line.n + ended;
		d->line += ended;
	}
}

static void window_move(struct detector *d)
{
	if (d->pos < LOOK_BACK + WINDOW || d->doc.kind)
		return;
	d->dropped += d->pos - LOOK_BACK;
	buf_drop(&d->text, d->pos - LOOK_BACK);
	d->pos = LOOK_BACK;
}

static void complete_lines(struct detector *d)
{
	struct str fresh = str_sub(buf_str(&d->text), d->pos, d->text.n);
	size_t last = str_rchr(fresh, '\n');

	if (last < fresh.n)
		process(d, d->pos + last + 1);
	while (d->text.n - d->pos > LINE_MAX_BYTES)
		process(d, d->pos + LINE_MAX_BYTES);
	window_move(d);
}

void detector_begin(struct detector *d, struct str name)
{
	if (name.p != d->name.p) {
		arena_reset(&d->name_arena);
		d->name = arena_str(&d->name_arena, name);
	}
	d->line = 1;
	d->pos = d->dropped = d->doc_floor = 0;
	document_clear(&d->doc);
	d->dirs_n = d->dirs_lost = 0;
	buf_clear(&d->text);
	strip_init(&d->strip);
}

void detector_feed(struct detector *d, struct str bytes)
{
	while (bytes.n) {
		struct str piece = str_sub(bytes, 0, WINDOW);
		bytes = str_sub(bytes, piece.n, bytes.n);
		strip_add(&d->strip, piece, &d->text);
		complete_lines(d);
	}
}

void detector_end(struct detector *d)
{
	process(d, d->text.n);
	while (d->doc.kind) {
		document_give_up(d);
		process(d, d->text.n);
	}
	if (d->block.rule)
		block_close(d);
	detector_begin(d, d->name);
}

/* ---- for people ---- */

static void tell_found(void *ctx, struct record *r)
{
	struct buf line;

	buf_init(&line, 4 << 20);
	record_write_buf(&line, r);
	fprintf(ctx, "record: %.*s", STR_ARG(buf_str(&line)));
	buf_release(&line);
}

static void explain_line(struct rule *rule, struct str line, unsigned long number, bool gated, FILE *out)
{
	struct match m;
	char shown[200];

	visible(line, shown, sizeof(shown));
	int got = rule_match(rule, line, &m);
	if (got == 1)
		fprintf(out, "line %lu: matches: %s\n", number, shown);
	else if (got < 0)
		fprintf(out, "line %lu: a limit was hit: %s\n", number, shown);
	else if (regex_match(rule->match, line, &m) == 1)
		fprintf(out, "line %lu: 'match' fits, but so does 'not': %s\n", number, shown);
	else if (gated)
		fprintf(out, "line %lu: holds a literal of the rule, but 'match' does not fit: %s\n", number, shown);
}

static bool is_gated(const struct pack *pack, uint32_t rule, struct str line)
{
	struct gate_hit hits[HITS];
	size_t n;

	gate_scan(pack_gate(pack), line, 0, hits, HITS, &n);
	if (n == HITS)
		return true;
	for (size_t i = 0; i < n; i++) {
		uint32_t count;
		const uint32_t *rules = pack_literal_rules(pack, hits[i].id, &count);
		for (uint32_t k = 0; k < count; k++)
			if (rules[k] == rule)
				return true;
	}
	return false;
}

static void explain_lines(struct arena *a, const struct pack *pack, uint32_t i, struct str text, FILE *out)
{
	struct rule *rule = rule_new(a, pack, i);
	struct str line;

	fprintf(out, "rule %.*s: %.*s\n", STR_ARG(rule->id), STR_ARG(regex_pattern(rule->match)));
	for (unsigned long number = 1; str_line(&text, &line); number++)
		explain_line(rule, line, number, is_gated(pack, i, line), out);
	rule_free(rule);
}

/* The text from its first line on that holds a literal of the rule and begins a document of its kind. */
static void explain_document(struct arena *a, const struct pack *pack, uint32_t i, struct str text, FILE *out)
{
	struct mapping *m = mapping_new(a, pack, i);
	struct document doc;
	struct str line, rest = text, lacks = STR_NONE;
	bool gated = false;

	fprintf(out, "rule %.*s: a document\n", STR_ARG(pack_rule(pack, i).id));
	document_init(&doc);
	for (unsigned long number = 1; str_line(&rest, &line); number++) {
		gated |= is_gated(pack, i, line);
		line = str_trim(line);
		if (!doc.kind && document_kind_at(line) == mapping_kind(m))
			document_begin(&doc, mapping_kind(m), number);
		if (!doc.kind)
			continue;
		switch (document_add(&doc, line, true)) {
		case DOCUMENT_COMPLETE: {
			struct tree t = { .root = document_tree(&doc, a), .text = buf_str(&doc.text), .budget = TREE_BUDGET };
			if (t.root && mapping_fits(m, &t, &lacks))
				fprintf(out, "line %lu: a document that has the signature begins\n", doc.line);
			else
				fprintf(out, "line %lu: a document begins that lacks '%.*s'\n", doc.line, STR_ARG(lacks));
		}	/* fall through */
		case DOCUMENT_BROKEN:
			document_clear(&doc);
			break;
		case DOCUMENT_OPEN:
			break;
		}
	}
	if (doc.kind)
		fprintf(out, "line %lu: a document begins that does not end\n", doc.line);
	if (!gated)
		fprintf(out, "no line holds a literal of the rule\n");
	document_release(&doc);
	mapping_free(m);
}

void detector_explain(const struct pack *pack, struct str rule_id, struct str text, FILE *out)
{
	struct arena a = ARENA_INIT;
	uint32_t i = 0;

	while (i < pack_rules(pack) && !str_eq(pack_rule(pack, i).id, rule_id))
		i++;
	if (i == pack_rules(pack)) {
		fprintf(out, "there is no rule '%.*s'\n", STR_ARG(rule_id));
		return;
	}
	if (pack_rule(pack, i).document)
		explain_document(&a, pack, i, text, out);
	else
		explain_lines(&a, pack, i, text, out);
	arena_free(&a);
	struct detector_options o = { .pack = pack, .found = tell_found, .ctx = out };
	struct detector *d = detector_new(&o);
	detector_feed(d, text);
	detector_end(d);
	detector_free(d);
}

#include "detect/log_since.h"
#include "detect/detector_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

/* The rules with `last` are at the end. */
static uint32_t general_rules(const struct pack *pack)
{
	uint32_t n = pack_rules(pack);

	while (n && node_bool(node_get(pack_rule(pack, n - 1).node, "last"), false))
		n--;
	return n;
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
	d->general = general_rules(options->pack);
	d->c = candidates_new(&d->a, options->pack);
	d->memo = options->naive || options->anew ? NULL : line_memo_new();
	d->c.memo = d->memo;
	d->clauses = d->memo ? line_memo_new() : NULL;
	d->digits = arena_alloc(&d->a, d->rules_n + 1);
	d->forms = pack_forms(options->pack);
	d->mappings = arena_alloc(&d->a, (d->rules_n + 1) * sizeof(struct mapping *));
	d->levels = pack_table(options->pack, "levels");
	d->foreign = pack_table(options->pack, "foreign");
	buf_init(&d->text, DOCUMENT_TAKEN + (8 << 20));
	buf_init(&d->early, 1 << 20);
	d->since = options->since ? log_since_new(options->pack, options->since) : NULL;
	buf_init(&d->decoded, 2 * WINDOW + 8);
	document_init(&d->doc);
	for (unsigned i = 0; i < DIRS; i++)
		buf_init(&d->dirs[i], 8192);
	block_init(&d->block);
	d->unknown = options->unknown ? unknown_new(options->pack) : NULL;
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
	regex_free(d->certain);
	candidate_thread_free(d->ahead);
	line_memo_free(d->memo);
	line_memo_free(d->clauses);
	documents_release(d);
	unknown_free(d->unknown);
	block_release(&d->block);
	buf_release(&d->text);
	buf_release(&d->early);
	log_since_free(d->since);
	buf_release(&d->decoded);
	for (unsigned i = 0; i < DIRS; i++)
		buf_release(&d->dirs[i]);
	arena_free(&d->name_arena);
	arena_free(&d->a);
	free(d);
}

unsigned long detector_untimed(const struct detector *d)
{
	return d->since ? log_since_untimed(d->since) : 0;
}

/* ---- blocks ---- */

static struct str dir_now(const struct detector *d)
{
	return d->dirs_n ? buf_str(&d->dirs[d->dirs_n - 1]) : STR_NONE;
}

static const struct forms *in_message(void *ctx)
{
	struct detector *d = ctx;

	if (!d->in_message)
		d->in_message = forms_new(d->forms, node_get(pack_table(d->o.pack, "forms"), "in_message"), NULL);
	return d->in_message;
}

static struct incident_place place_of(struct detector *d)
{
	return (struct incident_place){
		.name = d->name,
		.cwd = d->o.cwd,
		.command = d->o.command,
		.directory = dir_now(d),
		.levels = d->levels,
		.foreign = d->foreign,
		.in_message = in_message,
		.ctx = d,
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
	if (d->o.entered)
		d->o.entered(d->o.ctx, buf_str(to));
}

static void dir_leave(struct detector *d)
{
	if (d->dirs_lost)
		d->dirs_lost--;
	else if (d->dirs_n)
		d->dirs_n--;
}

/* Report the incident of the block; false: something that its rule requires is missing. */
static bool block_report(struct detector *d)
{
	struct incident_place place = place_of(d);
	struct record r;

	if (!block_record(&d->block, &place, &r))
		return false;
	d->o.found(d->o.ctx, &r);
	return true;
}

void detector_row_report(void *ctx)
{
	block_report(ctx);
}

/* Does the block have everything that its rule requires? */
static bool block_amounts(struct detector *d)
{
	struct incident_place place = place_of(d);
	struct record r;

	return block_has_incident(&d->block) && block_record(&d->block, &place, &r);
}

/* false: it is not an incident: a heading without rows, or without something that the rule requires. */
static bool block_close(struct detector *d)
{
	struct rule *rule = d->block.rule;
	bool ok = true;

	if (rule->directory == DIR_ENTER) {
		dir_enter(d, block_value(&d->block, STR("dir")));
	} else if (rule->directory == DIR_LEAVE) {
		dir_leave(d);
	} else if (rule->ignore) {
		ok = !rule->conditional || block_amounts(d);
	} else {
		ok = block_has_incident(&d->block) && (block_report(d) || d->block.in_row);
	}
	d->block.rule = NULL;
	return ok;
}

/* Was a block of this rule with this offset discarded before? */
static bool is_barren(const struct detector *d, const struct rule *rule, size_t at)
{
	return rule->barren_text == d->texts && at < rule->barren_to;
}

/* End the block before this offset.  false: it was discarded, and its lines are processed again by the other rules.  A
 * rule can discard a line at most twice, see block_start. */
static bool block_finish(struct detector *d, size_t end)
{
	struct rule *rule = d->block.rule;

	if (block_close(d))
		return true;
	rule->barren_again = is_barren(d, rule, d->block_piece);
	rule->barren_text = d->texts;
	rule->barren_to = end;
	d->resume = d->block_piece;
	detector_go_back(d, d->block_line, d->block.first);
	return false;
}

/* The lines of a block that may be discarded are kept, so its length is limited. */
static bool block_has_room(const struct detector *d, size_t at)
{
	return !d->block.rule->conditional || at - d->block_line <= CONDITIONAL_MAX;
}

/* ---- lines ---- */

/* The offset in the input of a position in the window. */
static size_t offset_of(const struct detector *d, struct str piece)
{
	return d->dropped + (size_t)(piece.p - d->text.p);
}

static struct str clipped(struct str line)
{
	return str_sub(line, 0, CONFIRM_MAX);
}

struct str detector_line_at(const struct detector *d, size_t at, bool *ended)
{
	struct str rest = str_sub((struct str){ d->text.p + at, d->limit - at }, 0, LINE_MAX_BYTES);
	struct str line = str_sub(rest, 0, str_chr(rest, '\n'));

	*ended = at + line.n < d->limit && d->text.p[at + line.n] == '\n';
	return line;
}

bool detector_line_above(struct detector *d, size_t match_at, size_t *at, struct str *line)
{
	if (*at == 0)
		return false;
	size_t end = *at - (d->text.p[*at - 1] == '\n'); /* none where a long line was split */
	struct str above = { d->text.p, end };
	size_t begin = str_rchr(above, '\n');
	begin = begin == above.n ? 0 : begin + 1;
	if (match_at - begin >= LOOK_BACK)
		return false;
	*line = str_rtrim(str_sub(above, begin, end));
	*at = begin;
	return true;
}

/* Remove the same prefixes, in the same order, as in the block's first line.  Of an indented block only that
 * indentation is removed, so that the indentation relative to the first line remains. */
static struct str as_in_block(struct detector *d, struct str line)
{
	for (unsigned i = 0; i < d->block.prefixes_n; i++)
		line = d->block.indent[i] ? str_sub(line, detector_blanks(line, d->block.indent[i]), line.n) :
					    detector_without_prefix(d->block.prefix[i], line);
	return line;
}

static void look_back(struct detector *d, size_t line_at)
{
	struct rule *rule = d->block.rule;

	for (unsigned i = 0; i < rule->befores; i++) {
		struct look_back *l = &rule->before[i];
		bool bare = d->block.prefixes_n == 0,
		     known = bare && l->barren && l->walked_text == d->texts && l->walked_from <= d->line;
		size_t at = line_at;
		struct str line;
		l->hit = false;
		for (unsigned n = 0; n < l->lines && detector_line_above(d, line_at, &at, &line); n++) {
			/* The last search found nothing from here on. */
			if (known && d->line - n <= l->walked_from)
				break;
			line = as_in_block(d, clipped(line));
			if (!block_look_back(&d->block, i, line))
				break;
		}
		l->walked_from = d->line;
		l->walked_text = d->texts;
		l->barren = bare && !l->hit;
	}
}

/* The offset of the next line with candidates according to the second thread, or limit.  Must not be called within a
 * line that was split. */
static size_t line_from_ahead(struct detector *d, size_t limit)
{
	size_t begin, n;

	if (!candidate_thread_next(d->ahead, d->pos - d->candidate_thread_at, &d->c, &begin, &n))
		return limit;
	begin += d->candidate_thread_at;
	d->asked = (struct str){ d->text.p + begin, n };
	return begin;
}

static bool within_line(const struct detector *d)
{
	return d->pos > 0 && d->text.p[d->pos - 1] != '\n';
}

/* Find the first line with literals at or after this offset. */
static void literals_find(struct detector *d, size_t from)
{
	struct str text = { d->text.p, d->limit };

	if (d->hits_line.p && d->hits_line.p >= text.p + from)
		return;
	d->hits_line = candidates_line(&d->sweep, text, from, d->hits, &d->hits_n);
	if (!d->hits_line.p)
		d->hits_line = str_sub(text, text.n, text.n);
}

/* Is the line a part of the text, and not of a document? */
static bool is_of_text(const struct detector *d, struct str line)
{
	return line.p >= d->text.p && line.p < d->text.p + d->text.n;
}

/* Set the candidates of the line, or of a piece of one. */
static void candidates_find(struct detector *d, struct str line)
{
	struct gate_hit found[HITS], *hits = found;
	size_t n;

	if (line.p && line.p == d->asked.p && line.n == d->asked.n)
		return;
	d->asked = STR_NONE;
	if (d->candidate_thread_end && line.p == d->text.p + d->pos && !within_line(d)) {
		size_t begin = line_from_ahead(d, SIZE_MAX);
		if (begin == d->pos && d->asked.n == line.n)
			return;
		d->asked = STR_NONE;
	}
	if (d->o.naive) { /* documents are still found by their literals */
		gate_scan_naive(d->gate, line, 0, hits, HITS, &n);
	} else if (line.p == d->text.p + d->pos &&
		line.n < CONFIRM_MAX) { /* those of the whole line include those of a piece */
		literals_find(d, d->pos);
		hits = d->hits;
		n = d->hits_line.p == line.p ? d->hits_n : 0;
	} else {
		gate_scan(d->gate, line, 0, hits, HITS, &n);
	}
	candidates_of(&d->c, line, hits, n);
	if (d->o.naive)
		candidates_all(&d->c);
	if (is_of_text(d, line)) /* others may be replaced at the same address */
		d->asked = line;
}

bool detector_line_is_known(struct detector *d)
{
	struct prefixes before;
	struct match m;
	bool ended;

	return detector_rule_of_tool(d, clipped(detector_line_at(d, d->pos, &ended)), &m, &before) != NULL;
}

bool detector_is_known(struct detector *d, struct str line)
{
	struct prefixes before;
	struct match m;

	candidates_find(d, line);
	return detector_rule_of_tool(d, clipped(line), &m, &before) != NULL;
}

/* Would a rule start here? */
static bool starts(void *ctx, struct str line, bool of_tool)
{
	struct detector *d = ctx;
	struct prefixes before;
	struct match m;

	candidates_find(d, line);
	if (d->c.kinds_hit && documents_find(d) != DOCUMENT_BROKEN) {
		document_clear(&d->doc);
		return true;
	}
	/* A general rule starts only where no rule of a tool has its block. */
	return (d->block.rule->last && !of_tool ? detector_rule_first : detector_rule_of_tool)(d, line, &m, &before) !=
		NULL;
}

static void block_begin_at(struct detector *d, struct rule *rule, const struct match *m, const struct prefixes *before,
	struct str piece, size_t line_at)
{
	block_open(&d->block, rule, m, piece, d->line);
	d->block.prefixes_n = before->n;
	memcpy(d->block.prefix, before->at, sizeof(before->at));
	memcpy(d->block.indent, before->indent, sizeof(before->indent));
	if (before->n)
		d->block.headline = arena_str(&d->block.a, before->line);
	d->block_line = d->dropped + line_at;
	d->block_piece = offset_of(d, piece);
	look_back(d, line_at);
}

/* Start a block with the piece, or report it as an incident of one line.  Not if something is missing that the rule
 * requires, or if a block with this line was discarded before; then only a complete first line is tried, once. */
static bool block_start(struct detector *d, struct rule *rule, const struct match *m, const struct prefixes *before,
	struct str piece, size_t line_at)
{
	block_begin_at(d, rule, m, before, piece, line_at);
	if (!rule->thens)
		return block_close(d);
	if (!is_barren(d, rule, d->block_piece))
		return true;
	if (rule->barren_again || !block_amounts(d)) {
		d->block.rule = NULL;
		return false;
	}
	block_begin_at(d, rule, m, before, piece, line_at);
	return true;
}

/* Would a rule start here that looks back at the first line of the open block? */
static bool claims(void *ctx, struct str line)
{
	struct detector *d = ctx;
	struct prefixes before;
	struct match m;
	struct str rest = buf_str(&d->block.raw), first;

	candidates_find(d, line);
	if (!str_split(&rest, '\n', &first))
		return false;
	for (struct rule *rule = detector_rule_of_tool(d, line, &m, &before); rule;
		rule = detector_rule_next_of_tool(d, &m, &before))
		for (unsigned i = 0; i < rule->befores; i++)
			if (regex_match(rule->before[i].match, as_in_block(d, first), &m) == 1)
				return true;
	return false;
}

/* Does text follow a document, and any further documents, in its last line? */
static bool more_after(struct detector *d, struct str *tail)
{
	if (str_trim(*tail).n == 0)
		return false;
	candidates_find(d, *tail);
	return documents_after(d, tail);
}

/* Start a block or document with a piece of a line that belongs to no block. */
static void piece_start(struct detector *d, struct str piece, size_t line_at)
{
	struct prefixes before;
	struct match m;
	struct str tail;

	candidates_find(d, piece);
	d->resume = offset_of(d, piece); /* if it belongs to no document: the pieces before it are already processed */
	if (d->c.kinds_hit && !detector_is_quoted(d, line_at) && documents_start(d, &tail)) {
		if (!more_after(d, &tail))
			return;
		piece = clipped(tail);
		candidates_find(d, piece);
	}
	for (struct rule *rule = detector_rule_first(d, piece, &m, &before); rule;
		rule = detector_rule_next(d, &m, &before))
		if (detector_is_quoted(d, line_at) || block_start(d, rule, &m, &before, piece, line_at))
			return;
	unknown_lines(d->unknown, piece, d->line);
}

/* The relation of a piece to the open block. */
static enum belongs belongs(struct detector *d, struct str piece)
{
	struct block_asks asks = { starts, claims, detector_row_report, d };

	if (!block_has_room(d, offset_of(d, piece)))
		return BELONGS_NOT;
	return block_offer(&d->block, d->clauses, as_in_block(d, piece), d->line, &asks);
}

/* Add a piece to the open block if it belongs to it, otherwise end the block and start anew.  false: d->pos was moved
 * back. */
static bool piece_take(struct detector *d, struct str piece, size_t line_at)
{
	piece = clipped(piece);
	if (d->block.rule) {
		switch (belongs(d, piece)) {
		case BELONGS:
			return true;
		case BELONGS_LAST:
			return block_finish(d, offset_of(d, piece) + 1);
		case BELONGS_DROPPED:
			d->block.rule = NULL;
			return true;
		case BELONGS_YIELDED:
			d->block.rule = NULL;
			break;
		case BELONGS_NOT:
			if (!block_finish(d, offset_of(d, piece)))
				return false;
		}
	}
	piece_start(d, piece, line_at);
	return true;
}

/* A progress bar overwrites a line with CR: each part is a separate piece.  false as above. */
static bool line_take(struct detector *d, struct str line, size_t line_at)
{
	struct str piece;

	if (d->resume > d->dropped + line_at)
		line = str_sub(line, d->resume - d->dropped - line_at, line.n);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (str_chr(line, '\r') == line.n)
		return piece_take(d, line, line_at);
	while (!d->doc.kind && str_split(&line, '\r', &piece))
		if (piece.n && !piece_take(d, piece, line_at))
			return false;
	return true;
}

/* The offset of the next line with candidates, or limit. */
static size_t line_that_matters(struct detector *d, size_t limit)
{
	for (size_t from = d->pos; from < limit;) {
		literals_find(d, from);
		struct str line = d->hits_line;
		size_t begin = (size_t)(line.p - d->text.p);
		if (begin == limit)
			break;
		candidates_of(&d->c, line, d->hits, d->hits_n);
		d->asked = line;
		if (candidates_any(&d->c))
			return begin;
		from = begin + line.n + 1;
	}
	return limit;
}

/* Move to the next line with candidates; false if there is none before limit. */
static bool seek(struct detector *d, size_t limit)
{
	if (d->o.naive || d->block.rule || d->doc.kind)
		return d->pos < limit;
	size_t begin = d->candidate_thread_end == limit && !within_line(d) ? line_from_ahead(d, limit) :
									     line_that_matters(d, limit);
	struct str skipped = { d->text.p + d->pos, begin - d->pos };
	unknown_lines(d->unknown, skipped, d->line);
	d->line += detector_newlines(skipped);
	d->pos = begin;
	return begin < limit;
}

/* A second thread pays only for long texts of which much is available at once. */
static void candidate_thread_on(struct detector *d, size_t limit)
{
	if (!d->o.threads || d->o.naive || limit - d->pos < AHEAD_LEAST || d->dropped + d->pos < THREAD_FROM ||
		within_line(d) || limit == 0 || d->text.p[limit - 1] != '\n')
		return;
	if (!d->candidate_thread_tried)
		d->ahead = candidate_thread_new(d->o.pack, d->memo);
	d->candidate_thread_tried = true;
	if (!d->ahead)
		return;
	line_memo_share(d->memo);
	candidate_thread_begin(d->ahead, (struct str){ d->text.p + d->pos, limit - d->pos });
	d->candidate_thread_at = d->pos;
	d->candidate_thread_end = limit;
}

void detector_go_back(struct detector *d, size_t to, unsigned long number)
{
	d->pos = to - d->dropped;
	d->line = number;
	d->hits_line = STR_NONE; /* lines before it were not searched */
	d->asked = STR_NONE;
	detector_ahead_end(d);
	document_clear(&d->doc);
}

void detector_ahead_end(struct detector *d)
{
	if (d->candidate_thread_end) {
		candidate_thread_end(d->ahead);
		line_memo_shared_no_more(d->memo);
	}
	d->candidate_thread_end = 0;
}

static void process(struct detector *d, size_t limit)
{
	bool ended;

	d->limit = limit;
	d->hits_line = STR_NONE;
	gate_sweep_begin(&d->sweep, d->gate, (struct str){ d->text.p, limit }, d->pos);
	candidate_thread_on(d, limit);
	while (d->pos < limit && seek(d, limit)) {
		struct str line = detector_line_at(d, d->pos, &ended), tail = STR_NONE;
		if (d->doc.kind ? !documents_take(d, line, ended, &tail) : !line_take(d, line, d->pos))
			continue;
		if (more_after(d, &tail))
			piece_start(d, clipped(tail), d->pos);
		d->asked = STR_NONE;
		d->pos += line.n + ended;
		d->line += ended;
	}
	detector_ahead_end(d);
}

static void window_move(struct detector *d)
{
	bool kept = d->block.rule && d->block.rule->conditional;
	size_t wanted = kept ? d->block_line - d->dropped : d->pos;

	if (wanted < LOOK_BACK + WINDOW || d->doc.kind)
		return;
	size_t n = wanted - LOOK_BACK;
	d->dropped += n;
	buf_drop(&d->text, n);
	d->pos -= n;
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
	d->texts++;
	d->line = 1;
	d->pos = d->dropped = d->doc_floor = d->resume = 0;
	document_clear(&d->doc);
	d->dirs_n = d->dirs_lost = 0;
	buf_clear(&d->text);
	decode_begin(&d->decode);
	strip_init(&d->strip);
	buf_clear(&d->early);
	if (d->since)
		log_since_begin(d->since);
	unknown_begin(d->unknown);
}

static void text_add(struct detector *d, struct str decoded, bool ends)
{
	strip_add(&d->strip, decoded, d->since ? &d->early : &d->text);
	if (d->since)
		log_since_take(d->since, &d->early, &d->text, ends);
}

void detector_feed(struct detector *d, struct str bytes)
{
	if (d->o.seen)
		d->o.seen(d->o.ctx, bytes);
	while (bytes.n) {
		struct str piece = str_sub(bytes, 0, WINDOW);
		bytes = str_sub(bytes, piece.n, bytes.n);
		text_add(d, decode_add(&d->decode, piece, &d->decoded), false);
		complete_lines(d);
	}
}

void detector_end(struct detector *d)
{
	text_add(d, decode_end(&d->decode, &d->decoded), true);
	process(d, d->text.n);
	while (d->doc.kind || d->block.rule) {
		if (d->doc.kind)
			documents_give_up(d);
		else
			block_finish(d, d->dropped + d->text.n);
		process(d, d->text.n);
	}
	unknown_tell(d->unknown, d->name, d->o.found, d->o.ctx);
	detector_begin(d, d->name);
}

void detector_idle(struct detector *d)
{
	while (d->block.rule && d->pos == d->text.n) {
		block_finish(d, d->dropped + d->text.n);
		process(d, d->text.n);
	}
	unknown_tell(d->unknown, d->name, d->o.found, d->o.ctx);
}

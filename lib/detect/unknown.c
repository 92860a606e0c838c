#include "detect/unknown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/counts.h"
#include "redact/redact.h"
#include "rules/regex.h"
#include "rules/vocabulary.h"

enum {
	LINE_MAX_SEEN = 2000,
	TEMPLATES = 512,
	TOKENS = 32,
	ALIKE = 60,  /* percentage of tokens that a line must share with a template */
	LISTED = 64, /* maximum number reported at once */
};

struct template
{
	uint32_t token[TOKENS];
	unsigned tokens;
	unsigned long first, last, count;
	int score, level;
	bool reported;
	char text[LINE_MAX_SEEN];
	size_t n;
};

struct unknown {
	struct arena a;
	struct vocabulary *words;
	struct regex *harmless;
	int enough, most, rare, end, end_lines, often, often_from;
	struct template *templates;
	size_t n;
	unsigned long lines, reported; /* of this text */
};

static struct regex *harmless_read(struct arena *a, struct node list)
{
	struct str all = STR("");

	for (uint32_t i = 0; i < node_list_count(list); i++)
		all = arena_printf(
			a, "%.*s%s(?:%.*s)", STR_ARG(all), i ? "|" : "", STR_ARG(node_str(node_list_at(list, i))));
	return all.n ? regex_lazy(a, all, REGEX_NOCASE) : NULL;
}

static int setting(struct node rows, const char *name, int otherwise)
{
	return (int)node_int(node_get(rows, name), otherwise);
}

struct unknown *unknown_new(const struct pack *pack)
{
	struct node words = pack_table(pack, "unknown-words"), score = pack_table(pack, "unknown-score");

	if (node_kind(words) != NODE_MAP)
		return NULL;
	struct unknown *u = calloc(1, sizeof(*u));
	struct template *t = calloc(TEMPLATES, sizeof(*t));
	if (!u || !t)
		out_of_memory();
	u->templates = t;
	u->words = vocabulary_new(&u->a);
	vocabulary_add_rows(u->words, words);
	u->harmless = harmless_read(&u->a, pack_table(pack, "unknown-harmless"));
	u->enough = setting(score, "enough", 4);
	u->most = setting(score, "most", 20);
	u->rare = setting(score, "rare", 0);
	u->end = setting(score, "late", 0);
	u->end_lines = setting(score, "late_lines", 0);
	u->often = setting(score, "often", 0);
	u->often_from = setting(score, "often_from", 1);
	return u;
}

void unknown_free(struct unknown *u)
{
	if (!u)
		return;
	regex_free(u->harmless);
	arena_free(&u->a);
	free(u->templates);
	free(u);
}

/* The line with harmless parts blanked. */
static struct str harmless_blank(struct unknown *u, struct str line, char *room)
{
	struct match m;
	size_t from = 0;

	memcpy(room, line.p, line.n);
	while (u->harmless && from < line.n && regex_match_from(u->harmless, line, from, &m) == 1) {
		size_t at = (size_t)(m.whole.p - line.p);
		memset(room + at, '|', m.whole.n);
		from = at + (m.whole.n ? m.whole.n : 1);
	}
	return (struct str){ room, line.n };
}

/* ---- templates ---- */

/* A variable token: one with a digit or a path, or quoted. */
static uint32_t token_hash(struct str token)
{
	for (size_t i = 0; i < token.n; i++)
		if (isdigit((unsigned char)token.p[i]) || token.p[i] == '/' || token.p[i] == '\\' ||
			strchr("'\"`", token.p[i]))
			return 1;
	return (uint32_t)(hash_of(token) >> 32) | 2;
}

static unsigned tokens_of(struct str line, uint32_t *out)
{
	unsigned n = 0;
	struct str token;

	while (n < TOKENS && str_split(&line, ' ', &token))
		if (token.n)
			out[n++] = token_hash(token);
	return n;
}

static bool is_alike(const struct template *t, const uint32_t *token, unsigned n)
{
	unsigned same = 0;

	if (t->tokens != n)
		return false;
	for (unsigned i = 0; i < n; i++)
		same += t->token[i] == token[i];
	return same * 100 >= n * ALIKE;
}

/* A free slot, or that of the lowest score if this one is higher. */
static struct template *template_place(struct unknown *u, int score)
{
	struct template *least = u->templates;

	if (u->n < TEMPLATES)
		return &u->templates[u->n++];
	for (size_t i = 1; i < u->n; i++)
		if (u->templates[i].score < least->score)
			least = &u->templates[i];
	return least->score < score ? least : NULL;
}

static void template_add(struct unknown *u, struct str line, unsigned long number, struct vocabulary_verdict v)
{
	uint32_t token[TOKENS];
	unsigned n = tokens_of(line, token);
	struct template *t;

	for (size_t i = 0; i < u->n; i++)
		if (is_alike(&u->templates[i], token, n)) {
			u->templates[i].count++;
			u->templates[i].last = number;
			return;
		}
	t = template_place(u, v.score);
	if (!t)
		return;
	memcpy(t->token, token, sizeof(token));
	memcpy(t->text, line.p, line.n);
	t->n = line.n;
	t->tokens = n;
	t->first = t->last = number;
	t->count = 1;
	t->score = v.score;
	t->level = v.level;
	t->reported = false;
}

static void line_take(struct unknown *u, struct str line, unsigned long number)
{
	char room[LINE_MAX_SEEN];

	line = str_sub(line, 0, LINE_MAX_SEEN);
	if (vocabulary_weigh(u->words, line).score <= 0)
		return;
	struct vocabulary_verdict v = vocabulary_weigh(u->words, harmless_blank(u, line, room));
	if (v.score + u->rare + u->end >= u->enough)
		template_add(u, str_trim(line), number, v);
}

void unknown_begin(struct unknown *u)
{
	if (u)
		u->n = u->lines = u->reported = 0;
}

void unknown_lines(struct unknown *u, struct str text, unsigned long number)
{
	struct str line;

	for (; u && str_line(&text, &line); number++)
		if (number >= u->lines) { /* the detector may go back to the start of a malformed document */
			line_take(u, line, number);
			u->lines = number;
		}
}

/* ---- reporting ---- */

static int final_score(const struct unknown *u, const struct template *t)
{
	int score = t->score;

	if (t->count == 1)
		score += u->rare;
	if (t->count >= (unsigned long)u->often_from)
		score += u->often;
	if (t->last + (unsigned long)u->end_lines > u->lines)
		score += u->end;
	return score;
}

/* The best ones above the limit, in the order of their lines. */
static size_t best(struct unknown *u, struct template **out, size_t room)
{
	size_t n = 0, i;

	for (size_t k = 0; k < u->n; k++) {
		struct template *t = &u->templates[k];
		if (t->reported || final_score(u, t) < u->enough)
			continue;
		for (i = n; i > 0 && final_score(u, out[i - 1]) < final_score(u, t); i--)
			if (i < room)
				out[i] = out[i - 1];
		if (i < room)
			out[i] = t;
		n += n < room;
	}
	for (i = 1; i < n; i++) /* insertion sort: there are few */
		for (size_t k = i; k > 0 && out[k - 1]->first > out[k]->first; k--) {
			struct template *t = out[k];
			out[k] = out[k - 1];
			out[k - 1] = t;
		}
	return n;
}

static struct record record_of(struct unknown *u, struct arena *a, const struct template *t, struct str name)
{
	struct record r = record_new(a, KIND_INCIDENT);
	struct str text = { t->text, t->n };
	int score = final_score(u, t);

	r.source.name = name;
	r.source.line = (int64_t)t->first;
	r.source.end_line = (int64_t)t->first;
	r.error.rule = STR("unknown");
	r.error.level = level_parse(str_of(vocabulary_level(t->level)));
	r.error.message = text;
	r.error.raw = text;
	if (t->count > 1) {
		r.error.count = (int64_t)t->count;
		r.error.first_line = (int64_t)t->first;
		r.error.last_line = (int64_t)t->last;
	}
	/* Words are weak evidence, however many there are. */
	r.analysis.confidence = score >= 10 ? 0.5 : 0.05 * score;
	r.analysis.by = STR("none");
	r.fingerprint = redact_fingerprint(a, &r);
	return r;
}

void unknown_tell(struct unknown *u, struct str name, void (*found)(void *ctx, struct record *r), void *ctx)
{
	struct template *chosen[LISTED];
	struct arena a = ARENA_INIT;

	if (!u || u->reported >= (unsigned long)u->most)
		return;
	size_t room = (size_t)u->most - u->reported, n = best(u, chosen, room < LISTED ? room : LISTED);
	for (size_t i = 0; i < n; i++) {
		struct record r = record_of(u, &a, chosen[i], name);
		found(ctx, &r);
		chosen[i]->reported = true;
		arena_reset(&a);
	}
	u->reported += n;
	arena_free(&a);
}

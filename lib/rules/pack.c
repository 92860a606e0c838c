#include "rules/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "gate/gate.h"
#include "rules/form.h"
#include "rules/form_shape.h"
#include "rules/pack_image.h"
#include "rules/pack_rules.h"
#include "rules/regex.h"

struct pack {
	struct arena a;
	void *map;
	size_t size;
	const struct image_head *head;
	const struct gate *gate;
	struct regex_area area; /* its patterns */
	struct form_library *forms;
};

static bool area_fits(const struct image_head *h, uint32_t at, uint32_t n, size_t each)
{
	return at % 4 == 0 && at >= sizeof(*h) && (uint64_t)at + (uint64_t)n * each <= h->size;
}

/* ---- necessary words ---- */

static struct str text_at(const struct pack *p, uint32_t at, uint32_t n)
{
	if ((uint64_t)at + n > p->size)
		return STR_NONE;
	return (struct str){ (const char *)p->map + at, n };
}

static char lowered(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool byte_agrees(char c, char wanted, bool nocase)
{
	return c == wanted || (wanted == ANY_DIGIT && c >= '0' && c <= '9') ||
		(nocase && lowered(c) == lowered(wanted));
}

static bool stands_at(const char *p, struct str word, bool nocase)
{
	for (size_t i = 0; i < word.n; i++)
		if (!byte_agrees(p[i], word.p[i], nocase))
			return false;
	return true;
}

/* Rules are tried at the start of a line, behind prefixes and behind a carriage return, and up to the next one. */
static bool is_in_place(struct str line, const char *begin, size_t n, enum need_where where)
{
	const char *end = line.p + line.n;

	if (where == NEED_HEAD)
		return begin == line.p || prefix_may_end(begin[-1]);
	return where == NEED_ANYWHERE || begin + n == end || begin[n] == '\r';
}

/* By its rarest byte, here c. */
static bool holds_by(struct str line, struct str word, size_t pivot, char c, const struct image_need *need)
{
	const char *at = line.p + pivot, *end = line.p + line.n - (word.n - 1 - pivot);

	for (; at < end && (at = memchr(at, c, (size_t)(end - at))); at++)
		if (stands_at(at - pivot, word, need->nocase) && is_in_place(line, at - pivot, word.n, need->where))
			return true;
	return false;
}

static bool holds(struct str line, const struct image_word *w, struct str word, const struct image_need *need)
{
	size_t pivot = w->pivot;
	char c = word.p[pivot], small = lowered(c),
	     capital = small >= 'a' && small <= 'z' ? (char)(small - ('a' - 'A')) : c;

	if (line.n < word.n)
		return false;
	if (!need->nocase)
		return holds_by(line, word, pivot, c, need);
	return holds_by(line, word, pivot, small, need) ||
		(capital != small && holds_by(line, word, pivot, capital, need));
}

/* Is the word where most lines have it, at the very start or end? */
static bool stands_at_edge(struct str line, struct str word, const struct image_need *need)
{
	return line.n >= word.n &&
		stands_at(line.p + (need->where == NEED_TAIL ? line.n - word.n : 0), word, need->nocase);
}

/* pairs: of the line, or NULL.  In a damaged image, what cannot be read is there. */
static bool word_stands(const struct pack *p, const struct image_word *w, const struct image_need *need,
	struct str line, const struct bigrams *pairs)
{
	if (pairs && !bigrams_have(pairs, w->pairs))
		return false;
	if (pairs && w->n <= BIGRAMS_SURE && need->where == NEED_ANYWHERE)
		return true; /* the pattern will tell */
	struct str word = text_at(p, w->text, w->n);
	return word.n == 0 || w->pivot >= word.n ||
		(need->where != NEED_ANYWHERE && stands_at_edge(line, word, need)) || holds(line, w, word, need);
}

static bool need_met(const struct pack *p, const struct image_need *need, struct str line, const struct bigrams *pairs)
{
	const struct image_word *words = (const void *)((const char *)p->map + p->head->words);

	if ((uint64_t)need->first + need->n > p->head->words_n)
		return true;
	words += need->first;
	for (uint32_t i = 0; i < need->n; i++)
		if (word_stands(p, &words[i], need, line, pairs))
			return true;
	return need->where == NEED_TAIL && line.n >= CONFIRM_MAX; /* of a longer line, patterns see the start */
}

static bool needs_met(
	const struct pack *p, uint32_t first, uint32_t n, bool nocase, struct str text, const struct bigrams *pairs)
{
	const struct image_need *needs = (const void *)((const char *)p->map + p->head->needs);

	if ((uint64_t)first + n > p->head->needs_n)
		return true;
	for (uint32_t i = 0; i < n; i++) {
		struct image_need need = needs[first + i];
		need.nocase |= nocase;
		if (!need_met(p, &need, text, pairs))
			return false;
	}
	return true;
}

/* For more words times bytes of text, compiling the pattern may take less time. */
enum { SEARCHED_MOST = 64 << 10 };

static bool pattern_needs_met(const struct pack *p, const struct image_pattern *pattern, bool nocase, struct str text)
{
	const struct image_need *needs = (const void *)((const char *)p->map + p->head->needs);
	uint64_t words = 0;

	for (uint32_t i = 0; i < pattern->needs_n && (uint64_t)pattern->needs + i < p->head->needs_n; i++)
		words += needs[pattern->needs + i].n;
	return words * text.n > SEARCHED_MOST || needs_met(p, pattern->needs, pattern->needs_n, nocase, text, NULL);
}

static const struct pack *pack_of(const struct regex_area *area)
{
	return (const struct pack *)(const void *)((const char *)area - offsetof(struct pack, area));
}

/* NULL: nothing is known of it. */
static const struct image_pattern *pattern_find(const struct regex_area *area, struct str pattern)
{
	const struct pack *p = pack_of(area);
	const struct image_pattern *rows = (const void *)(area->begin + p->head->patterns);
	uint32_t low = 0, high = p->head->patterns_n, at = (uint32_t)(pattern.p - area->begin);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (rows[middle].text < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->head->patterns_n && rows[low].text == at && rows[low].text_n == pattern.n ? &rows[low] : NULL;
}

static bool pattern_may_match(const struct regex_area *area, struct str pattern, bool nocase, struct str text)
{
	const struct image_pattern *known = pattern_find(area, pattern);

	return !known || (nocase && !str_is_ascii(pattern)) || pattern_needs_met(pack_of(area), known, nocase, text);
}

static uint32_t pattern_first(const struct regex_area *area, struct str pattern)
{
	const struct image_pattern *known = pattern_find(area, pattern);

	return known ? known->first : 0;
}

static bool image_open(struct pack *p, const char *file, struct err *err)
{
	const struct image_head *h = p->map;

	if (p->size < sizeof(*h) || memcmp(h->magic, IMAGE_MAGIC, sizeof(h->magic)) || h->size != p->size)
		return err_set(err, HEAL_WRONG,
			"'%s' is not a rule image of this version; make one with 'heal-rules compile'", file);
	if (!area_fits(h, h->rules, h->rules_n, sizeof(struct image_rule)) || !area_fits(h, h->gate, h->gate_size, 1) ||
		!area_fits(h, h->links, h->links_n, sizeof(struct image_link)) ||
		!area_fits(h, h->link_rules, h->link_rules_n, 4) ||
		!area_fits(h, h->needs, h->needs_n, sizeof(struct image_need)) ||
		!area_fits(h, h->words, h->words_n, sizeof(struct image_word)) ||
		!area_fits(h, h->shapes, h->shapes_n, sizeof(uint64_t)) || h->shapes % 8 ||
		!area_fits(h, h->patterns, h->patterns_n, sizeof(struct image_pattern)) ||
		!area_fits(h, h->by_rule, h->by_rule_n, sizeof(struct image_rule_causes)) ||
		!area_fits(h, h->numbers, h->numbers_n, 4) ||
		!area_fits(h, h->heads, h->heads_n, sizeof(struct image_cause)))
		return err_set(err, HEAL_WRONG, "'%s' is damaged; make a new one with 'heal-rules compile'", file);
	p->head = h;
	p->gate = gate_open(&p->a, (struct str){ (char *)p->map + h->gate, h->gate_size }, err);
	if (!p->gate)
		return false;
	p->area = (struct regex_area){
		.begin = p->map, .size = p->size, .may_match = pattern_may_match, .first = pattern_first
	};
	regex_area_add(&p->area);
	p->forms = form_library_new(&p->a, pack_tables(p));
	return true;
}

/* TRUSTED_FILE: refuse a file that another user made, except root, or may write, for the image has the policy.
 * OWN_FILE: refuse one that root made, too, or that is damaged.  The checksum needs all its pages,
 * of which detecting failures reads few, so it is not asked of the installed image, which a package manager checks. */
enum owner { ANY_OWNER, TRUSTED_FILE, OWN_FILE };

static struct pack *pack_map(const char *file, enum owner owner, struct err *err)
{
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_errno(err, HEAL_WRONG, "cannot open the rules '%s'", file);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (owner == OWN_FILE && !private_stat(&st, file, NULL)) {
		err_set(err, HEAL_WRONG, "another user made or may write '%s'", file);
		close(fd);
		return NULL;
	}
	if (owner == TRUSTED_FILE && !trusted_stat(&st, file, err)) {
		close(fd);
		return NULL;
	}
	struct pack *p = calloc(1, sizeof(*p));
	if (!p)
		out_of_memory();
	p->size = (size_t)st.st_size;
	p->map = p->size ? mmap(NULL, p->size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	close(fd);
	if (p->map == MAP_FAILED) {
		p->map = NULL;
		err_set(err, HEAL_WRONG, "cannot map the rules '%s'", file);
	} else if (!image_open(p, file, err)) {
		;
	} else if (owner == OWN_FILE && image_sum(p->map, p->size) != p->head->sum) {
		err_set(err, HEAL_WRONG, "'%s' is damaged", file);
	} else {
		return p;
	}
	pack_free(p);
	return NULL;
}

/* <build>/share/heal.pack beside <build>/tools/heal-x, or the installed one. */
struct str pack_installed(struct arena *a)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		struct str dir = path_dir((struct str){ self, (size_t)n });
		struct str beside = arena_printf(a, "%.*s/../share/heal.pack", STR_ARG(dir));
		if (file_exists(beside.p))
			return beside;
		struct str relocated = arena_printf(a, "%.*s/../share/heal/heal.pack", STR_ARG(dir));
		if (file_exists(relocated.p))
			return relocated;
	}
	return arena_str(a, STR(HEAL_DATA "/heal.pack"));
}

/* A cached image is a copy that can be made again: one that is damaged, or that another user may have written, is. */
static struct pack *pack_user(struct arena *a, struct err *err)
{
	struct str installed = pack_installed(a), image = pack_image_user(a, installed);

	if (str_eq(image, installed))
		return pack_map(installed.p, ANY_OWNER, err);
	struct pack *p = pack_map(image.p, OWN_FILE, err);
	if (p)
		return p;
	say("the cached rules are made again: %s", err->text);
	unlink(image.p);
	image = pack_image_user(a, installed);
	p = str_eq(image, installed) ? NULL : pack_map(image.p, OWN_FILE, err);
	if (p)
		return p;
	say("your rule packs are ignored: %s", err->text);
	return pack_map(installed.p, ANY_OWNER, err);
}

struct pack *pack_load(const char *file, struct err *err)
{
	struct arena a = ARENA_INIT;
	const char *wanted = file ? file : getenv("HEAL_PACKS");
	struct pack *p = wanted && *wanted ? pack_map(wanted, TRUSTED_FILE, err) : pack_user(&a, err);

	arena_free(&a);
	return p;
}

void pack_free(struct pack *p)
{
	if (!p)
		return;
	regex_area_remove(&p->area);
	if (p->map)
		munmap(p->map, p->size);
	arena_free(&p->a);
	free(p);
}

struct node pack_tables(const struct pack *p)
{
	return (struct node){ p->map, p->head->tables };
}

struct form_library *pack_forms(const struct pack *p)
{
	return p->forms;
}

struct node pack_table(const struct pack *p, const char *name)
{
	return node_get(pack_tables(p), name);
}

struct node pack_causes(const struct pack *p)
{
	return (struct node){ p->map, p->head->causes };
}

const uint32_t *pack_causes_of(const struct pack *p, struct str rule, uint32_t *n, bool *exact)
{
	const struct image_rule_causes *rows = (const void *)((const char *)p->map + p->head->by_rule);
	uint32_t low = 0, high = p->head->by_rule_n;

	*n = 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (str_cmp(text_at(p, rows[middle].rule, rows[middle].rule_n), rule) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == p->head->by_rule_n || !str_eq(text_at(p, rows[low].rule, rows[low].rule_n), rule))
		low = 0;
	*exact = low > 0;
	if (low == p->head->by_rule_n || (uint64_t)rows[low].first + rows[low].n > p->head->numbers_n)
		return NULL;
	*n = rows[low].n;
	return (const uint32_t *)(const void *)((const char *)p->map + p->head->numbers) + rows[low].first;
}

struct cause_head pack_cause(const struct pack *p, uint32_t number)
{
	const struct image_cause *rows = (const void *)((const char *)p->map + p->head->heads);
	const struct image_cause none = { 0 }, *row = number < p->head->heads_n ? &rows[number] : &none;

	return (struct cause_head){ { p->map, row->node }, { p->map, row->command }, { p->map, row->learned },
		{ p->map, row->when }, { p->map, row->unless }, { p->map, row->let } };
}

/* ---- for the detector ---- */

const struct gate *pack_gate(const struct pack *p)
{
	return p->gate;
}

uint32_t pack_rules(const struct pack *p)
{
	return p->head->rules_n;
}

struct pack_rule pack_rule(const struct pack *p, uint32_t i)
{
	struct image_rule r;

	memcpy(&r, (const char *)p->map + p->head->rules + i * sizeof(r), sizeof(r));
	return (struct pack_rule){ text_at(p, r.id, r.id_n), text_at(p, r.pattern, r.pattern_n),
		r.document <= DOCUMENT_TABLE ? (enum document_kind)r.document : DOCUMENT_NONE, { p->map, r.node } };
}

const uint32_t *pack_literal_rules(const struct pack *p, uint32_t literal, uint32_t *n)
{
	struct image_link link;

	*n = 0;
	if (literal >= p->head->links_n)
		return NULL;
	memcpy(&link, (const char *)p->map + p->head->links + literal * sizeof(link), sizeof(link));
	if ((uint64_t)link.first + link.n > p->head->link_rules_n)
		return NULL;
	*n = link.n;
	return (const uint32_t *)(const void *)((const char *)p->map + p->head->link_rules) + link.first;
}

static bool shape_met(const struct pack *p, const struct image_rule *r, struct str line, struct line_facts *facts)
{
	const uint64_t *shapes = (const void *)((const char *)p->map + p->head->shapes);

	if ((uint64_t)r->shapes + r->shapes_n[0] + r->shapes_n[1] > p->head->shapes_n ||
		r->shapes_n[0] + r->shapes_n[1] == 0)
		return true;
	if (!facts->shape)
		facts->shape = line_shape(line);
	shapes += r->shapes;
	return shape_fits(shapes, r->shapes_n[0], facts->shape) &&
		shape_fits(shapes + r->shapes_n[0], r->shapes_n[1], facts->shape);
}

/* To find them pays if several rules ask. */
enum { PAIRS_FROM = 2 };

static const struct bigrams *pairs_known(struct str line, struct line_facts *facts)
{
	if (!facts->pairs.known && facts->rules++ >= PAIRS_FROM)
		bigrams_find(&facts->pairs, line);
	return facts->pairs.known ? &facts->pairs : NULL;
}

void line_facts_begin(struct line_facts *facts)
{
	facts->rules = 0;
	facts->shape = 0;
	facts->pairs.known = false;
}

bool pack_needs_met(const struct pack *p, uint32_t rule, struct str line, struct line_facts *facts)
{
	const struct image_rule *r = (const struct image_rule *)(const void *)((const char *)p->map + p->head->rules) +
		rule;

	return rule >= p->head->rules_n ||
		(shape_met(p, r, line, facts) &&
			needs_met(p, r->needs, r->needs_n, false, line, pairs_known(line, facts)));
}

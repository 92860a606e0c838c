#include "rules/form.h"

#include <string.h>

#include "rules/digits.h"
#include "rules/form_slot.h"

enum { STEPS = 4000 };

enum part_kind { PART_END, PART_TEXT, PART_BLANKS, PART_SLOT, PART_FORMS };

struct part {
	enum part_kind kind;
	struct str text; /* PART_TEXT */
	bool optional;
	const struct form_slot *slot; /* PART_SLOT */
	struct named *named;          /* PART_FORMS */
	struct part *next;
	bool number;       /* a number follows, here or later in the form */
	uint64_t bytes;    /* that it and the rest of the form contain; bytes_of */
	const bool *after; /* of an open slot: what may follow begins with this byte */
};

struct byte_set {
	uint64_t bits[4];
};

/* The text that a form begins with, as far as it fits: the bytes, and which of the eight they are. */
struct form_head {
	uint64_t text, care;
};

/* A list of alternatives, in the order of preference. */
struct named {
	struct str name;
	struct part **form;
	unsigned forms;
	bool number;           /* in each of them */
	bool ignores_digits;   /* no text of them has one */
	uint64_t bytes;        /* the same */
	struct byte_set first; /* what one of them may begin with */
	uint64_t *begin;       /* by byte: the forms that may begin with it, a bit each, in `words` words */
	unsigned words;
	uint64_t *numbers;      /* the forms in which a number follows */
	struct form_head *head; /* of each */
	/* The forms whose bytes are all in a line, of the last line. */
	uint64_t *possible, known_bytes;
	bool known;
	struct named *next;
};

struct form_library {
	struct arena *a;
	struct node tables, table;
	struct form_words *words; /* NULL: not read yet */
	struct named *known;      /* rows of the table that are compiled */
	struct forms *lists;      /* the lists that are compiled */
};

struct forms {
	struct node list;
	struct forms *next;
	struct named *start;
	const struct form_words *words;
};

/* ---- compiling ---- */

struct compiler {
	struct arena *a;
	struct form_library *lib;
	struct err *err;
	unsigned depth;
};

struct form_library *form_library_new(struct arena *a, struct node tables)
{
	struct form_library *lib = ARENA_NEW(a, struct form_library);

	lib->a = a;
	lib->tables = tables;
	lib->table = node_get(tables, "forms");
	return lib;
}

static const struct form_words *words_of(struct form_library *lib)
{
	if (!lib->words) {
		lib->words = ARENA_NEW(lib->a, struct form_words);
		form_words_read(lib->a, lib->tables, lib->words);
	}
	return lib->words;
}

bool form_is_file(struct form_library *lib, struct str name)
{
	return form_words_file(words_of(lib), name);
}

static const uint64_t *begin_with(const struct named *n, unsigned char byte)
{
	return &n->begin[(size_t)byte * n->words];
}

static struct part *part_new(struct compiler *c, enum part_kind kind, struct part *next)
{
	struct part *p = ARENA_NEW(c->a, struct part);

	p->kind = kind;
	p->next = next;
	return p;
}

bool form_piece(struct str *rest, struct form_piece *out)
{
	struct str s = *rest;
	size_t close = s.n && s.p[0] == '{' ? str_chr(s, '}') : s.n;

	*out = (struct form_piece){ .kind = PIECE_TEXT };
	if (s.n == 0)
		return false;
	if (close < s.n) {
		struct str name = str_sub(s, 1, close);
		out->optional = str_ends(name, "?") || str_is(name, " ");
		out->kind = str_is(name, " ") ? PIECE_BLANKS : PIECE_SLOT;
		out->text = str_sub(name, 0, name.n - str_ends(name, "?"));
		*rest = str_sub(s, close + 1, s.n);
		return true;
	}
	size_t n = 1;
	out->kind = s.p[0] == ' ' ? PIECE_BLANKS : PIECE_TEXT;
	while (n < s.n && (s.p[n] == ' ') == (out->kind == PIECE_BLANKS) && s.p[n] != '{')
		n++;
	out->text = str_sub(s, 0, n);
	*rest = str_sub(s, n, s.n);
	return true;
}

bool form_slot_known(struct str name)
{
	return form_slot_find(name) != NULL;
}

static struct named *named_new(struct compiler *c, struct str name, struct node list);

static struct named *named_of(struct compiler *c, struct str name)
{
	struct node list = node_get_str(c->lib->table, name);
	struct named *n;

	for (n = c->lib->known; n; n = n->next)
		if (str_eq(n->name, name))
			return n;
	if (node_list_count(list) == 0) {
		err_set(c->err, HEAL_WRONG, "there is no slot or form '%.*s'", STR_ARG(name));
		return NULL;
	}
	if (!(n = named_new(c, name, list)))
		return NULL;
	n->next = c->lib->known;
	c->lib->known = n;
	return n;
}

static struct part *slot_part(struct compiler *c, const struct form_piece *piece, struct part *next)
{
	const struct form_slot *slot = form_slot_find(piece->text);
	struct part *p = part_new(c, slot ? PART_SLOT : PART_FORMS, next);

	p->slot = slot;
	p->named = slot ? NULL : named_of(c, piece->text);
	p->optional = piece->optional;
	return slot || p->named ? p : NULL;
}

static struct part *piece_part(struct compiler *c, const struct form_piece *piece, struct part *next)
{
	if (piece->kind == PIECE_SLOT)
		return slot_part(c, piece, next);
	struct part *p = part_new(c, piece->kind == PIECE_TEXT ? PART_TEXT : PART_BLANKS, next);
	p->text = piece->text;
	p->optional = piece->optional;
	return p;
}

static bool has_byte(const struct byte_set *set, unsigned char byte)
{
	return set->bits[byte / 64] >> byte % 64 & 1;
}

static void byte_add(struct byte_set *set, unsigned char byte)
{
	set->bits[byte / 64] |= (uint64_t)1 << byte % 64;
}

static void set_add(struct byte_set *set, const struct byte_set *more)
{
	for (size_t i = 0; i < 4; i++)
		set->bits[i] |= more->bits[i];
}

static void slot_firsts(struct byte_set *set, const struct form_slot *slot)
{
	for (unsigned byte = 0; byte < 256; byte++)
		if (!slot->begins || slot->begins((char)byte))
			byte_add(set, (unsigned char)byte);
}

/* The bytes that the part, or what follows if it is optional, may begin with. */
static struct byte_set part_firsts(const struct part *p)
{
	struct byte_set set = { 0 };

	for (bool more = true; more; p = p->next) {
		more = p->optional;
		if (p->kind == PART_END)
			return (struct byte_set){ { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
		if (p->kind == PART_TEXT)
			byte_add(&set, (unsigned char)p->text.p[0]);
		else if (p->kind == PART_SLOT)
			slot_firsts(&set, p->slot);
		else if (p->kind == PART_FORMS)
			set_add(&set, &p->named->first);
		else {
			byte_add(&set, ' ');
			byte_add(&set, '\t');
		}
	}
	return set;
}

/* A set of bytes, each as one of 64: a line that lacks one of them lacks a byte of the text. */
static uint64_t bytes_of(struct str text)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < text.n; i++)
		bytes |= (uint64_t)1 << (text.p[i] & 63);
	return bytes;
}

/* What is known of a part before any line is read. */
static void part_learn(struct compiler *c, struct part *p)
{
	bool here = p->kind == PART_SLOT ? p->slot->begins == form_is_digit : p->kind == PART_FORMS && p->named->number;

	uint64_t bytes = p->kind == PART_TEXT ? bytes_of(p->text) : p->kind == PART_FORMS ? p->named->bytes : 0;

	p->number = (here && !p->optional) || (p->next && p->next->number);
	p->bytes = (p->optional ? 0 : bytes) | (p->next ? p->next->bytes : 0);
	if (p->kind != PART_SLOT || !p->slot->open)
		return;
	bool *after = arena_alloc(c->a, 256);
	struct byte_set firsts = part_firsts(p->next);
	for (unsigned byte = 0; byte < 256; byte++)
		after[byte] = has_byte(&firsts, (unsigned char)byte);
	p->after = after;
}

/* The parts of a form, from its end. */
static struct part *form_parts(struct compiler *c, struct str form)
{
	struct form_piece piece[FORM_PIECES_MAX];
	size_t n = 0;

	while (n < FORM_PIECES_MAX && form_piece(&form, &piece[n]))
		n++;
	if (form.n) {
		err_set(c->err, HEAL_WRONG, "a form has more than %d parts", FORM_PIECES_MAX);
		return NULL;
	}
	struct part *p = part_new(c, PART_END, NULL);
	while (p && n)
		if ((p = piece_part(c, &piece[--n], p)))
			part_learn(c, p);
	return p;
}

static struct form_head form_head(const struct part *form)
{
	struct form_head head = { 0, 0 };

	if (form->kind == PART_TEXT && !form->optional) {
		size_t n = form->text.n < sizeof(head.text) ? form->text.n : sizeof(head.text);
		memcpy(&head.text, form->text.p, n);
		memset(&head.care, 0xff, n);
	}
	return head;
}

static bool forms_are_alike(const struct named *n)
{
	for (unsigned i = 0; i < n->forms; i++)
		for (const struct part *p = n->form[i]; p; p = p->next)
			if ((p->kind == PART_TEXT && text_has_digit(p->text)) ||
				(p->kind == PART_FORMS && !p->named->ignores_digits))
				return false;
	return true;
}

static struct named *named_new(struct compiler *c, struct str name, struct node list)
{
	struct named *n = ARENA_NEW(c->a, struct named);

	if (c->depth++ == FORM_NESTED_MAX) {
		err_set(c->err, HEAL_WRONG, "forms are nested more than %d deep", FORM_NESTED_MAX);
		return NULL;
	}
	n->name = name;
	n->form = arena_alloc(c->a, (node_list_count(list) + 1) * sizeof(struct part *));
	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct part *form = form_parts(c, node_str(node_list_at(list, i)));
		if (!form)
			return NULL;
		n->form[n->forms++] = form;
	}
	n->number = n->forms > 0;
	n->bytes = n->forms ? UINT64_MAX : 0;
	for (unsigned i = 0; i < n->forms; i++) {
		n->number &= n->form[i]->number;
		n->bytes &= n->form[i]->bytes;
	}
	n->ignores_digits = forms_are_alike(n);
	n->words = n->forms / 64 + 1;
	n->head = arena_alloc(c->a, (n->forms + 1) * sizeof(*n->head));
	n->numbers = arena_alloc(c->a, n->words * sizeof(*n->numbers));
	n->possible = arena_alloc(c->a, n->words * sizeof(*n->possible));
	n->begin = arena_alloc(c->a, 256 * n->words * sizeof(*n->begin));
	for (unsigned i = 0; i < n->forms; i++) {
		struct byte_set firsts = part_firsts(n->form[i]);
		n->head[i] = form_head(n->form[i]);
		n->numbers[i / 64] |= (uint64_t)n->form[i]->number << i % 64;
		set_add(&n->first, &firsts);
		for (unsigned byte = 0; byte < 256; byte++)
			if (has_byte(&firsts, (unsigned char)byte))
				n->begin[byte * n->words + i / 64] |= (uint64_t)1 << i % 64;
	}
	c->depth--;
	return n;
}

static bool same_node(struct node x, struct node y)
{
	return x.image == y.image && x.at == y.at;
}

struct forms *forms_new(struct form_library *lib, struct node list, struct err *err)
{
	struct compiler c = { lib->a, lib, err, 0 };
	struct forms *f = lib->lists;

	while (f && !same_node(f->list, list))
		f = f->next;
	if (f)
		return f;
	f = ARENA_NEW(lib->a, struct forms);
	f->list = list;
	f->words = words_of(lib);
	f->start = named_new(&c, STR(""), list);
	if (!f->start)
		return NULL;
	f->next = lib->lists;
	lib->lists = f;
	return f;
}

/* ---- matching ---- */

/* Where to go on after a list of alternatives. */
struct frame {
	const struct part *next;
	const struct frame *up;
};

static bool reads(struct form_line *l, const struct part *p, size_t at, const struct frame *up);

static size_t blanks_end(struct str line, size_t at)
{
	while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
		at++;
	return at;
}

__attribute__((noinline)) static bool open_fits(
	struct form_line *l, const struct part *p, size_t from, size_t to, const struct frame *up)
{
	struct str kept[GROUPS];

	if (!l->steps)
		return false;
	memcpy(kept, l->group, sizeof(kept));
	/* The rest is cheaper to see than the sentence. */
	if (reads(l, p->next, to, up) && p->slot->fits(l, from, str_sub(l->line, from, to)))
		return true;
	memcpy(l->group, kept, sizeof(kept));
	return false;
}

static bool is_last(const struct part *p, const struct frame *up)
{
	while (p->kind == PART_END && up) {
		p = up->next;
		up = up->up;
	}
	return p->kind == PART_END;
}

static bool reads_open(struct form_line *l, const struct part *p, size_t at, const struct frame *up)
{
	if (is_last(p->next, up))
		return open_fits(l, p, at, l->line.n, up);
	for (size_t to = at + 1; to < l->line.n && l->steps; to++)
		if (p->after[(unsigned char)l->line.p[to]] && open_fits(l, p, at, to, up))
			return true;
	return false;
}

static bool reads_slot(struct form_line *l, const struct part *p, size_t at, const struct frame *up)
{
	if (p->slot->open)
		return reads_open(l, p, at, up);
	size_t end = p->slot->end(l, at);
	if (end == NOT_A_SLOT)
		return false;
	struct str before = l->group[p->slot->group];
	l->group[p->slot->group] = str_sub(l->line, at, end);
	if (reads(l, p->next, end, up))
		return true;
	l->group[p->slot->group] = before;
	return false;
}

/* The next eight bytes of the line; behind its end they are NUL, which begins no form. */
static uint64_t eight_at(struct str line, size_t at)
{
	uint64_t eight = 0;

	if (line.n - at >= sizeof(eight))
		memcpy(&eight, line.p + at, sizeof(eight));
	else
		memcpy(&eight, line.p + at, line.n - at);
	return eight;
}

/* The forms whose bytes the line has.  Most lines have those of the one before. */
static const uint64_t *possible_in(const struct form_line *l, struct named *n)
{
	if (n->known && n->known_bytes == l->bytes)
		return n->possible;
	memset(n->possible, 0, n->words * sizeof(*n->possible));
	for (unsigned i = 0; i < n->forms; i++)
		if (!(n->form[i]->bytes & ~l->bytes))
			n->possible[i / 64] |= (uint64_t)1 << i % 64;
	n->known = true;
	n->known_bytes = l->bytes;
	return n->possible;
}

static bool reads_any(struct form_line *l, struct named *n, size_t at, const struct frame *up)
{
	/* At the end of the line, what may be absent decides. */
	const uint64_t *may = at < l->line.n ? begin_with(n, (unsigned char)l->line.p[at]) : NULL;
	const uint64_t *possible = possible_in(l, n);
	uint64_t eight = eight_at(l->line, at); /* most alternatives are ruled out by their first bytes */

	for (unsigned k = 0; k < n->words; k++) {
		uint64_t left = possible[k] & (may ? may[k] : UINT64_MAX) &
			(at < l->digits ? UINT64_MAX : ~n->numbers[k]);
		for (; left; left &= left - 1) {
			unsigned i = k * 64 + (unsigned)__builtin_ctzll(left);
			if (!((eight ^ n->head[i].text) & n->head[i].care) && reads(l, n->form[i], at, up))
				return true;
		}
	}
	return false;
}

/* Apart from reads(), which is called most, so that only this has a frame on the stack. */
__attribute__((noinline)) static bool reads_forms(
	struct form_line *l, const struct part *p, size_t at, const struct frame *up)
{
	struct frame after = { p->next, up };

	return reads_any(l, p->named, at, &after);
}

static bool stands(const struct form_line *l, struct str text, size_t at)
{
	return at < l->line.n && l->line.p[at] == text.p[0] && l->line.n - at >= text.n &&
		(text.n == 1 || memcmp(l->line.p + at, text.p, text.n) == 0);
}

static bool reads(struct form_line *l, const struct part *p, size_t at, const struct frame *up)
{
	for (;;) {
		if (l->steps == 0 || (p->number && at >= l->digits))
			return false;
		l->steps--;
		if (p->kind == PART_TEXT) {
			if (!stands(l, p->text, at))
				return false;
			at += p->text.n;
			p = p->next;
		} else if (p->kind == PART_BLANKS) {
			size_t end = blanks_end(l->line, at);
			if (!p->optional && end == at)
				return false;
			at = end;
			p = p->next;
		} else if (p->kind == PART_END) {
			if (!up)
				return blanks_end(l->line, at) == l->line.n;
			p = up->next;
			up = up->up;
		} else {
			if (p->kind == PART_SLOT ? reads_slot(l, p, at, up) : reads_forms(l, p, at, up))
				return true;
			if (!p->optional)
				return false;
			p = p->next;
		}
	}
}

static void facts_find(struct str line, struct form_facts *facts)
{
	if (facts->known)
		return;
	*facts = (struct form_facts){ .known = true, .bytes = bytes_of(line), .digits = line.n };
	while (facts->digits > 0 && (unsigned char)(line.p[facts->digits - 1] - '0') > 9)
		facts->digits--;
}

bool forms_match(const struct forms *f, struct str line, struct form_facts *facts, struct match *m)
{
	struct form_facts own = { .known = false };

	facts = facts ? facts : &own;
	facts_find(line, facts);
	struct form_line l = {
		.words = f->words, .line = line, .steps = STEPS, .bytes = facts->bytes, .digits = facts->digits
	};
	bool fits = reads_any(&l, f->start, 0, NULL);
	facts->given_up |= l.steps == 0;
	if (!fits || !m)
		return fits;
	*m = (struct match){ .names = form_slot_groups(), .whole = line, .n = GROUPS };
	memcpy(m->group, l.group, sizeof(l.group));
	m->group[GROUP_NONE] = STR_NONE;
	return true;
}

bool forms_ignore_digits(const struct forms *f)
{
	return f->start->ignores_digits && f->words->ignore_digits;
}

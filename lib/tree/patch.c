#include "tree/patch.h"

#include <string.h>

#include "base/buf.h"

/* ---- reading ---- */

/* The next line, without its newline; a CR before it is part of the line. */
static bool line_next(struct str *rest, struct str *line, bool *ended)
{
	size_t n = str_chr(*rest, '\n');

	if (rest->n == 0)
		return false;
	*line = str_sub(*rest, 0, n);
	if (ended)
		*ended = n < rest->n;
	*rest = str_sub(*rest, n + (n < rest->n), rest->n);
	return true;
}

static bool take_number(struct str *s, int64_t *n)
{
	size_t i = 0;

	while (i < s->n && s->p[i] >= '0' && s->p[i] <= '9')
		i++;
	bool ok = str_number(str_sub(*s, 0, i), n);
	*s = str_sub(*s, i, s->n);
	return ok;
}

static bool take_word(struct str *s, const char *word)
{
	if (!str_starts(*s, word))
		return false;
	*s = str_sub(*s, strlen(word), s->n);
	return true;
}

struct heading {
	int64_t old_at, old_n, new_at, new_n;
};

/* "@@ -1,2 +3,4 @@"; a count of 1 may be omitted. */
static bool heading_read(struct str line, struct heading *h)
{
	*h = (struct heading){ .old_n = 1, .new_n = 1 };
	return take_word(&line, "@@ -") && take_number(&line, &h->old_at) &&
		(!take_word(&line, ",") || take_number(&line, &h->old_n)) && take_word(&line, " +") &&
		take_number(&line, &h->new_at) && (!take_word(&line, ",") || take_number(&line, &h->new_n)) &&
		take_word(&line, " @@");
}

/* The lines of a hunk after its heading, with the note about a missing newline at the end. */
static void hunk_skip(struct str *rest, struct heading h)
{
	struct str line, after = *rest;

	while (h.old_n + h.new_n > 0 && line_next(&after, &line, NULL)) {
		char kind = line.n ? line.p[0] : ' ';
		if (!strchr(" -+\\", kind))
			return;
		h.old_n -= kind == ' ' || kind == '-';
		h.new_n -= kind == ' ' || kind == '+';
		*rest = after;
	}
	if (str_starts(*rest, "\\") && line_next(&after, &line, NULL))
		*rest = after;
}

static struct str name_of(struct str line)
{
	struct str name = str_sub(line, 4, line.n);

	return str_rtrim(str_sub(name, 0, str_chr(name, '\t')));
}

bool patch_next(struct str *rest, struct patch_file *f)
{
	struct str line, before = STR("");
	struct heading h;

	while (line_next(rest, &line, NULL)) {
		struct str after = *rest, first;
		bool begins = str_starts(before, "--- ") && str_starts(line, "+++ ") &&
			line_next(&after, &first, NULL) && heading_read(first, &h);
		if (!begins) {
			before = line;
			continue;
		}
		*f = (struct patch_file){ name_of(before), name_of(line), *rest };
		while (after = *rest, line_next(&after, &line, NULL) && heading_read(line, &h)) {
			hunk_skip(&after, h);
			*rest = after;
		}
		f->hunks = str_sub(f->hunks, 0, (size_t)(rest->p - f->hunks.p));
		return true;
	}
	return false;
}

/* ---- applying ---- */

struct patching {
	struct str old; /* not yet copied */
	int64_t line;   /* number of its first line */
	struct buf out;
	bool closed; /* the new text ended without a newline */
	int64_t at;  /* line of the hunks */
	struct err *err;
};

static bool misfit(struct patching *p, const char *why)
{
	return err_set(p->err, HEAL_WRONG, "the diff does not apply, line %lld: %s", (long long)p->at, why);
}

static void copy_until(struct patching *p, int64_t line)
{
	struct str text;
	bool ended;

	while (p->line < line && line_next(&p->old, &text, &ended)) {
		buf_add(&p->out, (struct str){ text.p, text.n + ended });
		p->line++;
	}
}

/* A removed or context line; `bare`: without a newline. */
static bool old_line(struct patching *p, struct str line_text, bool bare, bool keep)
{
	struct str text;
	bool ended;

	if (!line_next(&p->old, &text, &ended) || !str_eq(text, line_text) || ended == bare)
		return misfit(p, "the file differs");
	p->line++;
	if (keep)
		buf_add(&p->out, (struct str){ text.p, text.n + ended });
	p->closed |= keep && bare;
	return true;
}

static bool new_line(struct patching *p, struct str line_text, bool bare)
{
	buf_add(&p->out, line_text);
	if (!bare)
		buf_addc(&p->out, '\n');
	p->closed |= bare;
	return true;
}

static bool body_line(struct patching *p, struct str line, bool bare, struct heading *h)
{
	char kind = line.n ? line.p[0] : ' ';
	struct str line_text = str_sub(line, 1, line.n);

	h->old_n -= kind != '+';
	h->new_n -= kind != '-';
	if (!strchr(" -+", kind) || h->old_n < 0 || h->new_n < 0)
		return misfit(p, "no line of a diff, or one more than its heading counts");
	if (kind != '-' && p->closed)
		return misfit(p, "text after a line without a newline");
	return kind == '+' ? new_line(p, line_text, bare) : old_line(p, line_text, bare, kind == ' ');
}

static bool hunk_apply(struct patching *p, struct str *rest, struct heading h)
{
	struct str line, sign;
	/* Nothing is removed: insert after the given line. */
	int64_t from = h.old_at + (h.old_n == 0);

	if (from < p->line || h.old_n + h.new_n == 0)
		return misfit(p, "hunks overlap, or are out of order");
	copy_until(p, from);
	if (p->line < from)
		return misfit(p, "beyond the end of the file");
	while (h.old_n + h.new_n > 0) {
		p->at++;
		if (!line_next(rest, &line, NULL))
			return misfit(p, "incomplete hunk");
		struct str after = *rest;
		bool bare = line_next(&after, &sign, NULL) && str_starts(sign, "\\");
		if (!body_line(p, line, bare, &h))
			return false;
		if (bare)
			*rest = after;
		p->at += bare;
	}
	return true;
}

bool patch_apply(struct arena *a, struct str old, struct str hunks, struct str *new, struct err *err)
{
	struct patching p = { .old = old, .line = 1, .err = err };
	struct str line;
	struct heading h;
	bool good = hunks.n > 0 || err_set(err, HEAL_WRONG, "the diff has no hunks");

	buf_init(&p.out, old.n + hunks.n + 1);
	while (good && line_next(&hunks, &line, NULL)) {
		p.at++;
		good = heading_read(line, &h) ? hunk_apply(&p, &hunks, h) : misfit(&p, "not a hunk header");
	}
	if (good && p.closed && p.old.n)
		good = misfit(&p, "text after a line without a newline");
	if (good) {
		buf_add(&p.out, p.old);
		*new = arena_str(a, buf_str(&p.out));
	}
	buf_release(&p.out);
	return good;
}

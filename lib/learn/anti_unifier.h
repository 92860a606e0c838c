/* anti_unifier.h - internal: the parts of generalise.c, by file
 *
 * rows.c         texts, one a repair, and the patterns of the old line
 * new_text.c     what binds the words of the new text
 * draft_write.c  members of the draft
 *
 * A row is an array of texts, one for each repair of the group. */
#ifndef HEAL_LEARN_ANTI_UNIFIER_H
#define HEAL_LEARN_ANTI_UNIFIER_H

#include "learn/generalise.h"

enum { VALUES = 60 };

/* A variable: one value a repair. */
struct variable {
	struct str name;    /* of the slot or group; p == NULL: a slot that is the same text in all, see `text` */
	struct str *values; /* one a repair */
	struct str sample;  /* an invented value */
};

/* A pattern in three forms: with groups, without, and a text that it matches. */
struct pattern {
	struct str named, plain, sample;
};

struct work {
	struct arena *a;
	const struct repair_group *g;
	struct draft *out;
	const char *why;
	struct variable slots[VALUES], groups[VALUES];
	size_t slots_n, groups_n, words;
	struct str near_of; /* the name of the slot whose nearest word is taken; p == NULL: none yet */
	struct str near_sample;
	bool has_slot; /* a pattern of the line contains a slot of the message */
};

/* The i-th part of the old lines, counted from a place of each. */
struct parts_row {
	struct str *texts;
	enum part_kind kind;
	bool one_kind, literal;
};

/* ---- rows.c ---- */

/* A word for the example; each another one. */
struct str word_invent(struct work *w);
/* The text as a pattern; braces stand in brackets, because "{name}" is a slot. */
struct str pattern_escaped(struct arena *a, struct str text);
/* The text as a part of a template. */
struct str template_doubled(struct arena *a, struct str text);
struct str slot_of(struct arena *a, struct str name);
/* Sets the reason; false. */
bool refuse(struct work *w, const char *why);
bool rows_equal(const struct work *w, const struct str *x, const struct str *y);
/* Are all texts of the row equal? */
bool row_is_one(const struct work *w, const struct str *row);
bool row_all(const struct work *w, const struct str *row, bool (*is)(struct str));
/* May the text occur in a rule? */
bool may_stay(const struct work *w, const struct str *row);
struct str *row_new(struct work *w);
/* The slot of the message, or the group of the old line, with these values; NULL: none. */
struct variable *row_slot(struct work *w, const struct str *row);
struct variable *group_find(struct work *w, const struct str *row);
void line_pattern_add(struct work *w, struct pattern *p, struct str named, struct str plain, struct str sample);
struct pattern line_pattern_join(struct work *w, struct pattern x, struct pattern y);
/* The parts at at[i] of the old or new lines; false: a line has no such part. */
bool parts_row(struct work *w, const size_t *at, struct parts_row *row, bool new);
/* Generalise one part of the old line; `keep`: as a group, for the new text.  false: there is no pattern for it. */
bool part_pattern(struct work *w, const struct parts_row *row, bool keep, struct pattern *out);
/* The parts left of from[] (or right of it), as far as they have a pattern in common, at most so many that are no
 * blanks as the group says; with the end of the line, if that is reached. */
struct pattern line_context(struct work *w, const size_t *from, bool left);

/* ---- new_text.c ---- */

/* The new parts from from[] on, n of them, as a template; those of old[] stood in their place.  *sample: of the
 * example. */
bool new_text(struct work *w, const size_t *from, size_t n, const size_t *old, size_t old_n, struct str *with,
	struct str *sample);

/* ---- draft_write.c ---- */

/* In single quotes, where only the quote itself is doubled. */
struct str yaml_quoted(struct arena *a, struct str text);
void let_add(struct work *w, struct str text);
void member_add(struct work *w, const char *name, struct str value);
/* The number of the changed line as a template; adds the look-up that finds it. */
struct str line_find(struct work *w);
/* The example: the changed line, with the line of the error where that is another one. */
void sample_set(struct work *w, struct str old, struct str new);

#endif

/* form_slot.h - the slots of forms (form.h): what each reads of a line */
#ifndef HEAL_RULES_FORM_SLOT_H
#define HEAL_RULES_FORM_SLOT_H

#include "rules/node.h"
#include "rules/regex.h"
#include "rules/vocabulary.h"

/* The groups of a match of a form. */
enum form_group {
	GROUP_NONE,
	GROUP_FILE,
	GROUP_LINE,
	GROUP_COLUMN,
	GROUP_END_LINE,
	GROUP_END_COLUMN,
	GROUP_LEVEL,
	GROUP_CODE,
	GROUP_PROGRAM,
	GROUP_MESSAGE,
	GROUPS
};

struct form_list {
	struct str *at;
	size_t n;
};

struct form_words {
	struct node levels;
	uint64_t level_sizes[256];   /* by its first byte: bit n, there is a level of n bytes */
	struct form_list files;      /* names of files without a folder and an extension */
	bool begins[256];            /* does one of them begin with this byte? */
	struct form_list hosts;      /* how names of hosts end, after the last dot */
	struct form_list exceptions; /* how names of exceptions end */
	struct vocabulary *diagnostic;
	bool ignore_digits; /* none of them has a digit; the words of sentences are letters anyhow */
};

struct form_line {
	const struct form_words *words;
	struct str line;
	struct str group[GROUPS];
	unsigned steps;          /* left */
	uint64_t bytes;          /* that it contains, each as one of 64 */
	size_t digits;           /* the end of its last number */
	size_t file_at, file_to; /* the last name of a file that was read; NOT_A_SLOT: none */
	bool file_is_read;
	size_t level_at, level_to; /* the last level; NOT_A_SLOT: none */
	bool level_is_read, level_fails;
};

struct form_slot {
	const char *name;
	enum form_group group;
	bool (*begins)(char c); /* may it begin with this byte?  NULL: with any */
	bool open;              /* ends where the rest of the form begins */
	/* The end of what begins at `at`, or NOT_A_SLOT.  For an open slot: is this text one? */
	size_t (*end)(struct form_line *l, size_t at);
	bool (*fits)(struct form_line *l, size_t at, struct str text);
};

#define NOT_A_SLOT SIZE_MAX

/* In the arena; the tables must outlive them. */
void form_words_read(struct arena *a, struct node tables, struct form_words *w);
/* Is this the name of a file: with a folder or an extension, and no address or host? */
bool form_words_file(const struct form_words *w, struct str name);

/* How numbers begin. */
bool form_is_digit(char c);
/* NULL: there is none of that name. */
const struct form_slot *form_slot_find(struct str name);
/* The name of a group, or NULL after the last; group 0 has the name "". */
const char *const *form_slot_groups(void);

#endif

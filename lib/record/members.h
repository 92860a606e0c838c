/* members.h - structs whose members stand in a table: read from JSON, written as JSON, copied
 *
 * The tables are made from record.def.  Members that no row lists are kept as they came, in the struct's `other`,
 * and written behind those that are listed. */
#ifndef HEAL_MEMBERS_H
#define HEAL_MEMBERS_H

#include "record/json.h"

/* A list that is there and empty has an `at`; one that is absent has none. */
struct str_list {
	struct str *at;
	size_t n, room;
};

struct maybe_int {
	bool known;
	int64_t is;
};

/* The head of every list: each has its elements' type for `at`. */
struct any_list {
	void *at;
	size_t n, room;
};

enum member_kind {
	MK_STRING,
	MK_TIME,
	MK_WORD,
	MK_ENUM,
	MK_INT,
	MK_MAYBE_INT,
	MK_NUMBER,
	MK_BOOL,
	MK_STRINGS,
	MK_JSON,
	MK_OBJECT,
	MK_LIST
};

struct object_type;

struct member {
	const char *name; /* in JSON */
	enum member_kind kind;
	size_t offset;
	const struct object_type *of; /* OBJECT, LIST */
	const char *limits, *doc;
};

struct object_type {
	const char *name;
	const struct member *members;
	size_t n, size, other; /* other: the offset of `struct json *other` */
};

/* What limits say, without their marks. */
bool member_is_required(const struct member *m);
bool member_is_always_written(const struct member *m);
const char *member_limits(const struct member *m);

/* NULL: there is none of that name. */
const struct member *member_find(const struct object_type *type, struct str name);
/* The value of an enum by its word, 0 where it has none; and the word, p == NULL for 0. */
int enum_value(const struct member *m, struct str word);
struct str enum_word(const struct member *m, int value);

/* Fill *to, which is zeroed.  Texts and unknown members stay in o's arena.  false: err names the member by its path
 * (path: of the object itself, "" for the root). */
bool members_read(
	struct arena *a, const struct object_type *type, struct json *o, void *to, struct str path, struct err *err);
/* Set a scalar member from text, as a capture gives it; a number that is none, and a member that is no scalar, are
 * left alone.  false then. */
bool member_set_text(struct arena *a, const struct object_type *type, void *object, struct str name, struct str text);
/* Is it not 0, false or empty?  Is anything? */
bool member_is_set(const struct member *m, const void *object);
bool members_are_set(const struct object_type *type, const void *from);
/* The text of a member for people and patterns: numbers in digits; p == NULL: not set, or no scalar. */
struct str member_text(struct arena *a, const struct object_type *type, const void *object, struct str name);

struct members_writer {
	struct buf *out;
	size_t text_max; /* bytes of a text; longer ones are cut */
	bool cut;        /* one was */
};
void members_write(struct members_writer *w, const struct object_type *type, const void *from);

/* Everything that belongs to *object, copied into a. */
void members_copy(struct arena *a, const struct object_type *type, void *object);

#endif

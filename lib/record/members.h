/* members.h - read, write and copy structs that are described by tables of their members
 *
 * The tables are generated from record.def.  Unknown members are kept unchanged in the struct's `other` and written
 * after the known ones. */
#ifndef HEAL_RECORD_MEMBERS_H
#define HEAL_RECORD_MEMBERS_H

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

/* The layout that all lists share; in each, `at` has the type of its elements. */
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
	const char *name;  /* in JSON */
	struct str quoted; /* the same with quotes and a colon */
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

/* The limits; member_limits: without the prefix. */
bool member_is_required(const struct member *m);
bool member_is_always_written(const struct member *m);
const char *member_limits(const struct member *m);

/* NULL: not found. */
const struct member *member_find(const struct object_type *type, struct str name);
/* The value of an enum's word, 0 if unknown; and the word of a value, p == NULL for 0. */
int enum_value(const struct member *m, struct str word);
struct str enum_word(const struct member *m, int value);

/* Fill *to, which must be zeroed.  Texts and unknown members remain in o's arena.  path: of the object, "" for the
 * root.  false: err has the path of the invalid member. */
bool members_read(
	struct arena *a, const struct object_type *type, struct json *o, void *to, struct str path, struct err *err);
/* Set a scalar member from text, for example a captured group.  false: not a scalar, or not a valid number; the member
 * is unchanged. */
bool member_set_text(struct arena *a, const struct object_type *type, void *object, struct str name, struct str text);
/* Is the member, or any member, other than 0, false or empty? */
bool member_is_set(const struct member *m, const void *object);
bool members_are_set(const struct object_type *type, const void *from);
/* A member as text; p == NULL: not set, or not a scalar. */
struct str member_text(struct arena *a, const struct object_type *type, const void *object, struct str name);

struct members_writer {
	struct buf *out;
	size_t text_max; /* longer texts are truncated */
	bool cut;        /* a text was truncated */
};
void members_write(struct members_writer *w, const struct object_type *type, const void *from);

/* Copy everything that *object refers to into a. */
void members_copy(struct arena *a, const struct object_type *type, void *object);

#endif

/* yaml_tree.h - a YAML file as a tree with line numbers (the only file that uses libyaml) */
#ifndef HEAL_RULES_YAML_TREE_H
#define HEAL_RULES_YAML_TREE_H

#include "base/arena.h"
#include "base/diag.h"

enum yaml_kind { YAML_TEXT = 1, YAML_LIST, YAML_MAP };

enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED };

/* Line and column (in characters), both from 0. */
struct yaml_mark {
	uint32_t line, column;
};

struct yaml {
	enum yaml_kind kind;
	uint32_t line;         /* from 1 */
	enum yaml_style style; /* of a text */
	bool flow;             /* of a list or map: in brackets */
	struct yaml_mark begin, end;
	struct str text;
	struct str key; /* as a member */
	uint32_t key_line;
	enum yaml_style key_style;
	struct yaml_mark key_begin, key_end;
	struct str before, trailing; /* comments.c: lines above, and a comment after it on the same line */
	struct yaml *first, *last, *next;
	uint32_t n;
	uint32_t image_at; /* pack_writer.c: its offset in the image */
	bool put_off;      /* to be written after the rest */
};

enum { YAML_DEPTH = 30 };

/* Read one document; anchors, tags and duplicate keys are errors.  NULL: err is "name:line: reason". */
struct yaml *yaml_read(struct arena *a, struct str text, const char *name, struct err *err);

struct yaml *yaml_get(const struct yaml *map, const char *key);
struct str yaml_str(const struct yaml *v); /* STR_NONE unless text */
/* Append; the new member or element. */
struct yaml *yaml_add(struct arena *a, struct yaml *parent, struct str key, enum yaml_kind kind, uint32_t line);
struct yaml *yaml_add_text(struct arena *a, struct yaml *map, const char *key, struct str text);
#define YAML_EACH(item, v) for (struct yaml *item = (v) ? (v)->first : NULL; item; item = item->next)

#endif

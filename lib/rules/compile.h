/* compile.h - YAML packs and tables into one image (not part of heal-detect: needs libyaml)
 *
 * Sources are compiled in the order given; a rule, cause or table row of a
 * later pack replaces the earlier one of the same id, in its place.  A faulty
 * file is left out with its faults reported; the rest works on. */
#ifndef HEAL_RULES_COMPILE_H
#define HEAL_RULES_COMPILE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "rules/pack_rules.h"
#include "rules/yaml_tree.h"

struct source_file {
	const char *name; /* for messages */
	struct str text;
};

/* A fault of a pack: "name:line: text". */
struct fault {
	struct str text;
};

typedef VEC(struct yaml *) yaml_list;

struct compilation {
	struct arena *a;
	yaml_list rules; /* maps, pack defaults filled in */
	yaml_list causes;
	struct yaml *tables; /* map: name -> rows; of rows with one name the last counts */
	VEC(struct fault) faults;
	bool strict; /* what the project's own packs owe: examples, origins */
};

void compilation_init(struct compilation *c, struct arena *a);
/* Begin with what an image holds; before the first file.  The pack may be freed afterwards. */
void compilation_base(struct compilation *c, const struct pack *p);
/* Read, lint and take in one file; false: it has faults (c->faults) and was left out. */
bool compilation_add(struct compilation *c, const struct source_file *file);
/* The image; empty on failure (err). */
struct str compilation_image(struct compilation *c, struct err *err);

/* Report a fault of the pack at hand. */
__attribute__((format(printf, 4, 5))) void fault_add(
	struct compilation *c, const char *name, uint32_t line, const char *format, ...);

/* lint.c: the grammar of heal-rules(5); true when the file has no fault. */
bool lint_pack(struct compilation *c, const char *name, const struct yaml *top);

/* What the rule recognises, and, for documents, the literal of its gate where it names none: of the first path
 * of its signature the last name for JSON, the root element's for XML. */
enum document_kind document_of(const struct yaml *rule);
struct str document_literal(struct arena *a, const struct yaml *rule);

/* All "*.yaml" below the directories, sorted by name within each, but tables of subpatterns first; dirs that are
 * absent are skipped. */
bool sources_read(
	struct arena *a, const char *const *dirs, size_t n, struct source_file **files, size_t *count, struct err *err);

#endif

/* compile.h - compile YAML packs and tables to one image (not part of heal-detect: needs libyaml)
 *
 * Sources are compiled in the given order; a rule, cause or table row replaces an earlier one with the same id, in its
 * place.  A file with errors is reported and omitted. */
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

/* An error in a pack: "name:line: text". */
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
	bool strict; /* require examples and origins, as for heal's own packs */
	bool quick;  /* without the words that patterns need: finding them takes longest, and pays for images in use */
};

void compilation_init(struct compilation *c, struct arena *a);
/* Start with the contents of an image, before the first file.  The pack may be freed afterwards. */
void compilation_base(struct compilation *c, const struct pack *p);
/* Read, lint and add a file; false: it has errors (c->faults) and was omitted. */
bool compilation_add(struct compilation *c, const struct source_file *file);
/* The image; empty on failure (err). */
struct str compilation_image(struct compilation *c, struct err *err);

/* Report an error in the present pack. */
__attribute__((format(printf, 4, 5))) void fault_add(
	struct compilation *c, const char *name, uint32_t line, const char *format, ...);

/* The approximate share of lines of ordinary output on which the rule is tried. */
double rule_share(struct compilation *c, const struct yaml *rule);

/* lint.c: check a file against the grammar of heal-rules(5); true: no errors. */
bool lint_pack(struct compilation *c, const char *name, const struct yaml *top);

/* The kind of document of a rule; and the literal of its gate if it has none: from the first path of its signature the
 * last name for JSON, the root element for XML. */
enum document_kind document_of(const struct yaml *rule);
struct str document_literal(struct arena *a, const struct yaml *rule);

/* Read all "*.yaml" below the directories, sorted by name in each, but tables of subpatterns first.  Missing
 * directories are skipped. */
bool sources_read(
	struct arena *a, const char *const *dirs, size_t n, struct source_file **files, size_t *count, struct err *err);

#endif

/* yaml_text.h - a text as YAML writes it, in lines that are not too long */
#ifndef HEAL_RULES_YAML_TEXT_H
#define HEAL_RULES_YAML_TEXT_H

#include "base/buf.h"
#include "rules/yaml_tree.h"

enum { YAML_WIDTH = 120 };

/* How many characters the text has. */
size_t text_width(struct str s);

/* On one line: as it was quoted, or as it must be. */
struct str text_line_of(struct arena *a, struct str text, enum yaml_style style);

/* On one line where `room` characters are enough, else on several, behind the first of `indent` blanks.  A
 * pattern is broken between its atoms, which is no part of it; other texts where they have blanks. */
void text_put(struct arena *a, struct buf *out, const struct yaml *v, bool pattern, size_t room, size_t indent);

#endif

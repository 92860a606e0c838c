/* yaml_text.h - write a text as YAML with a maximum line length */
#ifndef HEAL_RULES_YAML_TEXT_H
#define HEAL_RULES_YAML_TEXT_H

#include "base/buf.h"
#include "rules/yaml_tree.h"

enum { YAML_WIDTH = 120 };

/* The number of characters. */
size_t text_width(struct str s);

/* On one line, quoted as before or as necessary. */
struct str text_line_of(struct arena *a, struct str text, enum yaml_style style);

/* Write it on one line if `room` characters are enough, otherwise on several, the later ones indented by `indent`
 * blanks.  Patterns are broken between atoms, other texts at blanks. */
void text_put(struct arena *a, struct buf *out, const struct yaml *v, bool pattern, size_t room, size_t indent);

#endif

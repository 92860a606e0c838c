/* cause_index.h - write which causes may be those of a rule's incidents (pack_causes_of()) */
#ifndef HEAL_RULES_CAUSE_INDEX_H
#define HEAL_RULES_CAUSE_INDEX_H

#include "rules/compile.h"
#include "rules/pack_image.h"
#include "rules/pack_writer.h"

/* Of all causes of the compilation, which are numbered in their order. */
void cause_index_put(struct compilation *c, struct writer *w, struct image_head *head);

#endif

/* value_lines.h - which lines of a text made of "key: value" lines belong to a value that began above
 *
 * For languages with `mapping_lines` in their row of the table `languages`: a line that is indented deeper than the key
 * above continues its value.  This reads a text that need not parse, line by line, after YAML 1.2.2, sections 7.3
 * (scalars in the flow style), 8.1 (block scalars) and 8.2 (block collections). */
#ifndef HEAL_POLICY_VALUE_LINES_H
#define HEAL_POLICY_VALUE_LINES_H

#include "policy/change_tokens.h"

/* A line of the old text that was a key, an element or a value of its own and is part of the value above in the new
 * text.  A key or an element that is lost in this way is refused (1), other text is queued (2). */
struct finding lost_in_value(struct arena *a, struct str old, struct str new);

#endif

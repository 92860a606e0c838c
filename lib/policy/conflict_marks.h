/* conflict_marks.h - the marks of a merge that was not finished */
#ifndef HEAL_POLICY_CONFLICT_MARKS_H
#define HEAL_POLICY_CONFLICT_MARKS_H

#include "base/str.h"

/* Does the new version of a text with the marks of a conflict keep one of them, in code, a comment or a string?  The
 * marks are those of git-merge(1), "HOW CONFLICTS ARE PRESENTED". */
bool conflict_kept(struct str old, struct str new);

#endif

/* project.h - is it our code: files below a directory, and not somebody else's kept there */
#ifndef HEAL_DETECT_PROJECT_H
#define HEAL_DETECT_PROJECT_H

#include "record/record.h"
#include "rules/node.h"

/* marks: the table `foreign`.  A file without a name, or "<string>", is foreign too. */
bool file_is_foreign(struct node marks, struct str file);

/* The incident concerns a file below root (absolute, normal): its own, or that of a frame.  One that
 * names no file at all might, so it does. */
bool incident_in_project(const struct record *r, struct node marks, struct str root);

#endif

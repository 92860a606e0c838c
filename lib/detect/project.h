/* project.h - tell the project's own files from third-party code */
#ifndef HEAL_DETECT_PROJECT_H
#define HEAL_DETECT_PROJECT_H

#include "record/record.h"
#include "rules/node.h"

/* marks: the table `foreign`.  An empty name and "<string>" are foreign, too. */
bool file_is_foreign(struct node marks, struct str file);

/* Is the incident, or a frame of it, in a file below root (absolute, normalised)?  True for one without any file. */
bool incident_in_project(const struct record *r, struct node marks, struct str root);

#endif

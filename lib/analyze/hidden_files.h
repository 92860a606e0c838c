/* hidden_files.h - keep the content of files with secrets out of the analysis */
#ifndef HEAL_ANALYZE_HIDDEN_FILES_H
#define HEAL_ANALYZE_HIDDEN_FILES_H

#include "rules/pack.h"
#include "tree/source_tree.h"

/* From now on the view does not read the files of the table `secret-files`. */
void hide_secret_files(struct source_tree *view, const struct pack *pack);

#endif

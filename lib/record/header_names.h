/* header_names.h - the names at the head of a report in columns, CSV or a drawn table */
#ifndef HEAL_RECORD_HEADER_NAMES_H
#define HEAL_RECORD_HEADER_NAMES_H

#include <stdbool.h>

#include "base/str.h"

enum { HEADER_NAME_MAX = 40, HEADER_NAMES_LEAST = 3 };

/* Are there at least HEADER_NAMES_LEAST, each a name (it begins with a letter, and has letters, digits, blanks, "_",
 * "-", ".", "/", "#" and parentheses) and different from the others? */
bool header_names_are_valid(const struct str *names, unsigned n);

#endif

/* safe.h - escape text from logs for terminals and for the CI systems that read our output */
#ifndef HEAL_PRESENT_SAFE_H
#define HEAL_PRESENT_SAFE_H

#include "base/arena.h"

/* LINE_BEGINS: only blanks precede the text in its line. */
enum text_place { LINE_BEGINS, LINE_GOES_ON };

/* The text as by visible(), and without commands for a CI system that reads our output: no "##name[" (Azure Pipelines,
 * TeamCity, GitHub), no "::" at the start of a line (GitHub).  At most max bytes, NUL-terminated in the arena. */
struct str text_safe(struct arena *a, struct str text, size_t max, enum text_place place);
/* The same for several lines, whose ends stay: at most max bytes a line. */
struct str text_safe_lines(struct arena *a, struct str text, size_t max);
/* Would a CI system interpret one of the lines as a command? */
bool text_has_command(struct str text);

#endif

/* mask.h - what does not leave this machine
 *
 * Secrets are removed as everywhere (redact.h).  Besides, texts that say who and where somebody is are replaced by
 * placeholders: mail addresses, network addresses, the home directory, the user's and the machine's name.  What the
 * model answers gets the originals back.  The patterns are in the table `llm-masks`. */
#ifndef HEAL_LLM_MASK_H
#define HEAL_LLM_MASK_H

#include "rules/pack.h"

struct mask;

struct mask *mask_new(struct arena *a, const struct pack *pack);
void mask_free(struct mask *m);

/* The text without secrets, with placeholders; in the arena of the mask. */
struct str mask_text(struct mask *m, struct str text);
/* The text with the originals in place of the placeholders. */
struct str mask_undo(struct mask *m, struct str text);
/* Does it contain what stands for a secret, which cannot be undone? */
bool mask_has_secret(struct str text);

#endif

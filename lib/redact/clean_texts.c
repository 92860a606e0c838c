/* Members in which no secret was found.  An error that occurs again has the same message and the same text, and to
 * search those that have a word of a row, as "unexpected token", takes longer than all else that is done with a record.
 * They are compared, not only their hashes.  What is found in a text never grows: a value of the environment is looked
 * for from the first text on that has a part of it (known_values.c). */
#include "redact/patterns.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

/* A shorter one is searched as fast; a longer one rarely occurs again. */
enum { SHORTEST = 64, LONGEST = 1024, TEXTS = 2048 };

static struct str texts[TEXTS];

static struct str *slot_of(struct str text)
{
	return &texts[str_hash(0, text) % TEXTS];
}

bool clean_text_is_known(struct str text)
{
	return text.n >= SHORTEST && text.n <= LONGEST && str_eq(*slot_of(text), text);
}

void clean_text_keep(struct str text)
{
	if (text.n < SHORTEST || text.n > LONGEST)
		return;
	struct str *slot = slot_of(text);
	char *copy = realloc((char *)slot->p, text.n);
	if (!copy)
		out_of_memory();
	memcpy(copy, text.p, text.n);
	*slot = (struct str){ copy, text.n };
}

/* What a person decided, for heal-log: it is kept, and teaches (heal-log(1)). */
#include "base/diag.h"
#include "commands.h"
#include "config/config.h"
#include "store/store.h"

void event_store(struct arena *a, struct str root, struct record *r)
{
	struct config *c = config_or_die(root.n ? arena_strdup(a, root) : NULL);
	struct str set = config_str(c, "store");
	struct err err;
	struct store *s = store_open(set.n ? arena_strdup(a, set) : NULL, &err);

	r->correlation_id = uuid7(a);
	if (!s || !store_add(s, r, &err))
		say("the decision is not in the store: %s", err.text);
	const char *notice = store_notice(s);
	if (notice)
		say("%s", notice);
	store_close(s);
	config_free(c);
}

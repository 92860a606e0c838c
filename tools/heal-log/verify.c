/* heal-log verify - find changes to the store that heal did not make */
#include "store/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"

static const char *head;
static const struct opt verify_opts[] = {
	OPT_STORE,
	OPT_STR('H', "head", "HASH", &head, "the store must contain the event with this hash"),
	OPT_END,
};

static bool is_hash(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static int verify(int argc, char **argv)
{
	struct asking q;
	struct store_verdict v;

	no_operands(argc, argv);
	if (head && !is_hash(head))
		die(HEAL_WRONG, "--head requires the 64 hexadecimal digits that 'heal-log verify' printed");
	ask_begin(&q);
	bool ok = store_verify(q.store, head, &v, &q.err);
	if (ok && v.intact) {
		printf("intact: %" PRId64 " events\nhead: %s\n", v.chained, v.head[0] ? v.head : "none");
		if (!v.head_is_kept && !head && v.chained)
			say("this store has no saved head, so removal of its last events cannot be detected");
	} else if (ok) {
		complain(HEAL_NO, "'%s' was changed outside heal: %s", store_path(q.store), v.what);
		if (v.faults > 1)
			say("%" PRId64 " more differences", v.faults - 1);
	}
	return ask_end(&q, ok);
}

const struct log_command verify_command = {
	"verify",
	{ "heal-log verify", "", "find changes to the store that heal did not make", verify_opts,
		"Prints the number of events and the head, the hash of the last one, which you can keep elsewhere.\n" },
	verify,
};

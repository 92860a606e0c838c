/* ask_channel.h - ask another program for the confirmation of a plan, as on the terminal
 *
 * heal-mcp starts heal run and heal-fix with a socket.  A question is a line of JSON with the plan, its hash, risk and
 * diff; the answer is a line {"approve": true, "by": NAME}.  Anything else, and the end of the file, means no.  The
 * question is asked only for plans for which a person could confirm on the terminal: never in production, for a
 * confidence below the threshold or for red risk; and the setting mcp.approve limits the risk further. */
#ifndef HEAL_FIX_ASK_CHANNEL_H
#define HEAL_FIX_ASK_CHANNEL_H

#include "config/config.h"
#include "policy/plan.h"

struct ask_channel {
	int fd;      /* -1: none */
	char by[80]; /* who answered last */
};

/* fd: a number as text, of a socket; NULL: none.  Programs that are started do not inherit it.  false: err. */
bool ask_channel_init(struct ask_channel *c, const char *fd, struct err *err);
/* Is the plan confirmed?  proof: what passes with it, in a copy; may be empty. */
bool ask_channel_ask(struct ask_channel *c, const struct config *config, const struct plan *plan, struct str proof);

#endif

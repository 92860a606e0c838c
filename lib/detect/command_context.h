/* command_context.h - incidents of one command that the user names, with its exit status
 *
 * Stands between a detector and whoever takes its incidents: each gets the
 * command and the status, the last one also what the command printed; and where
 * no error was found in that, one is made from command and status (exit_status.h).
 *
 *     command_context_init(&c, pack, "git psuh", 1, found, ctx);
 *     options.found = command_context_found, options.seen = command_context_seen, options.ctx = &c;
 *     options.command = c.argv;
 *     ... feed the detector to its end ...
 *     command_context_finish(&c); command_context_release(&c); */
#ifndef HEAL_DETECT_COMMAND_CONTEXT_H
#define HEAL_DETECT_COMMAND_CONTEXT_H

#include "detect/strip.h"
#include "record/record.h"
#include "rules/pack.h"

enum { STATUS_UNKNOWN = -1 };

struct command_context {
	char *const *argv; /* the words; for a line that needs a shell, a shell with "-c" and the line */
	const struct pack *pack;
	int status;
	void (*found)(void *ctx, struct record *r);
	void *ctx;
	struct arena a, held; /* for the run; of the incident held back */
	struct record last;
	bool is_held, serious;
	struct strip strip;
	struct buf head, tail; /* of the output: its beginning and, behind that, its end */
	bool cut;
};

/* The line must outlive c.  status: STATUS_UNKNOWN counts as a failure. */
void command_context_init(struct command_context *c, const struct pack *pack, const char *line, int status,
	void (*found)(void *ctx, struct record *r), void *ctx);
void command_context_release(struct command_context *c);

/* For the detector; ctx is the struct. */
void command_context_found(void *ctx, struct record *r);
void command_context_seen(void *ctx, struct str bytes);
/* All was fed: what is held back goes on. */
void command_context_finish(struct command_context *c);

#endif

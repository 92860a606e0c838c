/* command_context.h - add the failed command and its exit status to incidents
 *
 * A filter between a detector and its callback: each incident gets the command and the status, the last one also the
 * output.  If no error was found, an incident is made from command and status (exit_status.h).
 *
 *     command_context_init(&c, pack, "git psuh", 1, found, ctx);
 *     options.found = command_context_found, options.seen = command_context_seen, options.ctx = &c;
 *     options.command = c.argv;
 *     ... feed the detector ...
 *     command_context_finish(&c); command_context_release(&c); */
#ifndef HEAL_DETECT_COMMAND_CONTEXT_H
#define HEAL_DETECT_COMMAND_CONTEXT_H

#include "detect/strip.h"
#include "record/record.h"
#include "rules/pack.h"

enum { STATUS_UNKNOWN = -1 };

struct command_context {
	char *const *argv; /* the words, or a shell with "-c" and the line if it needs one */
	const struct pack *pack;
	int status;
	void (*found)(void *ctx, struct record *r);
	void *ctx;
	struct arena a, held; /* for the run; of the pending incident */
	struct record last;
	bool is_held, reported; /* reported: an incident that is not a summary */
	struct strip strip;
	struct buf head, tail; /* start and end of the output */
	bool cut;
};

/* The line must outlive c.  STATUS_UNKNOWN counts as a failure. */
void command_context_init(struct command_context *c, const struct pack *pack, const char *line, int status,
	void (*found)(void *ctx, struct record *r), void *ctx);
void command_context_release(struct command_context *c);

/* Callbacks for the detector; ctx is the struct. */
void command_context_found(void *ctx, struct record *r);
void command_context_seen(void *ctx, struct str bytes);
/* At the end of the input: pass on the pending incident. */
void command_context_finish(struct command_context *c);

#endif

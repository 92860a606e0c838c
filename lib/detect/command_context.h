/* command_context.h - add the failed command and its exit status to incidents
 *
 * A filter between a detector and its callback: each incident gets the command and the status, the last one also the
 * output.  If no error was found, an incident is made from command and status (exit_status.h).
 *
 *     command_context_init(&c, pack, "git psuh", found, ctx);
 *     c.status = 1;
 *     options.found = command_context_found, options.seen = command_context_seen, options.ctx = &c;
 *     options.command = c.argv;
 *     ... feed the detector; the status may also be set now ...
 *     command_context_finish(&c); command_context_release(&c);
 *
 * Either may be unknown.  With a status alone the incidents are passed on at once, and one is made if none of them
 * explains the failure: without an error among them, and none that any_shown() says was shown. */
#ifndef HEAL_DETECT_COMMAND_CONTEXT_H
#define HEAL_DETECT_COMMAND_CONTEXT_H

#include "detect/strip.h"
#include "record/record.h"
#include "rules/pack.h"

enum { STATUS_UNKNOWN = -1 };

struct command_context {
	char *const *argv; /* the words, or a shell with "-c" and the line if it needs one; NULL: not known */
	const struct pack *pack;
	int status; /* STATUS_UNKNOWN at first, which with a command counts as a failure */
	void (*found)(void *ctx, struct record *r);
	bool (*any_shown)(void *ctx); /* has found() shown an incident so far?  NULL: it shows all */
	void *ctx;
	struct str name, cwd; /* of the input, for the incident that is made; may be empty */
	struct arena a, held; /* for the run; of the pending incident */
	struct record last;
	bool is_held, reported, failure; /* reported: an incident that is not a summary; failure: that is an error */
	struct strip strip;
	struct buf head, tail; /* start and end of the output */
	bool cut;
};

/* The line, which may be NULL, must outlive c. */
void command_context_init(struct command_context *c, const struct pack *pack, const char *line,
	void (*found)(void *ctx, struct record *r), void *ctx);
void command_context_release(struct command_context *c);

/* Callbacks for the detector; ctx is the struct. */
void command_context_found(void *ctx, struct record *r);
void command_context_seen(void *ctx, struct str bytes);
/* At the end of the input: pass on the pending incident, and one for a failure that none explains.  false: the tables
 * have no row for such a failure, and nothing tells of it. */
bool command_context_finish(struct command_context *c);

#endif

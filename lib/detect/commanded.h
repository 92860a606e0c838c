/* commanded.h - incidents of one command that the user names, with its exit status
 *
 * Stands between a detector and whoever takes its incidents: each gets the
 * command and the status, the last one also what the command printed; and where
 * no error was found in that, one is made from command and status (exits.h).
 *
 *     commanded_init(&c, pack, "git psuh", 1, found, ctx);
 *     options.found = commanded_found, options.seen = commanded_seen, options.ctx = &c;
 *     options.command = c.argv;
 *     ... feed the detector to its end ...
 *     commanded_finish(&c); commanded_release(&c); */
#ifndef HEAL_COMMANDED_H
#define HEAL_COMMANDED_H

#include "pack.h"
#include "record.h"
#include "strip.h"

enum { STATUS_UNKNOWN = -1 };

struct commanded {
	char *const *argv;	/* the words; for a line that needs a shell, a shell with "-c" and the line */
	const struct pack *pack;
	int status;
	void (*found)(void *ctx, struct record *r);
	void *ctx;
	struct arena a, held;	/* for the run; of the incident held back */
	struct record last;
	bool is_held, serious;
	struct strip strip;
	struct buf head, tail;	/* of the output: its beginning and, behind that, its end */
	bool cut;
};

/* The line must outlive c.  status: STATUS_UNKNOWN counts as a failure. */
void commanded_init(struct commanded *c, const struct pack *pack, const char *line, int status,
	void (*found)(void *ctx, struct record *r), void *ctx);
void commanded_release(struct commanded *c);

/* For the detector; ctx is the struct. */
void commanded_found(void *ctx, struct record *r);
void commanded_seen(void *ctx, struct str bytes);
/* All was fed: what is held back goes on. */
void commanded_finish(struct commanded *c);

#endif

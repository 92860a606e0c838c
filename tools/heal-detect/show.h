/* show.h - which incidents heal-detect shows, and how often */
#ifndef HEAL_DETECT_SHOW_H
#define HEAL_DETECT_SHOW_H

#include "detect/baseline.h"
#include "detect/collect.h"
#include "present/present.h"

struct show {
	struct presenter *out;
	const char *level, *tool; /* least level, tool; NULL: any */
	struct str project;       /* only what concerns files below it; p == NULL: any */
	struct node foreign;
	struct str correlation;    /* what every record gets as its correlation_id */
	struct baseline *baseline; /* hides what it knows; may be NULL */
	unsigned long max;         /* so many are shown; 0: all */
	bool dedupe;
	bool live;            /* flushed after each, also into a file */
	void (*before)(void); /* called before something is written; may be NULL */

	struct collection all;
	unsigned long n, shown; /* that passed; of those, written */
};

/* For detector_options.found: ctx is a struct show. */
void show_found(void *ctx, struct record *r);
/* What was kept back, and close the document. */
void show_end(struct show *s);

#endif

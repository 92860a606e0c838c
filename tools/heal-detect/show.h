/* show.h - select, deduplicate and print incidents */
#ifndef HEAL_DETECT_SHOW_H
#define HEAL_DETECT_SHOW_H

#include "detect/baseline.h"
#include "detect/collect.h"
#include "present/present.h"

struct show {
	struct presenter *out;
	const char *level, *tool; /* lowest level, tool; NULL: any */
	struct str project;       /* only incidents about files below it; p == NULL: any */
	struct node foreign;
	struct str correlation;    /* the correlation_id of each record */
	struct baseline *baseline; /* incidents to hide; may be NULL */
	unsigned long max;         /* number shown; 0: all */
	bool dedupe;
	bool live;            /* flush after each, even to a file */
	void (*before)(void); /* called before output; may be NULL */

	struct collection all;
	unsigned long n, shown; /* selected; of those, written */
};

/* For detector_options.found: ctx is a struct show. */
void show_found(void *ctx, struct record *r);
/* Has an incident been selected? */
bool show_any(void *ctx);
/* Print what is pending and close the document. */
void show_end(struct show *s);

#endif

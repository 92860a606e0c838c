/* prove.h - heal-fix --prove: the records of one failing run, proven in a copy before they are fixed */
#ifndef HEAL_FIX_PROVE_H
#define HEAL_FIX_PROVE_H

#include "fix/fix.h"

struct proving_options {
	const struct pack *pack;
	const struct config *config;
	struct fixer *fixer;
	char *const *argv; /* the command that failed */
	bool verbose;
	void (*fix)(void *fixer, struct record *r); /* carry out what is proven, or may act without */
	void (*out)(const struct record *r);
};

/* All records are read first: a repair may be for several of them.  They come out in their order. */
void prove_records(const struct proving_options *o, char *const *names, int n);

#endif

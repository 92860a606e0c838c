/* verify.h - was the store changed by anything but heal? */
#ifndef HEAL_STORE_VERIFY_H
#define HEAL_STORE_VERIFY_H

#include "store/store.h"

struct store_verdict {
	bool intact;
	int64_t bad;       /* number of the first bad chain row, 0 if it has none, as with a changed schema */
	char what[500];    /* the first fault, one line */
	int64_t faults;    /* how many were found */
	int64_t chained;   /* rows of the chain */
	char head[80];     /* its last hash; "" if it is empty */
	bool head_is_kept; /* there was a kept head to compare with */
};

/* head: a hash that the chain must contain, NULL: none.  false: err, the store cannot be read. */
bool store_verify(struct store *s, const char *head, struct store_verdict *v, struct err *err);

#endif

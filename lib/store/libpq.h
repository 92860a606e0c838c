/* libpq.h - the functions of libpq that are used, loaded when a store is on a server
 *
 * libpq and the libraries that it needs (TLS, LDAP, Kerberos) take time and memory to load, which only the users of a
 * server should pay. */
#ifndef HEAL_STORE_LIBPQ_H
#define HEAL_STORE_LIBPQ_H

#include <libpq-fe.h>

#include "base/diag.h"

struct libpq {
#define FUNCTION(name) __typeof__(&name) name;
#include "store/libpq.def"
#undef FUNCTION
};
extern struct libpq pq;

/* Load it once; false: err (HEAL_WRONG). */
bool libpq_load(struct err *err);

#endif

/* sessions.h - the stored sessions of heal run */
#ifndef HEAL_STORE_SESSIONS_H
#define HEAL_STORE_SESSIONS_H

#include "store/store.h"

/* The newest of all projects, newest first, at most `limit` (0: all).  false: err. */
typedef bool store_session_fn(void *ctx, const struct record *session); /* false: stop */
bool store_sessions(struct store *s, int64_t limit, store_session_fn *each, void *ctx, struct err *err);

#endif

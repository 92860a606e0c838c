/* spool.h - records that wait for a server
 *
 * While the server of the store cannot be reached, records are kept in a file of the state directory, spool/<hash of
 * the server's name>.db, and sent at the next use.  The server ignores a record that it has (store.h), so sending one
 * again after a lost answer is harmless: a record is removed here only after the server's commit.  Only the owner can
 * read the file; nothing in it was not searched for secrets. */
#ifndef HEAL_STORE_SPOOL_H
#define HEAL_STORE_SPOOL_H

#include "store/batch.h"
#include "store/store.h"

/* The file for this server, named as db_shown() does; p == NULL: no state directory is known. */
struct str spool_path(struct arena *a, struct str server);
/* NULL: err, or if it need not be made and does not exist, err->status is HEAL_OK. */
struct db *spool_open(struct str server, bool make, struct err *err);
/* Add the lines of a batch's records, all or none. */
bool spool_add(struct db *spool, const struct batch *b, struct err *err);
/* Send to the open store, for so many seconds at most; *sent: how many were.  Does nothing while another process sends.
 */
bool spool_send(struct store *s, double seconds, int64_t *sent, struct err *err);

#endif

/* log_since.h - read a log from a time on
 *
 * Lines before the first that is as late are replaced by empty ones, so that those behind it keep their numbers.  Times
 * are those of the table `log-times`; lines without one belong to the line above. */
#ifndef HEAL_DETECT_LOG_SINCE_H
#define HEAL_DETECT_LOG_SINCE_H

#include "base/buf.h"
#include "rules/pack.h"

struct log_since;

/* since: milliseconds since 1970.  The pack must outlive it. */
struct log_since *log_since_new(const struct pack *pack, int64_t since);
void log_since_free(struct log_since *s);

/* A log begins. */
void log_since_begin(struct log_since *s);
/* Move what is to be read from `in` to the end of `out`: all but an incomplete last line, and that as well if the log
 * ends here. */
void log_since_take(struct log_since *s, struct buf *in, struct buf *out, bool ends);
/* The number of logs of which no line had a time; they are skipped. */
unsigned long log_since_untimed(const struct log_since *s);

/* The time of a line, in milliseconds since 1970, if it has one; now: for what the line leaves out. */
bool log_time_of(struct log_since *s, struct str line, int64_t now, int64_t *ms);

#endif

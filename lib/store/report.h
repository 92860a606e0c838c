/* report.h - format results of the store as text, JSON, Prometheus metrics, or a changelog
 *
 * All functions append to `out`.  Control bytes of text from logs are escaped in the text formats.  Times are UTC. */
#ifndef HEAL_STORE_REPORT_H
#define HEAL_STORE_REPORT_H

#include "base/buf.h"
#include "store/store.h"

/* One line: id, time, state, rule, place and message. */
void report_incident_line(struct buf *out, const struct store_incident *i);
/* One incident: error, causes, solutions, diff, validation. */
void report_incident(struct buf *out, struct arena *a, const struct store_incident *i, const struct store_seen *seen);
/* One line for an event. */
void report_event_line(struct buf *out, const struct store_event *e);

/* One line each: an incident like another; a solution and how often it fixed such; a cluster. */
void report_similar(struct buf *out, const struct store_similar *s);
void report_past_fix(struct buf *out, const struct store_past_fix *m);
void report_cluster_head(struct buf *out);
void report_cluster(struct buf *out, const struct store_cluster *c);
void report_cluster_json(struct buf *out, const struct store_cluster *c);

/* Statistics.  A percentage is always printed with its numbers. */
void report_totals(struct buf *out, const struct store_totals *t);
void report_group_head(struct buf *out, enum store_by by);
void report_group(struct buf *out, const struct store_group *g);

void report_score_head(struct buf *out);
void report_score(struct buf *out, const struct score *score);
void report_score_json(struct buf *out, const struct score *score); /* a line */

/* {"total_incidents": ..., "groups": [...]} on one line; groups: the elements, already joined, or empty. */
void report_totals_json(struct buf *out, const struct store_totals *t, enum store_by by, struct str groups);
void report_group_json(struct buf *groups, const struct store_group *g); /* with a comma before it if needed */

/* Prometheus text format.  The lines of a metric family must be adjacent, so groups are collected in one buffer per
 * family. */
enum { PROM_FAMILIES = 5 };
void report_totals_prom(struct buf *out, const struct store_totals *t);
void report_group_prom(struct buf families[PROM_FAMILIES], enum store_by by, const struct store_group *g);

/* healing_changelog.json, in the layout of version 1.0.0, and with correlation_id.  Each event has its own severity,
 * from INFO to CRITICAL, and only what follows from a validation has its result.  Begin with the time of the first
 * event, one entry per event, end. */
void report_changelog_begin(struct buf *out, struct str created);
void report_changelog_entry(struct buf *out, struct arena *a, const struct store_event *e, bool first);
void report_changelog_end(struct buf *out, bool empty);

#endif

/* events.h - internal: the events of an incident
 *
 * What happened to an incident follows from its record.  So an event has a row only where it says more than the row of
 * the incident does: if it has another time, or if several records were stored of the incident.  The others are the
 * bits of incidents.derived, and are computed from the record when they are asked for. */
#ifndef HEAL_STORE_EVENTS_H
#define HEAL_STORE_EVENTS_H

#include "store/chain.h"
#include "store/internal.h"

enum { EVENTS_MOST = 9 };

struct incident_event {
	const char *name;
	bool is; /* it happened */
	int64_t attempt;
	struct str time, detail;
};

/* The events of a record, and room for their times. */
struct incident_events {
	struct incident_event at[EVENTS_MOST];
	char room[3][WHEN_TEXT];
};
/* time: that of the incident, which must stay. */
void incident_events(struct incident_events *out, const struct record *r, struct str time);
/* The bits of those that have the time of the incident. */
int64_t incident_events_derived(const struct incident_events *all, struct str time);

/* The attempt of the record's fix; 0 without one. */
int64_t attempt_of(const struct record *r);
bool wants_person(const struct record *r);

/* Give the events of a stored incident rows, before something else is stored of it. */
bool events_write(struct db *db, struct chain_rows *chain, struct str incident, struct err *err);

#endif

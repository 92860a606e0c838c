/* host_context.h - why the threshold is raised just now: the hour, the weekday, the load, the battery
 *
 * The context only raises the threshold, whatever the settings and the readings are. */
#ifndef HEAL_POLICY_HOST_CONTEXT_H
#define HEAL_POLICY_HOST_CONTEXT_H

#include <time.h>

#include "config/config.h"

/* What is not known is below 0; an hour or weekday that is not known counts as one in which the threshold is raised. */
struct host_readings {
	double load;     /* load average of a minute by processor */
	double pressure; /* percentage of the last minute in which tasks waited: the highest of /proc/pressure */
	double battery;  /* percentage of the fullest battery that discharges */
	bool has_time;
	struct tm time; /* local */
};

void host_readings_take(struct host_readings *out);
/* The share of time of "some", avg60, in a file of /proc/pressure; -1: it has none. */
double pressure_parse(struct str text);

enum { CONTEXT_REASONS = 5 };
struct context_reason {
	const char *key; /* the setting */
	struct str why;  /* in the arena */
};
/* The settings that raise the threshold with these readings. */
size_t context_reasons(struct arena *a, const struct config *config, const struct host_readings *now,
	struct context_reason out[CONTEXT_REASONS]);
/* The setting `threshold`, raised once if there is a reason; at most 1. */
double context_threshold(const struct config *config, size_t reasons);

#endif

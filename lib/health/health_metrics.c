#include "health/health_metrics.h"

#include <stdio.h>
#include <time.h>

#include "record/json.h"

static double seconds_of(struct str time)
{
	struct tm tm = { 0 };
	char text[40];

	snprintf(text, sizeof(text), "%.*s", STR_ARG(time));
	return strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? (double)timegm(&tm) : 0;
}

static void gauge(struct buf *out, const char *name, const char *help, struct str project, double value)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s{project=", name, help, name, name);
	json_write_string(out, project);
	buf_printf(out, "} %.15g\n", value);
}

void health_metrics_write(struct buf *out, struct str project, const struct record *report)
{
	const struct health *h = &report->health;
	const struct health_metrics *m = &h->metrics;

	gauge(out, "heal_health_score", "Health of the project, 0 to 1, in the last report.", project, h->health_score);
	gauge(out, "heal_health_issues", "Issues in the last report.", project, (double)m->issues);
	gauge(out, "heal_health_critical_issues", "Issues with severity 8 or more.", project, (double)m->critical);
	gauge(out, "heal_health_checks", "Checks that ran to their end.", project, (double)m->checks);
	gauge(out, "heal_health_checks_unable", "Checks that did not.", project, (double)m->unable);
	gauge(out, "heal_health_duration_seconds", "Time that the last report took.", project,
		(double)m->duration_ms / 1000);
	gauge(out, "heal_health_timestamp_seconds", "When the last report was made.", project,
		seconds_of(report->time));
}

#include <inttypes.h>
#include <stdio.h>

#include "base/visible.h"
#include "present/present.h"
#include "monitor.h"

enum { WIDTH = 400, ISSUES_SHOWN = 20 };

static const char *colour_of(enum health_status s)
{
	return s == HEALTH_EXCELLENT || s == HEALTH_GOOD ? "32" : s == HEALTH_WARNING ? "33" : "31";
}

static void issue_show(const struct health_issue *i)
{
	char where[WIDTH], what[WIDTH], fix[WIDTH];

	printf("  %2" PRId64 "  %s%s%s%s\n", i->severity, visible(i->location, where, WIDTH), i->location.n ? ": " : "",
		visible(i->description, what, WIDTH), i->flaky ? " (flaky)" : "");
	if (i->suggested_fixes.n)
		printf("      fix: %s\n", visible(i->suggested_fixes.at[0], fix, WIDTH));
}

static void check_show(const struct health_check *c)
{
	char name[WIDTH], detail[WIDTH];

	printf("  %-8.*s %-14.*s %s", STR_ARG(c->status), STR_ARG(c->kind), visible(c->check, name, WIDTH));
	if (c->issues)
		printf(", %" PRId64 " issue%s", c->issues, c->issues == 1 ? "" : "s");
	if (c->detail.n)
		printf(": %s", visible(c->detail, detail, WIDTH));
	putchar('\n');
}

static void advice_show(const struct recommendation *r)
{
	char text[WIDTH];

	printf("  %s\n", visible(r->text, text, WIDTH));
	if (!r->argv.n)
		return;
	printf("     ");
	for (size_t i = 0; i < r->argv.n; i++)
		printf(" %s", visible(r->argv.at[i], text, WIDTH));
	putchar('\n');
}

static void quality_show(const struct quality *q)
{
	char text[WIDTH];

	printf("quality %.0f of 100\n", q->score);
	LIST_EACH(quality_loss, l, &q->losses) {
		printf("  -%-4.1f %s", l->points, visible(l->text, text, WIDTH));
		if (l->places.n)
			printf(": %" PRId64 ", %s", l->count, visible(l->places.at[0], text, WIDTH));
		putchar('\n');
	}
}

void health_show(const struct health *h, bool colour)
{
	char project[WIDTH];
	struct str status = health_status_name(h->overall_status);

	printf("%s: ", visible(h->project_id, project, WIDTH));
	printf(colour ? "\033[%sm%.*s\033[0m" : "%.0s%.*s", colour_of(h->overall_status), STR_ARG(status));
	printf(", score %.2f, %" PRId64 " issue%s\n", h->health_score, h->metrics.issues,
		h->metrics.issues == 1 ? "" : "s");
	if (h->prediction.status) {
		struct arena a = ARENA_INIT;
		printf("%.*s\n", STR_ARG(prediction_text(&a, &h->prediction)));
		arena_free(&a);
	}
	if (h->checks.n)
		printf("checks\n");
	LIST_EACH(health_check, c, &h->checks)
		check_show(c);
	if (h->issues.n)
		printf("issues, by severity\n");
	for (size_t i = 0; i < h->issues.n && i < ISSUES_SHOWN; i++)
		issue_show(&h->issues.at[i]);
	if (h->metrics.issues > ISSUES_SHOWN)
		printf("  and %" PRId64 " more\n", h->metrics.issues - ISSUES_SHOWN);
	if (members_are_set(&quality_type, &h->quality))
		quality_show(&h->quality);
	if (h->recommendations.n)
		printf("what to do\n");
	LIST_EACH(recommendation, r, &h->recommendations)
		advice_show(r);
}

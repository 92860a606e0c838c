#include <inttypes.h>

#include "base/visible.h"
#include "overview.h"

enum { SHOWN = 120, BLOCKS = 100 };

void sparkline(struct buf *out, const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int step = (int)(values[i] * 7 + 0.5);
		const char block[] = { '\xe2', '\x96', (char)('\x81' + step), '\0' };
		buf_addz(out, block);
	}
}

static void days_text(struct buf *out, const struct groups *days)
{
	double values[DAYS_SHOWN];
	int64_t most = 1;

	for (size_t i = 0; i < days->n; i++)
		most = days->at[i].incidents > most ? days->at[i].incidents : most;
	for (size_t i = 0; i < days->n; i++)
		values[i] = (double)days->at[i].incidents / (double)most;
	buf_addz(out, "incidents by day  ");
	sparkline(out, values, days->n);
	buf_printf(out, "  at most %" PRId64 "\n", most);
}

static void health_text(struct buf *out, const struct health_points *h)
{
	double values[BLOCKS];
	size_t n = h->n < BLOCKS ? h->n : BLOCKS;

	for (size_t i = 0; i < n; i++)
		values[i] = h->at[h->n - n + i].score;
	buf_addz(out, "health            ");
	sparkline(out, values, n);
	buf_printf(out, "  %.2f, %.*s\n", h->at[h->n - 1].score, STR_ARG(h->at[h->n - 1].status));
	if (h->at[h->n - 1].prediction.n)
		buf_printf(out, "                  %.*s\n", STR_ARG(h->at[h->n - 1].prediction));
}

void overview_text(struct buf *out, const struct overview *o)
{
	const struct store_totals *t = &o->totals;
	char shown[SHOWN];

	buf_printf(out, "%s\n", o->project.p ? visible(o->project, shown, SHOWN) : "all projects");
	buf_printf(out,
		"%" PRId64 " incidents, %" PRId64 " resolved, %" PRId64 " need review; %" PRId64 " of %" PRId64
		" sessions healed\n",
		t->incidents, t->resolved, t->manual, t->healed, t->sessions);
	if (o->days.n)
		days_text(out, &o->days);
	if (o->health.n)
		health_text(out, &o->health);
	if (o->tools.n)
		buf_addz(out, "by tool\n");
	for (size_t i = 0; i < o->tools.n; i++)
		buf_printf(out, "  %6" PRId64 "  %6" PRId64 " resolved  %s\n", o->tools.at[i].incidents,
			o->tools.at[i].resolved, visible(o->tools.at[i].name, shown, SHOWN));
	if (o->repairs.n)
		buf_addz(out, "latest repairs\n");
	for (size_t i = 0; i < o->repairs.n; i++) {
		const struct shown_repair *r = &o->repairs.at[i];
		buf_printf(out, "  %.16s  %s", r->time.p, visible(r->rule, shown, SHOWN));
		buf_printf(out, "  %s\n", visible(r->file, shown, SHOWN));
	}
	if (o->queue.n)
		buf_printf(out, "%zu plan%s for review: 'heal review'\n", o->queue.n,
			o->queue.n == 1 ? " waits" : "s wait");
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "monitor.h"
#include "timer.h"

enum { MINUTE = 60, HOUR = 3600 };

/* A crontab has minutes: the nearest divisor of an hour that is not shorter, at most an hour. */
static struct str cron_time(struct arena *a, int interval)
{
	int minutes = (interval + MINUTE - 1) / MINUTE;

	while (minutes < 60 && 60 % minutes)
		minutes++;
	return minutes >= 60 ? STR("0 * * * *") :
		minutes == 1 ? STR("* * * * *") :
			       arena_printf(a, "*/%d * * * *", minutes);
}

void monitor_install(struct arena *a, struct str root, int interval, const char *store, bool cron, bool yes)
{
	char hex[SHA256_HEX], option[] = "--store";
	char *real = store && !strstr(store, "://") ? realpath(store, NULL) : NULL;
	const char *shown = real ? real : store;
	char *argv[] = { arena_strdup(a, program_path(a)), arena_strdup(a, root), store ? option : NULL,
		store ? arena_strdup(a, str_of(shown)) : NULL, NULL };

	free(real);
	sha256_of(root, hex);
	struct timer t = { .name = arena_printf(a, "heal-monitor-%.8s", hex).p,
		.description = "Report the health of a project",
		.argv = argv,
		.when = arena_printf(a, "OnActiveSec=1min\nOnUnitActiveSec=%ds\n", interval).p,
		.cron = cron_time(a, interval).p,
		.mark = arena_printf(a, "# heal-monitor %.8s", hex).p,
		.again = "heal-monitor install --yes",
		.yes = yes };
	if (cron)
		timer_cron(a, &t);
	else
		timer_systemd(a, &t);
}

#include <stdio.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
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

/* The checks run programs of the project: as its owner, not as the administrator who installs the units. */
static const char *owner_of(struct arena *a, struct str root)
{
	struct stat st;

	if (stat(root.p, &st) < 0)
		die(HEAL_REFUSED, "cannot look at '%s': %s", root.p, strerror(errno));
	const struct passwd *p = getpwuid(st.st_uid);
	if (!p)
		die(HEAL_REFUSED, "the owner of '%s' has no name, so the system cannot run the checks as him", root.p);
	return arena_strdup(a, str_of(p->pw_name));
}

void monitor_install(struct arena *a, struct str root, int interval, const struct monitor_timer *wanted)
{
	const char *store = wanted->store;
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
		.system_dir = wanted->system ? wanted->directory : NULL,
		.user = wanted->system ? owner_of(a, root) : NULL,
		.yes = wanted->yes };
	if (wanted->cron)
		timer_cron(a, &t);
	else
		timer_systemd(a, &t);
}

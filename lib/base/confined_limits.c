/* confined_limits.c - the resource limits of a confined child */
#include <stdio.h>
#include <sys/resource.h>

#include "base/confinement_parts.h"

static const int resources[] = { RLIMIT_CORE, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_NPROC };

/* The number of tasks on the machine: the limit is for all processes of the user. */
static rlim_t tasks_now(void)
{
	unsigned long running, all = 0;
	FILE *f = fopen("/proc/loadavg", "re");

	if (f && fscanf(f, "%*s %*s %*s %lu/%lu", &running, &all) != 2)
		all = 0;
	if (f)
		fclose(f);
	return all;
}

/* Never above the present limits. */
static struct rlimit limit(int resource, int64_t most)
{
	struct rlimit r;

	if (getrlimit(resource, &r) < 0)
		r = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	if (most >= 0 && (rlim_t)most < r.rlim_max)
		r.rlim_max = (rlim_t)most;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	return r;
}

void confined_limits_make(struct confined *c)
{
	const struct confinement *p = c->q.profile;
	int64_t most[] = { 0, p->cpu_seconds ? p->cpu_seconds : -1, p->file_mb ? p->file_mb << 20 : -1,
		p->files ? p->files : -1, p->processes ? (int64_t)tasks_now() + p->processes : -1 };

	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
		c->limits[i] = limit(resources[i], most[i]);
}

void confined_limits_enter(struct confined *c)
{
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
		if (setrlimit(resources[i], &c->limits[i]) < 0)
			return;
	c->enforced |= ENFORCED_LIMITS;
}

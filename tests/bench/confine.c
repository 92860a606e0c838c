/* What the confinement of a child costs: microseconds on the clock, at the median, and of the processor, on average.
 *
 *     ninja -C build tests/bench-confine
 *     HEAL_PACKS=build/share/heal.pack build/tests/bench-confine [TIMES]
 *
 * Each child does nothing.  "prepared": what the parent does before it starts the child; "begun": until the child
 * executes its program; "ended": until all is released. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confinement.h"
#include "base/proc.h"
#include "base/temporary_folder.h"
#include "rules/confinement_profile.h"
#include "rules/pack.h"

extern char **environ;

struct times {
	double prepared, begun, ended;
};

static double spent(void)
{
	struct rusage own, children;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	return (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec + children.ru_utime.tv_sec +
		       children.ru_stime.tv_sec) *
		1e6 +
		(double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec + children.ru_utime.tv_usec +
			children.ru_stime.tv_usec);
}

static struct times child_run(const struct confinement *profile, const char *copy, const char *original)
{
	struct arena a = ARENA_INIT;
	struct times t = { 0 };
	struct temporary_folder own = TEMPORARY_FOLDER_NONE;
	double begin = seconds_now();
	bool made = profile && temporary_folder_make(&a, &own, "check", NULL);
	struct confinement_request q = {
		.profile = profile, .folder = made ? own.path.p : NULL, .write = copy, .original = original
	};
	struct confined *c = made ? confined_new(&a, &q, environ) : NULL;

	t.prepared = seconds_now() - begin;
	pid_t pid = vfork();
	if (pid == 0) {
		if (c)
			confined_enter(c);
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	t.begun = seconds_now() - begin - t.prepared;
	waitpid(pid, NULL, 0);
	if (c) {
		confined_release(c);
	}
	temporary_folder_remove(&own);
	t.ended = seconds_now() - begin - t.prepared - t.begun;
	arena_free(&a);
	return t;
}

static int by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static double median(const struct times *t, size_t n, size_t member)
{
	double *all = malloc(n * sizeof(*all)), middle;

	for (size_t i = 0; i < n; i++)
		memcpy(&all[i], (const char *)&t[i] + member, sizeof(*all));
	qsort(all, n, sizeof(*all), by_value);
	middle = all[n / 2];
	free(all);
	return middle * 1e6;
}

static void measure(
	const char *name, const struct confinement *profile, const char *copy, const char *original, size_t n)
{
	struct times *t = calloc(n, sizeof(*t));
	double before = spent();

	for (size_t i = 0; i < n; i++)
		t[i] = child_run(profile, copy, original);
	printf("%-10s %8.0f prepared %8.0f begun %8.0f ended %8.0f of the processor\n", name,
		median(t, n, offsetof(struct times, prepared)), median(t, n, offsetof(struct times, begun)),
		median(t, n, offsetof(struct times, ended)), (spent() - before) / (double)n);
	free(t);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "checker", "git", "fixer", "trial", "validator" };
	struct arena a = ARENA_INIT;
	size_t n = argc > 1 ? (size_t)atoi(argv[1]) : 200;
	struct err err;
	struct pack *pack = pack_load(NULL, &err);
	struct temporary_folder copy = TEMPORARY_FOLDER_NONE, original = TEMPORARY_FOLDER_NONE;

	if (!pack || !temporary_folder_make(&a, &copy, "check", &err) ||
		!temporary_folder_make(&a, &original, "check", &err))
		return 1;
	measure("none", NULL, copy.path.p, NULL, n);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool in_copy = strcmp(names[i], "trial") == 0;
		measure(names[i], confinement_profile(&a, pack_table(pack, "confinement"), names[i]), copy.path.p,
			in_copy ? original.path.p : NULL, n);
	}
	temporary_folder_remove(&copy);
	temporary_folder_remove(&original);
	pack_free(pack);
	arena_free(&a);
	return 0;
}

#include "policy/host_context.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"

enum { FILE_MAX_BYTES = 4096 };

static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

/* ---- readings ---- */

double pressure_parse(struct str text)
{
	struct str line, word, mark = STR("avg60=");
	char number[32];

	while (str_line(&text, &line)) {
		if (!str_starts(line, "some "))
			continue;
		while (str_split(&line, ' ', &word)) {
			if (!str_starts(word, mark.p))
				continue;
			snprintf(number, sizeof(number), "%.*s", STR_ARG(str_sub(word, mark.n, word.n)));
			double share = strtod(number, NULL);
			return share >= 0 && share <= 100 ? share : -1;
		}
	}
	return -1;
}

/* A file of /proc or /sys, without the blanks around it; empty: it cannot be read. */
static struct str small_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "re");
	char text[FILE_MAX_BYTES];
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;

	if (f)
		fclose(f);
	return arena_str(a, str_trim((struct str){ text, n }));
}

static double pressure(struct arena *a)
{
	static const char *const files[] = { "/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory" };
	double most = -1;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		double one = pressure_parse(small_file(a, files[i]));
		most = one > most ? one : most;
	}
	return most;
}

static double battery(struct arena *a)
{
	const char *place = "/sys/class/power_supply";
	DIR *dir = opendir(place);
	struct dirent *e;
	double most = -1;

	while (dir && (e = readdir(dir))) {
		/* The battery of a mouse is no power supply of the machine. */
		if (e->d_name[0] == '.' ||
			str_is(small_file(a, arena_printf(a, "%s/%s/scope", place, e->d_name).p), "Device") ||
			!str_is(small_file(a, arena_printf(a, "%s/%s/status", place, e->d_name).p), "Discharging"))
			continue;
		struct str full = small_file(a, arena_printf(a, "%s/%s/capacity", place, e->d_name).p);
		double one = full.n ? strtod(full.p, NULL) : -1;
		most = one > most ? one : most;
	}
	if (dir)
		closedir(dir);
	return most;
}

void host_readings_take(struct host_readings *out)
{
	struct arena a = ARENA_INIT;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	time_t now = time(NULL);

	*out = (struct host_readings){ .load = -1, .pressure = pressure(&a), .battery = battery(&a) };
	if (getloadavg(&out->load, 1) == 1)
		out->load /= (double)(processors > 0 ? processors : 1);
	else
		out->load = -1;
	out->has_time = localtime_r(&now, &out->time) != NULL;
	arena_free(&a);
}

/* ---- reasons ---- */

static bool in_hours(struct config_hours h, const struct host_readings *now)
{
	int hour = now->time.tm_hour;

	if (!h.set)
		return false;
	if (!now->has_time)
		return true;
	return h.from <= h.to ? hour >= h.from && hour < h.to : hour >= h.from || hour < h.to;
}

/* A name that is no weekday counts as each of them: a misspelt one must not loosen anything. */
static struct str on_weekday(struct arena *a, const struct config *config, const struct host_readings *now)
{
	const struct str *days;
	size_t n = config_list(config, "context.weekdays", &days);

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < 7 && !str_is(days[i], weekdays[k]))
			k++;
		if (k == 7)
			return arena_printf(
				a, "'%.*s' is no weekday (sun to sat), so it counts as each", STR_ARG(days[i]));
		if (!now->has_time || now->time.tm_wday == (int)k)
			return arena_printf(a, "it is %s", weekdays[k]);
	}
	return STR_NONE;
}

size_t context_reasons(struct arena *a, const struct config *config, const struct host_readings *now,
	struct context_reason out[CONTEXT_REASONS])
{
	double load = config_double(config, "context.load"), waits = config_double(config, "context.pressure"),
	       least = config_double(config, "context.battery");
	struct str day = on_weekday(a, config, now);
	size_t n = 0;

	if (in_hours(config_hours(config, "context.hours"), now))
		out[n++] = (struct context_reason){ "context.hours",
			arena_printf(
				a, "it is between the hours %.*s", STR_ARG(config_show(a, config, "context.hours"))) };
	if (day.p)
		out[n++] = (struct context_reason){ "context.weekdays", day };
	if (load > 0 && now->load > load)
		out[n++] = (struct context_reason){ "context.load",
			arena_printf(a, "the load is %.2f by processor, more than %g", now->load, load) };
	if (waits > 0 && now->pressure > waits)
		out[n++] = (struct context_reason){ "context.pressure",
			arena_printf(
				a, "tasks waited %.0f%% of the last minute, more than %g%%", now->pressure, waits) };
	if (least > 0 && now->battery >= 0 && now->battery < least)
		out[n++] = (struct context_reason){ "context.battery",
			arena_printf(a, "the battery has %.0f%%, less than %g%%", now->battery, least) };
	return n;
}

double context_threshold(const struct config *config, size_t reasons)
{
	double threshold = config_double(config, "threshold") + (reasons ? config_double(config, "context.raise") : 0);

	return threshold > 1 ? 1 : threshold;
}

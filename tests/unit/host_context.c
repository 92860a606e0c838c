/* The context only raises the threshold, and never lowers it, whatever the readings are. */
#include <stdlib.h>

#include "policy/host_context.h"
#include "tap.h"

static struct config *config_of(const char *const *pairs)
{
	struct err err;
	struct config *c = config_load(NULL, &err);

	for (; c && pairs[0]; pairs += 2)
		if (!config_set_flag(c, pairs[0], pairs[1], "test", &err))
			die(err.status, "%s", err.text);
	return c;
}

static size_t reasons_with(const struct config *c, struct host_readings r, const char **first)
{
	struct arena a = ARENA_INIT;
	struct context_reason why[CONTEXT_REASONS];
	size_t n = context_reasons(&a, c, &r, why);

	if (first)
		*first = n ? why[0].key : "";
	arena_free(&a);
	return n;
}

static struct host_readings quiet(void)
{
	return (struct host_readings){ 0.1, 0, -1, true, { .tm_hour = 12, .tm_wday = 3 } };
}

static void each_reason(void)
{
	const char *const set[] = { "context.load", "2", "context.pressure", "20", "context.battery", "30",
		"context.hours", "22-6", "context.weekdays", "sat", NULL };
	struct config *c = config_of(set);
	struct host_readings r = quiet();
	const char *key;

	is_int(reasons_with(c, r, NULL), 0, "a quiet weekday at noon raises nothing");
	r.load = 2.5;
	ok(reasons_with(c, r, &key) == 1 && strcmp(key, "context.load") == 0, "a high load does");
	r = quiet(), r.pressure = 40;
	ok(reasons_with(c, r, &key) == 1 && strcmp(key, "context.pressure") == 0, "so does pressure");
	r = quiet(), r.battery = 12;
	ok(reasons_with(c, r, &key) == 1 && strcmp(key, "context.battery") == 0, "a battery that runs out");
	r = quiet(), r.time.tm_hour = 23;
	ok(reasons_with(c, r, &key) == 1 && strcmp(key, "context.hours") == 0, "the night");
	r = quiet(), r.time.tm_hour = 5;
	is_int(reasons_with(c, r, NULL), 1, "also after midnight");
	r = quiet(), r.time.tm_hour = 6;
	is_int(reasons_with(c, r, NULL), 0, "up to its end");
	r = quiet(), r.time.tm_wday = 6;
	ok(reasons_with(c, r, &key) == 1 && strcmp(key, "context.weekdays") == 0, "and the weekend");
	r = quiet(), r.has_time = false;
	is_int(reasons_with(c, r, NULL), 2, "an unknown time counts as one of them");
	config_free(c);
	const char *const misspelt[] = { "context.weekdays", "samstag", NULL };
	c = config_of(misspelt);
	is_int(reasons_with(c, quiet(), NULL), 1, "a misspelt weekday counts as each");
	config_free(c);
}

static void never_lower(void)
{
	static const char *const raises[] = { "0", "0.1", "1" }, *const thresholds[] = { "0", "0.85", "1" };
	bool kept = true, once = true;

	srand(5);
	for (int round = 0; round < 2000; round++) {
		const char *const set[] = { "context.load", rand() % 2 ? "0" : "1", "context.pressure",
			rand() % 2 ? "0" : "10", "context.battery", rand() % 2 ? "0" : "50", "context.raise",
			raises[rand() % 3], "threshold", thresholds[rand() % 3], NULL };
		struct config *c = config_of(set);
		struct host_readings r = { rand() % 40 / 10.0 - 1, rand() % 120 - 10, rand() % 120 - 10, rand() % 2,
			{ .tm_hour = rand() % 24, .tm_wday = rand() % 7 } };
		double set_to = config_double(c, "threshold"), now = context_threshold(c, reasons_with(c, r, NULL));
		kept &= now >= set_to && now <= 1;
		once &= now <= set_to + config_double(c, "context.raise");
		config_free(c);
	}
	ok(kept, "it is never below the setting, nor above 1");
	ok(once, "several reasons raise it once");
}

static void pressure_files(void)
{
	ok(pressure_parse(STR("some avg10=1.00 avg60=12.50 avg300=0.00 total=1\nfull avg10=9.00 avg60=9.00\n")) == 12.5,
		"the pressure is the minute of 'some'");
	ok(pressure_parse(STR("")) < 0 && pressure_parse(STR("some avg60=\nfull avg60=99")) == 0,
		"an empty file says nothing");
	ok(pressure_parse(STR("some avg60=nan")) < 0 && pressure_parse(STR("some avg60=1e300")) < 0 &&
			pressure_parse(STR("full avg60=50")) < 0,
		"no share of time is not known");
}

int main(void)
{
	each_reason();
	never_lower();
	pressure_files();
	return tap_end();
}

#include "detect/log_since.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/when.h"
#include "rules/regex.h"

enum { HEAD = 200, LONG = 64 << 10, ROWS_MOST = 32, DAY = 24 * 60 * 60 };

struct log_since {
	struct arena a;
	struct regex *row[ROWS_MOST];
	size_t rows;
	int64_t since;
	bool open, timed, begun;
	unsigned long untimed;
};

struct log_since *log_since_new(const struct pack *pack, int64_t since)
{
	struct node table = pack_table(pack, "log-times");
	struct log_since *s = calloc(1, sizeof(*s));

	if (!s)
		out_of_memory();
	s->since = since;
	for (uint32_t i = 0; i < node_count(table) && s->rows < ROWS_MOST; i++)
		s->row[s->rows++] = regex_lazy(&s->a, node_str(node_get(node_at(table, i), "match")), REGEX_PLAIN);
	return s;
}

void log_since_free(struct log_since *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->rows; i++)
		regex_free(s->row[i]);
	arena_free(&s->a);
	free(s);
}

/* ---- the time of a line ---- */

static int number_of(const struct match *m, const char *name, int otherwise)
{
	struct str text = match_get(m, name);
	int64_t n;

	return text.p && str_number(text, &n) && n <= 9999 ? (int)n : otherwise;
}

/* From 1; 0: none. */
static int month_of(const struct match *m)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct str name = match_get(m, "month");

	for (int i = 0; name.n == 3 && i < 12; i++)
		if (memcmp(name.p, names + 3 * (size_t)i, 3) == 0)
			return i + 1;
	return number_of(m, "month", 0);
}

/* Seconds east of Greenwich; false: local time. */
static bool zone_of(const struct match *m, int64_t *seconds)
{
	struct str zone = match_get(m, "zone");
	int64_t hours = 0, minutes = 0;

	*seconds = 0;
	if (zone.n == 0)
		return false;
	if (zone.p[0] != '+' && zone.p[0] != '-')
		return true;
	str_number(str_sub(zone, 1, 3), &hours);
	str_number(str_sub(zone, zone.n - 2, zone.n), &minutes);
	*seconds = (zone.p[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * 60;
	return true;
}

static int64_t local_seconds(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = minute,
		.tm_sec = second,
		.tm_isdst = -1 };

	return (int64_t)mktime(&tm);
}

static bool epoch_of(const struct match *m, int64_t *ms)
{
	struct str text = match_get(m, "epoch");
	int64_t n;

	if (!text.p || !str_number(text, &n))
		return false;
	*ms = text.n <= 10 ? n * 1000 : text.n <= 13 ? n : text.n <= 16 ? n / 1000 : n / 1000000;
	return true;
}

/* The latest such time that is not in the future, by more than the clocks of two machines differ. */
static bool civil_of(const struct match *m, int64_t now, int64_t *ms)
{
	time_t t = (time_t)(now / 1000);
	struct tm today;
	int64_t zone, seconds;

	localtime_r(&t, &today);
	int year = number_of(m, "year", number_of(m, "year2", 0)), month = month_of(m), day = number_of(m, "day", 0);
	int hour = number_of(m, "hour", 0), minute = number_of(m, "minute", 0), second = number_of(m, "second", 0);
	bool has_zone = zone_of(m, &zone), no_year = year == 0, no_day = month == 0 && day == 0;

	if (match_get(m, "half").n)
		hour = hour % 12 + (match_get(m, "half").p[0] == 'P' ? 12 : 0);
	year = no_year ? today.tm_year + 1900 : year;
	month = no_day ? today.tm_mon + 1 : month;
	day = no_day ? today.tm_mday : day;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
		return false;
	for (int back = 0; back < 2; back++) {
		int of_year = no_year && !no_day ? year - back : year, of_day = no_day ? day - back : day;
		seconds = has_zone ? when_seconds(of_year, month, of_day, hour, minute, second) - zone :
				     local_seconds(of_year, month, of_day, hour, minute, second);
		if (!no_year || seconds <= now / 1000 + (no_day ? 60 : DAY))
			break;
	}
	*ms = seconds * 1000;
	return true;
}

bool log_time_of(struct log_since *s, struct str line, int64_t now, int64_t *ms)
{
	struct str head = str_sub(line, 0, HEAD);
	struct match m;

	for (size_t i = 0; i < s->rows; i++)
		if (regex_match(s->row[i], head, &m) == 1 && (epoch_of(&m, ms) || civil_of(&m, now, ms)))
			return true;
	return false;
}

/* ---- a log ---- */

void log_since_begin(struct log_since *s)
{
	s->untimed += s->begun && !s->timed;
	s->open = s->timed = s->begun = false;
}

static bool is_late(struct log_since *s, struct str line, int64_t now)
{
	int64_t ms;

	if (!log_time_of(s, line, now, &ms))
		return false;
	s->timed = true;
	return ms >= s->since;
}

void log_since_take(struct log_since *s, struct buf *in, struct buf *out, bool ends)
{
	struct str rest = buf_str(in);
	int64_t now = when_now();

	s->begun |= rest.n > 0;
	while (!s->open && rest.n) {
		size_t n = str_chr(rest, '\n');
		if (n == rest.n && !ends && n < LONG)
			break;
		s->open = is_late(s, str_sub(rest, 0, n), now);
		if (s->open)
			break;
		if (n < rest.n)
			buf_addc(out, '\n');
		rest = str_sub(rest, n + 1, rest.n);
	}
	if (s->open) {
		buf_add(out, rest);
		rest = STR_NONE;
	}
	buf_drop(in, in->n - rest.n);
}

unsigned long log_since_untimed(const struct log_since *s)
{
	return s->untimed;
}

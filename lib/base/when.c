#include "base/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool digits(struct str s, size_t at, size_t n, int *out)
{
	*out = 0;
	for (size_t i = at; i < at + n; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return true;
}

/* "Z", "+hh:mm", "-hh:mm" from s[at] to the end, as minutes. */
static bool offset(struct str s, size_t at, int *minutes)
{
	int h, m;

	*minutes = 0;
	if (at + 1 == s.n && (s.p[at] == 'Z' || s.p[at] == 'z'))
		return true;
	if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || s.p[at + 3] != ':' || !digits(s, at + 1, 2, &h) ||
		!digits(s, at + 4, 2, &m) || h > 23 || m > 59)
		return false;
	*minutes = (s.p[at] == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

static bool clock_parse(struct str s, struct tm *tm, int *ms, int *minutes)
{
	size_t at = 19;
	int scale = 100;

	*ms = 0;
	if (s.n < 20 || (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') || s.p[13] != ':' || s.p[16] != ':' ||
		!digits(s, 11, 2, &tm->tm_hour) || !digits(s, 14, 2, &tm->tm_min) || !digits(s, 17, 2, &tm->tm_sec) ||
		tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	if (s.p[at] == '.')
		for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, scale /= 10)
			*ms += (s.p[at] - '0') * scale;
	return offset(s, at, minutes);
}

/* Years are counted from March.  timegm takes a lock for each time, and every outcome has one. */
int64_t when_seconds(int year, int month, int day, int hour, int minute, int second)
{
	int64_t y = year - (month <= 2), m = month + (month > 2 ? -3 : 9);
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1;

	return ((days - 719468) * 24 + hour) * 3600 + minute * 60 + second;
}

bool when_parse(struct str s, int64_t *out)
{
	struct tm tm = { 0 };
	int ms = 0, minutes = 0;

	if (s.n < 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &tm.tm_year) ||
		!digits(s, 5, 2, &tm.tm_mon) || !digits(s, 8, 2, &tm.tm_mday) || tm.tm_mon < 1 || tm.tm_mon > 12 ||
		tm.tm_mday < 1 || tm.tm_mday > 31)
		return false;
	if (s.n > 10 && !clock_parse(s, &tm, &ms, &minutes))
		return false;
	*out = when_seconds(tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	*out = (*out - minutes * 60) * 1000 + ms;
	return true;
}

struct str when_text(int64_t ms, char out[WHEN_TEXT])
{
	/* Only years of four digits, so that times sort as text. */
	const int64_t first = -62167219200000, last = 253402300799999;
	struct tm tm;

	ms = ms < first ? first : ms > last ? last : ms;
	int64_t part = ((ms % 1000) + 1000) % 1000;
	time_t t = (time_t)((ms - part) / 1000);
	gmtime_r(&t, &tm);
	int n = snprintf(out, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)part);
	return (struct str){ out, n > 0 && n < WHEN_TEXT ? (size_t)n : 0 };
}

int64_t when_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* An age: a number and one of s, m, h, d, w. */
static bool age_parse(struct str s, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {
		{ 's', 1000 },
		{ 'm', 60000 },
		{ 'h', 3600000 },
		{ 'd', 86400000 },
		{ 'w', 604800000 },
	};
	int64_t n;

	if (s.n < 2 || s.n > 9 || !str_number(str_sub(s, 0, s.n - 1), &n))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == s.p[s.n - 1]) {
			*ms = n * units[i].ms;
			return true;
		}
	return false;
}

bool when_since(struct str s, int64_t *ms)
{
	if (!age_parse(s, ms))
		return when_parse(s, ms);
	*ms = when_now() - *ms;
	return true;
}

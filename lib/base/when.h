/* when.h - times as text: ISO 8601 in UTC, and ages */
#ifndef HEAL_BASE_WHEN_H
#define HEAL_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { WHEN_TEXT = 32 };

/* "2026-11-20", "2026-11-20T12:00:00.000Z" or with "+01:00", as milliseconds since 1970. */
bool when_parse(struct str text, int64_t *ms);
/* Seconds since 1970 of a civil date, the month from 1, and time in UTC; no leap seconds. */
int64_t when_seconds(int year, int month, int day, int hour, int minute, int second);
struct str when_text(int64_t ms, char out[WHEN_TEXT]); /* out, as a view */
int64_t when_now(void);
/* A time as for when_parse, or an age: a number and one of s, m, h, d, w. */
bool when_since(struct str text, int64_t *ms);

#endif

#include "record/check.h"

const char *check_status_name(enum check_status s)
{
	static const char *const names[] = { "passed", "failed", "inconclusive", "skipped" };

	return names[s];
}

/* check.h - the result of one check: a row of validation.checks */
#ifndef HEAL_CHECK_H
#define HEAL_CHECK_H

#include "base/str.h"

enum check_status { CHECK_PASSED, CHECK_FAILED, CHECK_INCONCLUSIVE, CHECK_SKIPPED };

struct check {
	struct str name; /* "syntax" */
	enum check_status status;
	double seconds;
	struct str detail; /* why, in a line */
};

const char *check_status_name(enum check_status s);

#endif

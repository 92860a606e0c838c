#include "validate/run_checks.h"

#include "detect/test_count.h"

struct str new_incident_text(struct arena *a, const struct record *r)
{
	char message[240], file[200];

	visible(r->error.message, message, sizeof(message));
	visible(r->error.file, file, sizeof(file));
	return *file ? arena_printf(a, "new: %s:%lld: %s", file, (long long)r->error.line, message) :
		       arena_printf(a, "new: %s", message);
}

static struct check new_incidents(const struct run_pair *p)
{
	const struct record *first = NULL;
	bool any = comparison_new(p->comparison, &p->now->incidents, p->level, &first) > 0;

	return (struct check){ .name = STR("new-incidents"),
		.status = any ? CHECK_FAILED : CHECK_PASSED,
		.detail = any ? new_incident_text(p->a, first) : STR("none") };
}

static struct check tests(const struct run_pair *p)
{
	return tests_compare(p->a, p->tests, observed_run_tests(p->now, p->pack));
}

static struct check (*const checks[])(const struct run_pair *p) = {
	new_incidents,
	tests,
};

void run_checks(const struct run_pair *p, struct check_list *out)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct check c = checks[i](p);
		if (c.status != CHECK_SKIPPED)
			*VEC_ADD(p->a, out) = c;
	}
}

const struct check *run_checks_objection(const struct check_list *list)
{
	LIST_EACH(check, c, list)
		if (c->status != CHECK_PASSED && c->status != CHECK_WARNING)
			return c;
	return NULL;
}

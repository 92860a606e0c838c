/* changelog.c - the events in the layout of healing_changelog.json */
#include <ctype.h>
#include <inttypes.h>

#include "record/json.h"
#include "store/report.h"

void report_changelog_begin(struct buf *out, struct str created)
{
	buf_addz(out, "{\n  \"metadata\": {\n    \"created\": ");
	json_write_string(out, created);
	buf_addz(out, ",\n    \"version\": \"1.0.0\"\n  },\n  \"incidents\": [");
}

void report_changelog_end(struct buf *out, bool empty)
{
	buf_addz(out, empty ? "]\n}\n" : "\n  ]\n}\n");
}

/* A member of an entry; null if not known. */
static void add(struct buf *out, const char *name, struct str s)
{
	buf_printf(out, ",\n      \"%s\": ", name);
	if (s.p)
		json_write_string(out, s);
	else
		buf_addz(out, "null");
}

static struct str upper(struct arena *a, struct str s)
{
	char *z = arena_strdup(a, s);

	for (size_t i = 0; i < s.n; i++)
		z[i] = (char)toupper((unsigned char)z[i]);
	return s.p ? (struct str){ z, s.n } : STR_NONE;
}

/* dependency_issue -> dependency */
static struct str short_type(struct str type)
{
	return type.p ? str_sub(type, 0, str_rchr(type, '_')) : STR("unknown");
}

static struct str verdict(struct arena *a, const struct record *r)
{
	enum check_status status = r->validation.status;

	return status == CHECK_PASSED ? STR("SUCCESS") : upper(a, check_status_name(status));
}

/* The applied solution, else the best one. */
static const struct solution *solution_of(const struct record *r)
{
	if (!r->fix.solution.n)
		return r->solutions.n ? &r->solutions.at[0] : NULL;
	return solution_find(r, r->fix.solution);
}

static struct str either(struct str a, struct str b)
{
	return a.n ? a : b;
}

void report_changelog_entry(struct buf *out, struct arena *a, const struct store_event *e, bool first)
{
	struct record r;

	if (!record_parse(a, e->json, &r, NULL))
		r = (struct record){ .a = a };
	const struct solution none = { 0 }, *solution = solution_of(&r);
	solution = solution ? solution : &none;
	buf_addz(out, first ? "\n    {\n      \"incident_id\": " : ",\n    {\n      \"incident_id\": ");
	json_write_string(out, e->incident);
	add(out, "event_type", e->name);
	add(out, "timestamp", e->time);
	add(out, "severity", upper(a, level_name(r.error.level)));
	add(out, "environment", either(r.error.environment, r.error.tool));
	add(out, "file_path", r.error.file);
	buf_addz(out, ",\n      \"line_number\": ");
	buf_add(out, r.error.line ? arena_printf(a, "%" PRId64, r.error.line) : STR("null"));
	add(out, "error_type", r.kind == KIND_INCIDENT ? short_type(r.analysis.type) : STR_NONE);
	add(out, "error_message", r.error.message);
	add(out, "fix_description", either(solution->description, r.fix.solution));
	add(out, "fix_reasoning", solution->reasoning);
	add(out, "validation_result", verdict(a, &r));
	buf_printf(out, ",\n      \"attempt_number\": %" PRId64 "\n    }", e->attempt > 1 ? e->attempt : (int64_t)1);
}

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

enum stage { DETECTION, FIX, VALIDATION };

/* The stage that an event is of, and its severity; NULL: that of the error. */
static const struct event_row {
	const char *name;
	enum stage stage;
	const char *severity;
} event_rows[] = {
	{ "error_detected", DETECTION, NULL },
	{ "analysis_complete", DETECTION, "INFO" },
	{ "fix_generated", DETECTION, "INFO" },
	{ "fix_applied", FIX, "INFO" },
	{ "fix_validated", VALIDATION, "INFO" },
	{ "fix_failed", VALIDATION, "ERROR" },
	{ "rollback_performed", VALIDATION, "WARNING" },
	{ "healing_complete", VALIDATION, "INFO" },
	{ "manual_intervention_required", FIX, "CRITICAL" },
	{ "fix_undone", DETECTION, "WARNING" },
	{ "fix_edited", DETECTION, "WARNING" },
	{ "fix_returned", DETECTION, "ERROR" },
	{ "fix_denied", DETECTION, "WARNING" },
	{ "", DETECTION, "INFO" },
};

static const struct event_row *row_of(struct str name)
{
	const struct event_row *row = event_rows;

	while (row->name[0] && !str_is(name, row->name))
		row++;
	return row;
}

static struct str severity(const struct event_row *row, const struct record *r)
{
	static const char *const levels[] = { [LEVEL_NONE] = "INFO",
		[LEVEL_FATAL] = "CRITICAL",
		[LEVEL_ERROR] = "ERROR",
		[LEVEL_WARNING] = "WARNING",
		[LEVEL_NOTE] = "INFO",
		[LEVEL_INFO] = "INFO" };

	return str_of(row->severity ? row->severity : levels[r->error.level]);
}

/* Only what follows from a validation has its result. */
static struct str verdict(struct arena *a, const struct event_row *row, const struct record *r)
{
	enum check_status status = row->stage == VALIDATION ? r->validation.status : CHECK_NONE;

	return status == CHECK_PASSED ? STR("SUCCESS") : upper(a, check_status_name(status));
}

/* The session that did it. */
static struct str correlation(const struct event_row *row, const struct record *r)
{
	struct str fix = r->fix.correlation_id, validation = r->validation.correlation_id;

	if (row->stage == VALIDATION && validation.n)
		return validation;
	return row->stage != DETECTION && fix.n ? fix : r->correlation_id;
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
	const struct event_row *row = row_of(e->name);
	const struct solution none = { 0 }, *solution = solution_of(&r);
	solution = solution ? solution : &none;
	buf_addz(out, first ? "\n    {\n      \"incident_id\": " : ",\n    {\n      \"incident_id\": ");
	json_write_string(out, e->incident);
	add(out, "event_type", e->name);
	add(out, "timestamp", e->time);
	add(out, "severity", severity(row, &r));
	add(out, "environment", either(r.error.environment, r.error.tool));
	add(out, "file_path", r.error.file);
	buf_addz(out, ",\n      \"line_number\": ");
	buf_add(out, r.error.line ? arena_printf(a, "%" PRId64, r.error.line) : STR("null"));
	add(out, "error_type", r.kind == KIND_INCIDENT ? short_type(r.analysis.type) : STR_NONE);
	add(out, "error_message", r.error.message);
	add(out, "fix_description", either(solution->description, r.fix.solution));
	add(out, "fix_reasoning", solution->reasoning);
	add(out, "validation_result", verdict(a, row, &r));
	buf_printf(out, ",\n      \"attempt_number\": %" PRId64, e->attempt > 1 ? e->attempt : (int64_t)1);
	add(out, "correlation_id", correlation(row, &r));
	buf_addz(out, "\n    }");
}

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
	struct str status = record_str(r, F_VALIDATION_STATUS);

	return str_is(status, "passed") ? STR("SUCCESS") : upper(a, status);
}

/* The applied solution, else the best one. */
static struct json *solution_of(const struct record *r)
{
	struct str id = record_str(r, F_FIX_SOLUTION);

	if (!id.p)
		return json_at(record_get(r, F_SOLUTIONS), 0);
	JSON_EACH(solution, record_get(r, F_SOLUTIONS))
		if (str_eq(json_str(json_get(solution, "id")), id))
			return solution;
	return NULL;
}

static struct str either(struct str a, struct str b)
{
	return a.n ? a : b;
}

void report_changelog_entry(struct buf *out, struct arena *a, const struct store_event *e, bool first)
{
	struct record r;

	if (!record_parse(a, e->json, &r, NULL))
		r = (struct record){ a, json_new(a, JSON_OBJECT) };
	struct json *solution = solution_of(&r), *line = record_get(&r, F_ERROR_LINE);
	buf_addz(out, first ? "\n    {\n      \"incident_id\": " : ",\n    {\n      \"incident_id\": ");
	json_write_string(out, e->incident);
	add(out, "event_type", e->name);
	add(out, "timestamp", e->time);
	add(out, "severity", upper(a, record_str(&r, F_ERROR_LEVEL)));
	add(out, "environment", either(record_str(&r, F_ERROR_ENVIRONMENT), record_str(&r, F_ERROR_TOOL)));
	add(out, "file_path", record_str(&r, F_ERROR_FILE));
	buf_addz(out, ",\n      \"line_number\": ");
	buf_add(out, line ? line->text : STR("null"));
	add(out, "error_type", record_get(&r, F_ERROR) ? short_type(record_str(&r, F_ANALYSIS_TYPE)) : STR_NONE);
	add(out, "error_message", record_str(&r, F_ERROR_MESSAGE));
	add(out, "fix_description",
		either(json_str(json_get(solution, "description")), record_str(&r, F_FIX_SOLUTION)));
	add(out, "fix_reasoning", json_str(json_get(solution, "reasoning")));
	add(out, "validation_result", verdict(a, &r));
	buf_printf(out, ",\n      \"attempt_number\": %" PRId64 "\n    }", e->attempt > 1 ? e->attempt : (int64_t)1);
}

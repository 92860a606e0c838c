#include "detect/exit_status.h"

#include "redact/redact.h"
#include "rules/regex.h"

/* argv as one line to match; the script after "sh -c" is an ordinary word. */
static struct str command_line(struct arena *a, char *const *argv)
{
	struct str line = STR("");

	for (size_t i = 0; argv[i]; i++)
		line = arena_printf(a, "%.*s%s%s", STR_ARG(line), i ? " " : "", argv[i]);
	return line;
}

static bool fits(struct arena *a, struct str pattern, struct str text, struct match *m)
{
	struct regex *re = regex_lazy(a, pattern, REGEX_MULTILINE);
	bool ok = regex_match(re, text, m) == 1;

	regex_free(re);
	return ok;
}

static bool status_fits(struct node list, int status)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (node_int(node_list_at(list, i), -1) == status)
			return true;
	return node_list_count(list) == 0;
}

static void incident_make(struct arena *a, struct node row, struct str file, char *const *argv, struct str cwd,
	int status, struct str output, struct record *r)
{
	struct str tool = node_str(node_get(row, "tool")), environment = node_str(node_get(row, "environment"));

	*r = record_new(a, KIND_INCIDENT);
	r->source.name = STR("-");
	for (size_t i = 0; argv[i]; i++)
		*VEC_ADD(a, &r->source.command) = str_of(argv[i]);
	r->source.cwd = cwd;
	r->error.tool = tool;
	r->error.environment = environment;
	r->error.rule = node_str(node_get(row, "id"));
	r->error.level = LEVEL_ERROR;
	if (status >= 0)
		r->error.code = arena_printf(a, "%d", status);
	r->error.message = node_str(node_get(row, "message"));
	r->error.file = file;
	r->error.raw = str_sub(output, output.n > 4096 ? output.n - 4096 : 0, output.n);
	r->fingerprint = redact_fingerprint(a, r);
}

bool exit_status_record(struct arena *a, const struct pack *pack, char *const *argv, struct str cwd, int status,
	struct str output, struct record *r)
{
	struct node rows = pack_table(pack, "exits");
	struct str command = command_line(a, argv);
	struct match m, out;

	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct node row = node_at(rows, i);
		struct str wanted = node_str(node_get(row, "command")), text = node_str(node_get(row, "match"));
		if (!status_fits(node_get(row, "status"), status) || (wanted.p && !fits(a, wanted, command, &m)))
			continue;
		struct str file = STR_NONE;
		if (text.p) {
			struct regex *re = regex_lazy(a, text, REGEX_MULTILINE);
			bool ok = regex_match(re, output, &out) == 1;
			if (ok)
				file = match_get(&out, "file");
			regex_free(re);
			if (!ok)
				continue;
		}
		incident_make(a, row, file, argv, cwd, status, output, r);
		return true;
	}
	return false;
}

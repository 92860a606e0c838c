#include "analyze/record_scope.h"

#include <string.h>

#include "analyze/byte_columns.h"
#include "base/caret.h"
#include "base/path.h"
#include "record/members.h"

/* What the output says; the rule itself gives the names of tool, environment and rule. */
static const struct scope *text_set_in(struct arena *a, const struct scope *s, const char *name, struct str text)
{
	return text.p ? scope_set_output(a, s, name, text) : s;
}

/* The text, and behind that of a JSON document the same without the escapes of its strings: what a tool says there in
 * quotes is then found as in its other forms. */
static struct str raw_text(struct arena *a, struct str raw)
{
	size_t n = raw.n;

	if (!raw.n || raw.p[0] != '{' || str_chr(raw, '\\') == raw.n)
		return raw;
	char *out = arena_alloc(a, 2 * raw.n + 1);
	memcpy(out, raw.p, raw.n);
	out[n++] = '\n';
	for (size_t i = 0; i < raw.n; i++) {
		bool escape = raw.p[i] == '\\' && i + 1 < raw.n;
		char c = raw.p[i += escape];
		out[n++] = escape && c == 'n' ? '\n' : escape && c == 't' ? '\t' : c;
	}
	return (struct str){ out, n };
}

/* The text that the tool marked below the quoted line, and its columns. */
static const struct scope *caret_scope(struct arena *a, const struct record *r, const struct scope *s, struct str line)
{
	struct marks m;

	if (!caret_find(r->error.raw, line, &m))
		return s;
	s = scope_set_int(a, s, "caret", m.column);
	s = scope_set_int(a, s, "caret_end", m.end);
	return scope_set(a, s, "marked", str_sub(line, (size_t)m.column - 1, (size_t)m.end - 1));
}

const struct scope *record_scope(struct arena *a, struct source_tree *view, struct record *r)
{
	static const char *const members[] = { "tool", "environment", "rule", "level", "code", "message", "file",
		"line", "column", "end_line", "end_column", "function" };
	const struct scope *s = scope_set(a, NULL, "cwd", source_cwd(view));
	struct str command = STR(""), notes = STR("");

	byte_columns_set(r, view);
	JSON_EACH(field, r->error.fields)
		s = text_set_in(a, s, arena_strdup(a, field->key), field->text);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		s = text_set_in(a, s, members[i], member_text(a, &error_type, &r->error, str_of(members[i])));
	s = text_set_in(a, s, "raw", raw_text(a, r->error.raw));
	s = text_set_in(a, s, "exit_code", member_text(a, &source_type, &r->source, STR("exit_code")));
	for (size_t i = 0; i < r->source.command.n; i++)
		command = arena_printf(
			a, "%.*s%s%.*s", STR_ARG(command), command.n ? " " : "", STR_ARG(r->source.command.at[i]));
	s = scope_set_output(a, s, "command", command);
	s = text_set_in(a, s, "output", !r->error.raw.n && !r->source.output.p ? STR("") : r->source.output);
	LIST_EACH(related, note, &r->error.related)
		notes = arena_printf(a, "%.*s%s%.*s", STR_ARG(notes), notes.n ? "\n" : "", STR_ARG(note->message));
	if (r->error.related.n)
		s = scope_set_output(a, s, "note", notes);
	LIST_EACH(fixit, fixit, &r->error.fixits)
		s = scope_set(a, s, fixit->proposal ? "proposals" : "fixits", STR("yes"));
	/* The line of the error, if there is one. */
	struct str path = source_resolve(view, r->error.file);
	const struct text *x = path.p ? source_read(view, path) : NULL;
	if (x) {
		struct str line = text_line(x, r->error.line);
		struct str cwd = source_cwd(view), here = str_is(cwd, ".") ? path : path_below(path, cwd);
		s = scope_set(a, s, "path", path);
		if (here.p) /* relative to the working directory of the command */
			s = scope_set(a, s, "here", here);
		if (line.p)
			s = caret_scope(a, r, scope_set(a, s, "source", line), line);
	}
	return s;
}

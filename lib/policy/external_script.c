/* Scripts, command lines and package scripts, read for commands that act outside the project. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/path.h"
#include "base/shell.h"
#include "policy/external_scan.h"
#include "record/json.h"
#include "rules/regex.h"

enum { EXPANDED_MAX = 64 * 1024, ROUNDS = 6, LITERALS_MOST = 64, LOOKED_MOST = 4000, LOOKED_DEPTH = 12 };

/* ---- files ---- */

bool scan_file(struct scan *s, struct str path, struct str *text)
{
	struct stat st;
	const char *full = arena_strdup(s->a, path_is_absolute(path) ? path : path_join(s->a, s->dir, path));
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fd_read(s->a, fd, SCAN_FILE_MAX, text, NULL);

	if (fd >= 0)
		close(fd);
	return ok;
}

bool scan_first(struct scan *s, struct str path, struct str words)
{
	struct str key = arena_printf(s->a, "%.*s\n%.*s\n%.*s", STR_ARG(s->dir), STR_ARG(path), STR_ARG(words));

	if (str_among(s->files.at, s->files.n, key))
		return false;
	*VEC_ADD(s->a, &s->files) = key;
	return true;
}

static bool looked_into(struct scan *s, struct str dir, struct str glob, struct regex *re, int depth, size_t *left)
{
	DIR *d = depth < LOOKED_DEPTH ? opendir(arena_strdup(s->a, dir)) : NULL;
	bool found = false;

	for (struct dirent *e; d && !found && (e = readdir(d));) {
		struct str name = str_of(e->d_name), text, path = path_join(s->a, dir, arena_str(s->a, name));
		if (e->d_name[0] == '.' || e->d_type == DT_LNK)
			continue;
		if (*left == 0) {
			found = true;
			break;
		}
		--*left;
		if (e->d_type == DT_DIR)
			found = looked_into(s, path, glob, re, depth + 1, left);
		else if (glob_match(glob, name))
			found = !scan_file(s, path, &text) || regex_match(re, text, NULL) != 0;
	}
	if (d)
		closedir(d);
	return found;
}

bool project_contains(struct scan *s, struct str glob, struct str pattern)
{
	struct regex *re = regex_new(s->a, pattern, NULL);
	size_t left = LOOKED_MOST;
	bool found = !re || looked_into(s, s->dir, glob, re, 0, &left);

	regex_free(re);
	return found;
}

/* ---- variables ---- */

void variable_set(struct scan *s, struct str name, struct str value)
{
	*VEC_ADD(s->a, &s->vars) = (struct variable){ arena_str(s->a, name), arena_str(s->a, value) };
}

static bool variable_get(const struct scan *s, struct str name, struct str *value)
{
	for (size_t i = s->vars.n; i-- > 0;)
		if (str_eq(s->vars.at[i].name, name)) {
			*value = s->vars.at[i].value;
			return true;
		}
	return false;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The end of the group that opens at `at`, after its opening bracket. */
static size_t group_end(struct str t, size_t at)
{
	char open = t.p[at], close = open == '(' ? ')' : '}';
	int depth = 0;

	for (size_t i = at; i < t.n; i++) {
		depth += t.p[i] == open;
		if (t.p[i] == close && --depth == 0)
			return i + 1;
	}
	return t.n;
}

/* "X", "X:-word", "X:a=b", "call X,..." */
static void expand_group(struct scan *s, struct str inside, bool brace, struct str whole, struct buf *out)
{
	size_t n = 0;
	struct str value;

	while (n < inside.n && (is_name_char(inside.p[n]) || strchr("-./", inside.p[n])))
		n++;
	if (str_starts(inside, "call "))
		inside = str_sub(inside, 5, str_chr(inside, ',')), n = inside.n;
	if (variable_get(s, str_trim(str_sub(inside, 0, n)), &value)) {
		buf_add(out, value);
		return;
	}
	size_t plain = 0;
	while (plain < inside.n && is_name_char(inside.p[plain]))
		plain++;
	if (variable_get(s, str_sub(inside, 0, plain), &value))
		buf_add(out, value);
	else if (brace && plain + 2 <= inside.n && inside.p[plain] == ':' && strchr("-=", inside.p[plain + 1]))
		buf_add(out, str_sub(inside, plain + 2, inside.n));
	else if (brace && plain < inside.n && strchr("-=", inside.p[plain]))
		buf_add(out, str_sub(inside, plain + 1, inside.n));
	else
		buf_add(out, whole);
}

static bool expand_once(struct scan *s, struct str text, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < text.n;) {
		if (text.p[i] != '$' || i + 1 >= text.n) {
			buf_addc(out, text.p[i++]);
			continue;
		}
		char c = text.p[i + 1];
		size_t end = i + 2;
		if (c == '(' || c == '{') {
			size_t before = out->n;
			end = group_end(text, i + 1);
			expand_group(
				s, str_sub(text, i + 2, end - (end > i + 2)), c == '{', str_sub(text, i, end), out);
			any |= !str_eq(str_sub(buf_str(out), before, out->n), str_sub(text, i, end));
		} else if (is_name_char(c)) {
			struct str value;
			while (end < text.n && is_name_char(text.p[end]) && !isdigit((unsigned char)c))
				end++;
			bool known = variable_get(s, str_sub(text, i + 1, end), &value);
			any |= known;
			buf_add(out, known ? value : str_sub(text, i, end));
		} else {
			buf_add(out, str_sub(text, i, end));
		}
		i = end;
	}
	return any;
}

struct str expand(struct scan *s, struct str text)
{
	for (int round = 0; round < ROUNDS && str_chr(text, '$') < text.n; round++) {
		struct buf out;
		buf_init(&out, EXPANDED_MAX);
		bool any = expand_once(s, text, &out);
		struct str got = arena_str(s->a, buf_str(&out));
		bool cut = out.truncated;
		buf_release(&out);
		if (!any || cut)
			return text;
		text = got;
	}
	return text;
}

/* ---- the language of the shell ---- */

static void scan_simple(struct scan *s, const struct shell_command *c, struct str where, size_t line, struct effect *e)
{
	struct str *at = arena_alloc(s->a, (c->n + 1) * sizeof(*at));
	struct effect inner = { 0 };
	size_t n = 0, from = 0;

	if (c->n == 2 && str_is(c->word[0].value, "cd"))
		s->dir = path_join(s->a, s->dir, c->word[1].value);
	for (size_t i = 0; i < c->n; i++)
		at[n++] = c->word[i].value;
	/* What an unset variable leaves. */
	while (from < n && at[from].n > 1 && at[from].p[0] == '$' && is_name_char(at[from].p[1]))
		from++;
	s->depth++;
	scan_argv(s, (struct words){ at + from, n - from }, &inner);
	s->depth--;
	if (inner.what.n && !e->what.n) {
		e->in_dry_run = inner.in_dry_run;
		effect_found(s, e, inner.what, str_chr(inner.what, '(') < inner.what.n ? STR("") : where, line);
	}
}

static void scan_split(struct scan *s, struct str text, struct str where, size_t line, struct effect *e)
{
	struct shell_line split = shell_split(s->a, text);

	for (size_t i = 0; i < split.n && !e->what.n; i++)
		scan_simple(s, &split.command[i], where, line, e);
}

/* $(...) and `...`, also within quotes. */
static void scan_substitutions(struct scan *s, struct str text, struct str where, size_t line, struct effect *e)
{
	for (size_t i = 0; i + 1 < text.n && !e->what.n && !scan_too_much(s, e); i++) {
		size_t end;
		if (text.p[i] == '$' && text.p[i + 1] == '(') {
			end = group_end(text, i + 1);
			i += 2;
		} else if (text.p[i] == '`') {
			end = i + 1 + str_chr(str_sub(text, i + 1, text.n), '`') + 1;
			i++;
		} else {
			continue;
		}
		s->depth++;
		struct str inside = str_sub(text, i, end - (end > i));
		if (inside.n && inside.n < text.n) {
			scan_split(s, inside, where, line, e);
			scan_substitutions(s, inside, where, line, e);
		}
		s->depth--;
		i = text.p[i - 1] == '`' ? end - 1 : i;
	}
}

static bool is_assigned(struct str word, size_t *end)
{
	*end = 0;
	while (*end < word.n && is_name_char(word.p[*end]))
		++*end;
	return *end && *end < word.n && word.p[*end] == '=' && !isdigit((unsigned char)word.p[0]);
}

/* X=word before a command or alone, also after "export". */
static void take_assigned(struct scan *s, struct str text)
{
	static const char *const words[] = { "export", "local", "readonly", "declare", "typeset" };
	struct shell_line split = shell_split(s->a, text);
	size_t end;

	for (size_t i = 0; i < split.n; i++)
		for (size_t k = 0; k < split.command[i].n; k++) {
			struct str word = split.command[i].word[k].value;
			bool declares = false;
			for (size_t j = 0; j < sizeof(words) / sizeof(words[0]) && k == 0; j++)
				declares |= str_is(word, words[j]);
			if (!declares && !is_assigned(word, &end))
				break;
			if (!declares)
				variable_set(s, str_sub(word, 0, end), str_sub(word, end + 1, word.n));
		}
}

static void scan_expanded(struct scan *s, struct str text, struct str where, size_t line, struct effect *e)
{
	take_assigned(s, text);
	text = expand(s, text);
	scan_split(s, text, where, line, e);
	scan_substitutions(s, text, where, line, e);
}

/* The next line with those that a backslash joins to it. */
static bool joined_line(struct scan *s, struct str *rest, struct str *line, size_t *lines)
{
	struct str more;

	*lines = 1;
	if (!str_line(rest, line))
		return false;
	while (str_ends(*line, "\\") && str_line(rest, &more)) {
		*line = arena_printf(s->a, "%.*s %.*s", STR_ARG(str_sub(*line, 0, line->n - 1)), STR_ARG(more));
		++*lines;
	}
	return true;
}

static void scan_lines(struct scan *s, struct str text, struct str where, size_t line, struct effect *e)
{
	struct str rest = text, one;
	size_t number = line, lines;

	/* As a whole, because quotes may include line breaks, and line by line, because of apostrophes elsewhere. */
	if (line == 0) {
		scan_expanded(s, text, where, 0, e);
		if (str_chr(text, '\n') == text.n)
			return;
	}
	for (; !e->what.n && !scan_too_much(s, e) && joined_line(s, &rest, &one, &lines); number += lines)
		if (str_trim(one).n && str_trim(one).p[0] != '#')
			scan_expanded(s, str_trim(one), where, line ? number : 0, e);
	if (line && !e->what.n)
		scan_expanded(s, text, where, 0, e);
}

void scan_text(struct scan *s, struct str text, struct str where, size_t line, struct effect *e)
{
	struct str dir = s->dir; /* which its cd commands change */

	scan_lines(s, text, where, line, e);
	s->dir = dir;
}

/* ---- other languages ---- */

/* The string literal that begins at `at`; returns the position after it. */
static size_t literal_take(struct str text, size_t at, struct str *value)
{
	char quote = text.p[at];
	size_t i = at + 1;

	while (i < text.n && text.p[i] != quote && (text.p[i] != '\n' || quote == '`'))
		i += text.p[i] == '\\' ? 2 : 1;
	*value = str_sub(text, at + 1, i);
	return i < text.n ? i + 1 : text.n;
}

/* Is it only punctuation of a list? */
static bool is_between(struct str gap)
{
	for (size_t i = 0; i < gap.n; i++)
		if (!strchr(" \t\r\n,[](+", gap.p[i]))
			return false;
	return true;
}

/* Does a call that runs a command stand before the literal? */
static bool is_run(struct scan *s, struct str before)
{
	size_t end = before.n, from;

	while (end && strchr(" \t\r\n([{", before.p[end - 1]))
		end--;
	/* print | "mail x" */
	if (end && before.p[end - 1] == '|')
		return true;
	from = end;
	while (from && (is_name_char(before.p[from - 1]) || before.p[from - 1] == '$'))
		from--;
	return str_is(node_str(node_get_str(s->names, str_sub(before, from, end))), "runs");
}

/* The literals of a call: each as a command line, and all as its words. */
static void scan_literals(struct scan *s, struct str text, size_t *at, struct str where, size_t line, struct effect *e)
{
	struct str words[LITERALS_MOST];
	size_t n = 0, end = *at;

	while (n < LITERALS_MOST && end < text.n && strchr("\"'`", text.p[end])) {
		struct str value;
		end = literal_take(text, end, &value);
		words[n++] = value;
		size_t next = end;
		while (next < text.n && !strchr("\"'`", text.p[next]) && text.p[next] != '\n')
			next++;
		if (next >= text.n || !is_between(str_sub(text, end, next)))
			break;
		*at = end;
		end = next;
	}
	*at = end > *at ? end : *at + 1;
	s->depth++;
	scan_text(s, words[0], where, line, e);
	if (n > 1)
		scan_argv(s, (struct words){ words, n }, e);
	s->depth--;
}

void scan_code(struct scan *s, struct str text, struct str where, struct effect *e)
{
	size_t line = 1;

	for (size_t i = 0; i < text.n && !e->what.n && !scan_too_much(s, e);) {
		line += text.p[i] == '\n';
		if (!strchr("\"'`", text.p[i])) {
			i++;
			continue;
		}
		struct str value;
		size_t begin = i > 80 ? i - 80 : 0;
		s->steps -= s->steps > 0;
		if (text.p[i] == '`' || is_run(s, str_sub(text, begin, i)))
			scan_literals(s, text, &i, where, where.n ? line : 0, e);
		else
			i = literal_take(text, i, &value);
	}
}

/* ---- names of scripts, targets and tasks ---- */

static bool is_name_end(struct str name, size_t i)
{
	unsigned char c = (unsigned char)name.p[i];

	return !isalnum(c) || (isupper(c) && i && islower((unsigned char)name.p[i - 1]));
}

bool name_acts(struct scan *s, struct str name)
{
	struct str base = path_base(name);
	size_t words = 0, from = 0, acts = 0;
	bool checks = false;

	for (size_t i = 0; i <= base.n; i++) {
		if (i < base.n && !(i > from && is_name_end(base, i)) && isalnum((unsigned char)base.p[i]))
			continue;
		char low[64];
		size_t n = 0;
		for (size_t k = from; k < i && n < sizeof(low); k++)
			if (isalnum((unsigned char)base.p[k]))
				low[n++] = (char)tolower((unsigned char)base.p[k]);
		from = i;
		struct str meaning = n ? node_str(node_get_str(s->names, (struct str){ low, n })) : STR("");
		checks |= words == 0 && str_is(meaning, "checks");
		acts += str_is(meaning, "acts");
		words += n > 0;
	}
	return acts > 0 && !(checks && words <= 2);
}

/* ---- scripts ---- */

/* The program of the first line: "#!/usr/bin/env bash". */
static struct str shebang(struct str text)
{
	struct str line = str_starts(text, "#!") ? str_trim(str_sub(text, 2, str_chr(text, '\n'))) : STR(""), word,
		   last = STR("");

	while (str_split(&line, ' ', &word))
		if (word.n && word.p[0] != '-' && (!last.n || str_is(path_base(last), "env")))
			last = word;
	return path_base(last);
}

static bool is_shell(struct scan *s, struct str program)
{
	for (uint32_t i = 0; i < node_count(s->table); i++)
		if (row_is_of(s, i, program))
			return str_is(node_str(node_get(node_at(s->table, i), "inner")), "text") ||
				node_kind(node_get(node_at(s->table, i), "code")) == NODE_NONE;
	return !program.n;
}

static bool is_text(struct str text)
{
	return memchr(text.p ? text.p : "", 0, text.n) == NULL;
}

/* All assignments first: a variable may be set below the line that uses it, in a function. */
static void take_assignments(struct scan *s, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		while (str_starts(line, "export ") || str_starts(line, "local ") || str_starts(line, "readonly ") ||
			str_starts(line, "declare "))
			line = str_trim(str_sub(line, str_chr(line, ' '), line.n));
		size_t n = 0;
		while (n < line.n && is_name_char(line.p[n]))
			n++;
		if (!n || n >= line.n || line.p[n] != '=')
			continue;
		struct shell_line value = shell_split(s->a, str_sub(line, n + 1, line.n));
		struct str first = value.n && value.command[0].n ? value.command[0].word[0].value : STR("");
		if (first.n > 2 && first.p[0] == '(')
			first = str_sub(first, 1, first.n - 1);
		if (!str_starts(first, "$("))
			variable_set(s, str_sub(line, 0, n), first);
	}
}

void scan_script(struct scan *s, struct str path, struct str interpreter, struct effect *e)
{
	struct str text;
	struct effect inner = { 0 };

	if (e->what.n || !scan_file(s, path, &text) || !is_text(text) || !scan_first(s, path, STR("")))
		return;
	struct str program = interpreter.n ? interpreter : shebang(text);
	if (!interpreter.n && path.n && program.n == 0 && str_starts(text, "#!"))
		return;
	s->depth++;
	if (is_shell(s, program)) {
		size_t vars = s->vars.n;
		take_assignments(s, text);
		scan_text(s, text, path, 1, &inner);
		s->vars.n = vars;
		/* For a script that is started by its name. */
		if (inner.what.n && !interpreter.n && program.n) {
			struct str *at = arena_alloc(s->a, 3 * sizeof(*at));
			at[0] = program;
			at[1] = STR("-n");
			at[2] = path;
			*VEC_ADD(s->a, &inner.proof) = (struct words){ at, 3 };
		}
	} else {
		scan_code(s, text, path, &inner);
		inner.proof.n = 0;
	}
	s->depth--;
	if (inner.what.n && !e->what.n) {
		e->what = inner.what;
		for (size_t i = 0; i < inner.proof.n && !e->proof.n; i++)
			*VEC_ADD(s->a, &e->proof) = inner.proof.at[i];
	}
}

/* ---- scripts in a JSON file ---- */

void scan_json_script(struct scan *s, struct str file, struct str name, struct effect *e)
{
	static const char *const around[] = { "pre", "", "post" };
	struct str text;
	struct json *v = scan_file(s, file, &text) ? json_parse(s->a, text, JSON_PLAIN, NULL) : NULL;
	struct json *scripts = v ? json_get(v, "scripts") : NULL;

	if (!scripts || scripts->type != JSON_OBJECT || !scan_first(s, file, name))
		return;
	s->depth++;
	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		struct str key = arena_printf(s->a, "%s%.*s", around[i], STR_ARG(name));
		struct str line = json_str(json_get(scripts, arena_strdup(s->a, key)));
		if (line.n)
			scan_text(s, line, arena_printf(s->a, "%.*s, script %.*s", STR_ARG(file), STR_ARG(key)), 0, e);
	}
	s->depth--;
}

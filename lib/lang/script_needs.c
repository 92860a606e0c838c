#include "lang/script_needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "lang/language.h"
#include "lang/shell_script.h"

enum { SOURCED_DEPTH = 8, SOURCED_MOST = 64, SOURCED_SIZE = 1 << 20, WRAPPED_MOST = 8, NEEDS_MOST = 1000 };

struct need_search {
	struct arena *a;
	const struct pack *pack;
	struct str text, folder;
	struct node wrappers;
	VEC(struct script_need) needs;
	VEC(struct str) own;     /* functions and aliases */
	VEC(struct str) guarded; /* that the script looks for */
	struct str path;
	size_t sourced;
	bool complete;
};

/* ---- shells ---- */

/* What one shell has is nothing to install, though the script's own may lack it. */
static bool is_builtin(const struct pack *pack, struct str name)
{
	struct node table = pack_table(pack, "shell-builtins");

	for (uint32_t i = 0; i < node_count(table); i++)
		if (node_list_has(node_at(table, i), name))
			return true;
	return false;
}

static bool is_shell(const struct pack *pack, struct str program)
{
	return node_kind(node_get_str(pack_table(pack, "shell-builtins"), program)) != NODE_NONE;
}

bool is_shell_script(const struct pack *pack, struct str path, struct str text)
{
	struct str program = interpreter_of(text), extension = path_extension(path);

	if (program.n)
		return is_shell(pack, program);
	return extension.n == 0 || is_shell(pack, str_sub(extension, 1, extension.n));
}

/* ---- what the script defines ---- */

/* Once all are known and ordered. */
static bool is_own(const struct need_search *f, struct str name)
{
	return f->own.n && bsearch(&name, f->own.at, f->own.n, sizeof(name), str_order);
}

static bool word_is(const struct script_command *c, size_t i, const char *z)
{
	return i < c->n && c->word[i].literal && str_is(c->word[i].value, z);
}

static void definitions_add(struct need_search *f, struct str text, struct str folder, int depth);

/* What stands behind the last expansion: "$(dirname "$0")/lib.sh" is lib.sh, beside the script. */
static struct str literal_tail(struct str word)
{
	size_t begin = 0;

	for (size_t i = 0; i < word.n; i++)
		if (strchr("$`)}\"'", word.p[i]))
			begin = i + 1;
	while (begin && begin < word.n && word.p[begin] != '/')
		begin++;
	while (begin < word.n && begin && word.p[begin] == '/')
		begin++;
	return str_sub(word, begin, word.n);
}

static bool sourced_read(struct need_search *f, struct str path, int depth)
{
	struct str text;

	if (f->sourced >= SOURCED_MOST || !file_exists(path.p) || !file_read(f->a, path.p, SOURCED_SIZE, &text, NULL))
		return false;
	f->sourced++;
	definitions_add(f, text, path_dir(path), depth + 1);
	return true;
}

static void source_follow(struct need_search *f, const struct shell_word *w, struct str folder, int depth)
{
	struct str tail = w->literal ? w->value : literal_tail(w->value);
	bool absolute = w->literal && tail.n && tail.p[0] == '/';
	struct str path = absolute ? arena_str(f->a, tail) : path_join(f->a, folder, tail);

	if (depth >= SOURCED_DEPTH || !tail.n || !sourced_read(f, path, depth))
		f->complete = false;
}

static void definitions_add(struct need_search *f, struct str text, struct str folder, int depth)
{
	struct shell_script s = shell_script_read(f->a, text);

	for (size_t i = 0; i < s.functions; i++)
		*VEC_ADD(f->a, &f->own) = s.function[i];
	for (size_t i = 0; i < s.n; i++) {
		struct script_command *c = &s.command[i];
		if ((word_is(c, 0, ".") || word_is(c, 0, "source")) && c->n > 1)
			source_follow(f, &c->word[1], folder, depth);
		for (size_t k = 1; word_is(c, 0, "alias") && k < c->n; k++)
			*VEC_ADD(f->a, &f->own) = str_sub(c->word[k].value, 0, str_chr(c->word[k].value, '='));
	}
}

/* "PATH=/opt/x/bin:$PATH": directories that are added to it. */
static void path_take(struct need_search *f, struct str value)
{
	struct str part;

	if (!str_starts(value, "PATH="))
		return;
	value = str_sub(value, 5, value.n);
	while (str_split(&value, ':', &part))
		if (part.n && part.p[0] == '/' && str_chr(part, '$') == part.n)
			f->path = arena_printf(f->a, "%.*s%.*s:", STR_ARG(f->path), STR_ARG(part));
}

/* ---- what it needs ---- */

/* No name of a command, but something that the shell makes one of. */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("_-.+@%/", s.p[i]) && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			!((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'))
			return false;
	return s.n && s.p[0] != '-' && (str_chr(s, '/') == s.n || s.p[0] == '/');
}

static void need_add(struct need_search *f, const struct shell_word *w, unsigned either)
{
	struct str before = str_sub(f->text, 0, w->from);
	size_t line = 1, begin = str_rchr(before, '\n');

	if (!w->literal || !is_name(w->value) || is_builtin(f->pack, w->value) || is_own(f, w->value))
		return;
	for (size_t i = 0; i < f->needs.n; i++)
		if (str_eq(f->needs.at[i].name, w->value))
			return;
	if (f->needs.n == NEEDS_MOST)
		return;
	for (size_t i = 0; i < before.n; i++)
		line += before.p[i] == '\n';
	begin = begin < before.n ? begin + 1 : 0;
	*VEC_ADD(f->a, &f->needs) = (struct script_need){ w->value, (int64_t)line, (int64_t)(w->from - begin) + 1,
		either };
}

/* Is it a command that looks for others, or for files? */
static bool looks_for(const struct need_search *f, const char *table, const struct script_command *c)
{
	struct node options = node_get_str(pack_table(f->pack, table), c->word[0].value);

	if (!c->word[0].literal || node_kind(options) == NODE_NONE)
		return false;
	for (size_t i = 1; i < c->n; i++)
		if (node_list_has(options, c->word[i].value))
			return true;
	return node_list_count(options) == 0;
}

/* Does what follows serve for the absence of what it looks for? */
static bool is_demanded(const struct script_command *c)
{
	return c->negated || c->or_next || !(c->condition || c->and_next || c->substituted);
}

/* Whoever looks for a file can do without it. */
static void lookups_take(struct need_search *f, const struct shell_script *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct script_command *c = &s->command[i];
		bool looks = looks_for(f, "command-tests", c), demanded = looks && is_demanded(c);
		for (size_t k = 1; (looks || looks_for(f, "file-tests", c)) && k < c->n; k++)
			if (demanded)
				need_add(f, &c->word[k], c->list + 1);
			else
				*VEC_ADD(f->a, &f->guarded) = c->word[k].value;
	}
}

/* Behind `sudo -u me` and its like; c->n if nothing is known of it. */
static size_t wrapped(const struct need_search *f, const struct script_command *c, size_t i)
{
	struct node valued = node_get_str(f->wrappers, c->word[i].value);

	if (node_kind(valued) == NODE_NONE)
		return c->n;
	for (i++; i < c->n; i++) {
		struct str word = c->word[i].value;
		if (node_list_has(valued, word))
			i++;
		else if (!str_starts(word, "-") && !is_shell_assignment(word))
			break;
	}
	return i;
}

static void command_take(struct need_search *f, const struct script_command *c)
{
	struct node behind = node_get_str(pack_table(f->pack, "command-options"), c->word[0].value);
	size_t at = 0;

	if (looks_for(f, "command-tests", c))
		return;
	for (int n = 0; at < c->n && n < WRAPPED_MOST; n++) {
		need_add(f, &c->word[at], 0);
		at = c->word[at].literal ? wrapped(f, c, at) : c->n;
	}
	for (size_t i = 1; node_list_count(behind) && i + 1 < c->n; i++)
		if (node_list_has(behind, c->word[i].value))
			need_add(f, &c->word[i + 1], 0);
}

/* "exec tclsh "$0" "$@"": what follows is for that program. */
static bool goes_over(const struct need_search *f, const struct script_command *c)
{
	bool itself = false;

	for (size_t i = 2; i < c->n; i++)
		itself |= str_is(c->word[i].value, "$0") || str_is(c->word[i].value, "${0}");
	return itself && word_is(c, 0, "exec") && !is_shell(f->pack, path_base(c->word[1].value));
}

static void interpreter_take(struct need_search *f)
{
	struct str line = str_sub(f->text, 0, str_chr(f->text, '\n')), program = interpreter_of(f->text), rest = line,
		   word;
	struct str path = STR_NONE;

	if (!program.n)
		return;
	rest = str_trim(str_sub(rest, 2, rest.n));
	str_split(&rest, ' ', &path);
	word = str_is(path_base(path), "env") ? program : path;
	need_add(f, &(struct shell_word){ .from = (size_t)(word.p - f->text.p), .value = word, .literal = true }, 0);
}

/* Each of these is needed only by what the script does if it is there. */
static void guarded_remove(struct need_search *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->needs.n; i++)
		if (f->needs.at[i].either || !str_among(f->guarded.at, f->guarded.n, f->needs.at[i].name))
			f->needs.at[kept++] = f->needs.at[i];
	f->needs.n = kept;
}

static int by_place(const void *x, const void *y)
{
	const struct script_need *a = x, *b = y;
	int64_t by_line = a->line - b->line, by_column = a->column - b->column;

	return by_line ? (by_line > 0) - (by_line < 0) : (by_column > 0) - (by_column < 0);
}

struct script_needs script_needs_of(struct arena *a, const struct pack *pack, struct str path, struct str text)
{
	struct need_search f = { .a = a,
		.pack = pack,
		.text = text,
		.folder = path_dir(path),
		.wrappers = pack_table(pack, "wrappers"),
		.path = STR(""),
		.complete = true };
	bool readable = is_shell_script(pack, path, text);
	struct shell_script s = readable ? shell_script_read(a, text) : (struct shell_script){ 0 };

	for (size_t i = 0; i < s.n; i++)
		s.n = goes_over(&f, &s.command[i]) ? i + 1 : s.n;
	interpreter_take(&f);
	if (readable)
		definitions_add(&f, text, f.folder, 0);
	if (f.own.n)
		qsort(f.own.at, f.own.n, sizeof(*f.own.at), str_order);
	lookups_take(&f, &s);
	for (size_t i = 0; i < s.n; i++) {
		command_take(&f, &s.command[i]);
		for (size_t k = 1; word_is(&s.command[i], 0, "export") && k < s.command[i].n; k++)
			path_take(&f, s.command[i].word[k].value);
	}
	for (size_t i = 0; i < s.assignments; i++)
		path_take(&f, s.assignment[i]);
	guarded_remove(&f);
	if (f.needs.n)
		qsort(f.needs.at, f.needs.n, sizeof(*f.needs.at), by_place);
	return (struct script_needs){ f.needs.at, f.needs.n, f.path, f.complete };
}

#include "analyze/function_shape.h"

#include <string.h>

#include "base/vec.h"
#include "lang/language.h"
#include "rules/regex.h"

enum { FILES = 400, NAMED_MOST = 4, ALL_MOST = 2000 };

struct str code_of(const struct pack *pack, struct source_tree *v, const struct text *x)
{
	struct arena *a = source_arena(v);
	void **note = source_note(v, arena_printf(a, "code %.*s", STR_ARG(x->path)));

	if (!*note) {
		struct str *code = ARENA_NEW(a, struct str);
		*code = code_only(a, language_of(pack, x->path, x->all), x->all);
		*source_note(v, arena_printf(a, "code %.*s", STR_ARG(x->path))) = code;
		return *code;
	}
	return *(struct str *)*note;
}

size_t files_of(struct arena *a, struct source_tree *v, struct node row, const struct text **out, size_t most)
{
	struct str globs = node_str(node_get(row, "glob")), glob;
	size_t n = 0;

	while (globs.p && str_split(&globs, ',', &glob)) {
		struct str paths[FILES];
		size_t found = source_glob(v, a, str_trim(glob), paths, FILES);
		for (size_t i = 0; i < found && n < most; i++) {
			const struct text *x = source_read(v, paths[i]);
			if (x)
				out[n++] = x;
		}
	}
	return n;
}

static size_t indent_at(struct str code, size_t at)
{
	size_t begin = at, n = 0;

	while (begin > 0 && code.p[begin - 1] != '\n')
		begin--;
	while (begin + n < code.n && (code.p[begin + n] == ' ' || code.p[begin + n] == '\t'))
		n++;
	return n;
}

/* The lines below that are blank or indented more. */
static size_t indented_end(struct str code, size_t at, size_t from)
{
	size_t indent = indent_at(code, at), end = from + str_chr(str_sub(code, from, code.n), '\n');

	while (end < code.n) {
		size_t next = end + 1, n = next;
		while (n < code.n && (code.p[n] == ' ' || code.p[n] == '\t'))
			n++;
		if (n < code.n && code.p[n] != '\n' && n - next <= indent)
			break;
		end = n + str_chr(str_sub(code, n, code.n), '\n');
	}
	return end < code.n ? end : code.n;
}

/* What follows the parameters: the rest of the head and the body. */
static void extent_set(struct node row, struct function *f)
{
	size_t i = f->in.close + 1;

	if (str_is(node_str(node_get(row, "body")), "indent")) {
		i += str_chr(str_sub(f->code, i, f->code.n), ':');
		f->head = (struct span){ f->at, i < f->code.n ? i : f->code.n };
		f->body = (struct span){ f->head.end, indented_end(f->code, f->at, f->head.end) };
		return;
	}
	while (i < f->code.n && f->code.p[i] != '{' && f->code.p[i] != ';')
		i++;
	f->head = (struct span){ f->at, i };
	size_t end = i < f->code.n && f->code.p[i] == '{' ? bracket_end(f->code, i) : i;
	f->body = (struct span){ i, end == SIZE_MAX ? f->code.n : end };
}

static void parameters_set(struct arena *a, struct node row, struct function *f)
{
	struct regex *re = regex_new(a, node_str(node_get(row, "parameter")), NULL);

	f->parameters = arena_alloc(a, (f->in.n + 1) * sizeof(*f->parameters));
	for (size_t i = 0; i < f->in.n; i++) {
		struct match m;
		struct str text = str_sub(f->code, f->in.at[i].begin, f->in.at[i].end);
		bool is = re && regex_match(re, text, &m) == 1;
		f->parameters[i] = (struct parameter){ f->in.at[i], is ? match_get(&m, "name") : STR(""),
			is && match_get(&m, "type").p ? match_get(&m, "type") : STR("") };
	}
	regex_free(re);
}

static void function_add(struct arena *a, struct node row, struct function f, size_t open, struct function_list *out)
{
	if (!items_at(a, f.code, open, &f.in))
		return;
	extent_set(row, &f);
	parameters_set(a, row, &f);
	*VEC_ADD(a, out) = f;
}

/* A line at a time: over a long text the pattern would meet the limits of matching, and say nothing of the rest. */
void functions_in(struct arena *a, const struct pack *pack, struct source_tree *v, struct node row,
	const struct text *x, struct str name, struct function_list *out)
{
	struct regex *re = regex_new_flags(a, node_str(node_get(row, "define")), REGEX_MULTILINE, NULL);
	struct str code = code_of(pack, v, x);
	struct match m;

	for (size_t i = 0; re && i < x->lines && out->n < ALL_MOST; i++) {
		size_t end = i + 1 < x->lines ? x->line_at[i + 1] : code.n, at = x->line_at[i];
		struct str line = str_sub(code, 0, end);
		if (name.p && word_find(code, name, at, end) == SIZE_MAX)
			continue;
		while (at < end && regex_match_from(re, line, at, &m) == 1 && m.whole.n) {
			size_t begin = (size_t)(m.whole.p - code.p);
			struct function f = { .x = x, .code = code, .name = match_get(&m, "name"), .at = begin };
			at = begin + m.whole.n;
			if (!name.p || str_eq(f.name, name))
				function_add(a, row, f, at - 1, out);
		}
	}
	regex_free(re);
}

void functions_named(struct arena *a, const struct pack *pack, struct source_tree *v, struct node row, struct str name,
	struct function_list *out)
{
	const struct text *files[FILES];
	size_t n = name.n ? files_of(a, v, row, files, FILES) : 0, most = out->n + NAMED_MOST;

	for (size_t i = 0; i < n && out->n < most; i++)
		if (str_find(files[i]->all, name) < files[i]->all.n)
			functions_in(a, pack, v, row, files[i], name, out);
}

const struct function *function_around(const struct function_list *all, size_t offset)
{
	const struct function *inner = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct function *f = &all->at[i];
		bool has_body = f->body.begin < f->body.end; /* a call at the start of a line looks like a prototype */
		if (has_body && offset >= f->at && offset < f->body.end && (!inner || f->at > inner->at))
			inner = f;
	}
	return inner;
}

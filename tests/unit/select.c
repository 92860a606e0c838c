/* select - paths into documents, JSON and XML alike */
#include "rules/select.h"

#include "record/xml.h"
#include "tap.h"

struct collect {
	struct arena *a;
	struct buf out;
};

static bool keep(void *ctx, struct json *v, const struct select_keys *keys)
{
	struct collect *c = ctx;

	if (c->out.n)
		buf_addc(&c->out, ' ');
	for (unsigned i = 0; i < keys->n; i++)
		buf_printf(&c->out, "%.*s=%.*s:", STR_ARG(keys->name[i]), STR_ARG(keys->key[i]));
	struct str text = select_text(c->a, v);
	buf_add(&c->out, text.p ? text : STR("(none)"));
	return true;
}

/* What the path finds from `from`, itself a path from the root. */
static void finds(struct json *root, const char *from, const char *path, const char *want)
{
	struct arena a = ARENA_INIT;
	struct collect c = { .a = &a };
	struct err err;
	size_t budget = 100000;
	struct json *start = selection_first(selection_new(&a, str_of(from), &err), root, root, &budget);
	struct selection *s = selection_new(&a, str_of(path), &err);
	struct select search = { root, budget, keep, &c };

	buf_init(&c.out, 4096);
	if (start && s)
		selection_run(s, &search, start);
	is_str(buf_str(&c.out), want, arena_printf(&a, "%s from %s", path, from).p);
	buf_release(&c.out);
	arena_free(&a);
}

static void test_json(void)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct json *v = json_parse(&a,
		STR("{\"files\":{\"a.c\":[{\"n\":1,\"id\":\"x\"},{\"n\":2,\"id\":\"y\"}],\"b.c\":[]},"
		    "\"rules\":[{\"id\":\"y\",\"deep\":{\"say\":\"yes\"}},{\"id\":\"x\",\"deep\":{\"say\":\"no\"}}],"
		    "\"which\":1,"
		    "\"a.b\":null,\"t\":true,\"two\":[[1,2],[3]]}"),
		JSON_PLAIN, &err);

	finds(v, ".", "which", "1");
	finds(v, ".", "t", "true");
	finds(v, ".", "\"a.b\"", "(none)");
	finds(v, ".", "none.at.all", "");
	finds(v, ".", "rules.id", "y x");
	finds(v, ".", "rules[*].id", "y x");
	finds(v, ".", "rules[0].id", "y");
	finds(v, ".", "rules[-1].id", "x");
	finds(v, ".", "rules[7].id", "");
	finds(v, ".", "rules[which].id", "x");
	finds(v, ".", "rules[id='x'].deep.say", "no");
	finds(v, ".", "files.{file}[*].n", "file=a.c:1 file=a.c:2");
	finds(v, ".", "files.*.n", "1 2");
	finds(v, ".", "**.say", "yes no");
	finds(v, ".", "two[0][1]", "2");
	finds(v, ".", "two[*][*]", "1 2 3");
	finds(v, "files.*[1]", "n", "2");
	finds(v, "files.*[1]", "$.which", "1");
	finds(v, "files.*[1]", "$.rules[id=id].deep.say", "yes");
	finds(v, "rules[0].deep", "^id", "y");
	finds(v, "rules[0].deep", "^^which", "1");
	finds(v, "rules[0].deep", "^.id", "y");
	finds(v, ".", "^id", "");
	arena_free(&a);
}

static void test_xml(void)
{
	struct arena a = ARENA_INIT;
	size_t end;
	struct str text = STR("<?xml version='1.0'?><r a='1'>t<x:f n='p'> one <g/></x:f><f n='q'>two</f></r>junk");
	struct json *v = xml_parse(&a, text, &end);

	is_int((long)end, (long)text.n - 4, "the end of the root is known");
	finds(v, ".", "r.a", "1");
	finds(v, ".", "r", "t");
	finds(v, ".", "r.f", "one");
	finds(v, ".", "r.f[*]", "one two");
	finds(v, ".", "r.f.n", "p q");
	finds(v, "r.f.g[0]", "^n", "p");
	finds(v, "r.f.g[0]", "^^a", "1");
	finds(v, ".", "**.f.n", "p q");
	arena_free(&a);
}

static void test_refused(void)
{
	static const char *const bad[] = { "", "a..b", "a.", "a[", "a[]", "a[b..c]", "x*", "\"open", "a[b=']",
		"a[b=]" };
	struct arena a = ARENA_INIT;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!selection_new(&a, str_of(bad[i]), &err), arena_printf(&a, "'%s' is no path", bad[i]).p);
	arena_free(&a);
}

/* However large the document, a search ends. */
static void test_budget(void)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct json *v = json_parse(&a, STR("[[1,2,3],[4,5,6]]"), JSON_PLAIN, &err);
	size_t budget = 3;

	ok(selection_first(selection_new(&a, STR("[*][*]"), &err), v, v, &budget) != NULL,
		"a little budget finds the first");
	budget = 1;
	ok(selection_first(selection_new(&a, STR("[1][2]"), &err), v, v, &budget) == NULL, "too little finds nothing");
	is_int((long)budget, 0, "and is used up");
	arena_free(&a);
}

int main(void)
{
	test_json();
	test_xml();
	test_refused();
	test_budget();
	return tap_end();
}

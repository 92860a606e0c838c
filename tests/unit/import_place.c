/* import_place - below which line of a file a new import goes */
#include "lang/import_place.h"

#include "lang/language.h"
#include "pack_of.h"
#include "tap.h"

static const char table[] = "table: languages\n"
			    "rows:\n"
			    "  python:\n"
			    "    extensions: [.py]\n"
			    "    line_comments: ['#']\n"
			    "    strings: [{quote: '\"\"\"', multiline: true}, {quote: '\"'}]\n"
			    "    imports:\n"
			    "      - {before: '^(?:import|from(?!\\s+__future__))\\s', text: 'import {name}'}\n"
			    "      - {after: '^from\\s+__future__\\s', text: 'import {name}'}\n"
			    "      - {top: '^[rRuU]?[\"\\s'']*$', text: 'import {name}'}\n"
			    "  go:\n"
			    "    extensions: [.go]\n"
			    "    strings: [{quote: '\"'}]\n"
			    "    imports:\n"
			    "      - {after: '^import \\($', place: sorted, text: \"\\t\\\"{name}\\\"\"}\n"
			    "      - {after: '^package\\s', place: first, text: 'import \"{name}\"'}\n";

static struct arena a;
static struct pack *pack;

/* Below which line the statement goes by the first style that has a place. */
static long place(const char *file, const char *text, const char *statement)
{
	struct node language = language_of(pack, str_of(file), str_of(text));
	struct node styles = node_get(language, "imports");
	struct import_text t = { &a, text_new(&a, str_of(file), str_of(text)), code_only(&a, language, str_of(text)) };
	int64_t line = -1;

	for (uint32_t i = 0; line < 0 && i < node_list_count(styles); i++)
		line = import_place(&t, node_list_at(styles, i), str_of(statement));
	return (long)line;
}

static void among_others(void)
{
	is_int(place("a.py", "import b\nimport d\n", "import c"), 1, "sorted among imports of its kind");
	is_int(place("a.py", "import b\nimport d\n", "import e"), 2, "after the last one");
	is_int(place("a.py", "import b\nfrom d import (\n    x,\n    y,\n)\n\nz = 1\n", "from e import f"), 5,
		"below the brackets of the one before");
	is_int(place("a.py", "from d import (\n    x,\n)\nfrom f import g\n", "import c"), 0,
		"before others than its kind");
	is_int(place("a.py", "\"\"\"Say\nimport of\n\"\"\"\n\nimport b\n", "import a"), 4,
		"a docstring has no imports");
	is_int(place("a.py", "def f():\n    import b\n", "import a"), 0, "nor has a function");
	is_int(place("a.go", "package a\n\nimport (\n\t\"b\"\n\t\"d\"\n)\n", "\t\"c\""), 4, "in the list of imports");
}

static void alone(void)
{
	is_int(place("a.py", "", "import a"), 0, "at the top of an empty file");
	is_int(place("a.py", "#!x\n\"\"\"Doc\nimport b\n\"\"\"\nx = 1\n", "import a"), 4,
		"below comments and the docstring");
	is_int(place("a.py", "r\"\"\"Doc\"\"\"\n\nx = 1\n", "import a"), 2, "below a raw docstring");
	is_int(place("a.py", "\"\"\"D\"\"\"\nfrom __future__ import b\nx = 1\n", "import a"), 2,
		"below what must come first");
	is_int(place("a.py", "# License\n\n# Say.\ndef f():\n", "import a"), 2, "above the comment of what follows");
	is_int(place("a.py", "#!x\n# License\ndef f():\n", "import a"), 2, "below the one that begins the file");
	is_int(place("a.go", "package a\n", "import \"b\""), 1, "below the package");
	is_int(place("a.txt", "a\n", "import a"), -1, "an unknown language has no place");
	is_int(place("a.py", "from d import (\n", "import c"), 0, "a bracket that is not closed ends at its line");
}

int main(void)
{
	pack = pack_of(table);
	among_others();
	alone();
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}

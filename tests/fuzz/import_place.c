/* import_place.c - fuzz target: the text of a Python file
 *
 * Held: no crash; an import goes below a line that exists. */
#include "lang/import_place.h"

#include <stdlib.h>

#include "lang/language.h"
#include "pack_of.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char languages[] = "table: languages\n"
				"rows:\n"
				"  python:\n"
				"    extensions: [.py]\n"
				"    line_comments: ['#']\n"
				"    strings: [{quote: '\"\"\"', multiline: true}, {quote: '\"'}]\n"
				"    imports:\n"
				"      - {before: '^(?:import|from)\\s', text: 'import {name}'}\n"
				"      - {after: '^(?:import|from)\\s', text: 'import {name}'}\n"
				"      - {after: '^(?:import|from)\\s', place: sorted, text: 'import {name}'}\n"
				"      - {top: '^[\"\\s]*$', text: 'import {name}'}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pack *pack;
	struct arena a = { 0 };
	struct str text = { (const char *)data, size };

	if (!pack && !(pack = pack_of(languages)))
		abort();
	struct node language = language_of(pack, STR("a.py"), text), styles = node_get(language, "imports");
	struct import_text t = { &a, text_new(&a, STR("a.py"), text), code_only(&a, language, text) };
	for (uint32_t i = 0; i < node_list_count(styles); i++) {
		int64_t line = import_place(&t, node_list_at(styles, i), STR("import m"));
		if (line < -1 || line > (int64_t)t.x->lines)
			abort();
	}
	arena_free(&a);
	return 0;
}

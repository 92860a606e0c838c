/* yaml.c - fuzz target: a pack of any kind, from YAML through lint and compiler to rules that run
 *
 * Held: no crash; what lint lets through becomes an image that is opened again, and whose rules can
 * be tried; what the formatter writes it writes once more just so. */
#include <stdint.h>
#include <stdlib.h>

#include "analyze/analyzer.h"
#include "detect/detector.h"
#include "pack_of.h"
#include "rules/compile.h"
#include "rules/pack_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void analyse(void *ctx, struct record *r)
{
	analyzer_record(ctx, r);
}

/* An empty project: the directory is gone as soon as it is known. */
static struct source_tree *nothing(void)
{
	char name[] = "/tmp/heal-fuzz-XXXXXX";
	struct err err;
	struct source_tree *v = mkdtemp(name) ? source_new(name, NULL, &err) : NULL;

	rmdir(name);
	if (!v)
		abort();
	return v;
}

static void use(const struct pack *pack, struct str text)
{
	struct analyzer_options ao = { .pack = pack, .view = nothing() };
	struct analyzer *n = analyzer_new(&ao);
	struct detector_options o = { .pack = pack, .naive = true, .found = analyse, .ctx = n };
	struct detector *d = detector_new(&o);

	detector_feed(d, text);
	detector_end(d);
	detector_free(d);
	analyzer_free(n);
	source_free(ao.view);
}

static void format(struct arena *a, struct str text)
{
	struct err err;
	struct str once = pack_format(a, "f", text, &err), twice;

	if (!once.p)
		return;
	twice = pack_format(a, "f", once, &err);
	if (!twice.p || !str_eq(once, twice))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct compilation c;
	struct err err;
	struct source_file file = { "f", { (const char *)data, size } };

	format(&a, file.text);
	compilation_init(&c, &a);
	if (compilation_add(&c, &file)) {
		struct str image = compilation_image(&c, &err);
		struct pack *pack = image.p ? pack_from_image(image, &err) : NULL;
		if (!pack)
			abort();
		use(pack, file.text);
		pack_free(pack);
	}
	arena_free(&a);
	return 0;
}

/* confinement.c - fuzz target: the rows of a table `confinement`, in YAML
 *
 * Held: no crash; where a profile lets a child write is absolute, without "..", and does not contain the home; a
 * variable that the table calls secret is in no child's environment. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/confinement_parts.h"
#include "base/path.h"
#include "pack_of.h"
#include "rules/confinement_profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOME_OF_ALL "/home/user"

static void must(bool good)
{
	if (!good)
		abort();
}

static void places(struct arena *a, const struct confinement *c)
{
	for (size_t i = 0; i < c->writable.all.n; i++) {
		struct str place = c->writable.all.at[i];
		must(path_is_absolute(place) && str_eq(path_normal(a, place), place));
		must(!path_below(STR(HOME_OF_ALL), place).p);
	}
}

static bool has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->all.n; i++)
		if (str_is(names->all.at[i], name))
			return true;
	return false;
}

static void environment(struct arena *a, const struct confinement *c)
{
	char *from[] = { (char *)"A_SECRET=1", (char *)"PATH=/bin:.", (char *)"GOPATH=/x:rel:" HOME_OF_ALL,
		(char *)"U=https://u:p@h/", (char *)"HOME=" HOME_OF_ALL, NULL };
	struct confinement_request q = { .profile = c, .folder = "/tmp/x" };
	struct names readable = { 0 };
	struct filter f;

	for (char **v = confined_variables(a, &q, from, &readable); *v; v++)
		must(strncmp(*v, "U=", 2) != 0 && (strncmp(*v, "A_SECRET=", 9) != 0 || !has(&c->secrets, "A_SECRET")));
	filter_make(&f, &(struct filter_options){ c->network, c->metadata, c->trace, 1 });
	must(f.n <= FILTER_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	const char *yaml = arena_printf(&a, "table: confinement\ndoc: d\norigin: o\nrows:\n%.*s",
		(int)(size < 65536 ? size : 65536), (const char *)data)
				   .p;
	struct compilation c;
	struct source_file f = { "a.yaml", str_of(yaml) };
	struct err err;

	setenv("HOME", HOME_OF_ALL, 1);
	setenv("PLACES", "/a:b::../c:/:/home:" HOME_OF_ALL "/d/..", 1);
	compilation_init(&c, &a);
	compilation_add(&c, &f);
	struct str image = c.faults.n ? STR_NONE : compilation_image(&c, &err);
	struct pack *pack = image.p ? pack_from_image(image, &err) : NULL;
	struct node table = pack ? pack_table(pack, "confinement") : (struct node){ NULL, 0 };
	struct node profiles = node_get(table, "profiles");
	for (uint32_t i = 0; i < node_count(profiles); i++) {
		struct confinement *p = confinement_profile(&a, table, arena_strdup(&a, node_key(profiles, i)));
		if (p) {
			places(&a, p);
			environment(&a, p);
		}
	}
	confinement_of_scope(table, STR("project"));
	pack_free(pack);
	arena_free(&a);
	return 0;
}

/* pack_of.h - packs for unit tests, compiled from YAML in the test itself */
#ifndef HEAL_PACK_OF_H
#define HEAL_PACK_OF_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "rules/compile.h"
#include "rules/pack.h"

/* The image of n YAML texts ("a.yaml", "b.yaml", ...) in the arena; faults are told as comments. */
static inline struct str image_of(struct arena *a, const char *const *yaml, size_t n)
{
	static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml", "d.yaml" };
	struct compilation c;
	struct err err = { 0 };

	compilation_init(&c, a);
	for (size_t i = 0; i < n; i++) {
		struct source_file f = { names[i], str_of(yaml[i]) };
		compilation_add(&c, &f);
	}
	for (size_t i = 0; i < c.faults.n; i++)
		printf("# %.*s\n", STR_ARG(c.faults.at[i].text));
	struct str image = compilation_image(&c, &err);
	if (!image.p)
		printf("# %s\n", err.text);
	return image;
}

/* An image, also a damaged one, as a pack; NULL: err says why. */
static inline struct pack *pack_from_image(struct str image, struct err *err)
{
	char name[] = "/tmp/heal-unit-XXXXXX";
	int fd = mkstemp(name);
	struct pack *p = NULL;

	if (fd >= 0 && fd_write(fd, image))
		p = pack_load(name, err);
	if (fd >= 0) {
		close(fd);
		unlink(name);
	}
	return p;
}

static inline struct pack *pack_of(const char *yaml)
{
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	struct pack *p = pack_from_image(image_of(&a, &yaml, 1), &err);

	if (!p)
		printf("# %s\n", err.text);
	arena_free(&a);
	return p;
}

#endif

#include "record/signature.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/hmac.h"
#include "base/io.h"
#include "base/key_file.h"
#include "base/path.h"
#include "base/private_folder.h"

enum { KEY_BYTES = 32 };

/* A name appears only with the whole key in it, so that no other process reads a part. */
static bool key_make(struct arena *a, struct str folder, const char *path)
{
	unsigned char bytes[KEY_BYTES];
	char hex[2 * KEY_BYTES + 2], *draft = arena_strdup(a, arena_printf(a, "%.*s/origin.XXXXXX", STR_ARG(folder)));

	if (!private_folder_make(arena_strdup(a, folder), NULL) || getrandom(bytes, KEY_BYTES, 0) != KEY_BYTES)
		return false;
	for (size_t i = 0; i < KEY_BYTES; i++)
		snprintf(hex + 2 * i, 4, "%02x\n", bytes[i]);
	int fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return false;
	bool ok = fd_write(fd, (struct str){ hex, 2 * KEY_BYTES + 1 });
	ok = close(fd) == 0 && ok && link(draft, path) == 0;
	unlink(draft);
	return ok;
}

/* The user's key; empty: there is none.  Read once. */
static struct str key(bool make)
{
	static struct arena a = ARENA_INIT;
	static struct str kept;
	struct str folder = kept.n ? STR_NONE : dir_state(&a);
	struct err err;

	if (kept.n || !folder.n)
		return kept;
	struct str path = arena_printf(&a, "%.*s/origin.key", STR_ARG(folder));
	if (private_folder(folder.p, &err) >= 0 && !key_file_read(&a, path, "origin.key", &kept, &err) && make) {
		key_make(&a, folder, path.p);
		key_file_read(&a, path, "origin.key", &kept, &err);
	}
	return kept;
}

/* Each part is preceded by its length, so that different solutions have different texts. */
static struct str signature_of(const struct record *r, const struct solution *s, struct str key)
{
	struct str applicability = applicability_name(s->applicability), steps = steps_text(r->a, s);
	char *hex = arena_alloc(r->a, SHA256_HEX);

	hmac_sha256(key,
		arena_printf(r->a, "heal solution 1\n%zu:%.*s%zu:%.*s%zu:%.*s%zu:%.*s%.*s %.4f %.*s",
			r->source.project.n, STR_ARG(r->source.project), r->error.rule.n, STR_ARG(r->error.rule),
			r->error.file.n, STR_ARG(r->error.file), s->id.n, STR_ARG(s->id), STR_ARG(applicability),
			s->confidence, STR_ARG(steps)),
		hex);
	return str_of(hex);
}

void signature_key_make(void)
{
	key(true);
}

void solution_sign(const struct record *r, struct solution *s)
{
	struct str with = key(false);

	s->signature = with.n ? signature_of(r, s, with) : STR_NONE;
}

void solutions_sign(struct record *r)
{
	LIST_EACH(solution, s, &r->solutions)
		solution_sign(r, s);
}

/* In time that does not depend on where they differ. */
static bool same(struct str x, struct str y)
{
	unsigned char difference = x.n != y.n;

	for (size_t i = 0; i < x.n && i < y.n; i++)
		difference |= (unsigned char)(x.p[i] ^ y.p[i]);
	return !difference && x.n;
}

void solutions_mark_foreign(struct record *r, struct str project)
{
	struct str with = r->solutions.n ? key(false) : STR_NONE;

	LIST_EACH(solution, s, &r->solutions) {
		bool own = with.n && str_eq(r->source.project, project) && s->signature.n &&
			same(s->signature, signature_of(r, s, with));
		LIST_EACH(step, step, &s->steps)
			if (!own && !str_is(step->origin, "output"))
				step->origin = STR("record");
	}
}

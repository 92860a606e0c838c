#include "llm/mask.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/vec.h"
#include "redact/redact.h"
#include "rules/regex.h"

enum { NAME_LEAST = 5, MASKS_MOST = 500, SCRATCH = 16 << 20 };

struct masked {
	struct str original, placeholder;
};

struct pattern {
	struct str kind;
	struct regex *re;
	struct node row;
};

struct mask {
	struct arena *a;
	VEC(struct pattern) patterns;
	VEC(struct masked) all;
};

static struct str placeholder_of(struct mask *m, struct str kind, struct str original)
{
	for (size_t i = 0; i < m->all.n; i++)
		if (str_eq(m->all.at[i].original, original))
			return m->all.at[i].placeholder;
	struct masked *new = VEC_ADD(m->a, &m->all);
	*new = (struct masked){ arena_str(m->a, original), arena_printf(m->a, "<%.*s-%zu>", STR_ARG(kind), m->all.n) };
	return new->placeholder;
}

/* What has a meaning everywhere, such as 127.0.0.1. */
static bool is_common(const struct pattern *p, struct str text)
{
	struct node unless = node_get(p->row, "unless");

	for (uint32_t i = 0; i < node_list_count(unless); i++)
		if (str_starts(text, node_str(node_list_at(unless, i)).p))
			return true;
	return false;
}

static struct str pattern_apply(struct mask *m, const struct pattern *p, struct str text)
{
	struct buf out;
	struct match found;
	size_t at = 0, from = 0;

	if (regex_match(p->re, text, NULL) != 1)
		return text;
	buf_init(&out, SCRATCH);
	while (at < text.n && m->all.n < MASKS_MOST && regex_match_from(p->re, text, at, &found) == 1 &&
		found.whole.n) {
		size_t begin = (size_t)(found.whole.p - text.p);
		at = begin + found.whole.n;
		if (is_common(p, found.whole))
			continue;
		buf_add(&out, str_sub(text, from, begin));
		buf_add(&out, placeholder_of(m, p->kind, found.whole));
		from = at;
	}
	buf_add(&out, str_sub(text, from, text.n));
	struct str all = arena_str(m->a, buf_str(&out));
	buf_release(&out);
	return all;
}

static struct str replace_all(struct mask *m, struct str text, struct str old, struct str new)
{
	struct buf out;
	size_t at;

	if (!old.n || str_find(text, old) == text.n)
		return text;
	buf_init(&out, SCRATCH);
	while ((at = str_find(text, old)) < text.n) {
		buf_add(&out, str_sub(text, 0, at));
		buf_add(&out, new);
		text = str_sub(text, at + old.n, text.n);
	}
	buf_add(&out, text);
	struct str all = arena_str(m->a, buf_str(&out));
	buf_release(&out);
	return all;
}

/* A name of this user or machine.  A short one may be a part of any word. */
static void name_add(struct mask *m, struct str kind, struct str name)
{
	if (name.n >= NAME_LEAST && !str_is(name, "/root") && !str_is(name, "root") && !str_is(name, "localhost"))
		placeholder_of(m, kind, name);
}

struct mask *mask_new(struct arena *a, const struct pack *pack)
{
	struct mask *m = ARENA_NEW(a, struct mask);
	struct node rows = pack_table(pack, "llm-masks");
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "";

	m->a = a;
	for (uint32_t i = 0; i < node_count(rows); i++)
		*VEC_ADD(a, &m->patterns) = (struct pattern){ node_key(rows, i),
			regex_lazy(a, node_str(node_get(node_at(rows, i), "match")), REGEX_NOCASE), node_at(rows, i) };
	name_add(m, STR("home"), str_of(getenv("HOME")));
	name_add(m, STR("user"), str_of(user ? user->pw_name : NULL));
	if (gethostname(host, sizeof(host) - 1) == 0)
		name_add(m, STR("host"), str_of(host));
	return m;
}

void mask_free(struct mask *m)
{
	for (size_t i = 0; i < m->patterns.n; i++)
		regex_free(m->patterns.at[i].re);
}

struct str mask_text(struct mask *m, struct str text)
{
	struct str out = redact_text(m->a, text, REDACT_PLAIN);

	for (size_t i = 0; i < m->patterns.n; i++)
		out = pattern_apply(m, &m->patterns.at[i], out);
	/* The names are the first ones; the home contains the user's. */
	for (size_t i = 0; i < m->all.n; i++)
		out = replace_all(m, out, m->all.at[i].original, m->all.at[i].placeholder);
	return out;
}

struct str mask_undo(struct mask *m, struct str text)
{
	struct str out = text;

	for (size_t i = 0; i < m->all.n; i++)
		out = replace_all(m, out, m->all.at[i].placeholder, m->all.at[i].original);
	return out;
}

bool mask_has_secret(struct str text)
{
	return str_find(text, STR("[redacted: ")) < text.n;
}

#include "lang/checker.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "lang/checker_deps.h"
#include "rules/template.h"

enum { REMOVE_OPEN = 8 };

struct checked {
	struct str file, dir;
	const struct flags *flags; /* or NULL */
};

static struct str checked_get(void *ctx, struct str name)
{
	const struct checked *c = ctx;

	return str_is(name, "file") ? c->file : str_is(name, "dir") ? c->dir : STR_NONE;
}

static bool checked_list(void *ctx, struct str name, const struct str **words, size_t *n)
{
	const struct flags *flags = ((const struct checked *)ctx)->flags;

	if (!str_is(name, "flags"))
		return false;
	*words = flags ? flags->words : NULL;
	*n = flags ? flags->n : 0;
	return true;
}

char **checker_argv(struct arena *a, struct node language, struct str file, struct str dir, const struct flags *flags)
{
	struct checked checked = { file, dir, flags };
	struct template_values v = { .get = checked_get, .list = checked_list, .ctx = &checked };
	char **argv = template_argv(a, node_get(language, "check"), &v);

	return argv && proc_find(a, argv[0]).p ? argv : NULL;
}

/* The texts of a call, as files in a temporary directory. */
struct tray {
	struct arena a;
	char *dir;
	struct str *files;
	size_t n;
	bool unsure; /* the result for one of them is not known */
};

static bool file_put(const char *name, struct str text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	bool ok = fd_write(fd, text);
	return close(fd) == 0 && ok;
}

static bool tray_fill(struct tray *t, struct str path, const struct str *texts, size_t n)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = arena_strdup(&t->a, arena_printf(&t->a, "%s/heal-check.XXXXXX", tmp && tmp[0] ? tmp : "/tmp"));

	if (!mkdtemp(dir))
		return false;
	t->dir = dir;
	t->files = arena_alloc(&t->a, n * sizeof(*t->files));
	for (; t->n < n; t->n++) {
		struct str name = arena_printf(&t->a, "%s/%zu%.*s", dir, t->n, STR_ARG(path_extension(path)));
		if (!file_put(name.p, texts[t->n]))
			return false;
		t->files[t->n] = name;
	}
	return true;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	remove(path);
	return 0;
}

static void tray_empty(struct tray *t)
{
	/* A checker that was killed may have left files there. */
	if (t->dir)
		nftw(t->dir, remove_entry, REMOVE_OPEN, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	arena_free(&t->a);
}

/* Scripts contain braces, so "{dir}" is replaced only if it is a whole word. */
static struct str word_filled(struct node word, struct str dir)
{
	return dir.p && str_is(node_str(word), "{dir}") ? dir : node_str(word);
}

static size_t flags_put(struct arena *a, char **argv, size_t at, const struct flags *flags)
{
	for (size_t i = 0; flags && i < flags->n; i++)
		argv[at++] = arena_strdup(a, flags->words[i]);
	return at;
}

static bool is_flags(struct node word)
{
	return str_is(node_str(word), "{flags}");
}

/* Run one command for all texts, which prints the names of those that parse. */
static size_t try_together(
	struct tray *t, struct node command, struct str dir, const struct flags *flags, double seconds, bool *parses)
{
	uint32_t words = node_list_count(command);
	char **argv = arena_alloc(&t->a, (words + FLAGS_MOST + t->n + 1) * sizeof(*argv));
	struct proc p = { .argv = argv, .dir = t->dir, .timeout = seconds };
	struct proc_result r;
	struct err err;
	struct str line;
	size_t put = 0;

	for (uint32_t i = 0; i < words; i++)
		if (is_flags(node_list_at(command, i)))
			put = flags_put(&t->a, argv, put, flags);
		else
			argv[put++] = arena_strdup(&t->a, word_filled(node_list_at(command, i), dir));
	for (size_t i = 0; i < t->n; i++)
		argv[put + i] = arena_strdup(&t->a, t->files[i]);
	if (!proc_find(&t->a, argv[0]).p || !proc_run(&t->a, &p, &r, &err) || (r.status && !r.timed_out))
		return 0;
	size_t last = 0;
	while (str_line(&r.output, &line))
		for (size_t i = 0; i < t->n; i++)
			if (str_eq(line, t->files[i])) {
				parses[i] = true;
				last = i + 1 > last ? i + 1 : last;
			}
	/* After a timeout, the results after the last text that parsed are not known. */
	t->unsure |= r.timed_out;
	return r.timed_out ? last : t->n;
}

static size_t try_each(
	struct tray *t, struct node language, struct str dir, const struct flags *flags, double seconds, bool *parses)
{
	double deadline = seconds_now() + seconds;
	size_t i = 0;

	for (; i < t->n && seconds_now() < deadline; i++) {
		char **argv = checker_argv(&t->a, language, t->files[i], dir.p ? dir : str_of(t->dir), flags);
		struct proc p = { .argv = argv, .dir = t->dir, .timeout = CHECKER_TIMEOUT };
		struct proc_result r;
		struct err err;
		if (!argv)
			return 0;
		/* Its result is not known, so a later text must not be preferred to it. */
		if (!proc_run(&t->a, &p, &r, &err) || r.timed_out) {
			t->unsure = true;
			break;
		}
		parses[i] = r.status == 0;
	}
	return i;
}

/* ---- cache ----
 *
 * A failure is analysed in the project and then in a copy of it, which repeats the same checks. */

enum { ANSWERS = 32, QUESTION_MAX = 1 << 20 }; /* bytes: for longer texts hashing takes as long as checking */

struct answer {
	char question[SHA256_HEX];
	bool *parses;
};

static struct answer answers[ANSWERS];
static size_t answers_n; /* total number stored; the oldest are replaced */

static void hash_text(struct sha256 *s, struct str text)
{
	sha256_add(s, (struct str){ (const char *)&text.n, sizeof(text.n) });
	sha256_add(s, text);
}

/* Does the result depend on the files beside it? */
static bool looks_around(struct node command)
{
	for (uint32_t i = 0; i < node_list_count(command); i++) {
		struct str word = node_str(node_list_at(command, i));
		if (str_find(word, STR("{dir}")) < word.n)
			return true;
	}
	return false;
}

/* The cache key; empty if the texts are too long or not all dependencies are known. */
static void question_of(struct node language, const struct text *x, const struct flags *flags, const struct str *texts,
	size_t n, char hex[SHA256_HEX])
{
	static const char *const commands[] = { "check", "check_all" };
	struct sha256 s;
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += texts[i].n;
	hex[0] = '\0';
	if (n == 0 || bytes > QUESTION_MAX)
		return;
	sha256_begin(&s);
	if ((looks_around(node_get(language, "check")) || looks_around(node_get(language, "check_all"))) &&
		!checker_deps_hash(&s, language, x, flags))
		return;
	hash_text(&s, flags ? flags->told : STR(""));
	hash_text(&s, str_of(getenv("PATH")));
	for (int k = 0; k < 2; k++) {
		struct node words = node_get(language, commands[k]);
		for (uint32_t i = 0; i < node_list_count(words); i++)
			hash_text(&s, node_str(node_list_at(words, i)));
		hash_text(&s, STR(""));
	}
	hash_text(&s, path_extension(x->path));
	for (size_t i = 0; i < n; i++)
		hash_text(&s, texts[i]);
	sha256_end(&s, hex);
}

static const bool *answer_find(const char *question)
{
	for (size_t i = 0; question[0] && i < ANSWERS && i < answers_n; i++)
		if (strcmp(answers[i].question, question) == 0)
			return answers[i].parses;
	return NULL;
}

static void answer_keep(const char *question, const bool *parses, size_t n)
{
	struct answer *x = &answers[answers_n++ % ANSWERS];

	free(x->parses);
	x->parses = malloc(n);
	if (!x->parses)
		out_of_memory();
	memcpy(x->parses, parses, n);
	memcpy(x->question, question, SHA256_HEX);
}

size_t checker_try(struct node language, const struct text *x, const struct flags *flags, const struct str *texts,
	size_t n, double seconds, bool *parses)
{
	struct tray t = { .a = ARENA_INIT };
	struct node all = node_get(language, "check_all");
	char question[SHA256_HEX];
	size_t tried = 0;

	question_of(language, x, flags, texts, n, question);
	const bool *known = answer_find(question);
	if (known) {
		memcpy(parses, known, n * sizeof(*parses));
		return n;
	}
	memset(parses, 0, n * sizeof(*parses));
	if (tray_fill(&t, x->path, texts, n))
		tried = node_list_count(all) ? try_together(&t, all, x->dir, flags, seconds, parses) :
					       try_each(&t, language, x->dir, flags, seconds, parses);
	tray_empty(&t);
	if (tried == n && question[0] && !t.unsure)
		answer_keep(question, parses, n);
	return tried;
}

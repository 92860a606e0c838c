#include "lang/checker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"
#include "lang/checker_deps.h"
#include "rules/confinement_profile.h"
#include "rules/regex.h"
#include "rules/template.h"

enum { OUTPUT_MAX = 16 << 20, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

struct checked {
	struct arena *a;
	struct str file, dir;
	const struct flags *flags; /* or NULL */
};

/* The directory of heal's own checkers: next to the program in a build folder, else where they are installed. */
static struct str checks_dir(struct arena *a)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct str beside = STR_NONE;

	if (n > 0)
		beside = arena_printf(a, "%.*s/check", STR_ARG(path_dir((struct str){ self, (size_t)n })));
	if (beside.p && is_dir(beside.p))
		return beside;
	return is_dir(HEAL_LIBEXEC "/check") ? STR(HEAL_LIBEXEC "/check") : STR_NONE;
}

static struct str checked_get(void *ctx, struct str name)
{
	const struct checked *c = ctx;

	if (str_is(name, "checks"))
		return checks_dir(c->a);
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

/* A command of the row, with the first of its programs (`a|b`) that is installed; NULL: none is, or there is no
 * command. */
static char **command_argv(struct arena *a, struct node language, const char *command, struct checked *checked)
{
	struct template_values v = { .get = checked_get, .list = checked_list, .ctx = checked };
	char **argv = template_argv(a, node_get(language, command), &v);

	if (!argv)
		return NULL;
	struct str programs = str_of(argv[0]), program;
	while (str_split(&programs, '|', &program)) {
		argv[0] = arena_strdup(a, program);
		if (proc_find_helper(a, argv[0]).p)
			return argv;
	}
	return NULL;
}

char **checker_argv(struct arena *a, struct node language, struct str file, struct str dir, const struct flags *flags)
{
	struct checked checked = { a, file, dir, flags };

	return command_argv(a, language, "check", &checked);
}

const struct confinement *checker_confinement(struct arena *a, struct node language)
{
	return confinement_profile(a, language, "checker");
}

char **checker_words(struct arena *a, struct node language, const char *keyword, struct str value)
{
	struct checked checked = { a, value, STR("."), NULL };

	return node_has(language, keyword) ? command_argv(a, language, keyword, &checked) : NULL;
}

enum checker_answer checker_answer_of(const struct proc_result *r)
{
	if (r->timed_out || r->status == CHECKER_UNABLE || r->status == NOT_FOUND || r->status == NOT_EXECUTABLE)
		return CHECKER_DOES_NOT_KNOW;
	return r->status ? CHECKER_REFUSES : CHECKER_ACCEPTS;
}

/* The texts of a call, as files in a temporary directory. */
struct text_batch {
	struct arena a;
	struct temporary_folder dir;
	struct str *files;
	size_t n;
	bool unsure; /* the result for one of them is not known */
};

static bool batch_fill(struct text_batch *t, struct str path, const struct str *texts, size_t n)
{
	if (!temporary_folder_make_small(&t->a, &t->dir, "check", NULL))
		return false;
	t->files = arena_alloc(&t->a, n * sizeof(*t->files));
	for (; t->n < n; t->n++) {
		struct str name = arena_printf(&t->a, "%zu%.*s", t->n, STR_ARG(path_extension(path)));
		if (!temporary_folder_put(&t->dir, name, texts[t->n]))
			return false;
		t->files[t->n] = path_join(&t->a, t->dir.path, name);
	}
	return true;
}

static void batch_empty(struct text_batch *t)
{
	/* A checker that was killed may have left files there. */
	temporary_folder_remove(&t->dir);
	arena_free(&t->a);
}

/* The command for all texts, with their names at the end; NULL: its program is not installed. */
static char **all_argv(struct text_batch *t, struct node language, struct str dir, const struct flags *flags)
{
	struct checked checked = { &t->a, STR_NONE, dir, flags };
	char **words = command_argv(&t->a, language, "check_all", &checked);
	size_t n = 0;

	while (words && words[n])
		n++;
	if (!words)
		return NULL;
	char **argv = arena_alloc(&t->a, (n + t->n + 1) * sizeof(*argv));
	memcpy(argv, words, n * sizeof(*argv));
	for (size_t i = 0; i < t->n; i++)
		argv[n + i] = arena_strdup(&t->a, t->files[i]);
	argv[n + t->n] = NULL;
	return argv;
}

/* For commands that print the names of the files that parse.  Returns how many were tested. */
static size_t read_good(struct text_batch *t, const struct proc_result *r, bool *parses)
{
	struct str output = r->output, line;
	size_t last = 0;

	if (!r->timed_out && r->status != 0 && r->status != CHECKER_SOME_REFUSED)
		return 0;
	while (str_line(&output, &line))
		for (size_t i = 0; i < t->n; i++)
			if (str_eq(line, t->files[i])) {
				parses[i] = true;
				last = i + 1 > last ? i + 1 : last;
			}
	/* After a timeout, the results after the last text that parsed are not known. */
	t->unsure |= r->timed_out;
	return r->timed_out ? last : t->n;
}

/* For commands whose errors name the files that do not parse; only the last part of a name is compared. */
static size_t read_bad(struct text_batch *t, struct str pattern, const struct proc_result *r, bool *parses)
{
	struct regex *re = regex_new(&t->a, pattern, NULL);
	struct str output = r->output, line;
	struct match m;
	bool named = false;

	if (!re || r->timed_out || r->truncated) {
		t->unsure = true;
		regex_free(re);
		return 0;
	}
	for (size_t i = 0; i < t->n; i++)
		parses[i] = true;
	while (str_line(&output, &line))
		for (size_t i = 0; regex_match(re, line, &m) == 1 && i < t->n; i++)
			if (str_eq(path_base(match_get(&m, "file")), path_base(t->files[i]))) {
				parses[i] = false;
				named = true;
			}
	regex_free(re);
	if (r->status == 0 || named)
		return t->n;
	memset(parses, 0, t->n * sizeof(*parses)); /* it failed for another reason */
	return 0;
}

static size_t try_together(struct text_batch *t, struct node language, struct str dir, const struct flags *flags,
	double seconds, bool *parses)
{
	struct proc p = { .argv = all_argv(t, language, dir.p ? dir : t->dir.path, flags),
		.dir = t->dir.path.p,
		.helper = true,
		.timeout = seconds,
		.max = OUTPUT_MAX };
	struct str bad = node_str(node_get(language, "check_all_bad"));
	struct proc_result r;
	struct err err;

	p.confinement = checker_confinement(&t->a, language);
	p.folder = t->dir.path.p;
	if (!p.argv || !proc_run(&t->a, &p, &r, &err))
		return 0;
	return bad.p ? read_bad(t, bad, &r, parses) : read_good(t, &r, parses);
}

static size_t try_each(struct text_batch *t, struct node language, struct str dir, const struct flags *flags,
	double seconds, bool *parses)
{
	const struct confinement *confinement = checker_confinement(&t->a, language);
	double deadline = seconds_now() + seconds;
	size_t i = 0;

	for (; i < t->n && seconds_now() < deadline; i++) {
		char **argv = checker_argv(&t->a, language, t->files[i], dir.p ? dir : t->dir.path, flags);
		struct proc p = { .argv = argv,
			.dir = t->dir.path.p,
			.helper = true,
			.timeout = CHECKER_TIMEOUT,
			.confinement = confinement,
			.folder = t->dir.path.p };
		struct proc_result r;
		struct err err;
		if (!argv)
			return 0;
		/* Its result is not known, so a later text must not be preferred to it. */
		if (!proc_run(&t->a, &p, &r, &err) || checker_answer_of(&r) == CHECKER_DOES_NOT_KNOW) {
			t->unsure = true;
			break;
		}
		parses[i] = checker_answer_of(&r) == CHECKER_ACCEPTS;
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

static bool looks_around(struct node command)
{
	for (uint32_t i = 0; i < node_list_count(command); i++) {
		struct str word = node_str(node_list_at(command, i));
		if (str_find(word, STR("{dir}")) < word.n)
			return true;
	}
	return false;
}

bool checker_looks_around(struct node language)
{
	return looks_around(node_get(language, "check"));
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
	if ((checker_looks_around(language) || looks_around(node_get(language, "check_all"))) &&
		!checker_deps_hash(&s, language, x, flags))
		return;
	hash_text(&s, flags ? flags->text : STR(""));
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
	struct text_batch t = { .a = ARENA_INIT, .dir = TEMPORARY_FOLDER_NONE };
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
	if (batch_fill(&t, x->path, texts, n))
		tried = node_list_count(all) ? try_together(&t, language, x->dir, flags, seconds, parses) :
					       try_each(&t, language, x->dir, flags, seconds, parses);
	batch_empty(&t);
	if (tried == n && question[0] && !t.unsure)
		answer_keep(question, parses, n);
	return tried;
}

#include "health/checks.h"

#include <string.h>

#include "analyze/version_control.h"
#include "base/path.h"
#include "base/proc.h"
#include "detect/project.h"
#include "health/dependencies.h"
#include "base/shell.h"
#include "lang/language.h"
#include "rules/regex.h"
#include "rules/template.h"
#include "validate/custom.h"
#include "validate/project_tests.h"

enum { FILES_MOST = 5000, OWN_SEVERITY = 5 };

struct finding {
	struct arena *a;
	const struct pack *pack;
	const struct config *config;
	struct source_tree *view;
	const struct tree *tree;
	struct str_list files;
	struct checks *out;
};

/* ---- the files ---- */

static bool is_own(const struct pack *pack, struct source_tree *v, struct str path)
{
	return !node_list_globs(pack_table(pack, "dependency-folders"), path) &&
		!file_is_foreign(pack_table(pack, "foreign"), path) && !source_is_hidden(v, path);
}

static bool files_tracked(struct arena *a, const struct pack *pack, struct source_tree *v, struct str_list *out)
{
	struct vcs vcs;
	struct str name;

	if (!vcs_find(a, pack, v, &vcs))
		return false;
	struct str printed = vcs_output(&vcs, node_get(vcs.row, "tracked"));
	vcs_end(&vcs);
	if (!printed.p)
		return false;
	while (str_split(&printed, '\0', &name))
		if (name.n && is_own(pack, v, name) && source_exists(v, name))
			*VEC_ADD(a, out) = arena_str(a, name);
	return true;
}

void project_files(struct arena *a, const struct pack *pack, struct source_tree *v, struct str_list *out)
{
	*out = (struct str_list){ 0 };
	if (files_tracked(a, pack, v, out))
		return;
	struct str *all = arena_alloc(a, VIEW_ENTRIES_MAX * sizeof(*all));
	size_t n = source_glob(v, a, STR("**"), all, VIEW_ENTRIES_MAX);
	for (size_t i = 0; i < n; i++)
		if (is_own(pack, v, all[i]))
			*VEC_ADD(a, out) = all[i];
}

static void file_take(struct finding *f, struct planned_check *p, struct str name)
{
	if (p->files.n < FILES_MOST)
		*VEC_ADD(f->a, &p->files) = name;
	else
		p->left_out++;
}

static bool has_file(const struct finding *f, struct node globs)
{
	for (size_t i = 0; i < f->files.n; i++)
		if (node_list_globs(globs, f->files.at[i]))
			return true;
	return false;
}

static bool has_text(struct finding *f, struct regex *re, struct str name)
{
	const struct text *t = source_read(f->view, name);

	return t && regex_match(re, t->all, NULL) == 1;
}

static void files_matching(struct finding *f, struct node row, struct planned_check *p)
{
	struct node with = node_get(row, "with");
	struct str pattern = node_str(node_get(row, "has"));
	struct regex *re = pattern.n ? regex_new_flags(f->a, pattern, REGEX_MULTILINE, NULL) : NULL;

	if (!with.image || has_file(f, with))
		for (size_t i = 0; i < f->files.n; i++)
			if (node_list_globs(node_get(row, "files"), f->files.at[i]) &&
				(!re || has_text(f, re, f->files.at[i])))
				file_take(f, p, f->files.at[i]);
	regex_free(re);
}

/* By their names: files are not read to find out. */
static void files_of_languages(struct finding *f, struct node names, struct planned_check *p)
{
	struct node languages = pack_table(f->pack, "languages");

	for (size_t i = 0; i < f->files.n; i++) {
		struct node own = language_of(f->pack, f->files.at[i], STR(""));
		for (uint32_t k = 0; own.image && k < node_list_count(names); k++)
			if (node_get_str(languages, node_str(node_list_at(names, k))).at == own.at) {
				file_take(f, p, f->files.at[i]);
				break;
			}
	}
}

/* ---- the commands ---- */

static bool words_list(void *ctx, struct str name, const struct str **words, size_t *n)
{
	const struct str_list *files = ctx; /* as words */

	if (!str_is(name, "files"))
		return false;
	*words = files->at;
	*n = files->n;
	return true;
}

static struct str no_slot(void *ctx, struct str name)
{
	(void)ctx;
	(void)name;
	return STR_NONE;
}

/* A name with a slash is a program of the project. */
static bool is_installed(struct finding *f, const char *program)
{
	struct str own = path_join(f->a, f->tree->path, str_of(program));

	return proc_find(f->a, strchr(program, '/') ? own.p : program).n > 0;
}

static void words_take(struct arena *a, struct node words, struct str_list *out)
{
	for (uint32_t i = 0; i < node_list_count(words); i++)
		*VEC_ADD(a, out) = node_str(node_list_at(words, i));
}

static void command_choose(struct finding *f, struct node row, struct planned_check *p)
{
	struct node commands = node_get(row, "commands");
	struct str_list words = { 0 };
	struct template_values v = { .get = no_slot, .list = words_list, .ctx = &words };

	/* A name that begins with '-' must not be taken for an option. */
	for (size_t i = 0; i < p->files.n; i++)
		*VEC_ADD(f->a, &words) = p->files.at[i].p[0] == '-' ? path_join(f->a, STR("."), p->files.at[i]) :
								      p->files.at[i];

	for (uint32_t i = 0; i < node_count(commands) && !p->argv; i++) {
		char **argv = template_argv(f->a, node_at(commands, i), &v);
		if (argv && is_installed(f, argv[0]))
			p->argv = argv;
	}
	struct node needs = node_get(row, "needs");
	p->missing = p->argv ? STR("") : node_str(node_list_at(node_at(commands, 0), 0));
	for (uint32_t i = 0; i < node_list_count(needs) && !p->missing.n; i++)
		if (!is_installed(f, node_str(node_list_at(needs, i)).p))
			p->missing = node_str(node_list_at(needs, i));
	if (!p->missing.n)
		return;
	p->argv = NULL;
	words_take(f->a, node_get(row, "install"), &p->install);
}

/* ---- the checks ---- */

static struct planned_check *check_add(struct finding *f, const struct planned_check *p)
{
	*VEC_ADD(f->a, &f->out->all) = *p;
	return &f->out->all.at[f->out->all.n - 1];
}

static void tests_add(struct finding *f, struct planned_check *p)
{
	struct project_tests tests;
	struct str why = STR("");

	if (project_tests_find(f->a, f->pack, f->tree, STR("."), &tests, &why)) {
		p->dir = tests.dir;
		p->prepare = tests.prepare;
		p->argv = tests.argv;
		check_add(f, p);
	}
}

static void row_add(struct finding *f, struct node row)
{
	struct planned_check p = { .name = node_str(node_get(row, "check")),
		.kind = node_str(node_get(row, "kind")),
		.type = node_str(node_get(row, "type")),
		.severity = node_int(node_get(row, "severity"), OWN_SEVERITY),
		.parses = node_has(row, "languages"),
		.declares = node_bool(node_get(row, "manifests"), false) };

	if (node_bool(node_get(row, "tests"), false)) {
		tests_add(f, &p);
		return;
	}
	if (p.declares) {
		manifests_find(f->a, f->pack, &f->files, &p.files);
		p.projects = f->files;
	} else if (p.parses)
		files_of_languages(f, node_get(row, "languages"), &p);
	else
		files_matching(f, row, &p);
	if (!p.files.n)
		return;
	if (!p.parses && !p.declares)
		command_choose(f, row, &p);
	if (p.missing.n && node_bool(node_get(row, "optional"), false))
		return;
	check_add(f, &p);
}

/* The type of the issues of a declared check, by its kind: as the table has it for others of this kind. */
static struct str type_of_kind(struct finding *f, struct str kind)
{
	struct node rows = pack_table(f->pack, "health-checks");
	struct str type = STR("logic_error");

	for (uint32_t i = 0; i < node_list_count(rows); i++)
		if (str_eq(node_str(node_get(node_list_at(rows, i), "kind")), kind))
			type = node_str(node_get(node_list_at(rows, i), "type"));
	return type;
}

static struct str kind_of_name(struct str name)
{
	static const char *const kinds[] = { "static", "tests", "security", "performance", "dependencies",
		"configuration" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct str kind = str_of(kinds[i]);
		if (name.n > kind.n && str_eq(str_sub(name, 0, kind.n), kind) && name.p[kind.n] == '-')
			return kind;
	}
	return STR("static");
}

static void declared_add(struct finding *f, const struct custom *c)
{
	char **argv = arena_alloc(f->a, 2 * sizeof(*argv));
	struct str kind = kind_of_name(c->name);

	argv[0] = arena_strdup(f->a, c->path);
	argv[1] = NULL;
	check_add(f,
		&(struct planned_check){ .name = c->name,
			.kind = kind,
			.type = type_of_kind(f, kind),
			.severity = OWN_SEVERITY,
			.argv = c->unsafe ? NULL : argv,
			.unsafe = c->unsafe ? STR("the file is writable by others or belongs to another user") :
					      STR("") });
}

/* The command of the setting health.benchmark. */
static void benchmark_add(struct finding *f)
{
	struct shell_line line = shell_split(f->a, config_str(f->config, "health.benchmark"));
	size_t n = line.n ? line.command[0].n : 0;
	struct planned_check p = { .name = STR("benchmark"), .kind = STR("performance"), .severity = OWN_SEVERITY };

	if (!line.text.n)
		return;
	p.type = type_of_kind(f, p.kind);
	if (line.simple && n) {
		p.argv = arena_alloc(f->a, (n + 1) * sizeof(*p.argv));
		for (size_t i = 0; i < n; i++)
			p.argv[i] = arena_strdup(f->a, line.command[0].word[i].value);
		p.argv[n] = NULL;
	} else
		p.unsafe = STR("health.benchmark must be one command without operators, variables or globs");
	check_add(f, &p);
}

static bool is_wanted(const struct finding *f, struct str name)
{
	const struct str *without;
	size_t n = config_list(f->config, "health.without", &without);

	for (size_t i = 0; i < n; i++)
		if (str_eq(without[i], name))
			return false;
	return true;
}

void checks_find(struct arena *a, const struct pack *pack, const struct config *config, struct source_tree *view,
	const struct tree *tree, struct checks *out)
{
	struct finding f = { .a = a, .pack = pack, .config = config, .view = view, .tree = tree, .out = out };
	struct node rows = pack_table(pack, "health-checks");
	struct customs declared;

	*out = (struct checks){ 0 };
	project_files(a, pack, view, &f.files);
	for (uint32_t i = 0; i < node_list_count(rows); i++)
		if (is_wanted(&f, node_str(node_get(node_list_at(rows, i), "check"))))
			row_add(&f, node_list_at(rows, i));
	if (is_wanted(&f, STR("benchmark")))
		benchmark_add(&f);
	customs_find(a, tree->path.p, config, "checks.d", &declared);
	for (size_t i = 0; i < declared.all.n; i++)
		if (is_wanted(&f, declared.all.at[i].name))
			declared_add(&f, &declared.all.at[i]);
	out->left_out = declared.left_out;
}

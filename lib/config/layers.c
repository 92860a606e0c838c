/* The layers except the flags: files, trust, environment. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/sha256.h"
#include "config/settings.h"

enum { CONFIG_MAX = 1 << 20, VALIDATOR_MAX = 16 << 20 };

struct layer {
	struct config *c;
	const char *path;
	struct str text;
	bool tighten_only;
};

static const char *nearest_key(struct config *c, struct str name)
{
	const char *names[CK_COUNT];

	for (int k = 0; k < CK_COUNT; k++)
		names[k] = config_rows[k].name;
	return nearest_word(arena_strdup(&c->a, name), names, CK_COUNT);
}

static const char *place(const struct layer *l, const struct json *v)
{
	int line = 1;

	for (const char *p = l->text.p; v->raw.p && p < v->raw.p; p++)
		line += *p == '\n';
	return arena_printf(&l->c->a, "%s:%d", l->path, line).p;
}

static void unknown_key(const struct layer *l, const struct json *v, struct str name)
{
	const char *near = nearest_key(l->c, name), *at = place(l, v);
	char shown[200];

	visible(name, shown, sizeof(shown));
	if (near) {
		config_warn(l->c, "%s: unknown key '%s'; did you mean '%s'?", at, shown, near);
		config_careful(l->c, at);
	} else
		config_warn(l->c, "%s: unknown key '%s'", at, shown);
}

static void take_member(const struct layer *l, const struct json *v, enum config_key k)
{
	const char *at = place(l, v), *name = config_rows[k].name;
	struct setting s;
	struct err err;

	if (!setting_from_json(&l->c->a, k, v, &s, &err)) {
		config_warn(l->c, "%s: %s", at, err.text);
		config_careful(l->c, at);
		return;
	}
	s.origin = at;
	if (config_rows[k].tight == TIGHT_FIXED) {
		if (s.truth != l->c->at[k].truth)
			config_warn(l->c, "%s: %s cannot be changed", at, name);
	} else if (!l->tighten_only || setting_tightens(k, &l->c->at[k], &s))
		setting_lay(l->c, k, &s);
	else
		config_warn(l->c, "%s: %s would loosen the policy; ignored until 'heal trust'", at, name);
}

/* Readers of JSON differ in which of two equal members counts: what the person meant is unknown. */
static bool is_again(const struct json *object, const struct json *member)
{
	JSON_EACH(v, object) {
		if (v == member)
			return false;
		if (str_eq(v->key, member->key))
			return true;
	}
	return false;
}

/* {"retry": {"delay": 1}} and {"retry.delay": 1} are the same. */
static void take_object(const struct layer *l, const struct json *object, struct str prefix)
{
	JSON_EACH(v, object) {
		struct str name = prefix.n ? arena_printf(&l->c->a, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(v->key)) :
					     v->key;
		enum config_key k = setting_find(name);
		if (is_again(object, v)) {
			config_warn(l->c, "%s: %.*s stands there twice", place(l, v), STR_ARG(name));
			config_careful(l->c, place(l, v));
		}
		if (k < CK_COUNT)
			take_member(l, v, k);
		else if (v->type == JSON_OBJECT && !prefix.n)
			take_object(l, v, name);
		else
			unknown_key(l, v, name);
	}
}

static void take_text(struct layer *l)
{
	struct err err;
	struct json *v = json_parse(&l->c->a, l->text, JSON_COMMENTS, &err);

	if (v && v->type == JSON_OBJECT) {
		take_object(l, v, STR_NONE);
		return;
	}
	config_warn(l->c, "%s: skipped: %s", l->path, v ? "not a JSON object" : err.text);
	config_careful(l->c, l->path);
}

/* Is there no file, and not only none that can be reached, such as behind a link to nothing or in a folder that may not
 * be searched? */
static bool is_absent(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Read the file; false if there is none.  A file that exists but cannot be read causes a warning. */
static bool layer_read(struct layer *l)
{
	struct err err;

	if (is_absent(l->path))
		return false;
	if (file_read(&l->c->a, l->path, CONFIG_MAX, &l->text, &err))
		return true;
	config_warn(l->c, "%s: skipped: %s", l->path, err.text);
	config_careful(l->c, l->path);
	return false;
}

static void load_file(struct config *c, struct str path)
{
	struct layer l = { .c = c, .path = path.p };

	if (path.p && layer_read(&l))
		take_text(&l);
}

/* The user's own file.  With `sudo`, HOME may be that of a user whose settings must not govern root. */
static void load_own_file(struct config *c, struct str path)
{
	struct stat st;
	struct err err;

	if (path.p && stat(path.p, &st) == 0 && !trusted_stat(&st, path.p, &err)) {
		config_warn(c, "skipped: %s", err.text);
		config_careful(c, path.p);
	} else
		load_file(c, path);
}

/* ---- trust: lines of "sha256 path" in the state directory ---- */

static struct str trust_file(struct arena *a)
{
	struct str dir = dir_state(a);

	return dir.p ? arena_printf(a, "%.*s/trusted", STR_ARG(dir)) : STR_NONE;
}

static struct str project_file(struct arena *a, const char *root)
{
	char real[PATH_MAX];

	if (!realpath(root, real))
		return STR_NONE;
	struct str own = arena_printf(a, "%s/.heal/config.json", real),
		   other = arena_printf(a, "%s/self_healing_config.json", real);
	return !file_exists(own.p) && file_exists(other.p) ? other : own;
}

static int by_name(const struct dirent **x, const struct dirent **y)
{
	return strcmp((*x)->d_name, (*y)->d_name);
}

/* Trust permits the project's validators, checks and hooks to run, so their names, modes and contents are part of the
 * hash. The hash of an unreadable one contains the time, so that it never matches. */
static void add_programs(struct arena *a, struct sha256 *sum, struct str project, const char *folder)
{
	struct str top = path_dir(project);
	struct str dir = str_is(path_base(top), ".heal") ? arena_printf(a, "%.*s/%s", STR_ARG(top), folder) :
							   arena_printf(a, "%.*s/.heal/%s", STR_ARG(top), folder);
	struct dirent **names;
	int n = scandir(dir.p, &names, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%s/%s", dir.p, names[i]->d_name).p;
		char hex[SHA256_HEX] = "";
		struct str content;
		struct stat st;
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
			if (file_read(a, path, VALIDATOR_MAX, &content, NULL))
				sha256_of(content, hex);
			else
				snprintf(hex, sizeof(hex), "%lld", (long long)time(NULL));
			sha256_add(sum,
				arena_printf(a, "\n%s %zu:%s %o %s", folder, strlen(names[i]->d_name), names[i]->d_name,
					(unsigned)(st.st_mode & 0111), hex));
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static struct str trust_line(struct arena *a, struct str path, struct str content)
{
	char hex[SHA256_HEX];
	struct sha256 sum;

	sha256_begin(&sum);
	sha256_add(&sum, content);
	add_programs(a, &sum, path, "validators.d");
	add_programs(a, &sum, path, "checks.d");
	add_programs(a, &sum, path, "hooks");
	sha256_end(&sum, hex);
	return arena_printf(a, "%s %.*s", hex, STR_ARG(path));
}

static bool is_trusted(struct arena *a, struct str path, struct str content)
{
	struct str list = trust_file(a), rest, line, wanted = trust_line(a, path, content);

	struct stat st;

	if (!list.p || stat(list.p, &st) < 0 || !trusted_stat(&st, list.p, NULL) ||
		!file_read(a, list.p, CONFIG_MAX, &rest, NULL))
		return false;
	while (str_line(&rest, &line))
		if (str_eq(line, wanted))
			return true;
	return false;
}

/* Rewrite the list without the lines of path, and append `add` if not empty. */
static bool trust_rewrite(struct arena *a, struct str path, struct str add, struct err *err)
{
	struct str list = trust_file(a), rest = STR(""), line, all = STR("");

	if (!list.p)
		return err_set(err, HEAL_REFUSED, "no state directory: set XDG_STATE_HOME or HOME");
	if (!dir_make(arena_strdup(a, path_dir(list)), err))
		return false;
	int lock = open(arena_printf(a, "%s.lock", list.p).p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX) < 0) {
		err_errno(err, HEAL_REFUSED, "cannot lock '%s'", list.p);
		if (lock >= 0)
			close(lock);
		return false;
	}
	bool ok = !file_exists(list.p) || file_read(a, list.p, CONFIG_MAX, &rest, err);
	while (ok && str_line(&rest, &line))
		if (!(line.n > SHA256_HEX && str_eq(str_sub(line, SHA256_HEX, line.n), path)))
			all = arena_printf(a, "%.*s%.*s\n", STR_ARG(all), STR_ARG(line));
	if (add.n)
		all = arena_printf(a, "%.*s%.*s\n", STR_ARG(all), STR_ARG(add));
	ok = ok && file_replace(list.p, all, 0600, err);
	close(lock);
	return ok;
}

bool config_trust(struct arena *a, const char *root, struct str *path, struct err *err)
{
	struct str file = project_file(a, root), content;

	if (!file.p || !file_exists(file.p))
		return err_set(err, HEAL_WRONG, "no .heal/config.json in '%s'", root);
	if (strchr(file.p, '\n'))
		return err_set(err, HEAL_WRONG, "cannot trust a directory with a line break in its name");
	if (path)
		*path = file;
	return file_read(a, file.p, CONFIG_MAX, &content, err) &&
		trust_rewrite(a, file, trust_line(a, file, content), err);
}

bool config_distrust(struct arena *a, const char *root, struct err *err)
{
	struct str file = project_file(a, root);

	return file.p ? trust_rewrite(a, file, STR_NONE, err) :
			err_set(err, HEAL_WRONG, "no such directory: '%s'", root);
}

static void load_project(struct config *c, const char *root)
{
	struct str path = root ? project_file(&c->a, root) : STR_NONE;
	struct layer l = { .c = c, .path = path.p };

	if (!path.p || !layer_read(&l))
		return;
	/* Check trust for the same bytes that are parsed. */
	c->trust = is_trusted(&c->a, path, l.text) ? TRUST_YES : TRUST_NONE;
	l.tighten_only = c->trust != TRUST_YES;
	take_text(&l);
}

/* ---- the environment ---- */

static void take_variable(struct config *c, enum config_key k, const char *name)
{
	const char *value = getenv(name);
	struct setting s;
	struct err err;

	if (!value || !*value)
		return;
	const char *origin = arena_strdup(&c->a, str_of(name));
	if (!setting_parse(&c->a, k, str_of(value), &s, &err)) {
		config_warn(c, "%s: %s", origin, err.text);
		config_careful(c, origin);
		return;
	}
	s.origin = origin;
	if (config_rows[k].tight != TIGHT_FIXED)
		setting_lay(c, k, &s);
	else if (s.truth != c->at[k].truth)
		config_warn(c, "%s: %s cannot be changed", origin, config_rows[k].name);
}

static void load_environment(struct config *c)
{
	for (enum config_key k = 0; k < CK_COUNT; k++) {
		char name[64];
		size_t n = 0;
		for (const char *p = config_rows[k].name; *p && n + 1 < sizeof(name); p++)
			name[n++] = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
		name[n] = '\0';
		/* The name with the lowest precedence first: a later value replaces it. */
		take_variable(c, k, arena_printf(&c->a, "SELF_HEAL_%s", name).p);
		take_variable(c, k, arena_printf(&c->a, "HEAL_%s", name).p);
		if (config_rows[k].env) {
			take_variable(c, k, arena_printf(&c->a, "SELF_HEAL_%s", config_rows[k].env).p);
			take_variable(c, k, arena_printf(&c->a, "HEAL_%s", config_rows[k].env).p);
		}
	}
}

struct config *config_load(const char *root, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct config *c = ARENA_NEW(&a, struct config);

	c->a = a;
	for (enum config_key k = 0; k < CK_COUNT; k++) {
		if (!setting_parse(&c->a, k, str_of(config_rows[k].value), &c->at[k], err)) {
			config_free(c);
			return NULL;
		}
		c->at[k].origin = "default";
	}
	load_file(c, STR(HEAL_SYSCONF "/heal/config.json"));
	struct str user = dir_config(&c->a);
	if (user.p)
		load_own_file(c, arena_printf(&c->a, "%.*s/config.json", STR_ARG(user)));
	load_project(c, root);
	load_environment(c);
	return c;
}

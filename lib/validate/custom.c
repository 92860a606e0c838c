#include "validate/custom.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "policy/confined.h"

enum { ANSWER_MAX = 64 * 1024 };

static int by_name(const void *x, const void *y)
{
	return str_cmp(((const struct custom *)x)->name, ((const struct custom *)y)->name);
}

static bool is_wanted(struct str name)
{
	return name.n && name.p[0] != '.' && !str_ends(name, "~") && !str_ends(name, ".md") && !str_ends(name, ".bak");
}

static void folder_take(struct arena *a, struct str dir, struct customs *out)
{
	DIR *d = opendir(dir.p);
	size_t begin = out->all.n;
	struct stat st;

	for (struct dirent *e; d && (e = readdir(d));) {
		struct str name = str_of(e->d_name), path = arena_printf(a, "%.*s/%s", STR_ARG(dir), e->d_name);
		if (!is_wanted(name) || stat(path.p, &st) < 0 || !S_ISREG(st.st_mode) || !(st.st_mode & 0111))
			continue;
		*VEC_ADD(a, &out->all) = (struct custom){
			.name = arena_str(a, name),
			.path = path,
			.unsafe = !trusted_stat(&st, path.p, NULL),
		};
	}
	if (d)
		closedir(d);
	if (out->all.n > begin)
		qsort(out->all.at + begin, out->all.n - begin, sizeof(*out->all.at), by_name);
}

void customs_find(
	struct arena *a, const char *root, const struct config *config, const char *folder, struct customs *out)
{
	struct str own = dir_config(a), project = arena_printf(a, "%s/.heal/%s", root, folder);

	*out = (struct customs){ 0 };
	if (own.p)
		folder_take(a, arena_printf(a, "%.*s/%s", STR_ARG(own), folder), out);
	if (config_trusted(config) == TRUST_YES)
		folder_take(a, project, out);
	else
		out->left_out = is_dir(project.p);
}

/* One line of JSON, followed only by white space. */
static void answer_read(struct arena *a, const struct proc_result *r, struct check *c)
{
	struct err err;
	struct json *v = r->truncated ? NULL : json_parse(a, str_trim(r->output), JSON_PLAIN, &err);
	enum check_status s = v && v->type == JSON_OBJECT ? check_status_parse(json_str(json_get(v, "status"))) :
							    CHECK_NONE;

	if (s) {
		c->status = s;
		c->detail = str_sub(json_str(json_get(v, "detail")), 0, 2000);
		return;
	}
	c->detail = STR("invalid output; a validator prints {\"status\": ..., \"detail\": ...}");
}

struct check custom_run(struct arena *a, const struct custom *custom, const char *root, const struct record *record,
	const struct confinement *confinement, double timeout)
{
	struct check c = { .name = custom->name, .status = CHECK_INCONCLUSIVE };
	char *argv[] = { arena_strdup(a, custom->path), NULL };
	struct proc p = { .argv = argv,
		.dir = root,
		.timeout = timeout,
		.max = ANSWER_MAX,
		.split = true,
		.confinement = confinement,
		.write = root };
	struct proc_result r;
	struct buf line;
	struct err err;

	if (custom->unsafe) {
		c.detail = STR("not run: the file is writable by others or belongs to another user");
		return c;
	}
	buf_init(&line, RECORD_MAX * 2);
	record_write_buf(&line, record);
	if (!line.n || line.p[line.n - 1] != '\n')
		buf_addc(&line, '\n');
	p.input = buf_str(&line);
	bool ok = proc_run(a, &p, &r, &err);
	buf_release(&line);
	if (!ok) {
		c.detail = arena_str(a, str_of(err.text));
		return c;
	}
	c.seconds = r.seconds;
	confined_list(a, confinement, r.enforced, &c.confined, &c.unconfined);
	if (r.timed_out)
		c.detail = arena_printf(a, "timed out after %g seconds", timeout);
	else if (r.status)
		c.detail = arena_printf(a, "exited with status %d", r.status);
	else
		answer_read(a, &r, &c);
	return c;
}

/* A project to break, and how it looks. */
#include "project.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/proc.h"

const char *at(const char *name)
{
	return arena_printf(&a, "%s/%s", top, name).p;
}

static void put(const char *name, const char *text, mode_t mode, int age)
{
	const struct timespec times[2] = { { 1000000000 + age, 5 }, { 1000000000 + age, 123456789 + age } };
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || !fd_write(fd, str_of(text)) || (geteuid() == 0 && fchown(fd, 1234 + (uid_t)age, 1234) < 0) ||
		fchmod(fd, mode) < 0)
		die(HEAL_REFUSED, "cannot write '%s'", at(name));
	(void)!fsetxattr(fd, "user.note", name, strlen(name), 0); /* where the file system has them */
	(void)!futimens(fd, times);
	close(fd);
}

void project_make(void)
{
	(void)!mkdir(top, 0755);
	(void)!mkdir(at("project"), 0755);
	(void)!mkdir(at("project/.git"), 0755);
	(void)!mkdir(at("project/sub"), 0755);
	(void)!mkdir(at("outside"), 0755);
	put("project/a.c", "int main(void)\n{\n\treturn 0\n}\n", 0640, 1);
	put("project/b.c", "int b;\nint b2\n", 0600, 2);
	put("project/run.sh", "#!/bin/sh\necho run\n", 0644, 3);
	put("project/package.json", "{\"dependencies\": {\"left-pad\": \"^1.0.0\"}}\n", 0644, 4);
	put("project/sub/kept", "kept\n", 0444, 5);
	put("outside/linked", "int linked;\nint l2\n", 0644, 6);
	(void)!link(at("outside/linked"), at("project/linked.c"));
	(void)!symlink("a.c", at("project/sym"));
	(void)!symlink("../outside", at("project/out"));
}

int tree_remove(const char *path)
{
	const char *const argv[] = { "rm", "-rf", path, NULL };
	struct proc p = { .argv = (char *const *)argv };
	struct proc_result r;
	struct err err;

	return proc_run(&a, &p, &r, &err) ? r.status : -1;
}

/* Without a process: it is done for every point. */
void folder_empty(const char *path)
{
	DIR *d = opendir(path);

	for (struct dirent *e; d && (e = readdir(d));) {
		const char *name = arena_printf(&a, "%s/%s", path, e->d_name).p;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (e->d_type == DT_DIR)
			folder_empty(name);
		if (remove(name) < 0)
			tree_remove(name);
	}
	if (d)
		closedir(d);
}

/* ---- what it looks like ---- */

static void attributes_show(struct buf *out, const char *path)
{
	char names[1000], value[1000];
	ssize_t n = llistxattr(path, names, sizeof(names));

	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1) {
		ssize_t size = lgetxattr(path, names + i, value, sizeof(value));
		buf_printf(out, " %s=%.*s", names + i, (int)(size > 0 ? size : 0), value);
	}
}

static void one_show(struct buf *out, const char *path, enum detail detail)
{
	struct stat st;
	char target[300];
	struct str text;

	if (lstat(path, &st) < 0)
		return;
	buf_printf(out, "%s %o %u:%u", path, st.st_mode, st.st_uid, st.st_gid);
	if (S_ISREG(st.st_mode) && detail >= AND_TIMES)
		buf_printf(out, " %lld.%09ld", (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
		attributes_show(out, path);
	ssize_t n = S_ISLNK(st.st_mode) ? readlink(path, target, sizeof(target)) : 0;
	if (S_ISREG(st.st_mode) && detail >= AND_LINKS)
		buf_printf(out, " links %u", (unsigned)st.st_nlink);
	buf_printf(out, " -> %.*s\n", (int)n, target);
	if (S_ISREG(st.st_mode) && file_read(&a, path, 1 << 20, &text, NULL))
		buf_add(out, text);
}

static int by_name(const struct dirent **x, const struct dirent **y)
{
	return strcmp((*x)->d_name, (*y)->d_name);
}

/* Not what a package manager installs: that is taken back by a person's word only. */
static int is_shown(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && strcmp(e->d_name, "node_modules") != 0;
}

static void folder_show(struct buf *out, const char *path, enum detail detail)
{
	struct dirent **list;
	int n = scandir(path, &list, is_shown, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = arena_printf(&a, "%s/%s", path, list[i]->d_name).p;
		one_show(out, name, detail);
		if (list[i]->d_type == DT_DIR)
			folder_show(out, name, detail);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

struct str state_of_project(enum detail detail)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	folder_show(&out, at("project"), detail);
	folder_show(&out, at("outside"), detail);
	struct str text = arena_str(&a, buf_str(&out));
	buf_release(&out);
	return text;
}

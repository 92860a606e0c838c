/* The user's packs: heal-rules compiles them together with the installed ones at the first use.  The name of the cached
 * image is a hash of its sources, so that an image is never out of date. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "rules/pack_rules.h"

static int by_name(const struct dirent **x, const struct dirent **y)
{
	return strcmp((*x)->d_name, (*y)->d_name);
}

static int is_pack(const struct dirent *e)
{
	struct str name = str_of(e->d_name);

	return e->d_name[0] != '.' && (str_ends(name, ".yaml") || str_ends(name, ".yml"));
}

static void stat_add(struct sha256 *s, const char *path)
{
	struct stat st;
	char line[200];

	if (stat(path, &st) < 0)
		return;
	snprintf(line, sizeof(line), "%llu %lld %lld.%ld\n", (unsigned long long)st.st_ino, (long long)st.st_size,
		(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	sha256_add(s, str_of(path));
	sha256_add(s, str_of(line));
}

/* List the files in dir; returns their number, or -1 and err if another user could have written one. */
static int dir_add(struct arena *a, struct sha256 *s, struct str dir, struct err *err)
{
	bool ours = true;
	struct dirent **names;
	int n = scandir(dir.p, &names, is_pack, by_name);

	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%.*s/%s", STR_ARG(dir), names[i]->d_name).p;
		struct stat st;
		stat_add(s, path);
		ours = ours && (stat(path, &st) < 0 || trusted_stat(&st, path, err));
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return n < 0 ? 0 : ours ? n : -1;
}

/* Names, sizes and times of what would be compiled; false when the user has neither packs nor tables, or, with a text
 * in err, when they are not used. */
static bool user_key(
	struct arena *a, const struct str dirs[2], struct str installed, char hex[SHA256_HEX], struct err *err)
{
	struct sha256 s;
	int n = 0;

	sha256_begin(&s);
	stat_add(&s, installed.p);
	for (int i = 0; i < 2 && n >= 0; i++) {
		int more = dir_add(a, &s, dirs[i], err);
		n = more < 0 ? -1 : n + more;
	}
	sha256_end(&s, hex);
	return n > 0;
}

/* Delete images that were not used for a week: no process needs them. */
static void old_images_remove(struct arena *a, struct str cache)
{
	DIR *d = opendir(cache.p);
	struct stat st;

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		struct str path = arena_printf(a, "%.*s/%s", STR_ARG(cache), e->d_name);
		if (str_starts(str_of(e->d_name), "rules-") && stat(path.p, &st) == 0 && S_ISREG(st.st_mode) &&
			time(NULL) - st.st_mtim.tv_sec > 7 * 24 * 3600)
			unlink(path.p);
	}
	closedir(d);
}

static struct str program_beside(struct arena *a, const char *name)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return str_of(name);
	struct str path = arena_printf(a, "%.*s/%s", STR_ARG(path_dir((struct str){ self, (size_t)n })), name);
	return file_exists(path.p) ? path : arena_str(a, str_of(name));
}

/* A regular file that no other user could write.  One that is not is made again: by rename, so it need not be
 * writable. */
static bool is_own_file(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && private_stat(&st, path, NULL);
}

/* Make the image with heal-rules; its error messages are stored next to the image, to be printed again. */
static bool image_make(struct arena *a, struct str installed, struct str image, struct str faults,
	const struct str dirs[2], struct err *err)
{
	char *argv[] = { (char *)program_beside(a, "heal-rules").p, (char *)"compile", (char *)"--packs",
		(char *)installed.p, (char *)"--output", (char *)image.p, (char *)dirs[0].p, (char *)dirs[1].p, NULL };
	struct proc p = { .argv = argv, .timeout = 60 };
	struct proc_result r;

	if (!proc_run(a, &p, &r, err))
		return false;
	if (is_own_file(image.p))
		return r.output.n == 0 || file_replace(faults.p, r.output, 0600, err);
	struct str first, text = r.output;
	if (!str_line(&text, &first))
		first = STR("no message");
	return err_set(err, HEAL_WRONG, "heal-rules exited with status %d: %.*s", r.status, STR_ARG(first));
}

struct str pack_image_user(struct arena *a, struct str installed)
{
	static bool reported; /* once in a process, which may load the packs more than once */
	char hex[SHA256_HEX];
	struct str config = dir_config(a), cache = dir_cache(a), text = STR_NONE, line;
	struct err err;

	if (!config.p || !cache.p)
		return installed;
	struct str dirs[2] = { arena_printf(a, "%.*s/patterns", STR_ARG(config)),
		arena_printf(a, "%.*s/tables", STR_ARG(config)) };
	err.text[0] = '\0';
	if (!user_key(a, dirs, installed, hex, &err)) {
		if (*err.text && !reported)
			say("your rule packs are ignored: %s", err.text);
		reported |= *err.text != '\0';
		return installed;
	}
	struct str image = arena_printf(a, "%.*s/rules-%.32s.pack", STR_ARG(cache), hex);
	struct str faults = arena_printf(a, "%.*s/rules-%.32s.faults", STR_ARG(cache), hex);
	/* A link would lead elsewhere; compiling replaces it. */
	if (!is_own_file(image.p)) {
		struct stat st;
		if (lstat(image.p, &st) == 0)
			say("the cached rules are made again: '%s' is empty, or another user made or may write it",
				image.p);
		if (!dir_make(cache.p, &err) || !image_make(a, installed, image, faults, dirs, &err)) {
			say("your rule packs are ignored: %s", err.text);
			return installed;
		}
		old_images_remove(a, cache);
	}
	if (!reported && is_own_file(faults.p) && file_read(a, faults.p, 1 << 20, &text, &err))
		while (str_line(&text, &line))
			fprintf(stderr, "%s\n", visible_in(a, line));
	reported = true;
	return image;
}

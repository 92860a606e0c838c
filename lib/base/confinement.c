#include "base/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/available_memory.h"
#include "base/confinement_parts.h"
#include "base/path.h"
#include "base/temporary_folder.h"

#ifndef CLOSE_RANGE_CLOEXEC /* linux/close_range.h */
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { DESCRIPTORS = 1024 };
enum { MEMORY_PART = 4, MEMORY_LEAST = 64 << 20 }; /* a part of what is available; bytes */

/* In an earlier child of this process: then the home that is used where nothing can be mounted needs no links. */
static bool mounts_work;

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- the home ---- */

static void hide(struct arena *a, struct confined *c, const char *home)
{
	char *real = home && home[0] == '/' ? realpath(home, NULL) : NULL;
	size_t n = 0;

	if (real && strcmp(real, "/") != 0) {
		while (c->hidden[n] && strcmp(c->hidden[n], real) != 0)
			n++;
		c->hidden[n] = arena_strdup(a, str_of(real));
	}
	free(real);
}

static void folders_make(const char *path, size_t from)
{
	char part[4096];

	for (size_t i = from + 1; path[i] && i < sizeof(part); i++)
		if (path[i] == '/') {
			memcpy(part, path, i);
			part[i] = '\0';
			mkdir(part, 0700);
		}
}

static void file_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static bool is_covered(const struct confined *c, struct str at)
{
	for (size_t i = 0; i < c->shown.n; i++)
		if (path_below(at, str_of(c->shown.at[i].at)).p)
			return true;
	return false;
}

/* The path's name below a hidden home; empty: it is in none. */
static struct str name_in_home(const struct confined *c, const char *path)
{
	for (size_t i = 0; c->hidden[i]; i++) {
		struct str below = path_below(str_of(path), str_of(c->hidden[i]));
		if (below.p && below.n)
			return below;
	}
	return STR_NONE;
}

/* A directory of that mode, or an empty file where it is 0, that places_make makes. */
static const char *place_add(struct arena *a, struct confined *c, struct str at, mode_t mode)
{
	const char *path = arena_strdup(a, at);

	*VEC_ADD(a, &c->places) = (struct place){ path, mode };
	return path;
}

/* A mount point for it in what is mounted over the homes. */
static const char *place_in_home(struct arena *a, struct confined *c, struct str name, bool is_dir)
{
	return place_add(a, c, arena_printf(a, "%s/%.*s", c->empty, STR_ARG(name)), is_dir ? 0700 : 0);
}

void places_make(const struct confined *c)
{
	for (size_t i = 0; i < c->places.n; i++) {
		const struct place *p = &c->places.at[i];
		folders_make(p->path, strlen(c->own_files));
		if (p->mode)
			mkdir(p->path, p->mode);
		else
			file_make(p->path);
	}
}

static bool is_writable(const struct confined *c, const char *real)
{
	for (size_t i = 0; i < c->writable.n; i++)
		if (strcmp(c->writable.at[i], real) == 0)
			return true;
	return false;
}

/* Show a part of a home. */
static void show(struct arena *a, struct confined *c, const char *real, bool link)
{
	struct str name = name_in_home(c, real);

	if (!name.p || access(real, F_OK) < 0 || is_covered(c, arena_printf(a, "%s/%.*s", c->empty, STR_ARG(name))))
		return;
	*VEC_ADD(a, &c->shown) = (struct shown){ real, place_in_home(a, c, name, is_directory(real)),
		is_writable(c, real), link };
}

/* What is shown, in the home that is used where nothing can be mounted. */
static void links_make(struct arena *a, const struct confined *c)
{
	struct str home = arena_printf(a, "%s/home", c->q.folder);

	for (size_t i = 0; i < c->shown.n; i++) {
		if (!c->shown.at[i].link)
			continue;
		struct str to = arena_printf(a, "%.*s%s", STR_ARG(home), c->shown.at[i].at + strlen(c->empty));
		folders_make(to.p, home.n);
		(void)!symlink(c->shown.at[i].real, to.p);
	}
}

/* Is one of the child's own directories, or a home, at the path or below it? */
static bool contains_own(const struct confined *c, struct str path)
{
	const char *const own[] = { c->q.folder, c->q.write, c->q.read, c->q.original };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] && path_below(str_of(own[i]), path).p)
			return true;
	for (size_t i = 0; c->hidden[i]; i++)
		if (path_below(str_of(c->hidden[i]), path).p)
			return true;
	return false;
}

bool overlay_can_show(struct str path)
{
	return str_chr(path, ',') == path.n && str_chr(path, ':') == path.n && str_chr(path, '\\') == path.n;
}

/* An overlay over `real` with directories of its own. */
static struct overlay overlay_of(struct arena *a, struct confined *c, struct str real, const char *at)
{
	size_t n = c->overlays.n + c->shared.n;
	struct str upper = arena_printf(a, "%s/new-%zu", c->own_files, n);
	struct str work = arena_printf(a, "%s/work-%zu", c->own_files, n);

	place_add(a, c, upper, 0700);
	place_add(a, c, work, 0700);
	return (struct overlay){ at,
		arena_strdup(a,
			arena_printf(a, OVERLAY_VOLATILE "lowerdir=%.*s,upperdir=%.*s,workdir=%.*s", STR_ARG(real),
				STR_ARG(upper), STR_ARG(work))),
		arena_strdup(a, arena_printf(a, "%.*s/work/incompat/volatile", STR_ARG(work))) };
}

/* Show a directory with its changes discarded: in what is mounted over the homes if it is in one. */
static void overlay(struct arena *a, struct confined *c, struct str real)
{
	struct str name = name_in_home(c, real.p);

	if (!is_directory(real.p) || !overlay_can_show(real) || contains_own(c, real))
		return;
	const char *at = name.p ? place_in_home(a, c, name, true) : arena_strdup(a, real);
	struct overlay o = overlay_of(a, c, real, at);
	*VEC_ADD(a, &c->overlays) = o;
}

static void shared_make(struct arena *a, struct confined *c)
{
	const struct names *names = c->q.overlaid;

	for (size_t i = 0; names && i < names->all.n; i++) {
		struct str real = path_join(a, str_of(c->q.read), names->all.at[i]);
		struct str at = path_join(a, str_of(c->q.write), names->all.at[i]);
		struct overlay o = overlay_of(a, c, real, at.p);
		*VEC_ADD(a, &c->shared) = o;
	}
}

static const char *variable_of(char *const *env, struct str name)
{
	for (; *env; env++)
		if (strncmp(*env, name.p, name.n) == 0 && (*env)[name.n] == '=')
			return *env + name.n + 1;
	return NULL;
}

/* The directory in an environment variable of the child; empty: there is none. */
static struct str directory_in(struct arena *a, char *const *env, struct str variable)
{
	const char *value = variable_of(env, variable);
	char *real = value && value[0] == '/' ? realpath(value, NULL) : NULL;
	struct str dir = real ? arena_str(a, str_of(real)) : STR_NONE;

	free(real);
	return dir;
}

/* The caches: below a home, and at the places that variables name. */
static void overlays_make(struct arena *a, struct confined *c, struct names *readable)
{
	const struct names *all = &c->q.profile->overlaid;

	for (size_t i = 0; i < all->all.n; i++) {
		struct str name = all->all.at[i];
		if (name.n && name.p[0] == '$') {
			struct str dir = directory_in(a, c->env, str_sub(name, 1, name.n));
			if (dir.p)
				overlay(a, c, dir);
			if (dir.p)
				*VEC_ADD(a, &readable->all) = dir;
			continue;
		}
		for (size_t h = 0; c->hidden[h]; h++)
			overlay(a, c, arena_printf(a, "%s/%.*s", c->hidden[h], STR_ARG(name)));
	}
}

/* Make a directory and those above it, and remember them. */
static void folder_for_writing(struct arena *a, struct confined *c, struct str path)
{
	if (!path.n || access(arena_strdup(a, path), F_OK) == 0)
		return;
	folder_for_writing(a, c, path_dir(path));
	const char *folder = arena_strdup(a, path);
	if (mkdir(folder, 0755) == 0)
		*VEC_ADD(a, &c->made) = folder;
}

/* Where it may write.  What is not there yet is made below a home only, where nobody else can make something else of
 * it; a name that leads elsewhere by a link is taken by its real path. */
static void writable_make(struct arena *a, struct confined *c, struct names *readable)
{
	const struct names *from = &c->q.profile->writable;

	for (size_t i = 0; i < from->all.n; i++) {
		if (!path_is_absolute(from->all.at[i]))
			continue;
		if (name_in_home(c, arena_strdup(a, from->all.at[i])).p)
			folder_for_writing(a, c, from->all.at[i]);
		char *real = realpath(arena_strdup(a, from->all.at[i]), NULL);
		if (!real)
			continue;
		struct str path = arena_str(a, str_of(real));
		*VEC_ADD(a, &readable->all) = path;
		*VEC_ADD(a, &c->writable) = path.p;
		free(real);
	}
}

static void read_only_make(struct arena *a, struct confined *c)
{
	const struct names *names = &c->q.profile->read_only;

	for (size_t i = 0; c->q.write && i < names->all.n; i++) {
		struct str at = path_join(a, str_of(c->q.write), names->all.at[i]);
		if (access(at.p, F_OK) == 0)
			*VEC_ADD(a, &c->read_only) = at.p;
	}
}

/* The homes are replaced by a directory with what may be read of them.  More than one, because HOME may be set to
 * another than the user's own, which some programs ask for. */
static void home_make(struct arena *a, struct confined *c, struct names *readable)
{
	const struct confinement *p = c->q.profile;
	const char *const own[] = { c->q.read, c->q.original, c->q.folder };

	c->empty = place_add(a, c, arena_printf(a, "%s/shown", c->own_files), 0700);
	mkdir(arena_printf(a, "%s/home", c->q.folder).p, 0700);
	for (size_t i = 0; i < c->writable.n; i++)
		show(a, c, c->writable.at[i], true);
	for (size_t i = 0; i < readable->all.n; i++)
		show(a, c, arena_strdup(a, readable->all.at[i]), false);
	for (size_t h = 0; c->hidden[h]; h++) {
		for (size_t i = 0; i < p->readable.all.n; i++) {
			struct str real = arena_printf(a, "%s/%.*s", c->hidden[h], STR_ARG(p->readable.all.at[i]));
			/* Most are not there: these are the caches and settings of many tools. */
			if (access(real.p, F_OK) < 0)
				continue;
			show(a, c, real.p, true);
			*VEC_ADD(a, &readable->all) = real;
		}
	}
	overlays_make(a, c, readable);
	for (size_t i = 0; i < 3; i++) {
		struct str name = own[i] ? name_in_home(c, own[i]) : STR_NONE;
		if (name.p)
			place_in_home(a, c, name, true);
	}
	c->folder_in_home = name_in_home(c, c->q.folder).p != NULL;
}

/* ---- parent ---- */

/* Are files that the child uses below the folder, so that they would be hidden with it? */
static bool uses_below(const struct confined *c, const struct names *readable, struct str folder)
{
	const char *const used[] = { c->q.folder, c->q.write, c->q.original };

	for (size_t i = 0; i < 3; i++)
		if (used[i] && path_below(str_of(used[i]), folder).p)
			return true;
	for (size_t i = 0; i < readable->all.n; i++)
		if (path_below(readable->all.at[i], folder).p)
			return true;
	return false;
}

/* /run has the sockets of services, which would act for the child. */
static const char *run_hidden(struct arena *a, struct confined *c, const struct names *readable)
{
	if (uses_below(c, readable, STR("/run")))
		return NULL;
	return place_add(a, c, arena_printf(a, "%s/run", c->own_files), 0755);
}

/* A /tmp of its own, for commands that do not heed TMPDIR.  Not where the project or what may be read is below it. */
static const char *tmp_hidden(struct arena *a, struct confined *c, const struct names *readable)
{
	const char *const used[] = { c->q.original, c->q.read };
	const char *const mounted[] = { c->q.folder, c->q.write };
	struct str tmp = arena_printf(a, "%s/tmp", c->own_files);

	for (size_t i = 0; i < 2; i++)
		if (used[i] && path_below(str_of(used[i]), STR("/tmp")).p)
			return NULL;
	for (size_t i = 0; c->hidden[i]; i++)
		if (path_below(str_of(c->hidden[i]), STR("/tmp")).p)
			return NULL;
	for (size_t i = 0; i < readable->all.n; i++)
		if (path_below(readable->all.at[i], STR("/tmp")).p)
			return NULL;
	for (size_t i = 0; i < 2; i++) {
		struct str below = mounted[i] ? path_below(str_of(mounted[i]), STR("/tmp")) : STR_NONE;
		if (below.p && below.n)
			place_add(a, c, arena_printf(a, "%.*s/%.*s", STR_ARG(tmp), STR_ARG(below)), 0700);
	}
	return place_add(a, c, tmp, 0700);
}

/* HOME may be set to another directory.  Not getpwuid, which a static program cannot use. */
static const char *home_of_user(struct arena *a)
{
	FILE *f = fopen("/etc/passwd", "re");
	const char *home = NULL;
	struct passwd *user;

	while (f && !home && (user = fgetpwent(f)))
		if (user->pw_uid == geteuid())
			home = arena_strdup(a, str_of(user->pw_dir));
	if (f)
		fclose(f);
	return home;
}

static void filters_make(struct confined *c)
{
	const struct confinement *p = c->q.profile;
	struct filter_options o = { .network = p->network,
		.metadata = p->metadata,
		/* Landlock restricts tracing to the child's own processes. */
		.trace = p->trace && c->landlock.ruleset >= 0,
		.protected = getpid() };

	filter_make(&c->with_network, &o);
	o.network = p->network == NETWORK_LOOPBACK ? NETWORK_NONE : p->network;
	filter_make(&c->without, &o);
}

/* memory: bytes that it may fill with its own files in memory; 0: they are in its folder. */
static struct confined *prepare(
	struct arena *a, const struct confinement_request *q, char *const *from, uint64_t memory)
{
	struct confined *c = ARENA_NEW(a, struct confined);
	struct names readable = { 0 };
	const char *home = variable_of(from, STR("HOME"));
	const char *own = q->profile->home ? NULL : home_of_user(a);

	*c = (struct confined){ .q = *q, .landlock.ruleset = -1, .space = MOUNT_SPACE_NONE };
	c->own_files = memory ? arena_printf(a, "%s/home", q->folder).p : q->folder;
	if (memory)
		c->memory = arena_printf(a, "mode=0700,size=%" PRIu64, memory).p;
	if (!q->profile->home) {
		hide(a, c, home);
		hide(a, c, own);
	}
	c->env = confined_variables(a, q, from, &readable);
	if (q->read)
		*VEC_ADD(a, &readable.all) = str_of(q->read);
	for (size_t i = 0; i < q->profile->shown.all.n; i++)
		*VEC_ADD(a, &readable.all) = q->profile->shown.all.at[i];
	writable_make(a, c, &readable);
	read_only_make(a, c);
	shared_make(a, c);
	if (!q->profile->home)
		home_make(a, c, &readable);
	if (q->profile->namespace) {
		c->run = run_hidden(a, c, &readable);
		c->tmp = q->profile->home ? NULL : tmp_hidden(a, c, &readable);
		c->has_shm = is_directory("/dev/shm") && !uses_below(c, &readable, STR("/dev/shm"));
	}
	if (!memory)
		places_make(c);
	confined_limits_make(c);
	if (q->profile->rights)
		return c;
	landlock_open(&c->landlock, q, c->hidden, &readable, a);
	for (size_t i = 0; i < c->writable.n; i++)
		landlock_allow(&c->landlock, c->writable.at[i]);
	if (c->tmp)
		landlock_allow(&c->landlock, c->tmp);
	filters_make(c);
	return c;
}

static void finish(struct confined *c)
{
	if (c->landlock.ruleset >= 0)
		close(c->landlock.ruleset);
	for (size_t i = c->made.n; i-- > 0;) /* those in which nothing was made */
		rmdir(c->made.at[i]);
}

void confined_release(struct confined *c)
{
	mounts_work |= c && c->enforced & ENFORCED_MOUNTS;
	if (c && !c->q.kept)
		finish(c);
}

/* ---- kept for the next child ---- */

static const char *copied(struct arena *a, const char *text)
{
	return text ? arena_strdup(a, str_of(text)) : NULL;
}

static char *const *strings_copy(struct arena *a, char *const *from)
{
	size_t n = 0;

	while (from[n])
		n++;
	char **to = arena_alloc(a, (n + 1) * sizeof(*to));
	for (size_t i = 0; i < n; i++)
		to[i] = arena_strdup(a, str_of(from[i]));
	to[n] = NULL;
	return to;
}

static bool is_same(const char *x, const char *y)
{
	return x && y ? strcmp(x, y) == 0 : x == y;
}

static bool is_for(const struct confined *c, const struct confinement_request *q, char *const *from)
{
	size_t i = 0;

	if (c->q.profile != q->profile || c->q.overlaid != q->overlaid || c->q.all_variables != q->all_variables ||
		!is_same(c->q.folder, q->folder) || !is_same(c->q.write, q->write) || !is_same(c->q.read, q->read) ||
		!is_same(c->q.original, q->original))
		return false;
	while (c->from[i] && from[i] && strcmp(c->from[i], from[i]) == 0)
		i++;
	return !c->from[i] && !from[i];
}

/* Directories and files in memory take a tenth of the time that they take on a disk, and a command that is tried writes
 * few.  Not where another child has a home in the folder, which they are to share. */
static uint64_t memory_for(const struct confinement_request *q)
{
	char shown[4096];
	int n = snprintf(shown, sizeof(shown), "%s/shown", q->folder);

	if (q->profile->home || !q->profile->namespace || n >= (int)sizeof(shown) || access(shown, F_OK) == 0)
		return 0;
	uint64_t part = memory_available() / MEMORY_PART;
	return part < MEMORY_LEAST ? 0 : part;
}

static struct confined *prepare_kept(const struct confinement_request *q, char *const *from)
{
	struct arena own = ARENA_INIT;
	struct confinement_request to = *q;

	to.folder = copied(&own, q->folder);
	to.write = copied(&own, q->write);
	to.read = copied(&own, q->read);
	to.original = copied(&own, q->original);
	char *const *environment = strings_copy(&own, from);
	struct confined *c = prepare(&own, &to, environment, memory_for(q));
	mount_space_make(c);
	if (c->memory && !(c->space.enforced & ENFORCED_MOUNTS)) {
		mount_space_close(&c->space);
		finish(c);
		c = prepare(&own, &to, environment, 0);
		mount_space_make(c);
	}
	c->from = environment;
	if (c->empty && !(c->space.enforced & ENFORCED_MOUNTS))
		links_make(&own, c);
	c->own = own;
	return c;
}

struct confined *confined_new(struct arena *a, const struct confinement_request *q, char *const *from)
{
	struct confinement_request once = *q;

	once.kept = NULL;
	if (!q->kept || q->profile->read_only.all.n) {
		struct confined *c = prepare(a, &once, from, 0);
		if (c->empty && !mounts_work)
			links_make(a, c);
		return c;
	}
	if (*q->kept && (!is_for(*q->kept, q, from) || !mount_space_clean(&(*q->kept)->space)))
		confined_drop(q->kept);
	if (*q->kept)
		confined_limits_make(*q->kept);
	else
		*q->kept = prepare_kept(q, from);
	return *q->kept;
}

void confined_drop(struct confined **kept)
{
	struct confined *c = *kept;

	*kept = NULL;
	if (!c)
		return;
	mount_space_close(&c->space);
	finish(c);
	struct arena own = c->own;
	arena_free(&own);
}

/* ---- reports of the parent ---- */

char **confined_environment(const struct confined *c)
{
	return c->env;
}

unsigned confined_enforced(const struct confined *c)
{
	return c ? c->enforced : 0;
}

/* ---- child ---- */

/* For root, and for the root of a user namespace: what concerns files and users stays. */
static void enter_capabilities(struct confined *c)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct now[2];
	unsigned keep = 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_FOWNER |
		1u << CAP_FSETID | 1u << CAP_KILL | 1u << CAP_SETGID | 1u << CAP_SETUID | 1u << CAP_NET_BIND_SERVICE;

	if (syscall(SYS_capget, &head, now) < 0)
		return;
	now[0].effective &= keep;
	now[0].permitted &= keep;
	now[0].inheritable = now[1].inheritable = now[1].effective = now[1].permitted = 0;
	if (syscall(SYS_capset, &head, now) == 0)
		c->enforced |= ENFORCED_CAPABILITIES;
}

static void enter_descriptors(struct confined *c)
{
	if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		for (int fd = 3; fd < DESCRIPTORS; fd++)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	c->enforced |= ENFORCED_DESCRIPTORS | ENFORCED_ENVIRONMENT;
}

bool confined_enter(struct confined *c)
{
	c->enforced = 0;
	if (setsid() >= 0)
		c->enforced |= ENFORCED_SESSION;
	confined_namespaces(c);
	if (c->q.original && !(c->enforced & ENFORCED_PLACE))
		return false;
	confined_limits_enter(c);
	if (c->q.profile->rights) {
		enter_descriptors(c);
		return true;
	}
	enter_capabilities(c);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		c->enforced |= ENFORCED_NO_NEW_PRIVS;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* after what resets it: a change of credentials */
	enter_descriptors(c);
	c->enforced |= ENFORCED_LANDLOCK * (unsigned)landlock_enter(&c->landlock);
	if (filter_enter(c->enforced & ENFORCED_NETWORK ? &c->with_network : &c->without))
		c->enforced |= ENFORCED_SECCOMP;
	return true;
}

unsigned confinement_try(struct arena *a, const struct confinement *profile)
{
	struct temporary_folder folder = TEMPORARY_FOLDER_NONE;
	char *none[] = { NULL };
	struct confined *c = NULL;
	int status;

	if (temporary_folder_make(a, &folder, "confined", NULL))
		c = confined_new(a, &(struct confinement_request){ .profile = profile, .folder = folder.path.p }, none);
	if (!c) {
		temporary_folder_remove(&folder);
		return 0;
	}
	pid_t pid = vfork();
	if (pid == 0) {
		confined_enter(c);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	confined_release(c);
	temporary_folder_remove(&folder);
	return confined_enforced(c);
}

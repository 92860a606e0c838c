#include "base/confinement_parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"

/* Rights newer than the C library's headers, from the kernel's include/uapi/linux/landlock.h. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_BLOCK = 1 << 11,
	FS_REFER = 1 << 13,     /* ABI 2 */
	FS_TRUNCATE = 1 << 14,  /* ABI 3 */
	FS_IOCTL_DEV = 1 << 15, /* ABI 5 */
	NET_BIND_AND_CONNECT = 3,
	SCOPE_ABSTRACT_UNIX_AND_SIGNAL = 3,
};

enum { KEY_MAX = 1 << 20 };

/* The kernel's own layout; the C library's header may have an older one. */
struct ruleset {
	uint64_t fs, net, scoped;
};

static int ruleset_new(const struct landlock *l, const struct confinement_request *q, bool hide)
{
	static const int fs_bits[] = { 0, 13, 14, 15, 15, 16 }; /* access rights of ABI 1, 2 ... */
	struct ruleset r = { .fs = ((UINT64_C(1) << fs_bits[l->abi > 5 ? 5 : l->abi]) - 1) };
	size_t size = l->abi >= 6 ? sizeof(r) : l->abi >= 4 ? 16 : 8;

	r.fs &= ~(uint64_t)(FS_EXECUTE | FS_READ_DIR | (hide ? 0 : FS_READ_FILE));
	if (l->abi >= 4 && q->profile->network == NETWORK_NONE)
		r.net = NET_BIND_AND_CONNECT;
	if (l->abi >= 6)
		r.scoped = SCOPE_ABSTRACT_UNIX_AND_SIGNAL;
	return (int)syscall(__NR_landlock_create_ruleset, &r, size, 0);
}

/* The other rights are those of directories. */
static const uint64_t FILE_RIGHTS = FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV;

static void allow_at(const struct landlock *l, int dir, const char *name, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights,
		.parent_fd = openat(dir, name, O_PATH | O_CLOEXEC) };
	struct stat st;

	if (rule.parent_fd < 0)
		return;
	if ((rights & ~FILE_RIGHTS) && fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= FILE_RIGHTS;
	if (rule.allowed_access)
		syscall(__NR_landlock_add_rule, l->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
}

static void allow(const struct landlock *l, const char *path, uint64_t rights)
{
	allow_at(l, AT_FDCWD, path, rights);
}

void landlock_allow(const struct landlock *l, const char *path)
{
	if (l->ruleset >= 0)
		allow(l, path, l->write);
}

static bool is_hidden(struct str path, const char *const *hidden)
{
	for (; *hidden; hidden++)
		if (str_eq(path, str_of(*hidden)))
			return true;
	return false;
}

static bool is_in_hidden(struct str path, const char *const *hidden)
{
	for (; *hidden; hidden++)
		if (path_below(path, str_of(*hidden)).p)
			return true;
	return false;
}

static bool leads_to_hidden(struct str path, const char *const *hidden)
{
	for (; *hidden; hidden++)
		if (path_below(str_of(*hidden), path).p)
			return true;
	return false;
}

/* Landlock has no rule that denies: allow what is beside the hidden directories, at each level. */
static void allow_reading_around(struct arena *a, const struct landlock *l, struct str dir, const char *const *hidden)
{
	DIR *d = opendir(arena_strdup(a, dir));

	for (struct dirent *e; d && (e = readdir(d));) {
		struct str name = str_of(e->d_name);
		if (str_is(name, ".") || str_is(name, "..") || e->d_type == DT_LNK)
			continue;
		struct str path = path_join(a, dir, name);
		if (is_hidden(path, hidden))
			continue;
		if (leads_to_hidden(path, hidden))
			allow_reading_around(a, l, path, hidden);
		else
			allow_at(l, dirfd(d), e->d_name, FS_READ_FILE);
	}
	if (d)
		closedir(d);
}

/* ---- the last ruleset ----
 *
 * A command is tried in its copy several times, and most of the time that a child's confinement takes is for the few
 * hundred rules of a ruleset that hides a home.  The last one is therefore used again if it would be made of the same
 * words.  Its rules are for the files that had these names when it was made: what has come since may not be read. */

static struct {
	struct arena a;
	struct str key;
	int ruleset;
} last = { .ruleset = -1 };

static void key_add(struct buf *key, struct str s)
{
	buf_add(key, s);
	buf_addc(key, '\0');
}

static void key_names(struct buf *key, const struct names *names)
{
	for (size_t i = 0; i < names->all.n; i++)
		key_add(key, names->all.at[i]);
	buf_addc(key, '\1');
}

static struct str key_of(
	struct arena *a, const struct confinement_request *q, const char *const *hidden, const struct names *readable)
{
	struct buf key;

	buf_init(&key, KEY_MAX);
	buf_addc(&key, (char)('0' + q->profile->network));
	for (; *hidden; hidden++)
		key_add(&key, str_of(*hidden));
	buf_addc(&key, '\1');
	key_names(&key, readable);
	key_names(&key, &q->profile->devices);
	key_names(&key, &q->profile->writable);
	key_add(&key, str_of(q->folder));
	key_add(&key, str_of(q->write));
	struct str text = key.truncated ? STR_NONE : arena_str(a, buf_str(&key));
	buf_release(&key);
	return text;
}

static bool last_again(struct landlock *l, struct str key)
{
	if (last.ruleset < 0 || !key.p || !str_eq(key, last.key))
		return false;
	l->ruleset = fcntl(last.ruleset, F_DUPFD_CLOEXEC, 3);
	return l->ruleset >= 0;
}

static void last_keep(const struct landlock *l, struct str key)
{
	if (last.ruleset >= 0)
		close(last.ruleset);
	arena_reset(&last.a);
	last.ruleset = key.p ? fcntl(l->ruleset, F_DUPFD_CLOEXEC, 3) : -1;
	last.key = key.p ? arena_str(&last.a, key) : STR_NONE;
}

/* ---- making one ---- */

static void rules_add(struct landlock *l, const struct confinement_request *q, const char *const *hidden,
	const struct names *readable, struct arena *a)
{
	if (hidden[0])
		allow_reading_around(a, l, STR("/"), hidden);
	for (size_t i = 0; hidden[0] && i < readable->all.n; i++)
		if (is_in_hidden(readable->all.at[i], hidden))
			allow(l, readable->all.at[i].p, FS_READ_FILE);
	for (size_t i = 0; i < q->profile->devices.all.n; i++)
		allow(l, arena_strdup(a, q->profile->devices.all.at[i]),
			FS_WRITE_FILE | (l->abi >= 3 ? FS_TRUNCATE : 0) | (l->abi >= 5 ? FS_IOCTL_DEV : 0));
}

void landlock_open(struct landlock *l, const struct confinement_request *q, const char *const *hidden,
	const struct names *readable, struct arena *a)
{
	long abi = syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct str key = hidden[0] ? key_of(a, q, hidden, readable) : STR_NONE;

	*l = (struct landlock){ .abi = abi < 0 ? 0 : (int)abi, .ruleset = -1 };
	if (l->abi < 1)
		return;
	l->write = ((UINT64_C(1) << (l->abi >= 3 ? 15 :
				     l->abi >= 2 ? 14 :
						   13)) -
			   1) &
		~(uint64_t)(FS_EXECUTE | FS_READ_DIR | FS_MAKE_CHAR | FS_MAKE_BLOCK | (hidden[0] ? 0 : FS_READ_FILE));
	if (!last_again(l, key)) {
		l->ruleset = ruleset_new(l, q, hidden[0]);
		if (l->ruleset < 0)
			return;
		rules_add(l, q, hidden, readable, a);
		if (hidden[0])
			last_keep(l, key);
	}
	/* These may be others by now. */
	if (q->write)
		landlock_allow(l, q->write);
	landlock_allow(l, q->folder);
	if (hidden[0]) { /* is mounted elsewhere, where the folder is not above it */
		landlock_allow(l, arena_printf(a, "%s/shown", q->folder).p);
		landlock_allow(l, arena_printf(a, "%s/home", q->folder).p);
	}
}

int landlock_enter(const struct landlock *l)
{
	return l->ruleset >= 0 && syscall(__NR_landlock_restrict_self, l->ruleset, 0) == 0 ? l->abi : 0;
}

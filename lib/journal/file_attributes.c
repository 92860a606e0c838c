/* Owner, mode, times and extended attributes of files of the project. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "journal/journal_entry.h"

enum { NAMES_MAX = 4096, VALUE_MAX = 65536 };

/* Those that an entry stores.  The others (labels, capabilities) are the system's: they are copied from the present
 * file. */
static bool is_recorded(const char *name)
{
	return strncmp(name, "user.", 5) == 0 || strcmp(name, "system.posix_acl_access") == 0;
}

struct json *attributes_read(struct arena *a, int fd)
{
	char names[NAMES_MAX], *value = arena_alloc(a, VALUE_MAX);
	struct json *out = json_new(a, JSON_OBJECT);
	ssize_t n = flistxattr(fd, names, sizeof(names));

	if (n < 0 && errno == ERANGE)
		return NULL;
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1) {
		if (!is_recorded(names + i))
			continue;
		ssize_t size = utf8_valid(str_of(names + i)) ? fgetxattr(fd, names + i, value, VALUE_MAX) : -1;
		if (size < 0)
			return NULL;
		char *digits = arena_alloc(a, 2 * (size_t)size + 1);
		hex_put(digits, (const unsigned char *)value, (size_t)size);
		json_set_str(a, out, names + i, (struct str){ digits, 2 * (size_t)size });
	}
	return out;
}

/* Not an error: the file system has no attributes of this kind, or the system decides about it. */
static bool may_lack(const char *name)
{
	return errno == ENOTSUP || errno == EPERM || !is_recorded(name);
}

/* Access lists, labels, user attributes. */
static bool copy_all(int from, int to, bool recorded_too)
{
	char names[NAMES_MAX], value[VALUE_MAX];
	ssize_t n = flistxattr(from, names, sizeof(names));

	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1) {
		if (strcmp(names + i, "security.capability") == 0 || (!recorded_too && is_recorded(names + i)))
			continue;
		ssize_t size = fgetxattr(from, names + i, value, sizeof(value));
		if ((size < 0 || fsetxattr(to, names + i, value, (size_t)size, 0) < 0) && !may_lack(names + i))
			return false;
	}
	return true;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool set_one(int fd, const struct json *attribute)
{
	static char value[VALUE_MAX];
	struct str hex = json_str(attribute);
	char name[256];

	if (attribute->key.n >= sizeof(name) || hex.n % 2 || hex.n / 2 > VALUE_MAX)
		return false;
	memcpy(name, attribute->key.p, attribute->key.n);
	name[attribute->key.n] = '\0';
	for (size_t i = 0; i < hex.n; i += 2) {
		int high = digit(hex.p[i]), low = digit(hex.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		value[i / 2] = (char)(high * 16 + low);
	}
	return is_recorded(name) && (fsetxattr(fd, name, value, hex.n / 2, 0) == 0 || may_lack(name));
}

static bool set_recorded(int fd, const struct json *xattrs)
{
	JSON_EACH(attribute, xattrs)
		if (!set_one(fd, attribute))
			return false;
	return true;
}

static bool times_set(int fd, const struct looks *looks)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_nsec = UTIME_OMIT } };

	if (!looks->mtime)
		return true;
	times[1] = *looks->mtime;
	if (looks->atime)
		times[0] = *looks->atime;
	return futimens(fd, times) == 0;
}

bool attributes_set(int fd, int present, const struct looks *looks)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (looks->keep_owner && (st.st_uid != looks->uid || st.st_gid != looks->gid) &&
		fchown(fd, looks->uid, looks->gid) < 0)
		return false;
	if (present >= 0 && !copy_all(present, fd, !looks->xattrs))
		return false;
	/* The mode first: an access list contains it, and it would change the list's mask. */
	return fchmod(fd, looks->mode & 01777) == 0 && set_recorded(fd, looks->xattrs) && times_set(fd, looks);
}

static bool same_time(const struct timespec *x, const struct timespec *y)
{
	return x->tv_sec == y->tv_sec && x->tv_nsec == y->tv_nsec;
}

int looks_set(struct journal *j, size_t i, const struct looks *looks, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	struct stat st;
	int fd = tree_file(&j->tree, f->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err), done = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		bool mode = (st.st_mode & 07777) != (looks->mode & 07777),
		     time = looks->mtime && !same_time(&st.st_mtim, looks->mtime);
		if (!mode && !time)
			done = 1;
		else if (st.st_nlink > 1)
			done = 0;
		else if ((!mode || fchmod(fd, looks->mode & 01777) == 0) && (!time || times_set(fd, looks)))
			done = 1;
		j->changed |= (mode || time) && done == 1;
	}
	if (done < 0)
		err_errno(err, HEAL_REFUSED, "cannot set mode or time of '%.*s'", STR_ARG(f->path));
	close(fd);
	return done;
}

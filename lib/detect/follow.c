#include "detect/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/proc.h"

enum { BLOCK = 64 * 1024, TURN = 64 };     /* bytes of a read; reads of one file before the next file */
static const double QUIET = 1;             /* seconds without input after which an open block is complete */
static const long NAP = 100 * 1000 * 1000; /* nanoseconds between polls */

struct followed {
	const char *name;
	int fd;      /* -1: missing */
	off_t at;    /* bytes read */
	double fed;  /* time of the last input */
	bool missed; /* reported as missing */
	struct detector *d;
};

struct following {
	const struct follow_options *o;
	struct followed files[FOLLOW_MAX];
	size_t n;
	char block[BLOCK];
};

static void tell(const struct following *f, const struct followed *file, const char *what)
{
	if (f->o->tell)
		f->o->tell(f->o->ctx, file->name, what);
}

static bool is_followable(const char *name, struct err *err)
{
	struct stat st;

	if (strcmp(name, "-") == 0)
		return err_set(err, HEAL_WRONG, "cannot follow standard input");
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, HEAL_WRONG, "cannot follow '%s': not a regular file", name);
	return true;
}

static void begin(struct followed *file)
{
	file->at = 0;
	detector_begin(file->d, str_of(file->name));
}

static void open_if_there(struct following *f, struct followed *file)
{
	struct stat st;

	file->fd = open(file->name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file->fd >= 0 && (fstat(file->fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(file->fd);
		file->fd = -1;
	}
	if (file->fd < 0) {
		if (!file->missed)
			tell(f, file, "does not exist; waiting for it");
		file->missed = true;
		return;
	}
	if (file->missed)
		tell(f, file, "exists now");
	file->missed = false;
	begin(file);
}

/* Read available data, at most TURN blocks; true if there was any. */
static bool read_turn(struct following *f, struct followed *file)
{
	ssize_t n = 0;
	bool any = false;

	for (int i = 0; i < TURN && file->fd >= 0; i++) {
		do
			n = read(file->fd, f->block, sizeof(f->block));
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			break;
		detector_feed(file->d, (struct str){ f->block, (size_t)n });
		file->at += n;
		any = true;
	}
	if (any)
		file->fed = seconds_now();
	return any;
}

static void leave(struct followed *file)
{
	detector_end(file->d);
	close(file->fd);
	file->fd = -1;
}

/* At the end of the file: was it replaced or truncated? */
static void check(struct following *f, struct followed *file)
{
	struct stat mine, named;

	if (fstat(file->fd, &mine) == 0 && mine.st_size < file->at) {
		tell(f, file, "was truncated; reading it from the start");
		detector_end(file->d);
		lseek(file->fd, 0, SEEK_SET);
		begin(file);
		return;
	}
	if (stat(file->name, &named) < 0)
		return; /* moved; the writer may continue until the new file exists */
	if (named.st_dev == mine.st_dev && named.st_ino == mine.st_ino)
		return;
	while (read_turn(f, file)) /* data written before the move */
		;
	tell(f, file, "was replaced; reading the new file");
	leave(file);
	open_if_there(f, file);
}

static bool look(struct following *f, struct followed *file)
{
	if (file->fd < 0)
		open_if_there(f, file);
	if (file->fd < 0)
		return false;
	if (read_turn(f, file))
		return true;
	check(f, file);
	if (seconds_now() - file->fed >= QUIET)
		detector_idle(file->d);
	return false;
}

static void nap(void)
{
	struct timespec t = { 0, NAP };

	nanosleep(&t, NULL);
}

static void run(struct following *f)
{
	bool stop = false;

	while (!stop) {
		bool any = false;
		stop = *f->o->stop; /* tested before the last round, so that earlier data is read */
		for (size_t i = 0; i < f->n; i++)
			any |= look(f, &f->files[i]);
		if (!any && !stop)
			nap();
	}
}

bool follow(const char *const *names, const struct follow_options *o, struct err *err)
{
	struct following *f = calloc(1, sizeof(*f));

	if (!f)
		out_of_memory();
	f->o = o;
	for (; names[f->n]; f->n++) {
		bool ok = f->n < FOLLOW_MAX ? is_followable(names[f->n], err) :
					      err_set(err, HEAL_WRONG, "cannot follow more than %d files", FOLLOW_MAX);
		if (!ok) {
			free(f);
			return false;
		}
		f->files[f->n] = (struct followed){ .name = names[f->n], .fd = -1 };
	}
	for (size_t i = 0; i < f->n; i++)
		f->files[i].d = detector_new(o->detector);
	run(f);
	for (size_t i = 0; i < f->n; i++) {
		if (f->files[i].fd >= 0)
			leave(&f->files[i]);
		detector_free(f->files[i].d);
	}
	free(f);
	return true;
}

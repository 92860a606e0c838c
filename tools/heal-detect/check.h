/* check.h - heal-detect --check: run the checkers of languages on files, and detect in their output
 *
 * `check` in a row of the table `languages` parses a file without running it; it is run as heal-validate runs it
 * (lang/checker.h): confined, outside the project, and never a program of the project. */
#ifndef HEAL_DETECT_CHECK_H
#define HEAL_DETECT_CHECK_H

#include "detect/detector.h"
#include "detect/input.h"

struct check_options {
	const struct detector_options *detector;
	bool (*any_shown)(void *ctx); /* command_context.h; ctx: that of the detector's options */
	const struct str *hidden;     /* globs of files with secrets, which are not checked in a directory */
	size_t hidden_n;
	const struct input_watch *watch; /* failed() for what cannot be checked */
};

/* names: files and directories, then NULL.  Complains of what cannot be checked.  false: there is a failure that no
 * incident tells of. */
bool check_files(const char *const *names, const struct check_options *o);

/* Is the named file one of a programming language, not a log? */
bool check_is_source(const struct pack *pack, const char *name);

#endif

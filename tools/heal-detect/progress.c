#include "progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/proc.h"
#include "base/str.h"

enum { CELLS = 30, NAME_SHOWN = 40 };
static const double SILENT = 2, BETWEEN = 0.1; /* seconds */

static double began, drawn, first_began;
static unsigned long files;
static char file[256]; /* the file being read */
static bool visible_now, is_bar;

static bool is_terminal(void)
{
	static int known = -1;

	if (known < 0) {
		const char *term = getenv("TERM");
		known = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	}
	return known == 1;
}

void progress_clear(void)
{
	if (visible_now)
		fputs("\r\033[K", stderr);
	visible_now = false;
}

static void draw(uint64_t done, uint64_t size)
{
	char bar[CELLS + 1], name[NAME_SHOWN * 4];
	double part = size && done < size ? (double)done / (double)size : 1;
	int full = (int)(part * CELLS);

	memset(bar, ' ', CELLS);
	memset(bar, '#', (size_t)full);
	bar[CELLS] = '\0';
	visible(str_sub(str_of(file), 0, NAME_SHOWN), name, sizeof(name));
	fprintf(stderr, "\r\033[K[%s] %3d %% %s", bar, (int)(part * 100), name);
	fflush(stderr);
	visible_now = is_bar = true;
}

void progress_file(const char *name)
{
	char shown[NAME_SHOWN * 4];

	if (!is_terminal())
		return;
	double now = seconds_now();
	if (files++ == 0)
		first_began = now;
	if (files == 1 || now - first_began < SILENT || now - drawn < BETWEEN)
		return;
	visible(str_sub(str_of(name), 0, NAME_SHOWN), shown, sizeof(shown));
	fprintf(stderr, "\r\033[K%lu files, now %s", files, shown);
	fflush(stderr);
	drawn = now;
	visible_now = true;
	is_bar = false;
}

void progress_read(void *ctx, const char *name, uint64_t done, uint64_t size)
{
	(void)ctx;
	if (!is_terminal() || size == 0)
		return;
	double now = seconds_now();
	if (strncmp(file, name, sizeof(file) - 1) != 0) {
		if (is_bar)
			progress_clear();
		progress_file(name);
		snprintf(file, sizeof(file), "%s", name);
		began = now;
	}
	if (done >= size && is_bar)
		progress_clear();
	else if (done < size && now - began >= SILENT && now - drawn >= BETWEEN) {
		draw(done, size);
		drawn = now;
	}
}

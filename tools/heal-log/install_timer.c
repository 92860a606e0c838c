/* heal-log install-timer - run 'heal-log improve' every week, by systemd or cron */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/shell.h"

static bool yes;
static const char *by = "systemd";
static const struct opt install_timer_opts[] = {
	OPT_STORE,
	OPT_CHOICE('b', "by", "systemd|cron", &by, "a timer of the user's systemd, or a line of the crontab"),
	OPT_FLAG('y', "yes", &yes, "write it without asking"),
	OPT_END,
};

#define CRON_MARK "# heal-log improve, every week"

/* ---- what is written ---- */

/* This program and its store, as absolute paths. */
static struct str program(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	if (n <= 0 || (size_t)n == sizeof(path))
		die(HEAL_REFUSED, "cannot find the path of heal-log");
	return arena_str(a, (struct str){ path, (size_t)n });
}

static struct str store_path_of(struct arena *a)
{
	char *real = store_name ? realpath(store_name, NULL) : NULL;
	struct str path = arena_str(a, str_of(real));

	if (store_name && !real)
		die(HEAL_WRONG, "--store: '%s' does not exist", store_name);
	free(real);
	return path;
}

/* A word of ExecStart: in quotes, and with % doubled; systemd.service(5). */
static struct str systemd_word(struct arena *a, struct str word)
{
	struct buf out;

	buf_init(&out, 4 * PATH_MAX);
	buf_addc(&out, '"');
	for (size_t i = 0; i < word.n; i++) {
		if (strchr("\"\\%$", word.p[i]) && word.p[i])
			buf_addc(&out, word.p[i] == '%' || word.p[i] == '$' ? word.p[i] : '\\');
		buf_addc(&out, word.p[i]);
	}
	buf_addc(&out, '"');
	struct str quoted = arena_str(a, buf_str(&out));
	buf_release(&out);
	return quoted;
}

/* A word of a crontab's command, in which % is a newline; crontab(5). */
static struct str cron_word(struct arena *a, struct str word)
{
	struct str quoted = shell_quote(a, word), out = STR("");

	for (size_t at; (at = str_chr(quoted, '%')) < quoted.n; quoted = str_sub(quoted, at + 1, quoted.n))
		out = arena_printf(a, "%.*s%.*s\\%%", STR_ARG(out), STR_ARG(str_sub(quoted, 0, at)));
	return arena_join(a, out, quoted);
}

static struct str command_of(struct arena *a, struct str (*word)(struct arena *, struct str))
{
	struct str store = store_path_of(a), own = program(a);

	if (str_has_control(own) || str_has_control(store))
		die(HEAL_WRONG, "a path with control characters cannot be written into a timer");
	struct str command = arena_printf(a, "%.*s improve", STR_ARG(word(a, own)));
	return store.n ? arena_printf(a, "%.*s --store %.*s", STR_ARG(command), STR_ARG(word(a, store))) : command;
}

/* ---- asking ---- */

/* Does the person agree?  Without a terminal nobody can. */
static bool agreed(void)
{
	char line[16];

	if (yes)
		return true;
	FILE *terminal = isatty(0) && isatty(2) ? fopen("/dev/tty", "re") : NULL;
	if (!terminal) {
		complain(HEAL_PERSON, "nothing is written; 'heal-log install-timer --yes' writes it");
		return false;
	}
	fflush(stdout);
	fprintf(stderr, "write this? [y/N] ");
	bool is = fgets(line, sizeof(line), terminal) && (line[0] == 'y' || line[0] == 'Y');
	fclose(terminal);
	if (!is)
		complain(HEAL_PERSON, "nothing is written");
	return is;
}

/* ---- systemd ---- */

static void file_write(struct arena *a, struct str dir, const char *name, struct str text)
{
	struct err err;
	struct str path = path_join(a, dir, str_of(name));

	if (!dir_make(arena_strdup(a, dir), &err) || !file_replace(path.p, text, 0644, &err))
		die(err.status, "%s", err.text);
}

static void by_systemd(struct arena *a)
{
	struct str config = dir_config(a); /* .../heal */

	if (!config.p)
		die(HEAL_WRONG, "neither $XDG_CONFIG_HOME nor $HOME is set");
	struct str dir = path_join(a, path_dir(config), STR("systemd/user"));
	struct str service = arena_printf(a,
		"[Unit]\nDescription=Adjust heal to the stored results\n\n[Service]\nType=oneshot\nExecStart=%.*s\n",
		STR_ARG(command_of(a, systemd_word)));
	struct str timer = STR("[Unit]\nDescription=Adjust heal every week\n\n[Timer]\nOnCalendar=weekly\n"
			       "RandomizedDelaySec=1h\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n");

	printf("# %.*s/heal-improve.service\n%.*s\n# %.*s/heal-improve.timer\n%.*s", STR_ARG(dir), STR_ARG(service),
		STR_ARG(dir), STR_ARG(timer));
	if (!agreed())
		return;
	file_write(a, dir, "heal-improve.service", service);
	file_write(a, dir, "heal-improve.timer", timer);
	say("written; 'systemctl --user enable --now heal-improve.timer' starts it");
}

/* ---- cron ---- */

static bool crontab(struct arena *a, const char *argument, struct str input, struct proc_result *r)
{
	char program[] = "crontab", *argv[] = { program, arena_strdup(a, str_of(argument)), NULL };
	struct proc p = { .argv = argv, .input = input, .timeout = 60, .split = true };
	struct err err;

	if (!proc_run(a, &p, r, &err))
		die(err.status, "%s", err.text);
	if (r->status == 127)
		die(HEAL_REFUSED, "crontab is not installed; use '--by systemd'");
	return r->status == 0;
}

/* The present crontab.  Where it cannot be read, it must not be replaced. */
static struct str crontab_read(struct arena *a)
{
	struct proc_result r;

	if (crontab(a, "-l", STR_NONE, &r) && !r.truncated)
		return r.output;
	if (r.truncated || str_find(r.err_output, STR("no crontab")) == r.err_output.n)
		die(HEAL_REFUSED, "the current crontab cannot be read, so it is not changed");
	return STR("");
}

static void by_cron(struct arena *a)
{
	struct str line = arena_printf(a, "17 4 * * 1 %.*s %s\n", STR_ARG(command_of(a, cron_word)), CRON_MARK);
	struct str all = STR(""), old, rest;
	struct proc_result r;

	printf("%.*s", STR_ARG(line));
	if (!agreed())
		return;
	old = crontab_read(a);
	while (str_line(&old, &rest))
		if (!str_ends(rest, CRON_MARK))
			all = arena_printf(a, "%.*s%.*s\n", STR_ARG(all), STR_ARG(rest));
	if (!crontab(a, "-", arena_join(a, all, line), &r))
		die(HEAL_REFUSED, "crontab rejected the line");
	say("written to the crontab");
}

static int install_timer(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	no_operands(argc, argv);
	if (strcmp(by, "cron") == 0)
		by_cron(&a);
	else
		by_systemd(&a);
	arena_free(&a);
	return HEAL_OK;
}

const struct log_command install_timer_command = { "install-timer",
	{ "heal-log install-timer", "", "show a timer that runs 'heal-log improve' every week, and write it",
		install_timer_opts, NULL },
	install_timer };

/* Units of the user's systemd, or a line of the crontab. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/shell.h"
#include "timer.h"

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@="

struct str program_path(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	if (n <= 0 || (size_t)n == sizeof(path))
		die(HEAL_REFUSED, "cannot find the path of this program");
	return arena_str(a, (struct str){ path, (size_t)n });
}

/* A word of ExecStart: in quotes where it needs them, and with % doubled; systemd.service(5). */
static struct str systemd_word(struct arena *a, struct str word)
{
	struct buf out;

	if (word.n && strspn(word.p, PLAIN) == word.n)
		return word;
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

static struct str command_of(struct arena *a, const struct timer *t, struct str (*word)(struct arena *, struct str))
{
	struct str command = STR("");

	for (size_t i = 0; t->argv[i]; i++) {
		if (str_has_control(str_of(t->argv[i])))
			die(HEAL_WRONG, "a path with control characters cannot be written into a timer");
		command = arena_printf(
			a, "%.*s%s%.*s", STR_ARG(command), i ? " " : "", STR_ARG(word(a, str_of(t->argv[i]))));
	}
	return command;
}

/* ---- asking ---- */

/* Does the person agree?  Without a terminal nobody can. */
static bool agreed(const struct timer *t)
{
	char line[16];

	if (t->yes)
		return true;
	FILE *terminal = isatty(0) && isatty(2) ? fopen("/dev/tty", "re") : NULL;
	if (!terminal) {
		complain(HEAL_PERSON, "nothing is written; '%s' writes it", t->again);
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

static void file_write(struct str path, struct str text)
{
	struct err err;

	if (!file_replace(path.p, text, 0644, &err))
		die(err.status, "%s", err.text);
}

static struct str units_dir(struct arena *a, const struct timer *t)
{
	struct str config = dir_config(a); /* .../heal */

	if (t->system_dir)
		return str_of(t->system_dir);
	if (!config.p)
		die(HEAL_WRONG, "neither $XDG_CONFIG_HOME nor $HOME is set");
	return path_join(a, path_dir(config), STR("systemd/user"));
}

void timer_systemd(struct arena *a, const struct timer *t)
{
	struct err err;
	struct str dir = units_dir(a, t);
	struct str user = t->system_dir ? arena_printf(a, "User=%s\n", t->user) : STR("");
	struct str service_name = arena_printf(a, "%.*s/%s.service", STR_ARG(dir), t->name);
	struct str timer_name = arena_printf(a, "%.*s/%s.timer", STR_ARG(dir), t->name);
	struct str service = arena_printf(a,
		"[Unit]\nDescription=%s\n\n[Service]\nType=oneshot\n%.*sNoNewPrivileges=yes\nExecStart=%.*s\n",
		t->description, STR_ARG(user), STR_ARG(command_of(a, t, systemd_word)));
	struct str timer = arena_printf(a, "[Unit]\nDescription=%s\n\n[Timer]\n%s\n[Install]\nWantedBy=timers.target\n",
		t->description, t->when);

	printf("# %s\n%s\n# %s\n%s", service_name.p, service.p, timer_name.p, timer.p);
	if (!agreed(t))
		return;
	if (!dir_make(arena_strdup(a, dir), &err))
		die(err.status, "%s", err.text);
	file_write(service_name, service);
	file_write(timer_name, timer);
	say("written; 'systemctl%s enable --now %s.timer' starts it", t->system_dir ? "" : " --user", t->name);
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

void timer_cron(struct arena *a, const struct timer *t)
{
	struct str line = arena_printf(a, "%s %.*s %s\n", t->cron, STR_ARG(command_of(a, t, cron_word)), t->mark);
	struct str all = STR(""), old, rest;
	struct proc_result r;

	printf("%.*s", STR_ARG(line));
	if (!agreed(t))
		return;
	old = crontab_read(a);
	while (str_line(&old, &rest))
		if (!str_ends(rest, t->mark))
			all = arena_printf(a, "%.*s%.*s\n", STR_ARG(all), STR_ARG(rest));
	if (!crontab(a, "-", arena_join(a, all, line), &r))
		die(HEAL_REFUSED, "crontab rejected the line");
	say("written to the crontab");
}

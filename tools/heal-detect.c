/* heal-detect - find failures in the output of tools
 *
 *     heal-detect.c     options and inputs
 *     heal-detect/      check.c     runs checkers and reads their output
 *                       needs.c     looks for the commands of scripts
 *                       show.c      selects the incidents to show
 *                       tee.c       passes the text on
 *                       progress.c  the progress bar */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/opt.h"
#include "base/when.h"
#include "detect/baseline.h"
#include "detect/command_context.h"
#include "detect/detector.h"
#include "detect/follow.h"
#include "detect/input.h"
#include "present/present.h"
#include "rules/secret_files.h"
#include "check.h"
#include "needs.h"
#include "progress.h"
#include "show.h"
#include "tee.h"

enum { STATUS_FILE_MAX = 4096 };

static const char *format, *colour = "auto", *packs, *level, *only_tool, *command, *status, *tee_to, *by, *since;
static struct opt_list baselines;
static bool check, needs, dedupe, exit_code, follow_files, naive, no_colour, only_in_project, unknown;
static int max;
static const struct opt opts[] = {
	OPT_CHOICE(
		'f', "format", PRESENT_FORMATS, &format, "output format (default: human on a terminal, else ndjson)"),
	OPT_FLAG('d', "dedupe", &dedupe, "report each incident once, with a count, at the end"),
	OPT_CHOICE('l', "level", "fatal|error|warning|note|info", &level, "only incidents of this level or worse"),
	OPT_STR('t', "tool", "name", &only_tool, "only incidents of this tool"),
	OPT_FLAG('P', "only-in-project", &only_in_project, "only incidents about files below the working directory"),
	OPT_LIST('b', "baseline", "file", &baselines, "only incidents that are not in this log; repeatable"),
	OPT_STR(0, "since", "time-or-age", &since, "read logs only from this time on; an age is 90s, 10m, 24h, 7d, 2w"),
	OPT_FLAG('F', "follow", &follow_files, "also read what is appended to the files, until interrupted"),
	OPT_INT('n', "max", "N", &max, "report only the first N incidents"),
	OPT_FLAG('u', "unknown", &unknown, "also report lines without a rule that look like failures"),
	OPT_CHOICE(0, "by", PRESENT_BY, &by, "print how many incidents there are of each, instead of them"),
	OPT_FLAG('x', "exit-code", &exit_code, "exit with 1 if there was an incident"),
	OPT_STR(0, "command", "line", &command, "the failed command that printed the input, as it was typed"),
	OPT_STR(0, "status", "n-or-file", &status, "the exit status of what printed the input, or a file with it"),
	OPT_STR(0, "tee", "file-or-fd:N", &tee_to,
		"pass standard input on to standard output, and write the records here"),
	OPT_FLAG(0, "check", &check, "run the checkers of their languages on the files, and read their output"),
	OPT_FLAG(0, "needs", &needs, "name the commands that shell scripts need and this machine lacks"),
	OPT_STR('p', "packs", "file", &packs, "rule image to use instead of the installed one"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour human output"),
	OPT_FLAG(0, "no-color", &no_colour, "the same as --color never"),
	OPT_FLAG(0, "naive", &naive, "try every rule on every line (slow; for tests)"),
	OPT_END,
};
static const struct tool tool = { "heal-detect", "[file|folder|URL ...]", "find failures in the output of tools", opts,
	"  make 2>&1 | heal-detect              JSON records, one per line\n"
	"  heal-detect --format human build.log messages with source lines\n"
	"  make 2>&1 | heal-detect --tee=records.ndjson\n"
	"                                       the output as ever, and the records in a file\n"
	"  git psuh 2>&1 | heal-detect --command 'git psuh' | heal-analyze --format human\n"
	"                                       correct a mistyped command\n" };

static void struck_out(void *ctx, struct str rule)
{
	(void)ctx;
	say("rule '%.*s' was disabled: it reached its match limit too often", STR_ARG(rule));
}

static void documents_lost(const struct detector *d)
{
	unsigned long line, n = detector_documents_lost(d, &line);

	if (n)
		say("%lu document%s longer than 16 MiB read as text, first at line %lu", n, n == 1 ? "" : "s", line);
}

/* Nothing is known of what they say, so this is no success. */
static void untimed(const struct detector *d)
{
	unsigned long n = detector_untimed(d);

	if (n)
		complain(HEAL_WRONG, "%lu log%s skipped: --since is given, and no line has a time that is known", n,
			n == 1 ? "" : "s");
}

/* ---- messages about reading ---- */

struct passed {
	unsigned long n;
	char first[200];
};

static void passed_over(void *ctx, const char *name)
{
	struct passed *p = ctx;

	if (p->n++ == 0)
		visible(str_of(name), p->first, sizeof(p->first));
}

static void failed(void *ctx, const struct err *err)
{
	(void)ctx;
	progress_clear();
	complain(err->status, "%s", err->text);
}

static void passed_tell(const struct passed *p)
{
	if (p->n == 1)
		say("skipped binary file '%s'", p->first);
	else if (p->n)
		say("skipped %lu binary files, first '%s'", p->n, p->first);
}

static FILE *records; /* where they are written */

/* Whoever reads the records has those of all that was read. */
static void waiting(void *ctx)
{
	(void)ctx;
	fflush(records);
}

static bool read_one(const char *name, struct detector *d, struct err *err)
{
	struct passed passed = { 0 };
	struct input_watch watch = {
		.read = progress_read,
		.wait = waiting,
		.passed_over = passed_over,
		.failed = failed,
		.ctx = &passed,
		.text = tee_to ? tee_text : NULL,
	};
	bool ok = input_read(name, d, &watch, err);

	progress_clear();
	passed_tell(&passed);
	return ok;
}

/* End the program before anything was searched; a text to pass on is passed on. */
__attribute__((noreturn)) static void give_up(const struct err *err)
{
	complain(err->status, "%s", err->text);
	if (tee_to)
		tee_rest();
	exit(tool_end(HEAL_OK));
}

static struct baseline *baselines_read(const struct detector_options *o)
{
	struct input_watch watch = { .read = progress_read, .failed = failed };
	struct baseline *b = baselines.n ? baseline_new() : NULL;
	struct err err;

	/* Fatal: without it every incident would count as new. */
	for (size_t i = 0; i < baselines.n; i++)
		if (!baseline_read(b, baselines.at[i], o, &watch, &err))
			give_up(&err);
	progress_clear();
	return b;
}

/* ---- reading ---- */

static void read_all(const char *const *names, const struct detector_options *o)
{
	struct detector *d = detector_new(o);
	struct err err;

	for (; *names; names++)
		if (!read_one(*names, d, &err))
			complain(err.status, "%s", err.text);
	detector_struck_out(d, struck_out, NULL);
	documents_lost(d);
	untimed(d);
	detector_free(d);
}

static bool check_all(
	const char *const *names, const struct detector_options *o, const struct str *hidden, size_t hidden_n)
{
	struct input_watch watch = { .read = progress_read, .failed = failed };
	struct check_options c = {
		.detector = o, .any_shown = show_any, .hidden = hidden, .hidden_n = hidden_n, .watch = &watch
	};

	return check_files(names, &c);
}

/* Whoever names a source file alone wants its errors. */
static void sources_tell(const struct pack *pack, const char *const *names)
{
	for (; *names; names++)
		if (check_is_source(pack, *names)) {
			say("'%s' is a source file, and was read as a log; --check runs the checker of its language",
				*names);
			return;
		}
}

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

static void follow_tell(void *ctx, const char *name, const char *what)
{
	char shown[200];

	(void)ctx;
	say("'%s' %s", visible(str_of(name), shown, sizeof(shown)), what);
}

/* Until INT or TERM, which are treated as the end of the input. */
static void follow_all(const char *const *names, const struct detector_options *o)
{
	struct sigaction act = { .sa_handler = interrupt };
	struct follow_options f = { .detector = o, .tell = follow_tell, .stop = &interrupted };
	struct err err;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	if (!follow(names, &f, &err))
		complain(err.status, "%s", err.text);
}

static int exit_status;

static void of_command(struct command_context *c, struct detector_options *o, const char *const *names)
{
	command_context_init(c, o->pack, command, o->found, o->ctx);
	c->status = exit_status;
	c->any_shown = show_any;
	c->cwd = o->cwd;
	c->name = names[0] && !names[1] ? str_of(names[0]) : STR_NONE;
	o->found = command_context_found;
	o->seen = command_context_seen;
	o->ctx = c;
	o->command = c->argv;
}

static bool is_status(struct str text, int *out)
{
	int64_t n;

	if (!str_number(text, &n) || n > 255)
		return false;
	*out = (int)n;
	return true;
}

/* The number in --status; a name is that of a file, to be read later. */
static int status_given(void)
{
	struct str given = str_of(status ? status : "");
	int n = STATUS_UNKNOWN;
	int64_t any;

	if (status && !is_status(given, &n) && (given.n == 0 || str_number(given, &any)))
		die(HEAL_WRONG, "invalid value '%s' for option '--status': not a number from 0 to 255, nor a file",
			status);
	return n;
}

/* Read the file in --status.  At the end of the input, because the producer writes it when it ends. */
static int status_read(void)
{
	struct arena a = ARENA_INIT;
	struct str text;
	struct err err;
	int n = STATUS_UNKNOWN, fd = open(status, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		complain(errno == ENOENT || errno == ENOTDIR ? HEAL_WRONG : HEAL_REFUSED,
			"the exit status is not known: cannot open '%s': %s", status, strerror(errno));
	else if (!fd_read(&a, fd, STATUS_FILE_MAX, &text, &err))
		complain(err.status, "the exit status is not known: '%s': %s", status, err.text);
	else if (!is_status(str_trim(text), &n))
		complain(HEAL_WRONG, "the exit status is not known: '%s' does not contain a number from 0 to 255",
			status);
	if (fd >= 0)
		close(fd);
	arena_free(&a);
	return n;
}

/* false: it failed, and no incident tells of it. */
static bool command_end(struct command_context *c)
{
	if (status && exit_status == STATUS_UNKNOWN)
		c->status = status_read();
	bool told = command_context_finish(c);
	command_context_release(c);
	return told;
}

/* With --command, standard input is its output unless it is a terminal. */
static const char *const *names_given(int argc, char **argv)
{
	static const char *const stdin_alone[] = { "-", NULL }, *const nothing[] = { NULL };

	if (argc > 1)
		return (const char *const *)argv + 1;
	return command && isatty(STDIN_FILENO) ? nothing : stdin_alone;
}

/* Options that read no log. */
static void check_usage(int argc, char **argv)
{
	const char *option = check ? "--check" : "--needs";

	if (follow_files || tee_to || command || status || since || (check && needs))
		die(HEAL_WRONG, "option '%s' cannot be used with '%s'", option,
			check && needs       ? "--needs" :
				follow_files ? "--follow" :
				tee_to       ? "--tee" :
				command      ? "--command" :
				since        ? "--since" :
					       "--status");
	if (argc < 2)
		die(HEAL_WRONG, "option '%s' requires files%s", option, check ? " or directories" : "");
	for (int i = 1; i < argc; i++)
		if ((check && strcmp(argv[i], "-") == 0) || strstr(argv[i], "://"))
			die(HEAL_WRONG, "option '%s' requires files%s, not '%s'", option,
				check ? " or directories" : "", argv[i]);
}

static FILE *records_to(int argc, char **argv)
{
	if (!tee_to)
		return stdout;
	if (follow_files || argc > 2 || (argc == 2 && strcmp(argv[1], "-") != 0))
		die(HEAL_WRONG, "option '--tee' passes on standard input, and no other input can be named");
	return tee_open(tee_to);
}

/* 0: none. */
static int64_t since_given(void)
{
	int64_t ms = 0;

	if (since && !when_since(str_of(since), &ms))
		die(HEAL_WRONG, "invalid time '%s'; valid are 2026-11-20, 2026-11-20T12:00:00Z, 24h, 7d", since);
	return ms;
}

/* The records of one stream belong together; a caller that has a name for what it does may give it. */
static struct str correlation(struct arena *a)
{
	struct str given = str_of(getenv("HEAL_CORRELATION_ID"));

	return given.n ? str_sub(given, 0, CORRELATION_MAX) : uuid7(a);
}

int main(int argc, char **argv)
{
	struct err err;

	tool_begin(&tool, &argc, argv, NULL, false);
	exit_status = status_given();
	if (check || needs)
		check_usage(argc, argv);
	records = records_to(argc, argv);
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		give_up(&err);
	char *here = getcwd(NULL, 0);
	struct arena a = ARENA_INIT;
	struct show show = {
		.correlation = correlation(&a),
		.out = presenter_new(format, records, colour_parse(colour)),
		.level = level,
		.tool = only_tool,
		.dedupe = dedupe,
		.max = (unsigned long)max,
		.project = here && only_in_project ? str_of(here) : STR_NONE,
		.foreign = pack_table(pack, "foreign"),
		.before = progress_clear,
		.live = follow_files,
	};
	if (by && !presenter_by(show.out, by))
		die(HEAL_WRONG, "option '--by' has the formats human and ndjson, not '%s'", format);
	const struct str *hidden;
	size_t hidden_n = secret_files(&a, pack, &hidden);
	presenter_hide(show.out, hidden, hidden_n);
	presenter_gather(show.out);
	struct detector_options o = { .since = since_given(),
		.pack = pack,
		.naive = naive,
		.threads = true,
		.unknown = unknown,
		.found = show_found,
		.ctx = &show };
	const char *const *names = names_given(argc, argv);
	/* What is piped in was run here: the same names, and fingerprints, as heal run gives. */
	if ((argc < 2 || check || needs) && here)
		o.cwd = str_of(here);
	show.baseline = baselines_read(&o);
	struct command_context c;
	if (command || status)
		of_command(&c, &o, names);
	bool told = true;
	if (check)
		told = check_all(names, &o, hidden, hidden_n);
	else if (needs)
		needs_tell(names, &o);
	else if (follow_files)
		follow_all(names, &o);
	else
		read_all(names, &o);
	if (command || status)
		told = command_end(&c);
	if (!check && !needs && !show.n)
		sources_tell(pack, names);
	show_end(&show);
	if (tee_to)
		tee_end(records);
	baseline_free(show.baseline);
	arena_free(&a);
	pack_free(pack);
	free(here);
	return tool_end(exit_code && (show.n || !told) ? HEAL_NO : HEAL_OK);
}

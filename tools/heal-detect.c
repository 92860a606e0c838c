/* heal-detect - find failures in the output of tools, one incident a line */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect.h"
#include "detector.h"
#include "diag.h"
#include "input.h"
#include "opt.h"
#include "present.h"

static const char *format = "ndjson", *colour = "auto", *packs, *level, *only_tool;
static bool dedupe, exit_code, naive, no_colour;
static const struct opt opts[] = {
	OPT_CHOICE('f', "format", PRESENT_FORMATS, &format, "how incidents are shown"),
	OPT_FLAG('d', "dedupe", &dedupe, "the same incident once, counted, at the end"),
	OPT_CHOICE('l', "level", "fatal|error|warning|note|info", &level, "only incidents at least this bad"),
	OPT_STR('t', "tool", "name", &only_tool, "only incidents that this tool reported"),
	OPT_FLAG('x', "exit-code", &exit_code, "exit 1 when there were incidents"),
	OPT_STR('p', "packs", "file", &packs, "rule image to use instead of the installed one"),
	OPT_CHOICE(0, "color", "auto|always|never", &colour, "colour in human output"),
	OPT_FLAG(0, "no-color", &no_colour, "the same as --color never"),
	OPT_FLAG(0, "naive", &naive, "try every rule on every line (slow; for tests)"),
	OPT_END,
};
static const struct tool tool = {
	"heal-detect", "[file ...]", "find failures in the output of tools, one incident a line", opts,
	"  make 2>&1 | heal-detect              records, a JSON object a line\n"
	"  heal-detect --format human build.log what failed, for people\n"
};

static const char *const level_names[] = { "fatal", "error", "warning", "note", "info" };

static enum colour colour_wanted(void)
{
	if (no_colour || strcmp(colour, "never") == 0)
		return COLOUR_NEVER;
	return strcmp(colour, "always") == 0 ? COLOUR_ALWAYS : COLOUR_AUTO;
}

struct sink {
	struct presenter *out;
	struct collection all;
	unsigned long shown;
};

static int level_rank(struct str name)
{
	for (int i = 0; i < 5; i++)
		if (str_is(name, level_names[i]))
			return i;
	return 1;
}

static bool is_wanted(const struct record *r)
{
	if (level && level_rank(record_str(r, F_ERROR_LEVEL)) > level_rank(str_of(level)))
		return false;
	return !only_tool || str_is(record_str(r, F_ERROR_TOOL), only_tool);
}

static void found(void *ctx, struct record *r)
{
	struct sink *s = ctx;

	if (!is_wanted(r))
		return;
	s->shown++;
	if (dedupe)
		collection_add(&s->all, r);
	else
		presenter_record(s->out, r);
}

static void collected_show(struct sink *s)
{
	collection_finish(&s->all);
	for (struct collected *at = s->all.first; at; at = at->next)
		presenter_record(s->out, &at->r);
	if (s->all.dropped)
		say("%zu further incidents were only counted", s->all.dropped);
	collection_release(&s->all);
}

static void struck_out(void *ctx, struct str rule)
{
	(void)ctx;
	say("rule '%.*s' was left out: it hit its match limit too often", STR_ARG(rule));
}

int main(int argc, char **argv)
{
	static const char *const stdin_alone[] = { "-", NULL };
	struct sink sink = { 0 };
	struct err err;

	tool_begin(&tool, &argc, argv, NULL, false);
	struct pack *pack = pack_load(packs, &err);
	if (!pack)
		die(err.status, "%s", err.text);
	sink.out = presenter_new(format, stdout, colour_wanted());
	struct detector_options o = { .pack = pack, .naive = naive, .found = found, .ctx = &sink };
	struct detector *d = detector_new(&o);
	for (const char *const *name = argc > 1 ? (const char *const *)argv + 1 : stdin_alone; *name; name++)
		if (!input_read(*name, d, &err))
			complain(err.status, "%s", err.text);
	detector_struck_out(d, struck_out, NULL);
	detector_free(d);
	if (dedupe)
		collected_show(&sink);
	presenter_end(sink.out);
	pack_free(pack);
	return tool_end(exit_code && sink.shown ? HEAL_NO : HEAL_OK);
}

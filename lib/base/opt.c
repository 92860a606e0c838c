#include "base/opt.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/nearest.h"
#include "base/str.h"

#ifndef HEAL_VERSION
#define HEAL_VERSION "unversioned"
#endif

static void help_row(const struct opt *o)
{
	char left[80];

	snprintf(left, sizeof(left), "  %c%c%s --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
		o->letter ? "," : " ", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	printf(strlen(left) > 31 ? "%s\n%32s%s\n" : "%-31s %s%s\n", left, strlen(left) > 31 ? "" : o->help,
		strlen(left) > 31 ? o->help : "");
}

void tool_help(const struct tool *tool)
{
	printf("usage: %s [option ...] %s\n%s\n\n", tool->name, tool->synopsis, tool->purpose);
	for (const struct opt *o = tool->opts; o->kind != OPT_IS_END; o++)
		help_row(o);
	printf("  -h, --help                    print this help\n      --version                 print the version\n");
	if (tool->more)
		printf("\n%s", tool->more);
}

void tool_list_options(const struct tool *tool)
{
	for (const struct opt *o = tool->opts; o->kind != OPT_IS_END; o++)
		printf("%s%c\t--%s\t%s\t%s\n", o->letter ? "-" : "", o->letter ? o->letter : ' ', o->name,
			o->arg ? o->arg : "", o->help);
}

static void wrong_option(const struct tool *tool, const char *name)
{
	const char *names[128];
	size_t n = 0;

	for (const struct opt *o = tool->opts; o->kind != OPT_IS_END && n < 126; o++)
		names[n++] = o->name;
	names[n++] = "help";
	names[n++] = "version";
	const char *near = nearest_word(name, names, n);
	if (near)
		die(HEAL_WRONG, "unknown option '--%s'; did you mean '--%s'?", name, near);
	die(HEAL_WRONG, "unknown option '--%s'; see '%s --help'", name, tool->name);
}

static void choice_set(const struct opt *o, const char *value)
{
	if (str_lists(str_of(o->arg), '|', str_of(value))) {
		*(const char **)o->target = value;
		return;
	}
	die(HEAL_WRONG, "invalid value '%s' for option '--%s'; valid: %s", value, o->name, o->arg);
}

static void value_set(const struct opt *o, const char *value)
{
	int64_t number;
	struct opt_list *list = o->target;

	switch (o->kind) {
	case OPT_IS_STR:
		*(const char **)o->target = value;
		break;
	case OPT_IS_INT:
		if (!str_number(str_of(value), &number) || number > 1000000000)
			die(HEAL_WRONG, "invalid value '%s' for option '--%s': not a number from 0 to 1000000000",
				value, o->name);
		*(int *)o->target = (int)number;
		break;
	case OPT_IS_LIST:
		if (list->n == sizeof(list->at) / sizeof(list->at[0]))
			die(HEAL_WRONG, "option '--%s' is given more than %zu times", o->name, list->n);
		list->at[list->n++] = value;
		break;
	case OPT_IS_CHOICE:
		choice_set(o, value);
		break;
	default:
		break;
	}
}

static const struct opt *opt_long(const struct tool *tool, struct str name)
{
	for (const struct opt *o = tool->opts; o->kind != OPT_IS_END; o++)
		if (str_is(name, o->name))
			return o;
	return NULL;
}

static const struct opt *opt_short(const struct tool *tool, char c)
{
	for (const struct opt *o = tool->opts; o->kind != OPT_IS_END; o++)
		if (o->letter == c)
			return o;
	return NULL;
}

static void version_show(const struct tool *tool)
{
	printf("%s %s\n", tool->name, HEAL_VERSION);
	exit(stdio_end(HEAL_OK));
}

static void help_show(const struct tool *tool)
{
	tool_help(tool);
	exit(stdio_end(HEAL_OK));
}

/* One "--name", "--name=value" or "--name value"; returns the number of arguments used. */
static int take_long(const struct tool *tool, char **at)
{
	struct str word = str_of(at[0] + 2);
	size_t eq = str_chr(word, '=');
	struct str name = str_sub(word, 0, eq);
	const char *value = eq < word.n ? word.p + eq + 1 : NULL;

	if (!value && str_is(name, "help"))
		help_show(tool);
	if (!value && str_is(name, "version"))
		version_show(tool);
	if (!value && str_is(name, "list-options")) {
		tool_list_options(tool);
		exit(stdio_end(HEAL_OK));
	}
	const struct opt *o = opt_long(tool, name);
	if (!o) {
		char z[64];
		snprintf(z, sizeof(z), "%.*s", STR_ARG(name));
		wrong_option(tool, z);
	}
	if (o->kind == OPT_IS_FLAG) {
		if (value)
			die(HEAL_WRONG, "option '--%s' takes no value", o->name);
		*(bool *)o->target = true;
		return 1;
	}
	if (value) {
		value_set(o, value);
		return 1;
	}
	if (!at[1])
		die(HEAL_WRONG, "option '--%s' requires a value (%s)", o->name, o->arg);
	value_set(o, at[1]);
	return 2;
}

/* A cluster "-ab", "-pvalue" or "-p value"; returns the number of arguments used. */
static int take_short(const struct tool *tool, char **at)
{
	for (const char *c = at[0] + 1; *c; c++) {
		const struct opt *o = opt_short(tool, *c);
		if (!o && *c == 'h')
			help_show(tool);
		if (!o)
			die(HEAL_WRONG, "unknown option '-%c'; see '%s --help'", *c, tool->name);
		if (o->kind == OPT_IS_FLAG) {
			*(bool *)o->target = true;
			continue;
		}
		if (c[1]) {
			value_set(o, c + 1);
			return 1;
		}
		if (!at[1])
			die(HEAL_WRONG, "option '-%c' requires a value (%s)", *c, o->arg);
		value_set(o, at[1]);
		return 2;
	}
	return 1;
}

void tool_begin(const struct tool *tool, int *argc, char **argv, int *dashes, bool stop_at_operand)
{
	int kept = 1, i = 1;

	stdio_begin(tool->name);
	if (dashes)
		*dashes = 0;
	while (i < *argc) {
		if (strcmp(argv[i], "--") == 0) {
			if (dashes)
				*dashes = kept;
			i++;
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			if (stop_at_operand)
				break;
			argv[kept++] = argv[i++];
		} else if (argv[i][1] == '-') {
			i += take_long(tool, argv + i);
		} else {
			i += take_short(tool, argv + i);
		}
	}
	while (i < *argc)
		argv[kept++] = argv[i++];
	argv[kept] = NULL;
	*argc = kept;
}

int tool_end(int status)
{
	return stdio_end((enum heal_status)status);
}

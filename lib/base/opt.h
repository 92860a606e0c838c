/* opt.h - command-line options from one table
 *
 * A row gives short and long name, target, argument name and help; the parser,
 * --help and the completions all read the same table.  Long names are matched
 * exactly: a prefix that is unique today would break with tomorrow's option.
 *
 * Why not getopt_long or argp: both of glibc take any unique prefix (`date --ut` runs), which cannot be turned off;
 * neither tells where "--" stood, types a value, says "did you mean" or lists the options for completions, so the table
 * and most of these 200 lines (3.6 kB: `size`) would stay. */
#ifndef HEAL_BASE_OPT_H
#define HEAL_BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>

enum opt_kind { OPT_IS_END, OPT_IS_FLAG, OPT_IS_STR, OPT_IS_INT, OPT_IS_LIST, OPT_IS_CHOICE };

/* Repeatable strings, as often as the option stood. */
struct opt_list {
	const char *at[64];
	size_t n;
};

struct opt {
	enum opt_kind kind;
	char letter;      /* 0: none */
	const char *name; /* without the dashes */
	const char *arg;  /* name of the argument in help; for a choice: "a|b|c" */
	void *target;
	const char *help;
};

#define OPT_FLAG(l, name, target, help)                  \
	{                                                \
		OPT_IS_FLAG, l, name, NULL, target, help \
	} /* bool * */
#define OPT_STR(l, name, arg, target, help)            \
	{                                              \
		OPT_IS_STR, l, name, arg, target, help \
	} /* const char ** */
#define OPT_INT(l, name, arg, target, help)            \
	{                                              \
		OPT_IS_INT, l, name, arg, target, help \
	} /* int *, 0 to 1e9 */
#define OPT_LIST(l, name, arg, target, help)            \
	{                                               \
		OPT_IS_LIST, l, name, arg, target, help \
	} /* struct opt_list * */
#define OPT_CHOICE(l, name, arg, target, help)            \
	{                                                 \
		OPT_IS_CHOICE, l, name, arg, target, help \
	} /* const char ** */
#define OPT_END                                       \
	{                                             \
		OPT_IS_END, 0, NULL, NULL, NULL, NULL \
	}

struct tool {
	const char *name;     /* "heal-detect" */
	const char *synopsis; /* "[file ...]" */
	const char *purpose;  /* one line */
	const struct opt *opts;
	const char *more; /* further help text, or NULL */
};

/* Parse: options are taken out of argv, operands stay (argv[1] on, *argc counts argv[0] too).
 * "--" ends the options and is itself taken out; *dashes (may be NULL) is where in the operands
 * it stood, or 0.  With stop_at_operand set the first operand ends the options.
 * --help and --version print and exit 0; a mistake prints one line and exits 2. */
void tool_begin(const struct tool *tool, int *argc, char **argv, int *dashes, bool stop_at_operand);
/* Flush, check that the output arrived; the exit status. */
int tool_end(int status);

void tool_help(const struct tool *tool);
/* One option a line: "-p\t--packs\tDIR\thelp", for completions and the manual's tests. */
void tool_list_options(const struct tool *tool);

#endif

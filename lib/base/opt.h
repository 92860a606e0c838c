/* opt.h - command-line options
 *
 * A table row has short and long name, target, argument name and help; the parser, --help and the completions use the
 * same table.  Long names are matched exactly, because a unique prefix may become ambiguous with a new option.
 *
 * Why not getopt_long or argp: both of glibc accept any unique prefix (`date --ut` runs), which cannot be turned off;
 * neither reports where "--" stood, converts a value, suggests the nearest option or lists the options for completions,
 * so the table and most of these 200 lines (3.6 kB: `size`) would remain. */
#ifndef HEAL_BASE_OPT_H
#define HEAL_BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>

enum opt_kind { OPT_IS_END, OPT_IS_FLAG, OPT_IS_STR, OPT_IS_INT, OPT_IS_LIST, OPT_IS_CHOICE };

/* The values of a repeatable option. */
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

/* Parse the options and remove them from argv; the operands remain from argv[1] on, and *argc counts argv[0].
 * "--" ends the options and is removed; *dashes (may be NULL) is its index among the operands, or 0.  With
 * stop_at_operand the first operand ends the options.  --help and --version print and exit with 0; an error prints one
 * line and exits with 2. */
void tool_begin(const struct tool *tool, int *argc, char **argv, int *dashes, bool stop_at_operand);
/* Flush and check the output; returns the exit status. */
int tool_end(int status);

void tool_help(const struct tool *tool);
/* Print one option per line, "-p\t--packs\tDIR\thelp", for the completions and tests. */
void tool_list_options(const struct tool *tool);

#endif

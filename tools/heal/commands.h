/* commands.h - the commands of heal; each takes its own argv ("undo", ...) and returns the exit status */
#ifndef HEAL_COMMANDS_H
#define HEAL_COMMANDS_H

#include "base/opt.h"
#include "base/str.h"
#include "config/config.h"
#include "record/record.h"

int command_run(int argc, char **argv);
int command_undo(int argc, char **argv);
int command_review(int argc, char **argv);
int command_trust(int argc, char **argv);
int command_config(int argc, char **argv);
int command_policy(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_top(int argc, char **argv);
int command_hook(int argc, char **argv);

/* The same as tool_begin, but messages start with "heal: ". */
void command_begin(const struct tool *tool, int *argc, char **argv, bool stop_at_operand);
/* The path of a program in the directory of this one. */
struct str program_here(struct arena *a, const char *name);
/* Put an event record into the store of that project; a failure is a message. */
void event_store(struct arena *a, struct str root, struct record *r);

extern const struct opt no_opts[];

#endif

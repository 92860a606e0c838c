/* diag.h - error messages and exit status
 *
 * A function in lib/ that can fail takes a `struct err *` last, fills it, returns NULL, false or -1, and prints
 * nothing. The tool then calls die() to exit, or complain() to print the message, continue, and set the exit status.
 * Only running out of memory ends the program from within the library. */
#ifndef HEAL_BASE_DIAG_H
#define HEAL_BASE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/visible.h"

/* The exit status, the same in every tool; see heal(7). */
enum heal_status {
	HEAL_OK = 0,
	HEAL_NO = 1,      /* the answer is no: incidents remain, a validation failed */
	HEAL_WRONG = 2,   /* wrong usage or bad data; trying again will not help */
	HEAL_PERSON = 3,  /* approval or review is needed */
	HEAL_REFUSED = 4, /* the system or the network refused; trying again may help */
	HEAL_BROKEN = 5,  /* internal error, or a rollback failed */
};

struct err {
	enum heal_status status; /* the exit status if this ends the tool */
	char text[600];          /* one line, no program name, no newline */
};

/* Fill e (may be NULL).  Returns false, for use as `return err_set(...)`. */
__attribute__((format(printf, 3, 4))) bool err_set(struct err *e, enum heal_status status, const char *format, ...);
/* The same, followed by ": " and strerror(errno). */
__attribute__((format(printf, 3, 4))) bool err_errno(struct err *e, enum heal_status status, const char *format, ...);

/* Prefix of all messages; set by tool_begin. */
extern const char *tool_name;

/* Messages are shown as by visible(): control bytes in them, also newlines, are escaped. */
__attribute__((noreturn, format(printf, 2, 3))) void die(enum heal_status status, const char *format, ...);
/* Print one line on stderr; tool_end returns the highest status given. */
__attribute__((format(printf, 2, 3))) void complain(enum heal_status status, const char *format, ...);
/* Print one line on stderr without changing the exit status. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
__attribute__((noreturn)) void out_of_memory(void);
/* The status with which out_of_memory ends the program, HEAL_BROKEN at first: the front's is its command's. */
void out_of_memory_exits(int status);
/* Called by out_of_memory in this thread before it ends the program, once; NULL: nothing.  It must not allocate. */
void out_of_memory_calls(void (*last)(void));

/* Make sure that fds 0-2 are open, and set the name.  Call first. */
void stdio_begin(const char *name);
/* A signal that asked for the end of the whole work arrived while a command ran, and was passed on to it.
 * interruption(): the last one, or 0. */
void interruption_note(int signal);
int interruption(void);
/* Flush stdout and check for write errors; returns the highest of status and those given to complain(), or 128 + the
 * signal after an interruption. */
int stdio_end(enum heal_status status);

#endif

/* diag.h - how heal speaks and how it ends
 *
 * The library explains, the tool decides: a fallible function in lib/ takes a
 * `struct err *` last, fills it, returns NULL, false or -1, and prints nothing.
 * A tool then calls die() (stop) or complain() (say it, go on, remember it for
 * the exit status).  Only running out of memory ends the program from inside. */
#ifndef HEAL_BASE_DIAG_H
#define HEAL_BASE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* The exit status, the same in every tool; heal(7) explains each. */
enum heal_status {
	HEAL_OK = 0,
	HEAL_NO = 1,      /* the answer is no: incidents remain, a validation failed */
	HEAL_WRONG = 2,   /* wrong usage or bad data; trying again will not help */
	HEAL_PERSON = 3,  /* a person is needed */
	HEAL_REFUSED = 4, /* the system or the network refused; trying again may help */
	HEAL_BROKEN = 5,  /* heal itself failed, or a rollback did */
};

struct err {
	enum heal_status status; /* what to exit with if this ends the tool */
	char text[600];          /* one line, no program name, no newline */
};

/* Fill e (may be NULL).  Returns false, so that `return err_set(...)` reads well. */
__attribute__((format(printf, 3, 4))) bool err_set(struct err *e, enum heal_status status, const char *format, ...);
/* The same with ": " and strerror(errno) behind it. */
__attribute__((format(printf, 3, 4))) bool err_errno(struct err *e, enum heal_status status, const char *format, ...);

/* The name messages begin with; set by tool_begin. */
extern const char *tool_name;

__attribute__((noreturn, format(printf, 2, 3))) void die(enum heal_status status, const char *format, ...);
/* One line on stderr; the worst status complained of is what tool_end returns. */
__attribute__((format(printf, 2, 3))) void complain(enum heal_status status, const char *format, ...);
/* One line on stderr; the exit status is not touched. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
__attribute__((noreturn)) void out_of_memory(void);

/* fds 0-2 open, SIGPIPE as it was, name set. Call first. */
void stdio_begin(const char *name);
/* Flush stdout and see that the output arrived; the worst of status and what was complained of. */
int stdio_end(enum heal_status status);

/* Control bytes (but tabs) and invalid UTF-8 of untrusted text made visible (\x1b, \n as "\n"), at most
 * room - 1 bytes into out, NUL-terminated; returns out. */
struct str;
const char *visible(struct str text, char *out, size_t room);

#endif

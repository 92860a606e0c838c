#include "exec/runner_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exec/runner.h"

static struct str file_head(const char *path, char *room, size_t n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t got = fd < 0 ? -1 : read(fd, room, n);

	if (fd >= 0)
		close(fd);
	return (struct str){ room, got < 0 ? 0 : (size_t)got };
}

/* The text after "#!" up to a blank, with the carriage return of a DOS file, as in the kernel. */
static struct str interpreter_of(struct str head)
{
	size_t i = 2, end;

	if (!str_starts(head, "#!"))
		return STR_NONE;
	while (i < head.n && (head.p[i] == ' ' || head.p[i] == '\t'))
		i++;
	for (end = i; end < head.n && !strchr(" \t\n", head.p[end]); end++)
		;
	return str_sub(head, i, end);
}

__attribute__((noreturn)) static void fail(
	int report, enum runner_start how, int status, const char *name, const char *text)
{
	char shown[PATH_MAX + 256], byte = (char)how;

	dprintf(2, "%s: %s: %s\n", tool_name, visible(str_of(name), shown, sizeof(shown)), text);
	while (write(report, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(status);
}

__attribute__((noreturn)) static void fail_interpreter(int report, const char *path, struct str interpreter, int why)
{
	char shown[1024], text[1200];
	bool cr = str_ends(interpreter, "\r");

	if (cr)
		interpreter.n--;
	snprintf(text, sizeof(text), "%s%s: bad interpreter: %s", visible(interpreter, shown, sizeof(shown)),
		cr ? "^M" : "", strerror(why));
	fail(report, RUNNER_BAD_INTERPRETER, why == ENOENT ? 127 : 126, path, text);
}

__attribute__((noreturn)) static void explain(int report, const char *path, int why)
{
	char room[256];
	struct stat st;
	bool there = stat(path, &st) == 0;
	struct str interpreter = there && S_ISREG(st.st_mode) ? interpreter_of(file_head(path, room, sizeof(room))) :
								STR_NONE;

	if (why == ENOENT && !there)
		fail(report, RUNNER_NOT_FOUND, 127, path, strerror(why));
	if (there && S_ISDIR(st.st_mode))
		fail(report, RUNNER_NOT_EXECUTABLE, 126, path, strerror(EISDIR));
	if (interpreter.n && (why == ENOENT || (why == EACCES && access(path, X_OK) == 0)))
		fail_interpreter(report, path, interpreter, why);
	if (why == ENOENT) /* the loader of a binary is missing */
		fail(report, RUNNER_BAD_INTERPRETER, 127, path, "cannot execute: required file not found");
	if (why == ENOEXEC)
		fail(report, RUNNER_NOT_EXECUTABLE, 126, path, "cannot execute binary file: Exec format error");
	fail(report, RUNNER_NOT_EXECUTABLE, 126, path, strerror(why));
}

/* A script has no NUL byte in its first line. */
static bool is_binary(const char *path)
{
	char room[256];
	struct str head = file_head(path, room, sizeof(room));

	return str_chr(str_sub(head, 0, str_chr(head, '\n')), '\0') < str_chr(head, '\n');
}

static void exec_script(const char *path, const struct exec_request *c)
{
	size_t n = 1;

	c->with_shell[0] = "/bin/sh";
	c->with_shell[1] = path;
	for (; c->argv[n]; n++)
		c->with_shell[n + 1] = c->argv[n];
	c->with_shell[n + 1] = NULL;
	execve("/bin/sh", (char *const *)c->with_shell, c->env);
}

__attribute__((noreturn)) static void exec_file(const char *path, const struct exec_request *c)
{
	int why;

	execve(path, c->argv, c->env);
	why = errno;
	if (why == ENOEXEC && !is_binary(path)) {
		exec_script(path, c);
		why = errno;
	}
	explain(c->report, path, why);
}

static const char *path_of(char *const *env)
{
	for (; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return "/usr/bin:/bin";
}

void exec_command(const struct exec_request *c)
{
	char full[PATH_MAX], denied[PATH_MAX] = "";
	const char *name = c->argv[0];
	struct str rest = str_of(path_of(c->env)), dir;
	struct stat st;

	if (strchr(name, '/'))
		exec_file(name, c);
	/* Use the first executable file, as a shell does: execvp would skip one with a missing interpreter. */
	while (*name && str_split(&rest, ':', &dir)) {
		int n = snprintf(full, sizeof(full), "%.*s%s%s", STR_ARG(dir), dir.n ? "/" : "./", name);
		if (n >= (int)sizeof(full) || stat(full, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		if (access(full, X_OK) == 0)
			exec_file(full, c);
		if (!denied[0])
			memcpy(denied, full, (size_t)n + 1);
	}
	if (denied[0])
		explain(c->report, denied, EACCES);
	fail(c->report, RUNNER_NOT_FOUND, 127, name, "command not found");
}

/* shell_script - which commands and functions a script has */
#include "lang/shell_script.h"

#include <stdlib.h>

#include "tap.h"

static struct arena a;

/* "name:line" of the commands, in the order of their places, then the functions with "()". */
static int by_place(const void *x, const void *y)
{
	const struct script_command *c = x, *d = y;

	return (c->word[0].from > d->word[0].from) - (c->word[0].from < d->word[0].from);
}

static struct str shown(struct str text)
{
	struct shell_script s = shell_script_read(&a, text);
	struct str out = STR("");

	if (s.n)
		qsort(s.command, s.n, sizeof(*s.command), by_place);
	for (size_t i = 0; i < s.n; i++) {
		int line = 1;
		for (size_t k = 0; k < s.command[i].word[0].from; k++)
			line += text.p[k] == '\n';
		out = arena_printf(&a, "%.*s%.*s:%d ", STR_ARG(out), STR_ARG(s.command[i].word[0].value), line);
	}
	for (size_t i = 0; i < s.functions; i++)
		out = arena_printf(&a, "%.*s%.*s() ", STR_ARG(out), STR_ARG(s.function[i]));
	return str_trim(out);
}

static void test_commands(void)
{
	static const struct {
		const char *script, *want, *why;
	} cases[] = {
		{ "", "", "an empty script has none" },
		{ "ls -l | wc -l && date || exit; id &\nuname", "ls:1 wc:1 date:1 exit:1 id:1 uname:2", "operators" },
		{ "#!/bin/sh\n# no command\nls # nor this\necho a#b", "ls:3 echo:4", "comments" },
		{ "A=1 B+=2 c[1]=3 make D=4", "make:1", "assignments before a command" },
		{ "x=(a b\n # c\n \"$(d)\") e", "d:3 e:3", "an array" },
		{ "echo $(ls $(id)) `pwd` \"$(date)\" '$(no)'", "echo:1 ls:1 id:1 pwd:1 date:1",
			"substitutions, but not in single quotes" },
		{ "echo \"it's $(ls) $'\" $'a\\'b' `c`", "echo:1 ls:1 c:1", "quotes within quotes" },
		{ "echo ${x:-$(ls)} \"${y%'}'}\" $((1 + $(wc))) $[ 2 ]", "echo:1 ls:1 wc:1", "expansions" },
		{ "x=`id \\`ls\\``", "ls:1 id:1", "nested backquotes" },
		{ "if a; then b; elif ! c; then d; else e; fi", "a:1 b:1 c:1 d:1 e:1", "branches" },
		{ "while read l; do f \"$l\"; done < <(g)", "read:1 f:1 g:1", "a loop, and what it reads" },
		{ "for x in ls wc; do cp $x; done; for ((i=0;i<1;i++)) { mv; }; for y do rm; done", "cp:1 mv:1 rm:1",
			"words of for are no commands" },
		{ "case $x in\nls | wc) cp;;\n(a) mv ;& b*) rm; esac | id", "cp:2 mv:3 rm:3 id:3",
			"nor are the patterns of case" },
		{ "case a in esac; ls", "ls:1", "a case without clauses" },
		{ "f() { ls; }\nfunction g { f; }; h () (wc)", "ls:1 f:2 wc:2 f() g() h()", "functions" },
		{ "cat <<E; cp\nls $(wc) 'it' `id`\nE\nmv", "cat:1 cp:1 wc:2 id:2 mv:4",
			"a here-document is expanded" },
		{ "cat <<-'E' <<F\n\t$(no)\n\tE\n$(ls)\nF\nmv", "cat:1 ls:4 mv:6", "unless its end is quoted" },
		{ "cat <<<$(ls) >a 2>&1 &>b <c", "cat:1 ls:1", "redirections" },
		{ "[[ $a == (b|c) && -f d ]] && ls; (( a = 1 << 2 )) && cp", "ls:1 cp:1", "conditions" },
		{ "time -p ls; ! cp; { mv; } && (rm; ln)", "ls:1 cp:1 mv:1 rm:1 ln:1",
			"words before commands, and groups" },
		{ "ls \\\n -l\ncp", "ls:1 cp:3", "a continued line" },
		{ "ls\r\nif a\r\nthen\r\n b\r\nfi\r\n", "ls:1 a:2 b:4", "lines that end with CR LF" },
		{ "l's' c\"p\"", "ls:1", "a quoted name" },
		{ "echo @(a|b) !(c) ;ls", "echo:1 ls:1", "patterns" },
		{ "(ls", "ls:1", "a script that is cut off" },
		{ "cat <<E\n$(ls)", "cat:1", "a here-document without an end" },
		{ "ls '", "ls:1", "a quote that is not closed" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(shown(str_of(cases[i].script)), cases[i].want, cases[i].why);
}

static void test_contexts(void)
{
	struct shell_script s = shell_script_read(&a, STR("if ! a; then b || c; fi; d && e; x=$(f)\nPATH=/o:$PATH g"));

	is_int(s.n == 7 && s.command[0].negated && s.command[0].condition, 1, "a negated condition");
	is_int(!s.command[1].condition && s.command[1].or_next && !s.command[2].or_next, 1, "what has an alternative");
	is_int(s.command[1].list == s.command[2].list && s.command[2].list != s.command[3].list, 1,
		"which are of one list");
	is_int(s.command[3].and_next && !s.command[4].and_next, 1, "what has a consequence");
	is_int(s.command[5].substituted && !s.command[6].substituted, 1, "what is substituted");
	is_int(s.assignments == 2, 1, "assignments are kept");
	is_str(s.assignment[1], "PATH=/o:$PATH", "with their value");
}

static void test_depth(void)
{
	enum { N = 100000 };
	char *text = arena_alloc(&a, N);

	for (size_t k = 0; k < 3; k++) {
		for (size_t i = 0; i < N; i++)
			text[i] = "((`$($(${${"[k == 0 ? 0 : k == 1 ? 2 + (i % 3) : 8 + i % 2];
		shell_script_read(&a, (struct str){ text, N });
	}
	ok(true, "endless nesting comes to an end");
}

int main(void)
{
	stdio_begin("unit-shell_script");
	test_commands();
	test_contexts();
	test_depth();
	arena_free(&a);
	return tap_end();
}

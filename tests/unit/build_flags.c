/* flags - what the build tells the compiler reaches the checker; what a hostile log would have it told does not
 *
 * The rows are the real ones: of the packs as built. */
#include "lang/build_flags.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "lang/language.h"
#include "rules/pack.h"
#include "tap.h"

static struct arena a;
static struct pack *pack;
static struct source_tree *view;
static char root[] = "/tmp/unit-flags.XXXXXX";

static void put(const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		ok(false, path);
}

static void folder(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	mkdir(path, 0700);
}

/* The flags of a file, in one text, with the root as "R". */
static struct str told(const char *file, const char *output)
{
	struct str path, all = STR("");

	source_forget(view);
	path = source_resolve(view, str_of(file));
	const struct text *x = source_read(view, path);
	if (!x)
		return STR("no such file");
	const struct flags *f = flags_find(view, language_of(pack, x->path, x->all), x, str_of(output));
	for (size_t i = 0; i < f->n; i++) {
		struct str w = f->words[i], r = source_root(view);
		size_t at = str_find(w, r);
		if (at < w.n)
			w = arena_printf(&a, "%.*sR%.*s", (int)at, w.p, STR_ARG(str_sub(w, at + r.n, w.n)));
		all = arena_printf(&a, "%.*s%s%.*s", STR_ARG(all), all.n ? " " : "", STR_ARG(w));
	}
	return all;
}

static void is_told(const char *file, const char *output, const char *wanted, const char *name)
{
	is_str(told(file, output), wanted, name);
}

static void test_commands(void)
{
	is_told("src/a.cpp", "g++ -std=c++20 -Iapi -Wall -O2 -DLIMIT=3 -c -o a.o src/a.cpp\n",
		"-std=c++20 -IR/api -DLIMIT=3", "of a printed command, what the row names");
	is_told("src/a.cpp", "make[1]: Entering directory 'src'\ng++ -I ../api -D X -c a.cpp\n", "-IR/api -DX",
		"from the directory that was entered, values that stand apart");
	is_told("src/a.cpp", "/bin/bash ../libtool --tag=CXX --mode=compile g++ -DH -I../api -c -o a.lo a.cpp\n",
		"-DH -IR/api", "after what runs the compiler, its directory known by the file's name");
	is_told("src/a.cpp", "g++ -DA -c src/a.cpp\ng++ -DB -c src/b.cpp\n", "-DA",
		"of the file's own command, not another's");
	is_told("api/a.hpp", "g++ -DA -c src/a.cpp\ng++ -DB -c src/b.cpp\n", "-DB",
		"for a header, of the latest command");
	is_told("src/a.cpp",
		"depbase=`echo a`;\\\n x86_64-linux-gnu-g++-12 -DA \\\n -Iapi -c src/a.cpp &&\\\n mv a b\n",
		"-DA -IR/api", "a command may have several lines");
	is_told("src/a.cpp", "g++ '-DNAME=\"a b\"' -c src/a.cpp\n", "-DNAME=\"a b\"", "quotes are the shell's");
	is_told("src/a.c", "gcc -std=gnu99 -Isrc -ansi -pthread src/a.c\n", "-std=gnu99 -IR/src -ansi -pthread",
		"C is no C++");
	is_told("src/a.cpp", "g++ -I/usr/include/../include/libxml2 -c src/a.cpp\n", "-I/usr/include/libxml2",
		"the system's own headers");
	is_told("src/a.cpp", "no command at all\n", "", "nothing where nothing is known");
}

static void test_attacks(void)
{
	static const char *const lines[] = {
		"g++ -fplugin=./evil.so -fplugin-arg-x=1 @evil.rsp -specs=evil.specs -B./bin -B bin -wrapper ./evil "
		"src/a.cpp\n",
		"g++ -Xclang -load -Xclang ./evil.so -Wp,-D -Wl,--plugin -iplugindir=. -no-canonical-prefixes -pipe "
		"src/a.cpp\n",
		"g++ -I/etc -isystem/root -I../../outside -I.. -iquote/tmp -idirafter / src/a.cpp\n",
		"g++ -include /etc/passwd -include../outside.h -include missing.h -imacros evil.h --include=evil.h "
		"src/a.cpp\n",
		"g++ -Iout -include out/secret.h src/a.cpp\n", /* a link that leads out of the project */
		"g++ -o /etc/evil -MF/etc/evil -save-temps -dumpdir/etc -aux-info evil src/a.cpp\n",
		"g++ -D -fplugin=./evil.so -U @evil -std= -std=../x -std=c++20@x src/a.cpp\n",
		"g++ -I @evil.rsp -isystem -fplugin=./evil.so src/a.cpp\n",
		"g++ -I/usr/include/../../etc -I/usr/includes -I/usr/lib/../../tmp src/a.cpp\n",
		"g++ -D'A\001B=1' -D'1A' -D'A=\n#include </etc/passwd>' src/a.cpp\n",
		"g++ '-I\n@evil.rsp' -I'api\n@evil.rsp' src/a.cpp\n",
		"evil -fplugin=./evil.so src/a.cpp\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		is_told("src/a.cpp", lines[i], "", arena_printf(&a, "refused: line %zu", i + 1).p);
	char many[8192];
	size_t n = 0;
	n += (size_t)snprintf(many, sizeof(many), "g++ src/a.cpp");
	for (int i = 0; i < 500; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, " -DA%d", i);
	source_forget(view);
	const struct text *x = source_read(view, STR("src/a.cpp"));
	ok(flags_find(view, language_of(pack, x->path, x->all), x, (struct str){ many, n })->n == FLAGS_MOST,
		"no more than fit");
	source_forget(view);
	x = source_read(view, STR("src/a.cpp"));
	flags_find(view, language_of(pack, x->path, x->all), x, (struct str){ "g++ \0 -I\0 src/a.cpp \\", 22 });
	flags_find(view, language_of(pack, x->path, x->all), x, STR("g++ \\"));
	ok(true, "nor does a line that breaks off do harm");
}

static void test_written(void)
{
	put("compile_commands.json",
		"[{\"directory\": \"/elsewhere/build\", \"command\": \"c++ -I../api -DA -c ../src/a.cpp\", \"file\": "
		"\"../src/a.cpp\"},"
		" {\"directory\": \"/original/build\", \"arguments\": [\"c++\", \"-I../api\", \"-isystem\", "
		"\"/original/src\", \"-fplugin=x.so\","
		" \"-DB=1 2\", \"../src/b.cpp\"]}, 7]\n");
	is_told("src/b.cpp", "", "-IR/api -isystemR/src -DB=1 2", "the database of what this is a copy of");
	is_told("src/b.cpp", "g++ -DC src/b.cpp\n", "-DC", "what was printed goes first");
	put("compile_commands.json", "[{\"directory\": \"/original\", \"command\": \"c++ \n");
	is_told("src/b.cpp", "", "", "a broken database says nothing");
	char path[300];
	snprintf(path, sizeof(path), "%s/compile_commands.json", root);
	unlink(path);
	folder("build"), folder("build/CMakeFiles"), folder("build/CMakeFiles/x.dir");
	put("build/CMakeFiles/x.dir/flags.make",
		"CXX_DEFINES = -DX -fplugin=x.so\n\nCXX_INCLUDES = -I/original/api -I/etc\n\nCXX_FLAGS = -O2 "
		"-std=gnu++17\n");
	is_told("src/b.cpp", "", "-DX -IR/api -std=gnu++17", "files that hold options");
}

int main(void)
{
	struct err err;
	char name[4096];

	snprintf(name, sizeof(name), "%s/share/heal.pack", getenv("HEAL_BUILD") ? getenv("HEAL_BUILD") : ".");
	pack = pack_load(name, &err);
	if (!pack || !mkdtemp(root)) {
		ok(false, "the packs and a folder");
		return tap_end();
	}
	folder("src"), folder("api"), folder("bin"), folder("\n@evil.rsp"), folder("api\n@evil.rsp");
	put("src/a.cpp", "int a;\n"), put("src/b.cpp", "int b;\n"), put("src/a.c", "int c;\n"),
		put("api/a.hpp", "#pragma once\n");
	put("evil.h", ""), put("evil.rsp", "-DEVIL\n"), put("evil.so", ""), put("evil", "-DEVIL");
	char link[300];
	snprintf(link, sizeof(link), "%s/out", root);
	if (symlink("/usr/include", link) != 0)
		ok(false, "a link that leads out");
	view = source_new(root, NULL, &err);
	source_alias(view, STR("/original"));
	test_commands();
	test_attacks();
	test_written();
	source_free(view);
	return tap_end();
}

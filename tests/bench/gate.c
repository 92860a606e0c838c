/* gate - how fast literals are found in the noise of builds, beside the counting of newlines
 *
 *     gate [MEGABYTES [FILE]]
 *
 * Makes its own noise (or takes FILE's bytes over and over): compilers, tests, package managers,
 * services; 13 % of the lines hold "rror", one in 15000 is an error.  The rounds of all candidates alternate, and the
 * best of each counts, for machines have moods.  Literals are given as a share of what memchr does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/proc.h"
#include "gate/gate.h"

enum { ROUNDS = 5, ROOM = 256, MEGABYTE = 1 << 20 };

static uint64_t seed = 0x2545f4914f6cdd1du;

static uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % sides;
}

static const char *const words[] = {
	"parser",
	"buffer",
	"stream",
	"client",
	"worker",
	"router",
	"config",
	"session",
	"token",
	"cache",
	"index",
	"layout",
	"vector",
	"matrix",
	"socket",
	"thread",
	"signal",
	"handler",
	"service",
	"model",
	"schema",
	"query",
	"render",
	"widget",
	"engine",
	"driver",
	"kernel",
	"module",
	"loader",
	"filter",
	"mapper",
	"reader",
	"writer",
	"account",
	"billing",
	"invoice",
	"payment",
	"catalog",
	"search",
	"profile",
	"upload",
	"storage",
	"volume",
};

/* %w a word, %d a number, %x hex digits.  Lines with "rror" come from the second list. */
static const char *const quiet[] = {
	"gcc -DHAVE_CONFIG_H -I. -I../%w -O2 -g -Wall -fstack-protector-strong -MT %w_%w.o -MD -MP -c -o %w_%w.o "
	"../%w/%w.c",
	"[%d/%d] Building CXX object lib/%w/CMakeFiles/%w.dir/%w_%w.cpp.o",
	"libtool: compile:  g++ -std=c++17 -fPIC -DPIC -I../include/%w -c %w.cc -o .libs/%w.o",
	"make[%d]: Entering directory '/build/%w-%d.%d/src/%w'",
	"-- Performing Test HAVE_%w_%w - Success",
	"ok  \tgithub.com/acme/%w/internal/%w\t0.%ds",
	"--- PASS: Test%w%w (0.0%ds)",
	"=== RUN   Test%w%w/%w_%d",
	"tests/%w/test_%w.py::test_%w_%w[%d] PASSED                  [ %d%%]",
	"[INFO] Downloading from central: https://repo.example.org/maven2/org/%w/%w/%d.%d/%w-%d.%d.jar",
	"[INFO] Tests run: %d, Failures: 0, Skipped: 0, Time elapsed: 0.%d s - in org.%w.%wTest",
	"npm http fetch GET 200 https://registry.example.org/%w-%w %dms (cache miss)",
	"added %d packages in %ds",
	"Get:%d http://deb.example.org/debian bookworm/main amd64 lib%w%d amd64 %d.%d-1 [%d kB]",
	"Unpacking lib%w-dev:amd64 (%d.%d.%d-2) ...",
	"Setting up python3-%w (%d.%d-1) ...",
	"module.%w.aws_instance.%w[%d]: Still creating... [%ds elapsed]",
	"  + %w_%w_id = (known after apply)",
	"ok: [%w-%d.example.net] => (item=%w)",
	"TASK [%w : install the %w %w] *********************************",
	"2024-0%d-1%dT10:%d:33.%dZ INFO  [%w-%d] com.acme.%w.%wFilter - handled %x in %d ms",
	"081109 20%d %d INFO dfs.DataNode$PacketResponder: PacketResponder %d for block blk_%d%d terminating",
	"{\"level\":\"info\",\"ts\":%d.%d,\"logger\":\"%w\",\"msg\":\"%w %w done\",\"trace\":\"%x%x\"}",
	"10.%d.%d.%d - - [14/Mar/2024:10:%d:33 +0000] \"GET /api/%w/%d HTTP/1.1\" 200 %d \"-\" \"curl/8.%d\"",
	"Mar 14 10:%d:33 %w systemd[1]: Started %w %w daemon.",
	"   Compiling %w-%w v%d.%d.%d",
	"#%d sha256:%x%x%x %dMB / %dMB 0.%ds done",
	" ---> Using cache %x",
	"remote: Counting objects: %d%% (%d/%d), done.",
};
static const char *const loud[] = {
	"gcc -DHAVE_CONFIG_H -I. -I../%w -O2 -g -Wall -Werror=format-security -Wdate-time -c -o %w_%w.o ../%w/%w.c",
	"cc -pipe -Werror=implicit -Werror=return-type -I%w -o obj/%w.o -c src/%w/%w.c",
	"[INFO] Tests run: %d, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.%d s - in org.%w.%wTest",
	"tests/%w/test_errors.py::test_%w_raises_error PASSED            [ %d%%]",
	"[%d/%d] Building C object %w/CMakeFiles/%w.dir/error_%w.c.o",
	"--- PASS: Test%wErrorIsWrapped (0.0%ds)",
	"{\"level\":\"info\",\"ts\":%d.%d,\"msg\":\"%w %w done\",\"error\":null,\"trace\":\"%x\"}",
};

static void line_add(char **to, const char *format)
{
	for (; *format; format++) {
		if (*format != '%') {
			*(*to)++ = *format;
			continue;
		}
		switch (*++format) {
		case 'w':
			*to = stpcpy(*to, words[dice(sizeof(words) / sizeof(*words))]);
			break;
		case 'd':
			*to += sprintf(*to, "%u", dice(dice(2) ? 10 : 500));
			break;
		case 'x':
			*to += sprintf(*to, "%06x", dice(1 << 24));
			break;
		default:
			*(*to)++ = *format;
		}
	}
	*(*to)++ = '\n';
}

static struct str noise_make(size_t n)
{
	char *p = malloc(n + 4096), *to = p;

	if (!p)
		out_of_memory();
	while ((size_t)(to - p) < n)
		line_add(&to,
			dice(15000) == 0       ? "%w/%w.c:%d:%d: error: unknown type name '%w'" :
				dice(100) < 13 ? loud[dice(sizeof(loud) / sizeof(*loud))] :
						 quiet[dice(sizeof(quiet) / sizeof(*quiet))]);
	return (struct str){ p, (size_t)(to - p) };
}

static struct str noise_from(const char *path, size_t n)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct str file;

	if (!file_read(&a, path, (size_t)1 << 30, &file, &err) || !file.n)
		die(HEAL_WRONG, "%s", file.n ? err.text : "nothing to scan");
	char *p = malloc(n);
	if (!p)
		out_of_memory();
	for (size_t i = 0; i < n; i += file.n)
		memcpy(p + i, file.p, n - i < file.n ? n - i : file.n);
	arena_free(&a);
	return (struct str){ p, n };
}

/* What rules look for; more are made of the parts below. */
static const char *const stock[] = {
	"error: ",
	"warning: ",
	"fatal error: ",
	"Traceback (most recent call last)",
	"undefined reference to",
	"No such file or directory",
	"npm ERR!",
	"FAILED",
	"panic: ",
	"error[E0",
	"Segmentation fault",
	"command not found",
	"Permission denied",
	"cannot find module",
	"ModuleNotFoundError",
	"ImportError",
	"SyntaxError: ",
	"TypeError: ",
	"ReferenceError: ",
	"NullPointerException",
	"java.lang.",
	"BUILD FAILURE",
	"[ERROR]",
	"Could not resolve dependencies",
	"no required module provides package",
	"cannot find package",
	"undeclared name",
	"imported and not used",
	"declared and not used",
	"ld returned 1 exit status",
	"collect2: error",
	"ninja: build stopped",
	"make: *** ",
	"recipe for target",
	"CMake Error",
	"configure: error",
	"Unable to locate package",
	"has unmet dependencies",
	"Could not get lock",
	"dpkg: error",
	"E: Package",
	"Connection refused",
	"Connection timed out",
	"ETIMEDOUT",
	"ECONNREFUSED",
	"ENOENT",
	"EACCES",
	"EADDRINUSE",
	"Out of memory",
	"Killed process",
	"OutOfMemoryError",
	"StackOverflowError",
	"Error: Unsupported",
	"Error: Reference to undeclared",
	"fatal: [",
	"UNREACHABLE!",
	"ERROR! ",
	"AssertionError",
	"KeyError: ",
	"ValueError: ",
	"AttributeError: ",
	"IndentationError",
	"unexpected token",
	"Unexpected identifier",
	"error TS",
	"Module not found",
	"Failed to compile",
	"ELIFECYCLE",
	"peer dep",
	"Could not find a version that satisfies",
	"ResolutionImpossible",
	"CrashLoopBackOff",
	"ImagePullBackOff",
	"ErrImagePull",
	"toomanyrequests",
	"denied: ",
	"unauthorized: ",
	"x509: certificate",
	"certificate verify failed",
	"CONFLICT (content)",
	"Authentication failed",
	"deadlock detected",
	"duplicate key value",
	"relation \"",
	"syntax error at or near",
	"Access denied for user",
	"unterminated string",
	"expected ';'",
	"implicit declaration of function",
	"incompatible pointer type",
	"AddressSanitizer",
	"runtime error: ",
	"double free or corruption",
	"stack smashing",
	"Aborted (core dumped)",
};
static const char *const what[] = {
	"cannot open ",
	"could not read ",
	"unable to load ",
	"failed to parse ",
	"invalid ",
	"missing ",
	"unknown ",
	"unsupported ",
	"unexpected ",
	"no such ",
	"too many ",
	"duplicate ",
	"conflicting ",
	"undefined ",
	"expected a ",
	"error in ",
	"Error while loading ",
	"Exception in ",
};
static const char *const whom[] = {
	"argument",
	"attribute",
	"certificate",
	"column",
	"configuration",
	"constraint",
	"database",
	"declaration",
	"dependency",
	"directory",
	"environment",
	"expression",
	"field",
	"identifier",
	"interface",
	"key",
	"library",
	"manifest",
	"method",
	"module",
	"namespace",
	"operand",
	"option",
	"package",
	"parameter",
	"permission",
	"plugin",
	"property",
	"provider",
	"repository",
	"resource",
	"schema",
	"secret",
	"service",
	"statement",
	"string",
	"symbol",
	"syntax",
	"table",
	"template",
	"token",
	"type",
	"user",
	"value",
	"variable",
	"version",
	"volume",
	"workflow",
};

enum {
	STOCK = sizeof(stock) / sizeof(*stock),
	WHAT = sizeof(what) / sizeof(*what),
	WHOM = sizeof(whom) / sizeof(*whom)
};

static const struct gate *gate_make(struct arena *a, size_t n, const char *brief)
{
	struct gate_literal *l = arena_alloc(a, (n + 1) * sizeof(*l));
	struct err err;
	double begin = seconds_now();

	for (size_t i = 0; i < n; i++) {
		size_t k = (i - STOCK) * 7 % (WHAT * WHOM); /* 7 and 864 share no factor: all pairs come, well mixed */
		l[i].text = i < STOCK ? str_of(stock[i]) : arena_printf(a, "%s%s", what[k % WHAT], whom[k / WHAT]);
		l[i].nocase = i % 12 == 5;
		l[i].id = (uint32_t)i;
	}
	l[n] = (struct gate_literal){ str_of(brief), false, (uint32_t)n };
	struct str image = gate_compile(a, l, n + (brief != NULL), &err);
	double middle = seconds_now();
	const struct gate *g = image.p ? gate_open(a, image, &err) : NULL;
	if (!g)
		die(HEAL_BROKEN, "%s", err.text);
	printf("%4zu literals%s%s: image %zu KB, compiled in %.1f ms, opened in %.3f ms\n", n, brief ? " and " : "",
		brief ? brief : "", image.n / 1024, (middle - begin) * 1e3, (seconds_now() - middle) * 1e3);
	return g;
}

static size_t newlines(const struct gate *g, struct str s)
{
	size_t n = 0;
	const char *p = s.p, *end = s.p + s.n;

	(void)g;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))))
		n++, p++;
	return n;
}

/* Lines with hits, in blocks as a filter reads them. */
static size_t lines(const struct gate *g, struct str s)
{
	struct gate_sweep sweep;
	struct gate_hit hits[ROOM];
	size_t count = 0, n;

	for (size_t done = 0; done < s.n;) {
		struct str block = str_sub(s, done, done + 256 * 1024);
		size_t cut = done + block.n < s.n ? str_rchr(block, '\n') + 1 : block.n;
		block = str_sub(block, 0, cut ? cut : block.n);
		gate_sweep_begin(&sweep, g, block, 0);
		for (size_t from = 0; from < block.n; count++) {
			from = gate_sweep_next(&sweep, from, hits, ROOM, &n);
			if (from == block.n)
				break;
			from += str_chr(str_sub(block, from, block.n), '\n') + 1;
		}
		done += block.n;
	}
	return count;
}

struct entrant {
	const char *name;
	size_t (*run)(const struct gate *, struct str);
	const struct gate *g;
	double best; /* seconds */
	size_t count;
};

static void race(struct entrant *e, size_t n, struct str noise)
{
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < n; i++) {
			double begin = seconds_now();
			e[i].count = e[i].run(e[i].g, noise);
			double took = seconds_now() - begin;
			if (!round || took < e[i].best)
				e[i].best = took;
		}
	for (size_t i = 0; i < n; i++)
		printf("%-28s %7.0f MB/s  %5.3f of memchr  %zu lines\n", e[i].name, (double)noise.n / 1e6 / e[i].best,
			e[0].best / e[i].best, e[i].count);
}

int main(int argc, char **argv)
{
	size_t size = (argc > 1 ? strtoul(argv[1], NULL, 10) : 200) * MEGABYTE;
	struct str noise = argc > 2 ? noise_from(argv[2], size) : noise_make(size);
	struct arena a = ARENA_INIT;
	struct entrant e[] = {
		{ "newlines by memchr", newlines },
		{ "100 literals", lines, gate_make(&a, 100, NULL) },
		{ "500 literals", lines, gate_make(&a, 500, NULL) },
		{ "500 and one of four bytes", lines, gate_make(&a, 500, "ERR!") },
		{ "900 literals", lines, gate_make(&a, 900, NULL) },
	};

	race(e, sizeof(e) / sizeof(*e), noise);
	free((char *)noise.p);
	arena_free(&a);
	return 0;
}

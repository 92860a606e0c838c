/* heal-open - unpack a compressed log, an archive or a URL to standard output (helper of heal-detect)
 *
 * The input is untrusted and the libraries that parse it are large, so this is a separate process, which drops its
 * privileges before it reads the input:
 *
 *     unpack   has the open input and standard output; cannot open files, create sockets or start programs
 *     fetch    (for a URL) a second process: speaks HTTP and writes the body into a pipe; can read files
 *              (certificates, resolver configuration), cannot write files or start programs
 *     post     (with --post, --exchange) sends a request to a webhook or a language model, with the rights of fetch
 *
 * Enforced by no_new_privs, Landlock and a seccomp filter, each if the kernel has it.  Sections: privileges, output and
 * its limits, unpacking, fetching, posting, main. */
#include <archive.h>
#include <archive_entry.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/opt.h"
#include "base/str.h"

static int max_mb = 4096;
static int max_ratio = 1000;
static int timeout = 60;
static bool members, post, exchange;
static const struct opt opts[] = {
	OPT_FLAG('M', "members", &members, "mark the archive members (for heal-detect)"),
	OPT_INT('m', "max-mb", "MIB", &max_mb, "stop after MIB MiB of output (4096)"),
	OPT_INT('r', "max-ratio", "N", &max_ratio, "stop after more than N bytes for each compressed byte (1000)"),
	OPT_FLAG(0, "post", &post, "send the request on standard input (for heal-monitor)"),
	OPT_FLAG(0, "exchange", &exchange, "the same, and write the answer (for heal-llm)"),
	OPT_INT('t', "timeout", "SECONDS", &timeout, "time limit for a URL (60)"),
	OPT_END,
};
static const struct tool tool = { "heal-open", "FILE|URL|-",
	"unpack a compressed log, an archive or a URL to standard output", opts, NULL };

/* The ratio is checked from here on: a short run of blanks compresses as well as a bomb. */
enum { RATIO_FROM = 64 << 20, CHUNK = 64 * 1024 };

/* ---- privileges ---- */

enum rights { MAY_NOTHING, MAY_FETCH };

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
/* The leak checker starts a thread that traces this process, which is forbidden below. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return 1;
}
#endif

/* The kernel's own layout; the C library's header may know an older one. */
struct ruleset {
	uint64_t fs, net, scoped;
};

enum { FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3, NET_BIND = 1, NET_BIND_AND_CONNECT = 3, SCOPE_ABSTRACT_UNIX = 1 };

static void allow_reading(int ruleset)
{
	struct landlock_path_beneath_attr all = { .allowed_access = FS_READ_FILE | FS_READ_DIR };

	all.parent_fd = open("/", O_PATH | O_CLOEXEC);
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &all, 0);
	close(all.parent_fd);
}

static void landlock(enum rights rights)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	static const int fs_bits[] = { 0, 13, 14, 15, 15, 16 }; /* access rights known to ABI 1, 2 ... */

	if (abi < 1)
		return;
	struct ruleset r = { .fs = (UINT64_C(1) << fs_bits[abi > 5 ? 5 : abi]) - 1 };
	if (abi >= 4)
		r.net = rights == MAY_FETCH ? NET_BIND : NET_BIND_AND_CONNECT;
	if (abi >= 6)
		r.scoped = SCOPE_ABSTRACT_UNIX;
	size_t size = abi >= 6 ? sizeof(r) : abi >= 4 ? 16 : 8;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (ruleset < 0)
		return;
	if (rights == MAY_FETCH)
		allow_reading(ruleset);
	syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
}

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

/* Refused with EPERM.  The first ones are what fetching needs. */
static const int refused[] = {
	SYS_socket,
	SYS_connect,
	SYS_clone,
	SYS_clone3,
#ifdef SYS_fork
	SYS_fork,
	SYS_vfork,
#endif
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_bpf,
	SYS_mount,
	SYS_unshare,
	SYS_setns,
	SYS_io_uring_setup,
	SYS_perf_event_open,
	SYS_keyctl,
	SYS_open_by_handle_at,
	SYS_userfaultfd,
	SYS_init_module,
	SYS_finit_module,
	SYS_kexec_load,
};
enum { REFUSED = sizeof(refused) / sizeof(refused[0]), FETCH_NEEDS = 4 };

static void seccomp(enum rights rights)
{
#ifdef OUR_ARCH
	struct sock_filter f[REFUSED + 8];
	size_t n = 0, first = rights == MAY_FETCH ? FETCH_NEEDS : 0;

	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = first; i < REFUSED; i++)
		f[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned)refused[i], (unsigned char)(REFUSED - i + 1), 0);
	/* x86-64: the x32 calls have this bit set */
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 1, 0);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	struct sock_fprog program = { .len = (unsigned short)n, .filter = f };
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
#else
	(void)rights;
#endif
}

/* A mechanism that the kernel lacks is skipped, so that logs can still be read on an old kernel. */
static void rights_drop(enum rights rights)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	landlock(rights);
	seccomp(rights);
}

/* ---- output ---- */

struct output {
	const char *name; /* what is being read, for messages */
	uint64_t written;
	char last; /* byte written */
};

static void write_or_die(struct str bytes)
{
	if (!fd_write(STDOUT_FILENO, bytes))
		die(HEAL_REFUSED, "cannot write to standard output: %s", strerror(errno));
}

/* A letter, the length, the body: see archive_members.h, which reads it. */
static void piece_write(char letter, struct str body)
{
	char head[5] = { letter, (char)body.n, (char)(body.n >> 8), (char)(body.n >> 16), (char)(body.n >> 24) };

	write_or_die((struct str){ head, sizeof(head) });
	write_or_die(body);
}

static void output_add(struct output *o, struct archive *outer, struct str bytes)
{
	int64_t packed = archive_filter_bytes(outer, -1);

	if (!bytes.n)
		return;
	o->written += bytes.n;
	if (o->written > (uint64_t)max_mb << 20)
		die(HEAL_WRONG, "'%s' contains more than %d MiB; see --max-mb", o->name, max_mb);
	if (o->written > RATIO_FROM && packed > 0 && o->written / (uint64_t)packed > (uint64_t)max_ratio)
		die(HEAL_WRONG, "'%s' unpacks to more than %d times its size; see --max-ratio", o->name, max_ratio);
	if (members)
		piece_write('D', bytes);
	else
		write_or_die(bytes);
	o->last = bytes.p[bytes.n - 1];
}

/* ---- unpacking ---- */

static pid_t fetcher; /* the second process, or 0 */

/* The exit status of the fetcher: an incomplete body must not be accepted as complete. */
static int fetch_status(void)
{
	int status;

	if (waitpid(fetcher, &status, 0) != fetcher)
		return HEAL_BROKEN;
	return WIFEXITED(status) ? WEXITSTATUS(status) : HEAL_REFUSED;
}

static struct archive *reader_new(void)
{
	struct archive *a = archive_read_new();

	if (!a)
		out_of_memory();
	/* Listed one by one: libarchive's "all" starts programs for formats that it does not implement. */
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_lzma(a);
	archive_read_support_filter_lzip(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_compress(a);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	return a;
}

__attribute__((noreturn)) static void damaged(const struct output *o, struct archive *a)
{
	char why[300];
	int fetched = fetcher ? fetch_status() : HEAL_OK;

	if (fetched != HEAL_OK) /* which printed the reason */
		exit(fetched);
	const char *text = archive_error_string(a);
	if (!text || !text[0]) /* some filters give no reason */
		text = "the data is damaged or cut short";
	die(HEAL_WRONG, "cannot unpack '%s': %s", o->name, visible(str_of(text), why, sizeof(why)));
}

/* A member of an archive may itself be compressed: build.log.1.gz in a tar. */
struct archive_member {
	struct archive *outer;
	char bytes[CHUNK];
};

static ssize_t member_read(struct archive *inner, void *from, const void **bytes)
{
	struct archive_member *m = from;
	ssize_t n = archive_read_data(m->outer, m->bytes, sizeof(m->bytes));

	*bytes = m->bytes;
	if (n < 0)
		archive_set_error(inner, archive_errno(m->outer), "%s", archive_error_string(m->outer));
	return n;
}

/* An image or a program, not a log.  UTF-16 text also contains NUL bytes. */
static bool is_binary(struct str head)
{
	struct str s = str_sub(head, 0, 4096);
	bool wide = s.n >= 2 && (memcmp(s.p, "\xff\xfe", 2) == 0 || memcmp(s.p, "\xfe\xff", 2) == 0);

	return !wide && str_chr(s, '\0') < s.n;
}

/* member: its name, or NULL for data that is not in an archive. */
static void data_copy(struct output *o, struct archive *outer, struct archive *a, const char *member)
{
	static char bytes[CHUNK];
	bool first = members && member;
	ssize_t n;

	while ((n = archive_read_data(a, bytes, sizeof(bytes))) > 0) {
		struct str piece = { bytes, (size_t)n };
		if (first && is_binary(piece)) {
			piece_write('B', str_of(member));
			return;
		}
		if (first)
			piece_write('N', str_of(member));
		first = false;
		output_add(o, outer, piece);
	}
	if (n < 0)
		damaged(o, a);
}

static void member_copy(struct output *o, struct archive *outer, const char *name)
{
	static struct archive_member m;
	struct archive *inner = reader_new();
	struct archive_entry *entry;

	m.outer = outer;
	if (archive_read_open(inner, &m, NULL, member_read, NULL) != ARCHIVE_OK)
		damaged(o, inner);
	int got = archive_read_next_header(inner, &entry);
	if (got == ARCHIVE_OK || got == ARCHIVE_WARN)
		data_copy(o, outer, inner, name);
	else if (got != ARCHIVE_EOF)
		damaged(o, inner);
	archive_read_free(inner);
}

/* A name that the library cannot convert is used as bytes, or becomes "?". */
static const char *member_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	if (!name)
		name = archive_entry_pathname(entry);
	return name && *name ? name : "?";
}

static void unpack(int fd, const char *name)
{
	struct output o = { .name = name, .last = '\n' };
	struct archive *a = reader_new();
	struct archive_entry *entry;
	int got;

	archive_read_support_format_tar(a);
	archive_read_support_format_zip(a);
	if (archive_read_open_fd(a, fd, CHUNK) != ARCHIVE_OK)
		damaged(&o, a);
	while ((got = archive_read_next_header(a, &entry)) == ARCHIVE_OK || got == ARCHIVE_WARN) {
		bool raw = archive_format(a) == ARCHIVE_FORMAT_RAW;
		if (!raw && archive_entry_filetype(entry) != AE_IFREG)
			continue;
		if (archive_entry_is_encrypted(entry))
			die(HEAL_WRONG, "'%s' is encrypted", name);
		if (o.last != '\n' && !members) /* separate the last line of a log from the next log */
			output_add(&o, a, STR("\n"));
		if (raw)
			data_copy(&o, a, a, NULL);
		else
			member_copy(&o, a, member_name(entry));
	}
	if (got != ARCHIVE_EOF)
		damaged(&o, a);
	archive_read_free(a);
}

/* ---- fetching ---- */

struct body {
	int fd;
	uint64_t n;
};

static size_t body_add(char *bytes, size_t one, size_t n, void *to)
{
	struct body *b = to;

	b->n += one * n;
	if (b->n > (uint64_t)max_mb << 20 || !fd_write(b->fd, (struct str){ bytes, one * n }))
		return CURL_WRITEFUNC_ERROR;
	return n;
}

static CURL *request_new(const char *url, struct body *body, char *why)
{
	CURL *c = curl_easy_init();
	bool secure = str_starts(str_of(url), "https:");

	if (!c)
		out_of_memory();
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)timeout);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)(timeout < 15 ? timeout : 15));
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max_mb << 20);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "heal-open/" HEAL_VERSION);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, body_add);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, body);
	return c;
}

/* The second process; never returns. */
__attribute__((noreturn)) static void fetch(const char *url, int fd)
{
	struct body body = { .fd = fd };
	char why[CURL_ERROR_SIZE] = "", shown[300];

	rights_drop(MAY_FETCH);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	CURL *c = request_new(url, &body, why);
	CURLcode got = curl_easy_perform(c);
	curl_easy_cleanup(c);
	if (got == CURLE_OK)
		_exit(HEAL_OK);
	if (body.n > (uint64_t)max_mb << 20 || got == CURLE_FILESIZE_EXCEEDED)
		die(HEAL_WRONG, "the response is larger than %d MiB; see --max-mb", max_mb);
	const char *text = why[0] ? why : curl_easy_strerror(got);
	/* The URL may contain a password, so it is not printed. */
	die(HEAL_REFUSED, "cannot fetch the URL: %s", visible(str_of(text), shown, sizeof(shown)));
}

/* ---- posting ----
 *
 * The request: the URL, headers, an empty line, the body.  It comes on standard input, since other users can read
 * arguments, and the URL may have a secret.  With --exchange the answer is written as it arrives: a line "STATUS
 * SECONDS TYPE", with the time to wait that the server asks for, or 0, and the type of the body, or "-"; then the body.
 */

enum { REQUEST_MAX = 1 << 22, POST_SECONDS = 10 };

struct answer {
	CURL *c;
	bool begun; /* the first line was written */
	uint64_t n;
};

static size_t body_ignore(char *bytes, size_t one, size_t n, void *to)
{
	(void)bytes;
	(void)to;
	return one * n;
}

static void answer_begin(struct answer *answer)
{
	struct arena a = ARENA_INIT;
	long status = 0;
	curl_off_t wait = 0;
	char *type = NULL;

	if (answer->begun)
		return;
	answer->begun = true;
	curl_easy_getinfo(answer->c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(answer->c, CURLINFO_RETRY_AFTER, &wait);
	curl_easy_getinfo(answer->c, CURLINFO_CONTENT_TYPE, &type);
	write_or_die(arena_printf(&a, "%ld %lld %s\n", status, (long long)wait, type && *type ? type : "-"));
	arena_free(&a);
}

static size_t answer_add(char *bytes, size_t one, size_t n, void *to)
{
	struct answer *answer = to;

	answer_begin(answer);
	answer->n += one * n;
	if (answer->n > (uint64_t)max_mb << 20)
		die(HEAL_WRONG, "the answer is larger than %d MiB; see --max-mb", max_mb);
	write_or_die((struct str){ bytes, one * n });
	return n;
}

static bool is_loopback(struct str host)
{
	return str_is(host, "127.0.0.1") || str_is(host, "[::1]");
}

/* A resolver may answer "localhost" as it likes, so this does. */
static struct curl_slist *localhost_pin(struct arena *a, CURLU *u)
{
	char *port = NULL;
	struct curl_slist *pin = NULL;

	if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		pin = curl_slist_append(NULL, arena_printf(a, "localhost:%s:127.0.0.1,[::1]", port).p);
	curl_free(port);
	return pin;
}

/* As curl itself understands the URL.  *local: its host is this machine. */
static bool may_post(CURLU *u, bool *local)
{
	char *scheme = NULL, *host = NULL;
	bool known = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK;

	*local = known && (is_loopback(str_of(host)) || (exchange && str_is(str_of(host), "localhost")));
	bool may = known && (str_is(str_of(scheme), "https") || (str_is(str_of(scheme), "http") && *local));
	curl_free(scheme);
	curl_free(host);
	return may;
}

static int request_send(CURL *c, struct answer *answer, char *why)
{
	const char *to = exchange ? "server" : "webhook";
	char shown[300];
	long status = 0;
	CURLcode got = curl_easy_perform(c);

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (got == CURLE_OK && exchange)
		answer_begin(answer);
	if (got == CURLE_OK && (exchange || (status >= 200 && status < 300)))
		return HEAL_OK;
	if (got == CURLE_OK) /* a redirect is not followed: the message is for this host */
		die(HEAL_REFUSED, "the webhook answered with status %ld", status);
	const char *text = why[0] ? why : curl_easy_strerror(got);
	die(HEAL_REFUSED, "cannot send to the %s: %s", to, visible(str_of(text), shown, sizeof(shown)));
}

static void request_options(CURL *c, struct answer *answer, bool local)
{
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (local || !exchange)
		curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_TIMEOUT, exchange ? (long)timeout : (long)POST_SECONDS);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)POST_SECONDS);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "heal/" HEAL_VERSION);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, exchange ? answer_add : body_ignore);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, answer);
	if (!exchange)
		curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)CHUNK);
}

static int post_request(void)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct str all, line, url = STR("");
	struct curl_slist *headers = NULL, *pin;
	static char why[CURL_ERROR_SIZE];
	bool local;

	if (!fd_read(&a, STDIN_FILENO, REQUEST_MAX, &all, &err))
		die(err.status, "%s", err.text);
	rights_drop(MAY_FETCH);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	CURL *c = curl_easy_init();
	CURLU *u = curl_url();
	if (!c || !u)
		out_of_memory();
	str_line(&all, &url);
	while (str_line(&all, &line) && line.n)
		headers = curl_slist_append(headers, arena_strdup(&a, line));
	if (curl_url_set(u, CURLUPART_URL, arena_strdup(&a, url), 0) != CURLUE_OK || !may_post(u, &local))
		die(HEAL_WRONG, "the URL must begin with https://, or with http://127.0.0.1 or http://[::1]%s",
			exchange ? " or http://localhost" : "");
	struct answer answer = { .c = c };
	request_options(c, &answer, local);
	pin = local ? localhost_pin(&a, u) : NULL;
	curl_easy_setopt(c, CURLOPT_RESOLVE, pin);
	curl_easy_setopt(c, CURLOPT_CURLU, u);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, all.p);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)all.n);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	int status = request_send(c, &answer, why);
	curl_slist_free_all(headers);
	curl_slist_free_all(pin);
	curl_url_cleanup(u);
	curl_easy_cleanup(c);
	arena_free(&a);
	return status;
}

/* The read end of a pipe with the body. */
static int url_open(const char *url)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || (fetcher = fork()) < 0)
		die(HEAL_REFUSED, "cannot start another process: %s", strerror(errno));
	if (fetcher == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		fetch(url, ends[1]);
	}
	close(ends[1]);
	return ends[0];
}

static bool is_url(struct str name)
{
	if (str_starts(name, "http://") || str_starts(name, "https://"))
		return true;
	if (str_find(name, STR("://")) < name.n && !file_exists(name.p))
		die(HEAL_WRONG, "unsupported URL '%s': not http or https", name.p);
	return false;
}

static int input_open(const char *name)
{
	struct stat st;

	if (str_is(str_of(name), "-"))
		return STDIN_FILENO;
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		die(HEAL_WRONG, "cannot open '%s': %s", name, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		die(HEAL_WRONG, "cannot open '%s': %s", name, strerror(EISDIR));
	return fd;
}

int main(int argc, char **argv)
{
	tool_begin(&tool, &argc, argv, NULL, false);
	if (argc != 2)
		die(HEAL_WRONG, "requires one file, URL or '-'; see 'heal-open --help'");
	if (post || exchange)
		return tool_end(post_request());
	bool url = is_url(str_of(argv[1]));
	int fd = url ? url_open(argv[1]) : input_open(argv[1]);

	rights_drop(MAY_NOTHING);
	unpack(fd, url ? "the response" : argv[1]);
	return tool_end(url ? fetch_status() : HEAL_OK);
}

/* github.c - workflow commands, which GitHub shows as annotations
 *
 *     ::error file=src/a.c,line=3,endLine=3,col=5,title=gcc.diagnostic::message
 *
 * Text from logs is escaped: a newline is "%0A", so it cannot start a command.
 *
 * GitHub shows ten annotations of a kind per step and drops the others.  These are appended to the file
 * $GITHUB_STEP_SUMMARY as Markdown, with text from logs in code spans.  Without that file all are annotations. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "present/format.h"

/* GitHub rejects a summary larger than 1 MiB. */
enum { SHOWN_MAX = 10, SUMMARY_MAX = 1 << 20, SUMMARY_TAIL = 200, WORDS_MAX = 500, MESSAGE_MAX = 4000 };

enum kind { ERRORS, WARNINGS, NOTICES, KINDS };
static const char *const kinds[KINDS] = { "error", "warning", "notice" };

struct github {
	unsigned long n[KINDS];
	FILE *summary;
	size_t room; /* remaining bytes */
	unsigned long summed, left_out;
};

enum place_in_command { IN_MESSAGE, IN_PROPERTY };

static void percent(FILE *out, unsigned char c)
{
	fprintf(out, "%%%02X", c);
}

static void piece_escape(struct presenter *p, struct str piece, enum place_in_command place)
{
	struct str s = text_safe(&p->scratch, piece, MESSAGE_MAX, LINE_GOES_ON);

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '%' || (place == IN_PROPERTY && (s.p[i] == ':' || s.p[i] == ',')))
			percent(p->out, (unsigned char)s.p[i]);
		else
			fputc(s.p[i], p->out);
}

/* Newlines are the only control bytes that GitHub decodes. */
static void escape(struct presenter *p, struct str s, enum place_in_command place)
{
	while (s.n) {
		size_t n = 0;
		while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r')
			n++;
		piece_escape(p, str_sub(s, 0, n), place);
		if (n < s.n)
			percent(p->out, (unsigned char)s.p[n]);
		s = str_sub(s, n + 1, s.n);
	}
}

static enum kind kind_of(enum level level)
{
	return is_error_level(level) ? ERRORS : level == LEVEL_WARNING ? WARNINGS : NOTICES;
}

static void number_show(FILE *out, int64_t n, const char *name)
{
	if (n > 0)
		fprintf(out, ",%s=%" PRId64, name, n);
}

static void place_show(struct presenter *p, const struct record *r)
{
	struct shown_place at = place_of_record(p, r);

	if (at.in_log)
		return;
	fputs("file=", p->out);
	escape(p, at.file, IN_PROPERTY);
	number_show(p->out, at.line, "line");
	number_show(p->out, at.end_line, "endLine");
	number_show(p->out, at.column, "col");
	fputc(',', p->out);
}

static void annotation_show(struct presenter *p, const struct record *r, enum kind kind)
{
	fprintf(p->out, "::%s ", kinds[kind]);
	place_show(p, r);
	fputs("title=", p->out);
	escape(p, r->error.rule, IN_PROPERTY);
	fputs("::", p->out);
	escape(p, message_whole(&p->scratch, r), IN_MESSAGE);
	fputc('\n', p->out);
}

/* ---- the summary ---- */

static void summary_open(struct github *g)
{
	const char *name = getenv("GITHUB_STEP_SUMMARY");
	struct stat st;
	int fd = name && *name ? open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666) :
				 -1;

	if (fd < 0)
		return;
	bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (regular && st.st_size < SUMMARY_MAX - SUMMARY_TAIL)
		g->room = (size_t)(SUMMARY_MAX - SUMMARY_TAIL - st.st_size);
	g->summary = regular ? fdopen(fd, "a") : NULL;
	if (!g->summary)
		close(fd);
}

/* A code span, which contains no Markdown or HTML; its delimiter is longer than any run of "`" in the text. */
static void code_add(struct presenter *p, struct buf *out, struct str text)
{
	struct str s = text_safe(&p->scratch, text, WORDS_MAX, LINE_GOES_ON);
	size_t run = 0, longest = 0;

	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		buf_addc(out, '`');
	buf_printf(out, " %.*s ", STR_ARG(s));
	for (size_t i = 0; i <= longest; i++)
		buf_addc(out, '`');
}

static struct str place_text(struct arena *a, struct shown_place at)
{
	if (at.line > 0 && at.column > 0)
		return arena_printf(a, "%.*s:%" PRId64 ":%" PRId64, STR_ARG(at.file), at.line, at.column);
	return at.line > 0 ? arena_printf(a, "%.*s:%" PRId64, STR_ARG(at.file), at.line) : at.file;
}

static void summary_add(struct presenter *p, const struct record *r, enum kind kind)
{
	struct github *g = p->state;
	struct buf line;

	buf_init(&line, 16384);
	if (!g->summed)
		buf_addz(&line, "\n#### Found by heal, beyond the annotations\n\n");
	buf_printf(&line, "- **%s** ", kinds[kind]);
	code_add(p, &line, place_text(&p->scratch, place_of_record(p, r)));
	buf_addc(&line, ' ');
	code_add(p, &line, r->error.message);
	buf_addc(&line, ' ');
	code_add(p, &line, r->error.rule);
	buf_addc(&line, '\n');
	if (g->left_out || line.n > g->room) {
		g->left_out++;
	} else {
		fwrite(line.p, 1, line.n, g->summary);
		g->room -= line.n;
		g->summed++;
	}
	buf_release(&line);
}

void github_begin(struct presenter *p)
{
	p->state = ARENA_NEW(&p->keep, struct github);
	summary_open(p->state);
}

void github_record(struct presenter *p, const struct record *r)
{
	struct github *g = p->state;
	enum kind kind = kind_of(r->error.level);

	if (r->kind != KIND_INCIDENT)
		return;
	if (g->summary && g->n[kind] >= SHOWN_MAX)
		summary_add(p, r, kind);
	else
		annotation_show(p, r, kind);
	g->n[kind]++;
}

void github_end(struct presenter *p)
{
	struct github *g = p->state;

	if (!g->summary)
		return;
	if (g->left_out)
		fprintf(g->summary, "\nand %lu more\n", g->left_out);
	fclose(g->summary);
	if (g->summed + g->left_out)
		fprintf(p->out, "%lu further incidents are in the summary of this step\n", g->summed + g->left_out);
}

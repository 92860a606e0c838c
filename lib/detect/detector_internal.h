/* detector_internal.h - the detector from inside, for the files that it is made of
 *
 * detector.c has the window of text, the lines and the rules for text; documents.c what is JSON or XML
 * in it. */
#ifndef HEAL_DETECT_DETECTOR_INTERNAL_H
#define HEAL_DETECT_DETECTOR_INTERNAL_H

#include "detect/block.h"
#include "detect/candidate_thread.h"
#include "detect/candidates.h"
#include "detect/decode.h"
#include "detect/detector.h"
#include "detect/document.h"
#include "detect/mapping.h"
#include "detect/strip.h"
#include "detect/unknown.h"

enum {
	LOOK_BACK = 64 * 1024,             /* bytes of processed text kept for rules that look up */
	WINDOW = 256 * 1024,               /* processed bytes beyond which the window moves on */
	LINE_MAX_BYTES = 1 << 20,          /* a longer line is cut in two */
	DOCUMENT_TAKEN = 2 * DOCUMENT_MAX, /* bytes of text that a document may span, prefixes included */
	TREE_BUDGET = 50 * 1000 * 1000,    /* values looked at for one document */
	CONDITIONAL_MAX = 4 << 20, /* bytes that a block may take which may come to nothing: they are kept till then */
	THREAD_FROM = 1 << 20,     /* bytes of a text before a second thread looks ahead */
	DIRS = 32,
	PREFIXES = REGEX_GROUPS - 1,
};

/* What stood before a matched line, outermost first. */
struct prefixes {
	struct regex *at[PREFIX_DEPTH];
	size_t indent[PREFIX_DEPTH]; /* how many blanks it was where it was nothing else, or 0 */
	unsigned n;
	struct str line; /* what is left of it */
	uint32_t next;   /* the first of the candidates that was not tried on that */
};

struct detector {
	struct detector_options o;
	struct arena a;
	const struct gate *gate;
	uint32_t rules_n;
	struct rule **rules;        /* NULL until first tried */
	struct candidates c;        /* of the line at hand */
	struct gate_sweep sweep;    /* over the lines that may be processed now */
	struct gate_hit hits[HITS]; /* of the line that begins at hits_line, found on the way to it */
	size_t hits_n;
	const char *hits_line;
	struct str asked;               /* the candidates are those of this line, found on the way to it; or none */
	struct candidate_thread *ahead; /* or NULL */
	bool candidate_thread_tried;
	size_t candidate_thread_at, candidate_thread_end; /* the stretch that it has, while there is one */
	struct regex *prefixes[PREFIXES];
	unsigned prefixes_n;
	struct regex *any_prefix; /* all of them, the i-th as group i + 1 */
	struct regex *certain;    /* those that are taken off before any rule is tried */
	struct node levels, foreign;
	struct unknown *unknown; /* or NULL */

	struct mapping **mappings; /* by rule: made when first tried */
	struct document doc;
	struct arena doc_arena;     /* its tree */
	size_t doc_begin, doc_back; /* its first line; where text goes on if it turns out to be none */
	unsigned long doc_back_line;
	size_t doc_floor;                        /* offset in the whole input: no document begins above */
	unsigned long docs_lost, docs_lost_line; /* over their ceiling; where the first was */

	struct buf text;     /* look-back, then what is not processed yet */
	size_t dropped;      /* bytes of the input before it */
	size_t pos;          /* where that begins */
	size_t limit;        /* where the lines end that may be processed now */
	unsigned long texts; /* begun so far */
	unsigned long line;  /* its line number */
	struct decode decode;
	struct buf decoded;
	struct strip strip;
	struct str name;
	struct arena name_arena;
	struct block block;
	size_t block_line,
		block_piece;        /* offsets in the whole input: the line that it began in, and the piece of that */
	size_t resume;              /* what the line at hand has before this offset in the whole input was dealt with */
	struct buf dirs[DIRS];      /* entered by make, innermost last */
	unsigned dirs_n, dirs_lost; /* lost: entered beyond DIRS */
};

/* ---- detector.c ---- */

unsigned long detector_newlines(struct str s);
/* On with the rules for text at a line that has been here before. */
void detector_go_back(struct detector *d, size_t to, unsigned long number);
/* What another thread found out about the lines at hand does not count any more. */
void detector_ahead_end(struct detector *d);
/* The line at `at`, without its newline; `ended`: it has one.  A line over LINE_MAX_BYTES is cut there, however
 * the bytes were cut on their way here. */
struct str detector_line_at(const struct detector *d, size_t at, bool *ended);
/* The line above `at` in the window, without its newline; false at the top.  Nothing further up from
 * the match than LOOK_BACK counts, however much more the window may happen to hold. */
bool detector_line_above(struct detector *d, size_t match_at, size_t *at, struct str *line);
/* The line without what the prefix matches at its beginning. */
struct str detector_without_prefix(struct regex *prefix, struct str line);
/* Which prefix the line has, taken off it; NULL: none. */
struct regex *detector_prefix_take(struct detector *d, struct str *line);
/* What is nobody's words goes before any rule is tried: a pattern whose file may begin with anything would take it in.
 */
void detector_certain_take(struct detector *d, struct prefixes *before);
/* The block is complete: the incident goes out.  ctx is the detector. */
void detector_row_report(void *ctx);

/* ---- documents.c: in these, the line at hand is the one at d->pos ---- */

/* The document that goes on, or ends, in the line at hand: the outermost that begins there or above. */
enum document_state documents_find(struct detector *d);
/* The line at hand holds a literal of a rule for documents: is it one, or part of one?  It is reported if it is
 * complete; *tail is what stands behind it in its line. */
bool documents_start(struct detector *d, struct str *tail);
/* The line at hand is the next of an open document; false: d->pos was moved.  *tail as above. */
bool documents_take(struct detector *d, struct str line, bool ended, struct str *tail);
/* Documents that follow each other in one line: reports those that *tail begins with; what is left then is *tail.
 * false: nothing is.  No document may be open, and the tail's candidates are found. */
bool documents_behind(struct detector *d, struct str *tail);
/* The open document is broken, or the input ends; d->pos was moved. */
void documents_give_up(struct detector *d);
void documents_release(struct detector *d);

#endif

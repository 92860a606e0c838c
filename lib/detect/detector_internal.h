/* detector_internal.h - shared by detector.c (window, lines, rules for text) and documents.c (JSON, XML, CSV) */
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
	LOOK_BACK = 64 * 1024,             /* bytes of processed text kept for rules that look at lines above */
	WINDOW = 128 * 1024,               /* processed bytes after which the window moves */
	DOCUMENT_TAKEN = 2 * DOCUMENT_MAX, /* bytes of text that a document may span, prefixes included */
	TREE_BUDGET = 50 * 1000 * 1000,    /* values visited in one document */
	CONDITIONAL_MAX = 4 << 20, /* maximum bytes of a block that may be discarded; its lines are kept until then */
	THREAD_FROM = 1 << 20,     /* bytes of a text after which a second thread is used */
	DIRS = 32,
	PREFIXES = REGEX_GROUPS - 1,
};

/* The prefixes of a line, outermost first. */
struct prefixes {
	struct regex *at[PREFIX_DEPTH];
	size_t indent[PREFIX_DEPTH]; /* its number of blanks if it is only blanks, else 0 */
	unsigned n;
	struct str line; /* the line without them */
	uint32_t next;   /* the first rule that was not tried on it */
	bool unsure;     /* a pattern was given up, so that another time it may match */
	/* For the general rules, each of which is tried with every number of prefixes before the next. */
	bool general;
	unsigned certain, deepest, depth;          /* unambiguous prefixes, all of them, the number to try next */
	struct str stripped[PREFIX_DEPTH + 1];     /* the line without so many prefixes */
	struct form_facts facts[PREFIX_DEPTH + 1]; /* of these */
};

struct detector {
	struct detector_options o;
	struct arena a;
	const struct gate *gate;
	uint32_t rules_n;
	struct rule **rules;       /* NULL until first tried */
	uint32_t general;          /* the first of the rules that are tried after all others */
	struct candidates c;       /* of the current line */
	struct line_memo *memo;    /* NULL: each line is tried anew */
	struct line_memo *clauses; /* the same for the lines of blocks */
	unsigned char *digits;     /* by rule: enum digits */
	bool prefixes_read, prefixes_ignore_digits;
	struct gate_sweep sweep;    /* over the complete lines */
	struct gate_hit hits[HITS]; /* of hits_line */
	size_t hits_n;
	struct str hits_line; /* the next line with literals; at the end of the text: there is none; or not known */
	struct str asked;     /* the line that the candidates belong to, or none */
	struct candidate_thread *ahead; /* or NULL */
	bool candidate_thread_tried;
	size_t candidate_thread_at, candidate_thread_end; /* its current stretch */
	struct {
		unsigned long text;
		size_t at;
		bool is;
	} quoted; /* the last line of which it was asked */
	struct regex *prefixes[PREFIXES];
	unsigned prefixes_n;
	struct regex *any_prefix; /* all prefixes; the i-th is group i + 1 */
	struct regex *certain;    /* prefixes that are removed before any rule is tried */
	struct node levels, foreign;
	struct unknown *unknown; /* or NULL */

	struct forms *in_message;   /* places in messages; or NULL */
	struct form_library *forms; /* for both */
	struct mapping **mappings;  /* by rule; created when first tried */
	struct document doc;
	struct arena doc_arena;     /* its tree */
	size_t doc_begin, doc_back; /* its first line; where to continue if it is not a document */
	unsigned long doc_back_line;
	size_t doc_floor;                        /* offset in the input: no document starts before it */
	unsigned long docs_lost, docs_lost_line; /* number of those that were too long; line of the first */

	struct buf text;     /* processed text for look-back, then unprocessed text */
	size_t dropped;      /* bytes of the input before it */
	size_t pos;          /* start of the unprocessed text */
	size_t limit;        /* end of the complete lines */
	unsigned long texts; /* started so far */
	unsigned long line;  /* its line number */
	struct decode decode;
	struct buf decoded;
	struct strip strip;
	struct log_since *since; /* or NULL */
	struct buf early;        /* not yet known to be late enough */
	struct str name;
	struct arena name_arena;
	struct block block;
	size_t block_line, block_piece; /* offsets in the input: the line of its start, and the piece of that line */
	size_t resume;                  /* offset in the input: the current line is processed up to it */
	struct buf dirs[DIRS];          /* entered by make, innermost last */
	unsigned dirs_n, dirs_lost;     /* lost: entered beyond DIRS */
};

/* ---- detector.c ---- */

/* Continue with the rules for text at an earlier line. */
void detector_go_back(struct detector *d, size_t to, unsigned long number);
/* Discard the results of the second thread. */
void detector_ahead_end(struct detector *d);
/* The line at `at` without its newline; `ended`: it has one.  A line over LINE_MAX_BYTES is split there, independent of
 * how the input was split. */
struct str detector_line_at(const struct detector *d, size_t at, bool *ended);
/* The line above `at`, without its newline; false if there is none within LOOK_BACK bytes of the match. */
bool detector_line_above(struct detector *d, size_t match_at, size_t *at, struct str *line);
/* The line without the prefix. */
struct str detector_without_prefix(struct regex *prefix, struct str line);
/* Remove a prefix from the line and return it; NULL: none. */
struct regex *detector_prefix_take(struct detector *d, struct str *line);
/* Remove unambiguous prefixes before any rule is tried; a pattern that starts with a file name would include them. */
void detector_certain_take(struct detector *d, struct prefixes *before);
/* Do the patterns of all prefixes ignore digits (digits.h)? */
bool detector_prefixes_ignore_digits(struct detector *d);
/* Does a rule for text that is not general match the current line? */
bool detector_line_is_known(struct detector *d);
/* The same for another line, whose candidates take the place of those of the current one. */
bool detector_is_known(struct detector *d, struct str line);
/* The block is complete: report the incident.  ctx is the detector. */
void detector_row_report(void *ctx);

/* Does the line at this offset of the window quote a file: in a hunk of a unified diff, or as a search such as grep -n
 * prints it?  (quoted_lines.c) */
bool detector_is_quoted(struct detector *d, size_t line_at);

/* ---- line_rules.c; the candidates are those of the line ---- */

unsigned long detector_newlines(struct str s);
/* The number of blanks at the start, at most `most`. */
size_t detector_blanks(struct str s, size_t most);
/* The first rule that matches the line, and the next; NULL: none.  General rules come after all others. */
struct rule *detector_rule_first(struct detector *d, struct str line, struct match *m, struct prefixes *before);
struct rule *detector_rule_next(struct detector *d, struct match *m, struct prefixes *before);
/* The same without the general rules. */
struct rule *detector_rule_of_tool(struct detector *d, struct str line, struct match *m, struct prefixes *before);
struct rule *detector_rule_next_of_tool(struct detector *d, struct match *m, struct prefixes *before);

/* ---- documents.c; the current line is the one at d->pos ---- */

/* Open the outermost document that starts at or above the current line and includes it. */
enum document_state documents_find(struct detector *d);
/* The current line contains a literal of a rule for documents: open the document that it is part of, and report it if
 * complete; *tail is the rest of the line after it. */
bool documents_start(struct detector *d, struct str *tail);
/* Add the current line to the open document; false: d->pos was moved.  *tail as above. */
bool documents_take(struct detector *d, struct str line, bool ended, struct str *tail);
/* Report the documents at the start of *tail, for several on one line, and set *tail to the rest; false if nothing is
 * left.  No document may be open, and the candidates are those of the tail. */
bool documents_after(struct detector *d, struct str *tail);
/* The open document is malformed or the input ends; d->pos was moved. */
void documents_give_up(struct detector *d);
void documents_release(struct detector *d);

#endif

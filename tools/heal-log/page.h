/* page.h - write HTML and SVG: text is escaped, and hidden characters are made visible */
#ifndef HEAL_PAGE_H
#define HEAL_PAGE_H

#include <stdint.h>

#include "base/buf.h"

/* Text, with &, <, >, and quotes as character references, and what visible() escapes. */
void page_text(struct buf *out, struct str text);
/* The same of at most n bytes, then "…". */
void page_short(struct buf *out, struct str text, size_t n);

/* From <!DOCTYPE> to the begin of <main>.  Nothing is loaded or run: the content security policy permits only the
 * page's own style, by its hash. */
void page_begin(struct buf *out, struct str title);
void page_end(struct buf *out);

/* A section with its heading; title is a constant. */
void page_section(struct buf *out, const char *id, const char *title);
void page_section_end(struct buf *out);

/* ---- tables; the headings are constants, separated by '|'; one that begins with '#' is of numbers ---- */
void page_table(struct buf *out, const char *caption, const char *headings);
void page_table_end(struct buf *out);

/* ---- charts ---- */

struct chart_point {
	double x, y;      /* 0 to 1 */
	struct str label; /* for the tooltip */
};
/* A line through the points, with a dot for each; name: what a screen reader says. */
void chart_line(struct buf *out, struct str name, const struct chart_point *at, size_t n);
/* Upright bars of the heights y, side by side; most: the value of the height 1. */
void chart_bars(struct buf *out, struct str name, struct str most, const struct chart_point *at, size_t n);
/* Points against the diagonal, on which x and y are equal. */
void chart_diagonal(struct buf *out, struct str name, const struct chart_point *at, size_t n);
/* A bar of a share from 0 to 1, in a table's cell. */
void chart_share(struct buf *out, double share);

#endif

/* table.h - parse a table drawn with lines into the same tree as JSON, so that both are read alike
 *
 * Cells are separated by "|", or by the vertical lines of Unicode, with or without one at both ends of the line.  The
 * first line has the names (header_names.h); a line without letters and digits is a rule between rows; each
 * other line is a row with as many cells.  A row of which the first cell is empty continues the row above, cell by
 * cell, unless it has a cell with a number: then it has the first cell of the row above.  Any other line ends the
 * table. */
#ifndef HEAL_RECORD_TABLE_H
#define HEAL_RECORD_TABLE_H

#include "record/json.h"

enum { TABLE_CELLS_MAX = 32, TABLE_CELL_MAX = 4096 };

/* Is the line that with the names? */
bool table_is_header(struct str line);
/* May the line be one of the table with this line of names? */
bool table_goes_on(struct str header, struct str line);

/* A list of objects, one for each row, its members strings by the names; NULL if there is none.  `raw` of an object is
 * the lines of its row.  *end: the offset after the last row. */
struct json *table_parse(struct arena *a, struct str text, size_t *end);

#endif

/* form.h - forms of lines: texts with slots, such as "{file}:{line}:{column}: {level}: {text}"
 *
 * In a form a blank stands for one or more blanks, "{ }" for any number, and a slot for what its name says; everything
 * else stands for itself.  "{name?}" may be absent.  A name is that of a slot below or of a row of the table `forms`,
 * whose forms are alternatives.  A line has a form if all of it has, white space at its end apart.
 *
 * Each slot reads what it can in one pass and is not asked for less, except {text}, {prose} and {words}, which end
 * where the rest of the form begins.  The steps for a line are limited.
 *
 *   {file}       a file's name: in quotes anything, else without blanks; it has a folder, an extension, or is a row of
 *                the table `file-names`; no address, host, version or time
 *   {path}       the same, with a folder and an extension
 *   {line} {column} {end_line} {end_column}
 *                a number; {number} is one that is not captured
 *   {one}        exactly one blank
 *   {level}      a row of the table `levels` of three letters or more, in any case
 *   {failure}    the same, but one of a failure: fatal, error or warning
 *   {letter}     a capital that is a row of that table
 *   {code}       a rule's name: with a digit, a hyphen, a slash, an underscore, or capitals within
 *   {tag}        any word, captured as the code
 *   {exception}  a name that ends in Error, Exception or the like, captured as the code
 *   {capital}    a word that begins with a capital, not captured
 *   {program}    a program's name
 *   {words}      anything, not captured
 *   {text}       the message, of three letters or more; a code in brackets at its end is the code
 *   {prose}      the same, but only a sentence with a word of the table `diagnostic-words`, or with a code; its level
 * is that of the words */
#ifndef HEAL_RULES_FORM_H
#define HEAL_RULES_FORM_H

#include "rules/node.h"
#include "rules/regex.h"

enum { FORM_NESTED_MAX = 8, FORM_PIECES_MAX = 64 };

struct forms;
struct form_library;

/* The pieces of a form, in order. */
struct form_piece {
	enum { PIECE_TEXT, PIECE_BLANKS, PIECE_SLOT } kind;
	struct str text; /* the text, or the slot's name */
	bool optional;
};

/* Take the next piece from *rest; false at the end. */
bool form_piece(struct str *rest, struct form_piece *out);
/* Is there a slot of that name? */
bool form_slot_known(struct str name);

/* What lists of forms have in common: the tables and the forms of the table `forms`, read when they are first used.
 * `tables` are those of the pack (pack_tables), whose text must outlive the library, as the arena must. */
struct form_library *form_library_new(struct arena *a, struct node tables);
/* Is this the name of a file: with a folder or an extension, and no address or host? */
bool form_is_file(struct form_library *lib, struct str name);

/* Compile a list of forms, unless that was done before; the first that fits is used.  They live as long as the library.
 * NULL: err says what is wrong. */
struct forms *forms_new(struct form_library *lib, struct node list, struct err *err);

/* What rules many forms out, found once for a line that is matched with many lists of forms.  Empty: not known yet. */
struct form_facts {
	bool known;
	uint64_t bytes; /* that the line contains, each as one of 64 */
	size_t digits;  /* the end of its last number */
	bool given_up; /* the steps of a list were used up: of a line that differs in digits another might come of it */
};

/* Has the line one of the forms?  Fills m, whose groups have the names of the slots.  facts: of this line, or NULL. */
bool forms_match(const struct forms *f, struct str line, struct form_facts *facts, struct match *m);

/* Do the forms fit every line that differs in digits alone, or none? */
bool forms_ignore_digits(const struct forms *f);

#endif

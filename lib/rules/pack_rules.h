/* pack_rules.h - the pack's recognition rules, for the detector and the rule tools */
#ifndef HEAL_RULES_PACK_RULES_H
#define HEAL_RULES_PACK_RULES_H

#include "base/arena.h"
#include "gate/gate.h"
#include "rules/bigrams.h"
#include "rules/pack.h"

/* What a rule recognises: lines of text, or elements of documents. */
enum document_kind { DOCUMENT_NONE, DOCUMENT_JSON, DOCUMENT_XML, DOCUMENT_CSV, DOCUMENT_TABLE };

struct pack_rule {
	struct str id, pattern;
	enum document_kind document;
	struct node node; /* the rule as written (heal-rules(5)) */
};

enum { CONFIRM_MAX = 64 * 1024 }; /* bytes of a line that patterns are matched against */

const struct gate *pack_gate(const struct pack *p);
uint32_t pack_rules(const struct pack *p); /* how many, in the order in which they are tried */
struct pack_rule pack_rule(const struct pack *p, uint32_t i);
/* The rules that a gate literal (by id) may start; rule numbers may be out of range in a damaged image. */
const uint32_t *pack_literal_rules(const struct pack *p, uint32_t literal, uint32_t *n);
/* May a prefix end with this byte?  None that ends with another is removed, so that the start of a rule's text can be
 * told from the middle of a word before anything is removed. */
static inline bool prefix_may_end(char c)
{
	return c == ' ' || c == '\t' || c == ']' || c == ':' || c == '>' || c == '|' || c == '+' || c == '\r' ||
		(unsigned char)c >= 0x80;
}
/* What is found once for a line of which several rules are candidates. */
struct line_facts {
	unsigned rules; /* that asked so far */
	uint64_t shape; /* line_shape (form_shape.h), if a rule with forms asked; else 0 */
	struct bigrams pairs;
};
void line_facts_begin(struct line_facts *facts);
/* Does the line, which contains one of the rule's literals, also contain what else it needs: words, a shape? */
bool pack_needs_met(const struct pack *p, uint32_t rule, struct str line, struct line_facts *facts);
struct node pack_tables(const struct pack *p); /* map: name -> rows */
/* The forms that were compiled with the pack's tables so far (form.h): all detectors share them. */
struct form_library *pack_forms(const struct pack *p);

/* user.c: the image to use: `installed`, or the cached one that includes the user's packs and tables, which heal-rules
 * compiles if it is missing or out of date.  Prints a warning if that fails, and the errors in the user's packs each
 * time that they are omitted. */
struct str pack_image_user(struct arena *a, struct str installed);

#endif

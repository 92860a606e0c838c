/* pack_image.h - the layout of a compiled pack image: what compile.c and pack_writer.c write, and pack.c and node.c
 * read
 *
 * First comes what every run reads, then the causes, then what only tests and documentation need, so that the pages of
 * the latter are not loaded when detecting failures.
 *
 * Offsets are in bytes from the image's start, numbers native-endian, since an image is made on the machine that maps
 * it.  Readers check every offset against `size`, so a damaged image gives absent values instead of a crash. */
#ifndef HEAL_RULES_PACK_IMAGE_H
#define HEAL_RULES_PACK_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

#define IMAGE_MAGIC "HEALPK14"

struct image_head {
	char magic[8];
	uint32_t size;                     /* of the whole image, a multiple of 8 */
	uint32_t causes, tables;           /* nodes: a list, a map */
	uint32_t gate, gate_size;          /* the gate's own image, 8-byte aligned */
	uint32_t rules, rules_n;           /* struct image_rule[] */
	uint32_t links, links_n;           /* struct image_link[]: by literal id */
	uint32_t link_rules, link_rules_n; /* uint32_t[]: rule numbers */
	uint32_t needs, needs_n;           /* struct image_need[] */
	uint32_t words, words_n;           /* struct image_word[] */
	uint32_t shapes, shapes_n;         /* uint64_t[] */
	uint32_t patterns, patterns_n;     /* struct image_pattern[], ordered by text */
	uint32_t by_rule, by_rule_n;       /* struct image_rule_causes[], ordered by rule */
	uint32_t numbers, numbers_n;       /* uint32_t[]: of causes, ascending */
	uint32_t heads, heads_n;           /* struct image_cause[], in the order of the causes */
	uint32_t sum;                      /* image_sum() of what follows the head */
};

/* A checksum that finds damage, not forgery: FNV-1a (RFC 9923) over words of 8 bytes, folded to 32 bits. */
static inline uint32_t image_sum(const void *image, size_t size)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = sizeof(struct image_head); i + 8 <= size; i += 8) {
		uint64_t word;
		memcpy(&word, (const char *)image + i, 8);
		sum = (sum ^ word) * 0x100000001b3;
		sum ^= sum >> 29;
	}
	return (uint32_t)(sum ^ sum >> 32);
}

/* Rules are in the order in which they are tried. */
struct image_rule {
	uint32_t id, id_n;
	uint32_t pattern, pattern_n;
	uint32_t node;                /* the rule as written, with defaults of its pack filled in */
	uint32_t document;            /* enum document_kind (pack_rules.h) */
	uint32_t needs, needs_n;      /* each match also contains one word of each of these */
	uint32_t shapes, shapes_n[2]; /* and a line of its forms one of each of these (form_shape.h) */
};

/* Where in the line: anywhere, where the text of a rule may begin, where it ends. */
enum need_where { NEED_ANYWHERE, NEED_HEAD, NEED_TAIL };

struct image_need {
	uint32_t first, n; /* of the words */
	uint16_t nocase, where;
};

struct image_word {
	uint32_t text;
	uint32_t pairs;    /* bigrams_of_word() of it */
	uint16_t n, pivot; /* pivot: which byte is rarest */
};

/* What is known of a pattern's matches: each contains one word of each of these, and begins with one of these bytes
 * (first_byte.h) whether case counts or not.  A pattern is known by the place of its text. */
struct image_pattern {
	uint32_t text, text_n;
	uint32_t needs, needs_n;
	uint32_t first;
};

/* The causes that name this rule, or a pattern that it matches, or no rule: numbers[first .. first + n).  An empty name
 * stands for all rules that are not here. */
struct image_rule_causes {
	uint32_t rule, rule_n;
	uint32_t first, n;
};

/* A cause, and those of its members that decide whether it is one; 0: it has none. */
struct image_cause {
	uint32_t node, command, learned, when, unless, let;
};

/* In a word: any digit.  (It is never the pivot.) */
enum { ANY_DIGIT = 0x01 };

/* The rules of a literal: link_rules[first .. first + n). */
struct image_link {
	uint32_t first, n;
};

/* A node is a row of uint32_t, 4-byte aligned:
 *   TEXT  kind | line << 8, offset, length
 *   LIST  kind | line << 8, n, element[n]
 *   MAP   kind | line << 8, n, { key offset, key length, value }[n] in the pack's order, order by key[n] */

#endif

/* pack_writer.h - write trees and texts into an image (pack_image.h), without duplicates */
#ifndef HEAL_RULES_PACK_WRITER_H
#define HEAL_RULES_PACK_WRITER_H

#include "base/buf.h"
#include "base/vec.h"
#include "rules/yaml_tree.h"

struct writer {
	struct arena *a;
	struct buf out;
	VEC(struct pooled {
		struct str text;
		uint32_t at;
	})
	pool;
	uint32_t *hash; /* open addressing over the pool; 0: free, else index + 1 */
	size_t hash_n;
	VEC(struct put_off {
		uint32_t place;
		struct yaml *v;
	})
	rest; /* members, and where their offsets go */
};

/* Pad with zeros to a multiple of `to`. */
void writer_align(struct buf *out, size_t to);
/* Write a text with a terminating NUL, unless an equal one was written.  Returns its offset. */
uint32_t writer_text(struct writer *w, struct str s);
/* Write a node, unless it was written before, without the members to be written later.  Returns its offset. */
uint32_t writer_node(struct writer *w, struct yaml *v);
/* Write those members. */
void writer_rest(struct writer *w);

#endif

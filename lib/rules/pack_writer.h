/* pack_writer.h - trees and texts into an image (pack_image.h), each once */
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

/* Zeros up to a multiple of `to`. */
void writer_align(struct buf *out, size_t to);
/* Where the text stands, with a NUL behind it; equal texts are written once. */
uint32_t writer_text(struct writer *w, struct str s);
/* Where the node stands; a second time it is not written again.  Members that are put off are not written yet. */
uint32_t writer_node(struct writer *w, struct yaml *v);
/* Now they are. */
void writer_rest(struct writer *w);

#endif

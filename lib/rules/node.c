#include "rules/node.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "rules/pack_image.h"

static uint32_t image_size(struct node n)
{
	uint32_t size;

	memcpy(&size, n.image + offsetof(struct image_head, size), sizeof(size));
	return size;
}

/* Word i of the node; 0 if outside the image. */
static uint32_t word(struct node n, uint64_t i)
{
	uint32_t w;

	if (!n.image || n.at == 0 || n.at % 4 || n.at + 4 * i + 4 > image_size(n))
		return 0;
	memcpy(&w, n.image + n.at + 4 * i, sizeof(w));
	return w;
}

static struct str text_at(struct node n, uint32_t offset, uint32_t length)
{
	if (!n.image || (uint64_t)offset + length > image_size(n))
		return STR_NONE;
	return (struct str){ n.image + offset, length };
}

enum node_kind node_kind(struct node n)
{
	uint32_t kind = word(n, 0) & 0xff;

	return kind <= NODE_MAP ? (enum node_kind)kind : NODE_NONE;
}

uint32_t node_line(struct node n)
{
	return word(n, 0) >> 8;
}

struct str node_str(struct node n)
{
	return node_kind(n) == NODE_TEXT ? text_at(n, word(n, 1), word(n, 2)) : STR_NONE;
}

int64_t node_int(struct node n, int64_t otherwise)
{
	struct str s = node_str(n);
	int64_t v;

	if (s.n && s.p[0] == '-')
		return str_number(str_sub(s, 1, s.n), &v) ? -v : otherwise;
	return str_number(s, &v) ? v : otherwise;
}

double node_double(struct node n, double otherwise)
{
	struct str s = node_str(n);
	char z[32], *end;

	if (s.n == 0 || s.n >= sizeof(z))
		return otherwise;
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	double d = strtod(z, &end);
	return *end ? otherwise : d;
}

bool node_bool(struct node n, bool otherwise)
{
	struct str s = node_str(n);

	return str_is(s, "true") ? true : str_is(s, "false") ? false : otherwise;
}

uint32_t node_count(struct node n)
{
	enum node_kind kind = node_kind(n);
	uint32_t count = kind == NODE_LIST || kind == NODE_MAP ? word(n, 1) : 0;

	/* A count that exceeds the image means that it is damaged. */
	return count && (uint64_t)n.at + 8 + 4 * (uint64_t)count > image_size(n) ? 0 : count;
}

struct node node_at(struct node n, uint32_t i)
{
	if (i >= node_count(n))
		return (struct node){ NULL, 0 };
	uint64_t at = node_kind(n) == NODE_LIST ? 2 + (uint64_t)i : 2 + 3 * (uint64_t)i + 2;
	return (struct node){ n.image, word(n, at) };
}

struct str node_key(struct node n, uint32_t i)
{
	if (node_kind(n) != NODE_MAP || i >= node_count(n))
		return STR_NONE;
	return text_at(n, word(n, 2 + 3 * (uint64_t)i), word(n, 2 + 3 * (uint64_t)i + 1));
}

/* The words of a map after its number of members: offset and length of a key and the member, for each, then their order
 * by key.  NULL: it is no map, or exceeds the image. */
static const char *map_words(struct node n, uint32_t size, uint32_t *count)
{
	uint32_t head[2];

	if (!n.image || n.at == 0 || n.at % 4 || (uint64_t)n.at + sizeof(head) > size)
		return NULL;
	memcpy(head, n.image + n.at, sizeof(head));
	*count = head[1];
	return (head[0] & 0xff) == NODE_MAP && n.at + sizeof(head) + 16 * (uint64_t)head[1] <= size ?
		n.image + n.at + sizeof(head) :
		NULL;
}

struct node node_get_str(struct node n, struct str key)
{
	uint32_t size = n.image ? image_size(n) : 0, low = 0, high = 0, count = 0, i, member[3];
	const char *words = map_words(n, size, &count);

	for (high = words ? count : 0; low < high;) {
		uint32_t middle = low + (high - low) / 2;
		memcpy(&i, words + 4 * (3 * (uint64_t)count + middle), sizeof(i));
		if (i >= count)
			break;
		memcpy(member, words + 12 * (uint64_t)i, sizeof(member));
		if ((uint64_t)member[0] + member[1] > size)
			break;
		int c = str_cmp((struct str){ n.image + member[0], member[1] }, key);
		if (c == 0)
			return (struct node){ n.image, member[2] };
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct node){ NULL, 0 };
}

struct node node_get(struct node n, const char *key)
{
	return node_get_str(n, str_of(key));
}

uint32_t node_list_count(struct node n)
{
	return node_kind(n) == NODE_LIST ? node_count(n) : node_kind(n) != NODE_NONE;
}

struct node node_list_at(struct node n, uint32_t i)
{
	if (node_kind(n) == NODE_LIST)
		return node_at(n, i);
	return i == 0 ? n : (struct node){ NULL, 0 };
}

bool node_has(struct node map, const char *name)
{
	return node_kind(node_get(map, name)) != NODE_NONE;
}

bool node_list_has(struct node list, struct str text)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (str_eq(node_str(node_list_at(list, i)), text))
			return true;
	return false;
}

bool node_list_globs(struct node list, struct str name)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (glob_match(node_str(node_list_at(list, i)), name))
			return true;
	return false;
}

enum { HASHED_LEVELS = 12 };

/* A kind, a length or a number of members, and the bytes: no value is the beginning of another. */
static void part_hash(struct sha256 *s, enum node_kind kind, size_t n, struct str bytes)
{
	char head[32], *p = head + sizeof(head);

	/* "KIND N:"; printf takes longer than all the rest. */
	*--p = ':';
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	*--p = ' ';
	*--p = (char)('0' + kind);
	sha256_add(s, (struct str){ p, (size_t)(head + sizeof(head) - p) });
	sha256_add(s, bytes);
}

/* A damaged image may contain itself. */
static void level_hash(struct sha256 *s, struct node n, int levels)
{
	enum node_kind kind = node_kind(n);
	struct str text = node_str(n);

	part_hash(s, kind, kind == NODE_TEXT ? text.n : node_count(n), text);
	for (uint32_t i = 0; levels && kind != NODE_TEXT && i < node_count(n); i++) {
		struct str key = kind == NODE_MAP ? node_key(n, i) : STR_NONE;
		part_hash(s, NODE_TEXT, key.n, key);
		level_hash(s, node_at(n, i), levels - 1);
	}
}

void node_hash(struct sha256 *s, struct node n)
{
	level_hash(s, n, HASHED_LEVELS);
}

/* libraries - the XML reader and SHA-256 of lib/ against expat, nettle and libcrypto
 *
 *     meson setup BUILD --buildtype=release && ninja -C BUILD lib/librecord.a lib/libbase.a
 *     cc -O2 -D_GNU_SOURCE -Ilib tests/bench/libraries.c BUILD/lib/librecord.a BUILD/lib/libbase.a \
 *             -lyajl -lexpat -lnettle -lcrypto -o libraries
 *     ./libraries [report.xml ...]
 *
 * Without a file it makes a checkstyle report of 15 MB.  expat builds the same tree here, with the same limits.  Of
 * broken documents it prints how many nodes of the tree each got.  Their size: link a program statically with each. */
#include <expat.h>
#include <nettle/sha2.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "record/record.h"
#include "record/xml.h"

enum { RUNS = 5, REPORT = 15000000, LARGE = 64 << 20, SMALL = 300, SMALLS = 100000 };

/* ---- the tree, by expat ---- */

struct element {
	struct json *object;
	unsigned names;
	struct buf text;
	size_t begin;
};

struct reading {
	struct arena *a;
	XML_Parser parser;
	struct str text;
	struct json *top;
	struct element open[XML_DEPTH];
	unsigned depth;
};

static void stop(struct reading *r)
{
	XML_StopParser(r->parser, XML_FALSE);
}

static struct json *list_of(struct reading *r, struct element *parent, struct str name)
{
	struct json *object = parent ? parent->object : r->top, *list;
	size_t colon = str_rchr(name, ':');
	char *key = arena_strdup(r->a, colon + 1 < name.n ? str_sub(name, colon + 1, name.n) : name);

	list = json_get(object, key);
	if (list && list->type == JSON_ARRAY)
		return list;
	if (parent && ++parent->names > XML_NAMES)
		return NULL;
	return json_set(r->a, object, key, json_new(r->a, JSON_ARRAY));
}

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = ctx;
	struct element *parent = r->depth ? &r->open[r->depth - 1] : NULL;

	if (r->depth == XML_DEPTH) {
		stop(r);
		return;
	}
	if (!parent)
		r->top = json_new(r->a, JSON_OBJECT);
	struct json *list = list_of(r, parent, str_of(name));
	if (!list) {
		stop(r);
		return;
	}
	struct element *e = &r->open[r->depth++];
	*e = (struct element){ .object = json_new(r->a, JSON_OBJECT),
		.begin = (size_t)XML_GetCurrentByteIndex(r->parser) };
	e->object->text = STR("");
	buf_init(&e->text, TEXT_MAX);
	json_add(list, e->object);
	for (; *attributes; attributes += 2) {
		if (++e->names > XML_NAMES) {
			stop(r);
			return;
		}
		json_set_str(r->a, e->object, arena_strdup(r->a, str_of(attributes[0])), str_of(attributes[1]));
	}
}

static void on_end(void *ctx, const XML_Char *name)
{
	struct reading *r = ctx;
	struct element *e = &r->open[--r->depth];
	size_t end = (size_t)XML_GetCurrentByteIndex(r->parser) + (size_t)XML_GetCurrentByteCount(r->parser);

	(void)name;
	e->object->text = arena_str(r->a, str_trim(buf_str(&e->text)));
	e->object->raw = str_sub(r->text, e->begin, end);
	buf_release(&e->text);
	if (r->depth == 0)
		stop(r);
}

static void on_text(void *ctx, const XML_Char *text, int n)
{
	struct reading *r = ctx;

	if (r->depth)
		buf_add(&r->open[r->depth - 1].text, (struct str){ text, (size_t)n });
}

static void on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int declares)
{
	(void)name, (void)system, (void)public;
	if (declares)
		stop(ctx);
}

static struct json *expat_parse(struct arena *a, struct str text, size_t *end)
{
	struct reading r = { .a = a, .parser = XML_ParserCreate(NULL), .text = text };

	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	XML_Parse(r.parser, text.p, (int)text.n, 1);
	*end = (size_t)XML_GetCurrentByteIndex(r.parser);
	while (r.depth)
		buf_release(&r.open[--r.depth].text);
	XML_ParserFree(r.parser);
	return r.top;
}

/* ---- how fast ---- */

typedef struct json *reader(struct arena *a, struct str text, size_t *end);

static size_t nodes(const struct json *v)
{
	size_t n = v != NULL;

	if (v)
		JSON_EACH(item, v)
			n += nodes(item);
	return n;
}

static double speed(reader *read, struct str text, size_t *found)
{
	double best = 0;

	for (int i = 0; i < RUNS; i++) {
		struct arena a = ARENA_INIT;
		size_t end;
		double begin = seconds_now();
		struct json *top = read(&a, text, &end);
		double took = seconds_now() - begin;
		best = (double)text.n / took > best ? (double)text.n / took : best;
		*found = nodes(top);
		arena_free(&a);
	}
	return best / 1e6;
}

static void report_speed(const char *name, struct str text)
{
	size_t ours_found, theirs_found;
	double ours = speed(xml_parse, text, &ours_found), theirs = speed(expat_parse, text, &theirs_found);

	printf("%s: ours %.0f MB/s (%zu nodes), expat %.0f MB/s (%zu nodes)\n", name, ours, ours_found, theirs,
		theirs_found);
}

static struct str report_made(struct arena *a)
{
	struct buf out;

	buf_init(&out, REPORT + 4096);
	buf_add(&out, STR("<?xml version=\"1.0\"?>\n<checkstyle version=\"10\">\n<file name=\"/p/src/A.java\">\n"));
	for (int i = 1; buf_str(&out).n < REPORT; i++)
		buf_add(&out,
			arena_printf(a,
				"  <error line=\"%d\" column=\"%d\" severity=\"error\" message=\"Line is longer than "
				"100 "
				"characters (found %d) in &apos;f&apos;.\" source=\"com.puppycrawl.LineLength\"/>\n",
				i, i % 90 + 1, 100 + i % 50));
	buf_add(&out, STR("</file>\n</checkstyle>\n"));
	struct str text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}

/* ---- what is left of a broken one ---- */

static void broken(const char *what, struct str text)
{
	struct arena a = ARENA_INIT;
	size_t end;

	printf("%-28s ours %zu nodes, expat %zu\n", what, nodes(xml_parse(&a, text, &end)),
		nodes(expat_parse(&a, text, &end)));
	arena_free(&a);
}

static void report_broken(void)
{
	broken("breaks off", STR("<r><e m=\"1\"/><e m=\"2\"/><e m"));
	broken("a byte that is no UTF-8", STR("<r><e m=\"1\"/><e m=\"\xe4\"/><e m=\"2\"/></r>"));
	broken("a colour (ESC)", STR("<r><e m=\"1\"/><f>\x1b[31mred</f><e m=\"2\"/></r>"));
	broken("an attribute twice", STR("<r><e m=\"1\" m=\"2\"/><e/></r>"));
	broken("a blank line above <?xml", STR("\n<?xml version=\"1.0\"?><r><e/></r>"));
	broken("encoding=\"windows-1252\"",
		STR("<?xml version=\"1.0\" encoding=\"windows-1252\"?><r><e m=\"a\"/></r>"));
	broken("it declares an entity", STR("<!DOCTYPE r [<!ENTITY a \"x\">]><r>&a;</r>"));
}

/* ---- SHA-256 ---- */

static void ours_hash(struct str s)
{
	char hex[SHA256_HEX];

	sha256_of(s, hex);
}

static void nettle_hash(struct str s)
{
	struct sha256_ctx c;
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_init(&c);
	sha256_update(&c, s.n, (const uint8_t *)s.p);
	sha256_digest(&c, sizeof(digest), digest);
}

static void libcrypto_hash(struct str s)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	EVP_Digest(s.p, s.n, digest, NULL, EVP_sha256(), NULL);
}

static void report_hash(const char *name, void (*hash)(struct str), struct str large)
{
	double begin = seconds_now();
	hash(large);
	double middle = seconds_now();
	for (int i = 0; i < SMALLS; i++)
		hash(str_sub(large, 0, SMALL));
	double end = seconds_now();
	printf("SHA-256, %-10s %.0f MB/s; %d bytes in %.2f us\n", name, LARGE / (middle - begin) / 1e6, SMALL,
		(end - middle) / SMALLS * 1e6);
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct str text;
	struct err err;

	if (argc < 2)
		report_speed("a checkstyle report", report_made(&a));
	for (int i = 1; i < argc; i++) {
		if (!file_read(&a, argv[i], 64 << 20, &text, &err))
			die(HEAL_REFUSED, "%s", err.text);
		report_speed(argv[i], text);
	}
	report_broken();
	struct str large = { memset(arena_alloc(&a, LARGE), 7, LARGE), LARGE };
	report_hash("ours", ours_hash, large);
	report_hash("nettle", nettle_hash, large);
	report_hash("libcrypto", libcrypto_hash, large);
	arena_free(&a);
	return 0;
}

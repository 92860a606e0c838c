/* detector.c - fuzz target: text of any kind, in pieces of any size
 *
 * The first byte says how the rest is cut.  Held: no crash; the records are the same in one piece, in
 * pieces, and without the gate; each is a record that the reader takes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/detector.h"
#include "pack_of.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char yaml[] =
	"pack: t\n"
	"rules:\n"
	"  - {id: t.plain, match: '^(?<file>[^: ]+):(?<line>\\d+): (?<level>error|warning): (?<message>.*)$'}\n"
	"  - id: t.block\n"
	"    match: '^beg (?<message>\\S*)'\n"
	"    blank: 1\n"
	"    look_back: {match: '^== (?<file>\\S+)', skip: '^ ', lines: 4}\n"
	"    then:\n"
	"      - append: '^\\+ (?<message>.*)'\n"
	"      - frame: '^at (?<file>\\S+):(?<line>\\d+)'\n"
	"      - related: '^note (?<file>\\S+):(?<line>\\d+): (?<message>.*)'\n"
	"      - fixit: '^fix (?<line>\\d+):(?<column>\\d+) \"(?<text>.*)\"'\n"
	"      - end: '^end'\n"
	"      - drop: '^drop'\n"
	"      - {take: '^.', weak: true}\n"
	"  - id: t.case\n"
	"    match: '^case(?: (?<code>\\d+))?$'\n"
	"    need: code\n"
	"    blank: 1\n"
	"    then: [{take: '^code (?<code>\\d+)'}, {end: '^end'}, {drop: '^drop'}, {take: '^\\S'}]\n"
	"  - id: t.table\n"
	"    match: '^table'\n"
	"    then: [{row: '^ row (?<message>.*)'}, {take: '^[^ ]'}]\n"
	"  - {id: t.wide, match: '^‘(?<file>[^’]+)’ failed'}\n"
	"  - {id: t.enter, match: '^enter (?<dir>.*)', directory: enter}\n"
	"  - {id: t.leave, match: '^leave', directory: leave}\n"
	"  - {id: t.low, match: '^.*(?:error|failed)', priority: 10}\n"
	"  - id: t.json\n"
	"    document: json\n"
	"    signature: ['[*].path', '[*].list']\n"
	"    at: '[*].list'\n"
	"    unless: {kind: '^ok$'}\n"
	"    take: {file: ^path, line: line, level: level, message: [text, words.message], key: '^^names[no]'}\n"
	"    zero_based: lines\n"
	"    ends: inclusive\n"
	"    then:\n"
	"      - {related: notes, take: {message: text, line: line}}\n"
	"      - {fixit: 'fixes[*]', when: [line], take: {line: line, column: column, text: text}}\n"
	"      - {frame: '**.stack', take: {file: file, line: line}}\n"
	"  - id: t.line\n"
	"    document: json\n"
	"    signature: {reason: '^broken$'}\n"
	"    at: .\n"
	"    take: {message: {path: '**.text', join: ' '}, file: {path: at, match: '^(?<file>[^:]+):(?<line>\\d+)', "
	"uri: true}}\n"
	"  - id: t.map\n"
	"    document: json\n"
	"    signature: 'files.{file}'\n"
	"    gate: '\"files\"'\n"
	"    at: 'files.{file}[*]'\n"
	"    take: {message: .}\n"
	"  - id: t.xml\n"
	"    document: xml\n"
	"    signature: report\n"
	"    at: '**.item'\n"
	"    take: {file: '^name', line: line, message: [text, .], why: \"why[kind='deep'].code\"}\n"
	"  - id: t.read\n"
	"    read: ['{place}: {level}: {text}', '{place}: {prose}', '{level}: {text} in {place}', '{words} "
	"({place})']\n"
	"    gate: [':1:', rror, fault]\n"
	"    last: true\n"
	"    then: [{yield: '.'}]\n"
	"  - id: t.label\n"
	"    read: '{program?}{ }{failure}: {text}'\n"
	"    gate: 'rror: '\n"
	"    last: true\n"
	"    unindented: true\n"
	"    need: [file]\n"
	"    then: [{take: '^ (?<file>\\S+)$'}]\n"
	"  - {id: t.names, document: json, signature: [.], gate: '\"line\"', at: '**', by_name: true, last: true}\n"
	"  - {id: t.csv, document: csv, signature: [.], gate: 'line,', at: '[*]', by_name: true, last: true}\n";

static const char tables[] = "table: forms\n"
			     "rows: {place: ['{file}:{line}:{column}', '{file}:{line}', '{spaced_file}({line})']}\n";

static const char words[] =
	"table: diagnostic-words\nrows: {error: [fault, not found], warning: [unused], exceptions: [Error]}\n";

static const char names[] =
	"table: member-names\n"
	"rows: {message: [text], file: [path], line: [line], column: [column], level: [level], position: [at],\n"
	"       pair: [at], start: [start], end: [end], zero_based: [zero], text: [words]}\n";

static void keep(void *ctx, struct record *r)
{
	struct arena a = ARENA_INIT;
	struct buf line;
	struct record again;
	struct err err;

	buf_init(&line, 4 << 20);
	record_write_buf(&line, r);
	if (!record_parse(&a, str_trim(buf_str(&line)), &again, &err))
		abort();
	struct members_writer w = { .out = ctx, .text_max = TEXT_MAX };
	members_write(&w, &source_type, &r->source);
	members_write(&w, &error_type, &r->error);
	buf_release(&line);
	arena_free(&a);
}

static void run(const struct pack *pack, struct str text, size_t step, bool naive, struct buf *out)
{
	struct detector_options o = { .pack = pack, .naive = naive, .found = keep, .ctx = out };
	struct detector *d = detector_new(&o);

	for (size_t at = 0; at < text.n; at += step)
		detector_feed(d, str_sub(text, at, at + step));
	detector_end(d);
	detector_free(d);
}

static struct pack *pack_read(void)
{
	static struct arena a;
	const char *const texts[] = { tables, words, names, yaml };
	struct err err;

	return pack_from_image(image_of(&a, texts, 4), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pack *pack;
	struct buf whole, pieces;

	if (!pack && !(pack = pack_read()))
		abort();
	if (size == 0)
		return 0;
	struct str text = { (const char *)data + 1, size - 1 };
	buf_init(&whole, 64 << 20);
	buf_init(&pieces, 64 << 20);
	run(pack, text, text.n + 1, false, &whole);
	run(pack, text, data[0] % 16 + 1, false, &pieces);
	if (!str_eq(buf_str(&whole), buf_str(&pieces)))
		abort();
	buf_clear(&pieces);
	run(pack, text, text.n + 1, true, &pieces);
	if (!str_eq(buf_str(&whole), buf_str(&pieces)))
		abort();
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}

/* record.c - JSON that survives byte for byte, records held against their table, fingerprints */
#include <stdlib.h>

#include "record/record.h"
#include "tap.h"

static struct arena a;
static struct err err;

static struct json *parsed(const char *text)
{
	return json_parse(&a, str_of(text), JSON_PLAIN, &err);
}

static void comes_back(const char *text, const char *name)
{
	struct json *v = parsed(text);

	is_str(v ? json_text(&a, v) : STR("(refused)"), text, name);
}

static void is_refused(const char *text, const char *name)
{
	if (!ok(parsed(text) == NULL, name))
		printf("# accepted: %s\n", text);
}

/* ---- JSON ---- */

static void text_is_kept(void)
{
	comes_back("{\"b\": 1.50, \"a\":[ 1e3,-0, 0.0 ]}",
		"numbers keep their form, members their order, blanks their place");
	comes_back("\"\\u00e9\\/\\ud83d\\ude00\"", "escapes stay as they were written");
	comes_back("12345678901234567890123456789.000000000000000001", "a number of any length is kept");
	comes_back("{\"a\":1,\"a\":2}", "a name that stands twice stays twice");
	comes_back("{}", "the empty object");
	comes_back("[[],{},\"\",null,true,false]", "every kind of value");
	comes_back("{\"\":{\"\":[]}}", "a name may be empty");
}

static void changes_stay_local(void)
{
	struct json *v = parsed("{\"x\" : [1.0, {\"k\":  1}], \"y\":\"\\u0041\", \"z\":{\"q\":1e2}}");

	json_set_int(&a, json_get(v, "z"), "n", 5);
	is_str(json_text(&a, v), "{\"x\":[1.0, {\"k\":  1}],\"y\":\"\\u0041\",\"z\":{\"q\":1e2,\"n\":5}}",
		"a change rewrites its own object and what holds it, nothing else");
	json_set_str(&a, v, "y", STR("B"));
	is_str(json_text(&a, v), "{\"x\":[1.0, {\"k\":  1}],\"y\":\"B\",\"z\":{\"q\":1e2,\"n\":5}}",
		"a replaced member keeps its place");
	json_remove(v, "x");
	is_str(json_text(&a, v), "{\"y\":\"B\",\"z\":{\"q\":1e2,\"n\":5}}", "a removed one leaves no trace");
	json_remove(v, "z");
	json_set_bool(&a, v, "w", true);
	is_str(json_text(&a, v), "{\"y\":\"B\",\"w\":true}", "after the last is removed another can follow");
	json_set_str(&a, json_object_in(&a, json_object_in(&a, v, "p"), "q"), "r", STR("s"));
	is_str(json_str(json_path(v, "p.q.r")), "s", "objects on the way are made");
	struct json *list = parsed("[[1, 2]]");
	json_add(json_at(list, 0), json_new_int(&a, 3));
	is_str(json_text(&a, list), "[[1,2,3]]", "an element added below is seen above");
}

static void replaced_values_own_their_children(void)
{
	struct json *v = parsed("{\"a\": 1, \"b\": 2}"), *inner = json_new(&a, JSON_OBJECT);

	json_set_int(&a, inner, "c", 1);
	inner = json_set(&a, v, "a", inner);
	json_text(&a, v);
	json_set_int(&a, inner, "c", 2);
	is_str(json_text(&a, v), "{\"a\":{\"c\":2},\"b\":2}", "what json_set returns is what stands in the object");
}

static void strings_are_written_safely(void)
{
	struct buf b;

	buf_init(&b, 1000);
	json_write_string(&b, STR("a\"\\\n\t\x01\x7f\xc3\xa9"));
	is_str(buf_str(&b), "\"a\\\"\\\\\\n\\t\\u0001\\u007f\xc3\xa9\"",
		"quotes and controls are escaped, letters are not");
	buf_clear(&b);
	json_write_string(&b,
		STR("\xff"
		    "a\xe2\x82"));
	is_str(buf_str(&b),
		"\"\xef\xbf\xbd"
		"a\xef\xbf\xbd\xef\xbf\xbd\"",
		"bytes that are not UTF-8 become U+FFFD");
	buf_clear(&b);
	json_write_string(&b, (struct str){ "a\0b", 3 });
	is_str(buf_str(&b), "\"a\\u0000b\"", "a NUL byte does not end a string");
	bool same = true;
	for (int byte = 0; byte < 256; byte++)
		for (size_t at = 0; at < 17; at++) { /* alone, and among bytes that are written eight at a time */
			char text[18], one = (char)byte;
			memset(text, 'a', sizeof(text));
			text[at] = one;
			buf_clear(&b);
			json_write_string(&b, (struct str){ &one, 1 });
			size_t n = b.n - 2;
			char written[8];
			memcpy(written, b.p + 1, n);
			buf_clear(&b);
			json_write_string(&b, (struct str){ text, 17 });
			same &= b.n == 16 + n + 2 && memcmp(b.p + 1 + at, written, n) == 0;
		}
	ok(same, "a byte is written as it is alone, wherever it stands");
	buf_release(&b);
	struct json *v = parsed("\"a\\u0000b\"");
	is_view(json_str(v), ((struct str){ "a\0b", 3 }), "and comes in again");
	is_str(json_str(parsed("\"\\ud83d\\ude00\"")), "\xf0\x9f\x98\x80", "a pair of surrogates is one character");
	v = parsed("\"x\\ud83dy\"");
	ok(!v || utf8_valid(json_str(v)), "a lone surrogate never becomes broken UTF-8");
	v = parsed("\"\\ude00\"");
	ok(!v || utf8_valid(json_str(v)), "nor does a second half alone");
}

static void bad_json_is_refused(void)
{
	static const char *const bad[] = { "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "'a'",
		"\"\x01\"", "01", "+1", ".5", "1.", "1e", "--1", "tru", "nul", "\"\\x\"", "\"\\u12\"", "\"a", "[1 2]",
		"{} {}", "1 2", "/* c */ 1", "{}\"a", "1 \"a", "\"a\"\"b", "[]-", "\v{}", "[\f]", "\"\xff\"", "NaN",
		"Infinity", "{\"a\":1}}", "[1}", "\xef\xbb\xbf{}" };
	char name[100], shown[60];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(name, sizeof(name), "refused: %s", visible(str_of(bad[i]), shown, sizeof(shown)));
		is_refused(bad[i], name);
	}
	ok(json_parse(&a, (struct str){ "{}\0", 3 }, JSON_PLAIN, &err) == NULL, "refused: a NUL byte after a value");
	ok(json_parse(&a, STR("/* c */ [1] // end"), JSON_COMMENTS, &err) != NULL,
		"comments are taken where they are asked for");
	is_refused("{\"a\": nope}", "a message names the place");
	ok(strstr(err.text, "byte") != NULL && strchr(err.text, '\n') == NULL, "in one line");
}

static struct json *nested(int depth)
{
	struct buf b;

	buf_init(&b, 1 << 22);
	for (int i = 0; i < depth; i++)
		buf_addc(&b, '[');
	for (int i = 0; i < depth; i++)
		buf_addc(&b, ']');
	struct json *v = json_parse(&a, arena_str(&a, buf_str(&b)), JSON_PLAIN, &err);
	buf_release(&b);
	return v;
}

static void depth_is_limited(void)
{
	ok(nested(JSON_DEPTH) != NULL, "JSON_DEPTH levels are read");
	ok(nested(JSON_DEPTH + 1) == NULL && strstr(err.text, "deeper"), "one more is refused, and said to be");
	ok(nested(1000000) == NULL, "a million are no danger");
	arena_reset(&a);
}

static void reading_forgives(void)
{
	struct json *v = parsed("{\"n\":3.9,\"big\":1e300,\"s\":\"x\",\"l\":[10,{\"k\":\"v\"}],\"t\":true,\"z\":null}");

	is_int(json_int(json_get(v, "n"), 0), 3, "a number is cut to an integer");
	is_int(json_int(json_get(v, "big"), 7), 7, "one too large gives the default");
	is_int(json_int(json_get(v, "s"), 7), 7, "so does another kind of value");
	is_str(json_str(json_path(v, "l.1.k")), "v", "a path leads through arrays");
	ok(json_path(v, "l.2.k") == NULL && json_path(v, "s.x") == NULL && json_path(NULL, "a") == NULL, "or nowhere");
	is_int(json_count(json_get(v, "l")), 2, "elements are counted");
	ok(json_bool(json_get(v, "t"), false) && json_bool(json_get(v, "z"), true), "null is not false");
	is_int(json_int(json_get(parsed("{\"a\":1,\"a\":2}"), "a"), 0), 2, "of equal names the last counts");
}

static void numbers_are_written(void)
{
	is_str(json_text(&a, json_new_double(&a, 0.1)), "0.1", "a fraction without noise");
	is_str(json_text(&a, json_new_double(&a, 2)), "2", "a whole number without a point");
	is_str(json_text(&a, json_new_double(&a, 100)), "100", "whose noughts stay");
	is_str(json_text(&a, json_new_double(&a, 0.0 / 0.0 * 1)), "0", "what is not finite is 0");
	is_str(json_text(&a, json_new_int(&a, INT64_MIN)), "-9223372036854775808", "the least integer");
}

/* ---- records ---- */

#define HEAD "\"heal\":1,\"kind\":\"incident\",\"id\":\"x\""
#define INCIDENT(more) "{" HEAD ",\"error\":{\"rule\":\"r\",\"level\":\"error\",\"message\":\"m\"" more "}}"

static void line_is(const char *line, bool good, const char *name)
{
	struct record r;

	err.text[0] = '\0';
	if (!ok(record_parse(&a, str_of(line), &r, &err) == good, name))
		printf("# %s\n# %s\n", line, err.text);
}

static void records_are_checked(void)
{
	line_is(INCIDENT(""), true, "the least incident");
	line_is("{\"heal\":1,\"kind\":\"event\",\"id\":\"x\",\"own\":{\"deep\":[1]}}", true,
		"another kind with a member of its own");
	line_is("{" HEAD "}", false, "an incident without an error is none");
	ok(strstr(err.text, "'error'") != NULL, "and the message names the member");
	line_is("[]", false, "an array is no record");
	line_is("{\"heal\":2,\"kind\":\"event\",\"id\":\"x\"}", false, "another version is none");
	line_is("{\"kind\":\"event\",\"id\":\"x\"}", false, "nor one without a version");
	line_is("{\"heal\":1,\"kind\":\"other\",\"id\":\"x\"}", false, "nor an unknown kind");
	line_is(INCIDENT(",\"line\":0"), false, "lines count from 1");
	line_is(INCIDENT(",\"line\":\"3\""), false, "and are numbers");
	line_is(INCIDENT(",\"line\":1.5"), false, "whole ones");
	line_is(INCIDENT(",\"file\":null"), false, "null is no string");
	line_is(INCIDENT(",\"frames\":[{\"file\":\"f\",\"line\":3},{\"line\":\"x\"}]"), false,
		"every element is checked");
	line_is(INCIDENT(",\"fields\":{\"anything\":[1,{}]}"), true, "free members are free");
	line_is("{" HEAD ",\"error\":{\"rule\":\"r\",\"level\":\"bad\",\"message\":\"m\"}}", false,
		"a level is one of five");
	line_is(INCIDENT(",\"counts\":\"display\""), true, "columns count in a unit");
	line_is(INCIDENT(",\"counts\":\"furlongs\""), false, "which is one of six");
	line_is("{" HEAD ",\"error\":{\"level\":\"error\",\"message\":\"m\"}}", false, "an error has a rule");
	line_is("{" HEAD ",\"error\":[]}", false, "an error is an object");
	line_is("{\"heal\":1,\"kind\":\"event\",\"id\":\"x\",\"analysis\":{\"caused_by\":null}}", true,
		"where null is allowed it is taken");
	line_is("{\"heal\":1,\"kind\":\"event\",\"id\":\"x\",\"analysis\":{\"confidence\":1.01}}", false,
		"confidence ends at 1");
	line_is("{\"heal\":1,\"kind\":\"event\",\"id\":\"x\",\"solutions\":[{\"id\":\"s\",\"steps\":[{\"file\":\"f\"}]}"
		"]}",
		false, "a step says what it does");
	line_is("{\"heal\":1,\"kind\":\"event\",\"id\":\"x\",\"solutions\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":"
		"\"3\"},{\"id\":\"4\"},"
		"{\"id\":\"5\"},{\"id\":\"6\"}]}",
		false, "six solutions are too many");
	line_is("{\"heal\":1,\"kind\":\"event\",\"id\":\"x\",\"time\":\"yesterday\"}", false, "a time has its form");
}

/* The words of `counts` are in the order of enum column_unit. */
static void units_are_named(void)
{
	is_int(column_unit_parse(STR("bytes")), UNIT_BYTES, "the first unit");
	is_int(column_unit_parse(STR("utf-16")), UNIT_UTF16, "UTF-16 units");
	is_int(column_unit_parse(STR("display")), UNIT_DISPLAY, "columns of a terminal");
	is_int(column_unit_parse(STR("unknown")), UNIT_UNKNOWN, "the last unit");
	is_int(column_unit_parse(STR("")), UNIT_NONE, "no unit");
}

static void records_are_made(void)
{
	struct record r = record_new(&a, KIND_INCIDENT), again;

	r.error.rule = STR("r");
	r.error.level = LEVEL_ERROR;
	r.error.message = STR("bad \xff byte");
	r.analysis.confidence = 0.25;
	struct str line = json_text(&a, record_json(&a, &r));
	ok(record_parse(&a, line, &again, &err), "what is made is a record");
	is_str(again.error.message, "bad \xef\xbf\xbd byte", "of valid UTF-8");
	ok(again.analysis.confidence == 0.25, "with its values");
	is_int(again.id.n, 36, "and a UUID");
	ok(str_cmp(uuid7(&a), again.id) != 0, "which is its own");

	char *big = malloc(TEXT_MAX + 10);
	memset(big, 'x', TEXT_MAX + 10);
	memcpy(big + TEXT_MAX - 1, "\xe2\x82\xac", 3);
	r.error.raw = (struct str){ big, TEXT_MAX + 10 };
	ok(record_parse(&a, json_text(&a, record_json(&a, &r)), &again, &err), "a long text is written");
	is_int(again.error.raw.n, TEXT_MAX - 1, "cut, and not inside a character");
	ok(again.truncated, "and the record says so");
	free(big);
}

static void long_records_shrink(void)
{
	struct record r = record_new(&a, KIND_INCIDENT), again;
	struct buf out;

	r.error.rule = STR("r");
	r.error.level = LEVEL_ERROR;
	r.error.message = STR("m");
	for (int i = 0; i < 40000; i++)
		VEC_ADD(&a, &r.error.frames)->file = STR("a/rather/long/name/of/a/file.c");
	buf_init(&out, 64 << 20);
	record_write_buf(&out, &r);
	ok(out.n <= RECORD_MAX, "a record over the ceiling is made to fit");
	ok(record_parse(&a, str_rtrim(buf_str(&out)), &again, &err), "and is still a record");
	ok(again.truncated, "which says that it was cut");
	buf_release(&out);
	arena_reset(&a);
}

static void streams_go_on(void)
{
	static const char text[] = "{" HEAD ",\"error\":{\"rule\":\"r\",\"level\":\"note\",\"message\":\"1\"}}\n"
				   "not json\n\n[1]\n{\"heal\":1,\"kind\":\"event\",\"id\":\"2\"}";
	FILE *in = fmemopen((void *)text, sizeof(text) - 1, "r");
	struct record_reader rr;
	struct record r;
	int got, good = 0;

	record_reader_init(&rr, in, "in");
	while ((got = record_read(&rr, &a, &r, &err)) != 0)
		good += got == 1;
	is_int(good, 2, "records around bad lines are read, the last without a newline");
	is_int(rr.bad, 2, "bad lines are counted, blank ones are not");
	ok(strstr(err.text, "in:4:") == err.text, "a message names the stream and the line");
	record_reader_release(&rr);
	fclose(in);
}

static void endless_lines_are_dropped(void)
{
	FILE *in = tmpfile();
	struct record_reader rr;
	struct record r;

	for (int i = 0; i < RECORD_MAX + 5; i++)
		fputc('x', in);
	fputs("\n" INCIDENT("") "\n", in);
	rewind(in);
	record_reader_init(&rr, in, "in");
	is_int(record_read(&rr, &a, &r, &err), -1, "a line over the ceiling is no record");
	is_int(record_read(&rr, &a, &r, &err), 1, "the next one is");
	is_int(record_read(&rr, &a, &r, &err), 0, "and then comes the end");
	record_reader_release(&rr);
	fclose(in);
	arena_reset(&a);
}

/* ---- fingerprints ---- */

static struct str fingerprint(const char *cwd, const char *file, const char *message)
{
	struct record r = record_new(&a, KIND_INCIDENT);

	r.source.cwd = str_of(cwd);
	r.error.rule = STR("gcc.diagnostic");
	r.error.file = str_of(file);
	r.error.message = str_of(message);
	r.error.line = random();
	return fingerprint_of(&a, &r);
}

static void same(const char *m1, const char *m2, bool alike, const char *name)
{
	bool equal = str_eq(fingerprint("/p", "a.c", m1), fingerprint("/p", "a.c", m2));

	if (!ok(equal == alike, name))
		printf("# '%.*s'\n# '%.*s'\n", STR_ARG(message_normal(&a, str_of(m1))),
			STR_ARG(message_normal(&a, str_of(m2))));
}

static void fingerprints_are_stable(void)
{
	is_int(fingerprint("/p", "a.c", "m").n, 32, "32 digits");
	same("took 12 s", "took 7 s", true, "numbers do not count");
	same("at 0x7ffe12", "at 0xdeadbeef99", true, "nor addresses");
	same("commit 3f2a9bc0d1", "commit 77aa00bb11cc", true, "nor hashes");
	same("2026-11-20T10:00:00Z failed", "2027-01-02T23:59:59Z failed", true, "nor times");
	same("cannot open /home/a/x.c", "cannot open /srv/b/x.c", true, "nor where a file lies");
	same("unknown \xe2\x80\x98x\xe2\x80\x99", "unknown 'x'", true, "nor the form of quotes");
	same("too  many\tblanks", "too many blanks", true, "nor how many blanks");
	same("undefined 'foo'", "undefined 'bar'", false, "names do");
	same("cannot open /a/x.c", "cannot open /a/y.c", false, "so do names of files");
	same("accede", "decade", false, "a word of hexadecimal letters is a word");
	ok(str_eq(fingerprint("/home/a/p", "/home/a/p/src/x.c", "m"), fingerprint("/ci/p", "/ci/p/src/x.c", "m")),
		"two machines agree on a file of the project");
	ok(str_eq(fingerprint("/p", "./src/x.c", "m"), fingerprint("/p", "src/x.c", "m")),
		"a dot in a path does not count");
	ok(!str_eq(fingerprint("/p", "a/x.c", "m"), fingerprint("/p", "b/x.c", "m")), "two files of one name differ");
	message_normal(&a, (struct str){ "a\0/\0\xe2\x80", 6 });
	ok(true, "NUL bytes and cut characters are survived");
}

int main(void)
{
	text_is_kept();
	changes_stay_local();
	replaced_values_own_their_children();
	strings_are_written_safely();
	bad_json_is_refused();
	depth_is_limited();
	reading_forgives();
	numbers_are_written();
	records_are_checked();
	units_are_named();
	records_are_made();
	long_records_shrink();
	streams_go_on();
	endless_lines_are_dropped();
	fingerprints_are_stable();
	arena_free(&a);
	return tap_end();
}

#include "redact/redact.h"

#include <string.h>

#include "base/path.h"
#include "redact/patterns.h"

/* One set of patterns for the process, like its packs. */
static struct arena memory;
static struct patterns known;
static enum { UNREAD, READY, FAILED } state;
static struct err failure;

static const struct str withheld = { "[redacted: not searched]", 24 };

static bool read_from(const struct pack *pack, struct err *err)
{
	struct node table = pack_table(pack, "secrets");

	if (node_kind(table) != NODE_MAP || node_count(table) == 0)
		return err_set(err, HEAL_WRONG, "the rules contain no table 'secrets', without which nothing is kept");
	patterns_read(&memory, table, &known);
	known_values_read(&memory, &known);
	return true;
}

static bool read_file(const char *file, struct err *err)
{
	struct pack *p = pack_load(file, err);
	bool ok = p && read_from(p, err);

	pack_free(p);
	return ok;
}

bool redact_ready(const struct pack *pack, struct err *err)
{
	if (state == UNREAD) {
		struct arena a = ARENA_INIT;
		struct err *e = &failure;
		bool ok = pack ? read_from(pack, e) : read_file(NULL, e);
		ok = ok || read_file(pack_installed(&a).p, e);
		state = ok ? READY : FAILED;
		arena_free(&a);
	}
	if (state == FAILED)
		return err_set(err, failure.status, "%s", failure.text);
	return true;
}

static struct str key_for(enum redact_tag tag)
{
	return tag == REDACT_TAGGED ? tag_key() : STR_NONE;
}

struct str redact_text(struct arena *a, struct str text, enum redact_tag tag)
{
	struct secrets found = { 0 };

	if (!text.n)
		return text;
	if (!redact_ready(NULL, NULL))
		return withheld;
	patterns_find(&known, a, text, SIZE_MAX, &found);
	return found.n ? secrets_replaced(a, text, &found, key_for(tag)) : text;
}

/* ---- JSON ---- */

struct redaction {
	struct arena *a;
	enum redact_tag tag;
	bool changed;
};

/* Its source text, and that of all that contain it, is no longer valid. */
static void text_set(struct redaction *x, struct json *v, struct str text)
{
	v->text = text;
	for (struct json *up = v; up; up = up->parent)
		up->raw = STR_NONE;
	x->changed = true;
}

/* The secrets in [begin, end) of the whole text, as of the part. */
static struct secrets part_of(struct arena *a, const struct secrets *all, size_t begin, size_t end)
{
	struct secrets part = { 0 };

	for (size_t i = 0; i < all->n; i++) {
		size_t from = all->at[i].begin > begin ? all->at[i].begin : begin;
		size_t to = all->at[i].end < end ? all->at[i].end : end;
		if (from < to)
			*VEC_ADD(a, &part) = (struct secret){ from - begin, to - begin, all->at[i].kind };
	}
	return part;
}

/* false: nothing was replaced. */
static bool string_redact(struct redaction *x, struct json *v)
{
	struct str text = redact_text(x->a, v->text, x->tag);

	if (text.p == v->text.p)
		return false;
	text_set(x, v, text);
	return true;
}

/* "key":"text", and where the text begins. */
static struct str member_whole(struct arena *a, const struct json *v, size_t *begin)
{
	static const char between[] = "\":\"";
	size_t n = v->key.n + v->text.n + 5;
	char *out = arena_alloc(a, n);

	*begin = v->key.n + 4;
	out[0] = out[n - 1] = '"';
	memcpy(out + 1, v->key.p, v->key.n);
	memcpy(out + 1 + v->key.n, between, sizeof(between) - 1);
	memcpy(out + *begin, v->text.p, v->text.n);
	return (struct str){ out, n };
}

/* {"password": "x"}: the value is a secret by the name of the member. */
static void member_redact(struct redaction *x, struct json *v)
{
	struct secrets all = { 0 };
	struct str whole = STR_NONE;
	bool quoted = str_chr(v->key, '"') < v->key.n; /* then others have the same name and value together */
	size_t begin;

	if (v->key.n && v->key.n < 200 && v->text.n) {
		whole = member_whole(x->a, v, &begin);
		if (!quoted && clean_text_is_known(whole))
			return;
		patterns_find(&known, x->a, whole, SIZE_MAX, &all);
		struct secrets part = part_of(x->a, &all, begin, begin + v->text.n);
		if (part.n)
			text_set(x, v, secrets_replaced(x->a, v->text, &part, key_for(x->tag)));
	}
	if (!string_redact(x, v) && whole.n && !all.n && !quoted)
		clean_text_keep(whole);
}

/* ["mysql", "--password", "x"]: a secret may follow its name. */
static void list_redact(struct redaction *x, struct json *list)
{
	struct secrets all = { 0 };
	struct buf line;
	size_t at = 0;

	buf_init(&line, RECORD_MAX * 2);
	JSON_EACH(item, list) {
		buf_add(&line, json_str(item));
		buf_addc(&line, ' ');
	}
	struct str whole = arena_str(x->a, buf_str(&line));
	buf_release(&line);
	patterns_find(&known, x->a, whole, SIZE_MAX, &all);
	JSON_EACH(item, list) {
		size_t n = json_str(item).n;
		struct secrets part = part_of(x->a, &all, at, at + n);
		if (part.n)
			text_set(x, item, secrets_replaced(x->a, item->text, &part, key_for(x->tag)));
		at += n + 1;
	}
}

static bool is_all_strings(const struct json *list)
{
	JSON_EACH(item, list)
		if (item->type != JSON_STRING)
			return false;
	return list->first && list->first->next;
}

static void value_redact(struct redaction *x, struct json *v)
{
	if (v->type == JSON_STRING) {
		member_redact(x, v);
		return;
	}
	if (v->type == JSON_ARRAY && is_all_strings(v))
		list_redact(x, v);
	JSON_EACH(item, v) {
		if (item->key.n) {
			struct str key = redact_text(x->a, item->key, x->tag);
			if (key.p != item->key.p) {
				item->key = key;
				text_set(x, item, item->text);
			}
		}
		value_redact(x, item);
	}
}

bool redact_json(struct arena *a, struct json *v, enum redact_tag tag)
{
	struct redaction x = { a, tag, false };

	if (!v)
		return false;
	if (!redact_ready(NULL, NULL)) {
		*v = (struct json){
			.type = JSON_STRING, .text = withheld, .key = v->key, .parent = v->parent, .next = v->next
		};
		return true;
	}
	value_redact(&x, v);
	return x.changed;
}

/* ---- records ---- */

/* The line with \" as ", for words with quotes. */
static struct str quotes_plain(struct arena *a, struct str line)
{
	char *out = arena_alloc(a, line.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != '\\' || i + 1 == line.n || line.p[i + 1] != '"')
			out[n++] = line.p[i];
	return (struct str){ out, n };
}

static bool has_escape(struct str line, const char *letters)
{
	const char *c = line.p, *end = line.p + line.n;

	while (c && c + 1 < end && (c = memchr(c, '\\', (size_t)(end - c - 1))) != NULL) {
		if (strchr(letters, c[1]) && c[1])
			return true;
		c++;
	}
	return false;
}

/* Other escapes could hide a word from the search of the line itself. */
static bool line_is_clean(struct arena *a, struct str line)
{
	if (has_escape(line, "\""))
		line = quotes_plain(a, line);
	return !has_escape(line, "u/") && !patterns_suspect(&known, line);
}

struct str redact_fingerprint(struct arena *a, const struct record *r)
{
	struct record x = *r;

	x.error.message = redact_text(a, x.error.message, REDACT_PLAIN);
	x.error.code = redact_text(a, x.error.code, REDACT_PLAIN);
	x.error.file = redact_text(a, x.error.file, REDACT_PLAIN);
	x.error.function = redact_text(a, x.error.function, REDACT_PLAIN);
	return fingerprint_of(a, &x);
}

static void fingerprint_renew(struct arena *a, const struct record *r, struct json *v)
{
	if (r->kind == KIND_INCIDENT && r->fingerprint.n && str_eq(r->fingerprint, fingerprint_of(a, r)))
		json_set_str(a, v, "fingerprint", redact_fingerprint(a, r));
}

bool redact_record(struct arena *a, const struct record *r, struct str json, enum redact_tag tag, struct record *out,
	struct str *line, struct err *err)
{
	*out = *r;
	*line = json;
	if (!redact_ready(NULL, err))
		return false;
	if (json.p && line_is_clean(a, json))
		return true;
	struct json *v = json.p ? json_parse(a, json, JSON_PLAIN, err) : record_json(a, r);
	if (!v)
		return false;
	if (!redact_json(a, v, tag))
		return true;
	fingerprint_renew(a, r, v);
	*line = json_text(a, v);
	return record_parse(a, *line, out, err);
}

void redact_write(FILE *out, const struct record *r)
{
	struct arena a = ARENA_INIT;
	struct record clean;
	struct str line;

	if (redact_record(&a, r, STR_NONE, REDACT_TAGGED, &clean, &line, NULL))
		record_write(out, &clean);
	arena_free(&a);
}

/* ---- examples ---- */

/* {a9} and its like, filled with letters and digits that are always the same; written out, a scanner for secrets would
 * report the table. */
static struct str filled(struct arena *a, struct str text)
{
	static const struct {
		char kind;
		const char *letters;
	} sets[] = {
		{ 'a', "kQ7mZx2RvT9bWc4LpY8sJd3NfH6gUe5" },
		{ 'h', "3fa9c07b1d8e64520fb7" },
		{ 'u', "Q7MZX2RVTBWCLPYSJDNFHGUE345" },
		{ 'd', "4815162342907" },
	};
	struct buf out;

	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < text.n; i++) {
		struct str rest = str_sub(text, i, text.n), digits;
		size_t end = str_chr(rest, '}');
		int64_t count;
		const char *letters = NULL;
		for (size_t k = 0; rest.n > 3 && rest.p[0] == '{' && k < sizeof(sets) / sizeof(sets[0]); k++)
			if (sets[k].kind == rest.p[1])
				letters = sets[k].letters;
		digits = str_sub(rest, 2, end);
		if (!letters || end > 5 || !str_number(digits, &count)) {
			buf_addc(&out, text.p[i]);
			continue;
		}
		for (int64_t k = 0; k < count; k++)
			buf_addc(&out, letters[(size_t)k % strlen(letters)]);
		i += end;
	}
	struct str s = arena_str(a, buf_str(&out));
	buf_release(&out);
	return s;
}

static struct str with_row(struct arena *a, const struct patterns *p, struct str text, size_t only)
{
	struct secrets found = { 0 };

	patterns_find(p, a, text, only, &found);
	return found.n ? secrets_replaced(a, text, &found, STR_NONE) : text;
}

static void example_run(
	struct arena *a, const struct patterns *p, size_t row, struct node example, struct redact_example *result)
{
	struct node gives = node_get(example, "gives");
	struct str text = filled(a, node_str(node_get(example, "text")));
	struct str wanted = node_kind(gives) == NODE_TEXT ? filled(a, node_str(gives)) : text;
	struct str got = with_row(a, p, text, str_eq(wanted, text) ? SIZE_MAX : row);
	struct str again = with_row(a, p, got, SIZE_MAX);

	result->line = node_line(example);
	result->passed = str_eq(got, wanted) && (!str_eq(wanted, text) || str_eq(again, got));
	if (!result->passed)
		result->why = arena_printf(a, "gives '%.*s', wanted '%.*s'", STR_ARG(got), STR_ARG(wanted));
}

void redact_examples(
	const struct pack *pack, struct str glob, void (*tell)(void *ctx, const struct redact_example *), void *ctx)
{
	struct arena a = ARENA_INIT;
	struct node table = pack_table(pack, "secrets");
	struct patterns p;

	patterns_read(&a, table, &p);
	for (uint32_t i = 0; i < node_count(table); i++) {
		struct node examples = node_get(node_at(table, i), "examples");
		struct redact_example result = { .kind = arena_printf(
							 &a, "secrets.%.*s", STR_ARG(node_key(table, i))) };
		for (uint32_t k = 0; k < node_list_count(examples); k++) {
			if (glob.n && !glob_match(glob, result.kind))
				continue;
			result.number = k + 1;
			example_run(&a, &p, i, node_list_at(examples, k), &result);
			tell(ctx, &result);
		}
	}
	patterns_release(&p);
	arena_free(&a);
}

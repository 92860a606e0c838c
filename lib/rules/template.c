#include "rules/template.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/shell.h"
#include "base/vec.h"

static bool all_of(struct str s, const char *others)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || (!isalnum((unsigned char)s.p[i]) && !strchr(others, s.p[i])))
			return false;
	return true;
}

static bool has_control(struct str s, bool newline_is_fine)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == 0x7f || (c < 0x20 && c != '\t' && !(newline_is_fine && c == '\n')))
			return true;
	}
	return false;
}

/* A path below the root: relative, without "..", and not an option. */
static bool is_inner_path(struct str s)
{
	struct str rest = s, part;

	if (s.n == 0 || s.n > 1024 || s.p[0] == '/' || s.p[0] == '-' || s.p[0] == '~' || has_control(s, false))
		return false;
	while (str_split(&rest, '/', &part))
		if (str_is(part, ".."))
			return false;
	return utf8_valid(s);
}

bool slot_accepts(struct str type, struct str s)
{
	unsigned char first = s.n ? (unsigned char)s.p[0] : 0;
	int64_t n;

	if (str_is(type, "line"))
		return !has_control(s, false);
	if (str_is(type, "text"))
		return !has_control(s, true);
	if (s.n == 0 || s.n > 1024)
		return false;
	if (str_is(type, "identifier"))
		return s.n <= 200 && !isdigit(first) && all_of(s, "_");
	if (str_is(type, "word"))
		return isalnum(first) && s.n <= 200 && all_of(s, "_.@+-:");
	if (str_is(type, "package"))
		return (isalnum(first) || first == '@') && s.n <= 214 && all_of(s, "_.@+-/") &&
			str_find(s, STR("..")) == s.n && str_find(s, STR("//")) == s.n;
	if (str_is(type, "version"))
		return isalnum(first) && s.n <= 64 && all_of(s, ".+-_~");
	if (str_is(type, "option"))
		return first == '-' && s.n <= 100 && all_of(s, "-_=.+:");
	if (str_is(type, "number"))
		return str_number(s, &n);
	if (str_is(type, "place"))
		return first != '-' && s.n <= 1024 && !has_control(s, false) && utf8_valid(s);
	return str_is(type, "path") && is_inner_path(s);
}

static struct str recased(struct arena *a, struct str s, int (*recase)(int), size_t most)
{
	char *p = arena_strdup(a, s);

	for (size_t i = 0; i < s.n && i < most; i++)
		p[i] = (char)recase((unsigned char)p[i]);
	return (struct str){ p, s.n };
}

static struct str filtered(struct arena *a, struct str s, struct str filter)
{
	if (str_is(filter, "base"))
		return path_base(s);
	if (str_is(filter, "dir"))
		return path_dir(s);
	if (str_is(filter, "stem")) {
		struct str base = path_base(s);
		return str_sub(base, 0, base.n - path_extension(s).n);
	}
	if (str_is(filter, "lower"))
		return recased(a, s, tolower, SIZE_MAX);
	if (str_is(filter, "upper"))
		return recased(a, s, toupper, SIZE_MAX);
	if (str_is(filter, "capital"))
		return recased(a, s, toupper, 1);
	return str_is(filter, "trim") ? str_trim(s) : s;
}

static void add_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr("\\^$.|?*+()[]{}-/#", s.p[i]))
			buf_addc(out, '\\');
		buf_addc(out, s.p[i]);
	}
}

size_t template_slot(struct str s, size_t i, bool regex)
{
	size_t k = i + 1;

	if (i >= s.n || s.p[i] != '{')
		return 0;
	if (regex && i >= 2 && s.p[i - 2] == '\\' && strchr("xpPoNgk", s.p[i - 1]))
		return 0;
	if (k >= s.n || !islower((unsigned char)s.p[k]))
		return 0;
	while (k < s.n && (isalnum((unsigned char)s.p[k]) || strchr("_.:|?-", s.p[k])) && s.p[k])
		k++;
	return k < s.n && s.p[k] == '}' ? k + 1 - i : 0;
}

/* name[?][:type][|filter] */
struct template_slot {
	struct str name, type, filter;
	bool optional;
};

static struct template_slot slot_parts(struct str text)
{
	size_t bar = str_chr(text, '|');
	struct template_slot slot = { .filter = str_sub(text, bar + 1, text.n) };

	text = str_sub(text, 0, bar);
	size_t colon = str_chr(text, ':');
	slot.type = str_sub(text, colon + 1, text.n);
	slot.name = str_sub(text, 0, colon);
	slot.optional = str_ends(slot.name, "?");
	slot.name.n -= slot.optional;
	return slot;
}

static bool value_fits(struct template_slot slot, struct str value, const struct template_values *v)
{
	if (str_is(slot.type, "typed") || (v->quote && slot.type.n == 0))
		return v->own && v->own(v->ctx, value);
	return slot.type.n == 0 || slot_accepts(slot.type, value);
}

static bool slot_fill(
	struct arena *a, struct buf *out, struct template_slot slot, const struct template_values *v, struct err *err)
{
	struct str value = v->get(v->ctx, slot.name);

	if (!value.p && !slot.optional && !v->lenient)
		return err_set(err, HEAL_NO, "there is no value for '%.*s'", STR_ARG(slot.name));
	if (value.p)
		value = filtered(a, value, slot.filter);
	if (value.p && !value_fits(slot, value, v)) {
		char shown[80];
		return err_set(err, HEAL_NO, "'%s' is not of type %.*s", visible(value, shown, sizeof(shown)),
			STR_ARG(slot.type));
	}
	if (v->regex)
		add_escaped(out, value);
	else if (v->quote && slot.type.n && value.n)
		buf_add(out, shell_quote(a, value));
	else
		buf_add(out, value);
	return true;
}

static bool is_one_of(struct str s, const char *words)
{
	struct str rest = str_of(words), word;

	while (str_split(&rest, ' ', &word))
		if (str_eq(word, s))
			return true;
	return false;
}

static bool slot_check(struct str text, bool typed, struct err *err)
{
	struct template_slot slot = slot_parts(text);

	if (slot.type.n &&
		!is_one_of(slot.type, "identifier word package path place typed option number version line text"))
		return err_set(err, HEAL_WRONG, "there is no slot type '%.*s'", STR_ARG(slot.type));
	if (slot.filter.n && !is_one_of(slot.filter, "base dir stem lower upper capital trim"))
		return err_set(err, HEAL_WRONG, "there is no filter '%.*s'", STR_ARG(slot.filter));
	return !typed || slot.type.n ||
		err_set(err, HEAL_WRONG, "an argument's slot needs a type, as in {%.*s:word}", STR_ARG(slot.name));
}

static bool word_list(const struct template_values *v, struct str word, const struct str **words, size_t *n)
{
	bool slot = word.n > 2 && word.p[0] == '{' && word.p[word.n - 1] == '}';

	return v->list && slot && v->list(v->ctx, str_sub(word, 1, word.n - 1), words, n);
}

char **template_argv(struct arena *a, struct node words, const struct template_values *v)
{
	VEC(char *) argv = { 0 };

	for (uint32_t i = 0; i < node_list_count(words); i++) {
		struct str word = node_str(node_list_at(words, i));
		const struct str *all = &word;
		size_t n = 1;
		if (!word_list(v, word, &all, &n) && !(word = template_fill(a, word, v, NULL)).p)
			return NULL;
		for (size_t k = 0; k < n; k++)
			*VEC_ADD(a, &argv) = arena_strdup(a, all[k]);
	}
	size_t n = argv.n;
	*VEC_ADD(a, &argv) = NULL;
	return n ? argv.at : NULL;
}

bool template_check(struct str text, bool regex, bool typed, struct err *err)
{
	for (size_t i = 0; i < text.n;) {
		bool twice = !regex && i + 1 < text.n && text.p[i] == '{' && text.p[i + 1] == '{';
		size_t n = twice ? 0 : template_slot(text, i, regex);
		if (n && !slot_check(str_sub(text, i + 1, i + n - 1), typed, err))
			return false;
		i += twice ? 2 : n ? n : 1;
	}
	return true;
}

struct str template_fill(struct arena *a, struct str text, const struct template_values *v, struct err *err)
{
	struct buf out;
	struct str result = STR_NONE;
	bool ok = true;

	buf_init(&out, 1 << 20);
	for (size_t i = 0; ok && i < text.n;) {
		char c = text.p[i];
		bool twice = i + 1 < text.n && text.p[i + 1] == c;
		size_t n = template_slot(text, i, v->regex);
		if (n && !(twice && !v->regex)) {
			ok = slot_fill(a, &out, slot_parts(str_sub(text, i + 1, i + n - 1)), v, err);
			i += n;
		} else if ((c == '{' || c == '}') && twice && !v->regex) {
			buf_addc(&out, c);
			i += 2;
		} else {
			buf_addc(&out, c);
			i++;
		}
	}
	if (ok)
		result = arena_str(a, buf_str(&out));
	buf_release(&out);
	return result;
}

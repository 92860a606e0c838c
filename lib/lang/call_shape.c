#include "lang/call_shape.h"

#include <ctype.h>
#include <string.h>

#include "base/vec.h"

bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

static struct span trimmed(struct str code, size_t begin, size_t end)
{
	while (begin < end && is_blank(code.p[begin]))
		begin++;
	while (end > begin && is_blank(code.p[end - 1]))
		end--;
	return (struct span){ begin, end };
}

size_t bracket_end(struct str code, size_t open)
{
	int depth = 0;

	for (size_t i = open; i < code.n; i++) {
		depth += strchr("([{", code.p[i]) && code.p[i] ? 1 : 0;
		if (!code.p[i] || !strchr(")]}", code.p[i]))
			continue;
		if (--depth == 0)
			return i + 1;
	}
	return SIZE_MAX;
}

bool items_at(struct arena *a, struct str code, size_t open, struct item_list *out)
{
	VEC(struct span) items = { 0 };
	size_t end = open < code.n && strchr("([{", code.p[open]) && code.p[open] ? bracket_end(code, open) : SIZE_MAX;

	if (end == SIZE_MAX)
		return false;
	size_t begin = open + 1;
	for (size_t i = begin; i < end;) {
		bool nests = code.p[i] && strchr("([{", code.p[i]);
		if (nests) {
			i = bracket_end(code, i);
			continue;
		}
		if (code.p[i] == ',' || i == end - 1) {
			struct span item = trimmed(code, begin, i);
			if (item.end > item.begin)
				*VEC_ADD(a, &items) = item;
			begin = i + 1;
		}
		i++;
	}
	*out = (struct item_list){ open, end - 1, items.at, items.n };
	return true;
}

bool items_around(struct arena *a, struct str code, size_t offset, size_t reach, struct item_list *out)
{
	int depth = 0;

	for (size_t i = offset; i > 0 && offset - i < reach; i--) {
		char c = code.p[i - 1];
		depth += (c == ')') - (c == '(');
		if (depth < 0)
			return items_at(a, code, i - 1, out);
	}
	return false;
}

size_t item_with(const struct item_list *list, size_t offset)
{
	size_t i = 0;

	while (i < list->n && !(offset >= list->at[i].begin && offset < list->at[i].end))
		i++;
	return i;
}

struct str word_before(struct str code, size_t offset)
{
	size_t end = offset;

	while (end > 0 && (code.p[end - 1] == ' ' || code.p[end - 1] == '\t'))
		end--;
	size_t begin = end;
	while (begin > 0 && is_word_char(code.p[begin - 1]))
		begin--;
	return str_sub(code, begin, end);
}

size_t word_find(struct str code, struct str word, size_t from, size_t to)
{
	to = to < code.n ? to : code.n;
	for (size_t i = from; word.n && i + word.n <= to; i++)
		if (memcmp(code.p + i, word.p, word.n) == 0 && (i == 0 || !is_word_char(code.p[i - 1])) &&
			(i + word.n == code.n || !is_word_char(code.p[i + word.n])))
			return i;
	return SIZE_MAX;
}

size_t expression_end(struct str code, size_t at)
{
	while (at < code.n) {
		char c = code.p[at];
		if (is_word_char(c) || (c == '.' && at + 1 < code.n && is_word_char(code.p[at + 1]))) {
			at++;
		} else if (c == '(' || c == '[') {
			size_t end = bracket_end(code, at);
			if (end == SIZE_MAX)
				return at;
			at = end;
		} else {
			break;
		}
	}
	return at;
}

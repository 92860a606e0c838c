#include "rules/form_slot.h"

#include <ctype.h>

#include "rules/digits.h"
#include "rules/form.h"

enum { TEXT_LEAST = 3, NUMBER_MAX = 9, WORD_MAX = 40, EXTENSION_MAX = 15 };

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c);
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool form_is_digit(char c)
{
	return is_digit(c);
}

static char char_at(struct str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* Sets are short, and NUL is in none; strchr costs more. */
static inline bool is_one_of(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set != '\0';
}

/* The level of a word, in any case; STR_NONE: it is none. */
static struct str level_of(const struct form_words *words, struct str word)
{
	char lower[WORD_MAX];

	if (word.n == 0 || word.n > sizeof(lower) ||
		!(words->level_sizes[tolower((unsigned char)word.p[0])] >> word.n & 1))
		return STR_NONE;
	for (size_t i = 0; i < word.n; i++)
		lower[i] = (char)tolower((unsigned char)word.p[i]);
	return node_str(node_get_str(words->levels, (struct str){ lower, word.n }));
}

static bool is_level(const struct form_words *words, struct str word)
{
	return level_of(words, word).p != NULL;
}

/* ---- numbers ---- */

static size_t number_end(struct form_line *l, size_t at)
{
	size_t end = at;

	while (end < l->line.n && is_digit(l->line.p[end]))
		end++;
	return end > at && end - at <= NUMBER_MAX ? end : NOT_A_SLOT;
}

/* ---- names of files ---- */

/* The row of the table that stands at the start of the text: names of standard input, with blanks and brackets. */
static size_t known_file(const struct form_words *words, struct str text)
{
	size_t most = 0;

	if (text.n == 0 || !words->begins[(unsigned char)text.p[0]])
		return 0;
	for (size_t i = 0; i < words->files.n; i++) {
		struct str name = words->files.at[i];
		if (name.n > most && name.n <= text.n && memcmp(name.p, text.p, name.n) == 0 &&
			!is_word(char_at(text, name.n)) && !is_one_of(char_at(text, name.n), "./\\-"))
			most = name.n;
	}
	return most;
}

/* The text after the last dot: it begins with a letter, and something stands before it. */
static struct str extension_of(struct str name)
{
	size_t dot = str_rchr(name, '.');
	struct str ext = str_sub(name, dot + 1, name.n);

	/* The sections of manuals are extensions, the parts of versions are not. */
	bool section = ext.n == 1 && is_digit(ext.p[0]) && dot > 0 && dot < name.n && is_letter(name.p[dot - 1]);
	if (dot == name.n || dot == 0 || ext.n == 0 || ext.n > EXTENSION_MAX || !(is_letter(ext.p[0]) || section))
		return STR_NONE;
	for (size_t i = 0; i < ext.n; i++)
		if (!is_word(ext.p[i]) && !is_one_of(ext.p[i], "+~-"))
			return STR_NONE;
	return ext;
}

static bool is_among(const struct form_list *list, struct str text)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->at[i], text))
			return true;
	return false;
}

bool form_words_file(const struct form_words *words, struct str name)
{
	size_t slash = name.n;

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == '\\')
			slash = i;
	bool letter = false;
	for (size_t i = 0; i < name.n; i++)
		letter |= is_letter(name.p[i]) || (unsigned char)name.p[i] >= 0x80;
	if (!letter || str_find(name, STR("://")) < name.n)
		return false;
	if (slash < name.n) {
		struct str base = str_sub(name, slash + 1, name.n);
		for (size_t i = 0; i < base.n; i++)
			if (is_word(base.p[i]))
				return true;
		return false;
	}
	struct str ext = extension_of(name);
	return ext.n > 0 && !is_among(&words->hosts, ext);
}

/* "C:\a.c" */
static bool is_drive(struct str line, size_t at)
{
	return is_letter(char_at(line, at)) && char_at(line, at + 1) == ':' &&
		(char_at(line, at + 2) == '\\' || char_at(line, at + 2) == '/');
}

/* Does a position begin at this bracket, and not a part of the name: "(3", "(line 3"? */
static bool opens_position(struct str line, size_t at)
{
	size_t i = at + 1;

	while (is_letter(char_at(line, i)))
		i++;
	if (i > at + 1 && char_at(line, i) == ' ')
		i++;
	return is_digit(char_at(line, i)) && (i == at + 1 || line.p[i - 1] == ' ');
}

/* "@12:5" */
static bool is_position_behind(struct str line, size_t at)
{
	size_t i = at + 1;

	while (is_digit(char_at(line, i)))
		i++;
	return i > at + 1 && char_at(line, i) == ':' && is_digit(char_at(line, i + 1));
}

/* What no name has without quotes. */
static const bool no_name[256] = { ['"'] = true,
	['\''] = true,
	['`'] = true,
	['<'] = true,
	['>'] = true,
	['|'] = true,
	['*'] = true,
	['?'] = true,
	[':'] = true,
	[';'] = true,
	[','] = true,
	['{'] = true,
	['}'] = true };

/* In a name, brackets are in pairs. */
static bool ends_name(struct str line, size_t at, const int open[2])
{
	char c = line.p[at];

	if (c == '(' || c == '[')
		return opens_position(line, at);
	if (c == ')' || c == ']')
		return open[c == ']'] == 0;
	if (c == '@')
		return is_position_behind(line, at);
	return (unsigned char)c <= ' ' || no_name[(unsigned char)c];
}

static size_t quoted_end(struct form_line *l, size_t at)
{
	struct str rest = str_sub(l->line, at, l->line.n);
	char quote = l->line.p[at - 1];
	size_t n = str_chr(rest, quote == '`' && str_chr(rest, '`') == rest.n ? '\'' : quote);

	if (n == rest.n || n == 0)
		return NOT_A_SLOT;
	/* A comma after the quote is that of "a b", line 3. */
	bool named = form_words_file(l->words, str_sub(rest, 0, n)) || char_at(rest, n + 1) == ',';
	return named ? at + n : NOT_A_SLOT;
}

static size_t file_read(struct form_line *l, size_t at)
{
	struct str line = l->line;
	size_t known = known_file(l->words, str_sub(line, at, line.n)), i = at;
	int open[2] = { 0, 0 };

	if (known)
		return at + known;
	if (at > 0 && is_one_of(line.p[at - 1], "\"'`"))
		return quoted_end(l, at);
	if (i >= line.n || (!is_word(line.p[i]) && !is_one_of(line.p[i], "./~@+\\$%-")))
		return NOT_A_SLOT;
	if (is_drive(line, i))
		i += 2;
	for (; i < line.n && !ends_name(line, i, open); i++) {
		char c = line.p[i];
		open[c == '[' || c == ']'] += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
	}
	return form_words_file(l->words, str_sub(line, at, i)) ? i : NOT_A_SLOT;
}

/* Most alternatives of a place begin with the same name. */
static size_t file_end(struct form_line *l, size_t at)
{
	if (!l->file_is_read || l->file_at != at) {
		l->file_to = file_read(l, at);
		l->file_at = at;
		l->file_is_read = true;
	}
	return l->file_to;
}

/* A name with a folder and an extension, as hosts, images and other names with a number behind them have not. */
static size_t path_end(struct form_line *l, size_t at)
{
	size_t end = file_end(l, at);
	struct str name = end == NOT_A_SLOT ? STR_NONE : str_sub(l->line, at, end);
	size_t slash = str_rchr(name, '/') < name.n ? str_rchr(name, '/') : str_rchr(name, '\\');

	return slash < name.n && extension_of(str_sub(name, slash + 1, name.n)).n > 0 ? end : NOT_A_SLOT;
}

/* The first word of a path: "/srv/my" of "/srv/my work/a.c:3"; 0: it is none. */
static size_t spaced_head(struct str text)
{
	bool path = false;
	size_t n = 0;

	for (; n < text.n && text.p[n] != ' ' && !is_one_of(text.p[n], "\"'`<>|*?:;"); n++)
		path |= text.p[n] == '/' || text.p[n] == '\\';
	return path && n < text.n && text.p[n] == ' ' ? n : 0;
}

/* A path with blanks, up to a colon or parenthesis with a number behind it. */
static size_t spaced_end(struct form_line *l, size_t at)
{
	struct str line = l->line;
	size_t begin = at + (is_drive(line, at) ? 2 : 0), i = begin + spaced_head(str_sub(line, begin, line.n));

	if (i == begin || (!is_word(line.p[begin]) && !is_one_of(line.p[begin], "./~@\\")))
		return NOT_A_SLOT;
	while (i < line.n && !is_one_of(line.p[i], "\"'`<>|*?:;") && !(line.p[i] == '(' && opens_position(line, i)))
		i++;
	return i < line.n && form_words_file(l->words, str_sub(line, at, i)) ? i : NOT_A_SLOT;
}

/* ---- words ---- */

static size_t word_end(struct str line, size_t at)
{
	while (at < line.n && is_letter(line.p[at]))
		at++;
	return at;
}

static size_t level_read(struct form_line *l, size_t at)
{
	struct str line = l->line;
	size_t one = word_end(line, at), two = char_at(line, one) == ' ' ? word_end(line, one + 1) : one;

	if (two > one + 1 && !is_word(char_at(line, two)) && is_level(l->words, str_sub(line, at, two)))
		return two;
	if (one < at + 3 || is_word(char_at(line, one)) || char_at(line, one) == '-' || char_at(line, one) == '.')
		return NOT_A_SLOT;
	return is_level(l->words, str_sub(line, at, one)) ? one : NOT_A_SLOT;
}

/* Many forms begin with a level. */
static size_t level_end(struct form_line *l, size_t at)
{
	if (!l->level_is_read || l->level_at != at) {
		l->level_to = level_read(l, at);
		struct str level = l->level_to == NOT_A_SLOT ? STR_NONE :
							       level_of(l->words, str_sub(l->line, at, l->level_to));
		l->level_fails = str_is(level, "fatal") || str_is(level, "error") || str_is(level, "warning");
		l->level_at = at;
		l->level_is_read = true;
	}
	return l->level_to;
}

/* A level of a failure: fatal, error or warning. */
static size_t failure_end(struct form_line *l, size_t at)
{
	size_t end = level_end(l, at);

	return l->level_fails ? end : NOT_A_SLOT;
}

static size_t letter_end(struct form_line *l, size_t at)
{
	struct str letter = str_sub(l->line, at, at + 1);

	if (letter.n == 0 || !isupper((unsigned char)letter.p[0]) || is_word(char_at(l->line, at + 1)))
		return NOT_A_SLOT;
	return is_level(l->words, letter) ? at + 1 : NOT_A_SLOT;
}

static size_t name_end(struct str line, size_t at)
{
	size_t end = at;

	if (!is_word(char_at(line, at)) && char_at(line, at) != '@')
		return at;
	while (end < line.n &&
		(is_word(line.p[end]) || is_one_of(line.p[end], "@/+-") ||
			(line.p[end] == '.' && is_word(char_at(line, end + 1))) ||
			(line.p[end] == ':' && char_at(line, end + 1) == ':' && is_word(char_at(line, end + 2)))))
		end += line.p[end] == ':' ? 2 : 1;
	return end;
}

static size_t tag_end(struct form_line *l, size_t at)
{
	size_t end = name_end(l->line, at);

	bool level = end - at > 2 && is_level(l->words, str_sub(l->line, at, end));
	for (size_t i = at; !level && i < end; i++)
		if (is_letter(l->line.p[i]))
			return end;
	return NOT_A_SLOT;
}

/* Is this a rule's name rather than a word of a sentence? */
static bool is_code(struct str name)
{
	bool letter = false, mark = false;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		letter |= is_letter(c);
		mark |= is_digit(c) || (i > 0 && i + 1 < name.n && is_one_of(c, "-_/:")) ||
			(i > 0 && isupper((unsigned char)c) && islower((unsigned char)name.p[i - 1]));
	}
	return letter && mark && name.n <= 80;
}

static size_t code_end(struct form_line *l, size_t at)
{
	size_t end = name_end(l->line, at);

	return end > at && is_code(str_sub(l->line, at, end)) ? end : NOT_A_SLOT;
}

/* "no-undef", "Style/Tabs", "E501", "w001", but not "line_no" and "readFile", which programs name so. */
static bool is_no_variable(struct str name)
{
	size_t digits = 0;
	bool dash = false, lower = false, upper = false;

	for (size_t i = 0; i < name.n; i++) {
		digits += is_digit(name.p[i]);
		dash |= name.p[i] == '-' || name.p[i] == '/';
		lower |= islower((unsigned char)name.p[i]) != 0;
		upper |= isupper((unsigned char)name.p[i]) != 0;
	}
	return dash || (digits > 0 && upper && !lower) || digits > 2;
}

/* A rule's name before a sentence: what may be the first word of the sentence is none. */
static size_t id_end(struct form_line *l, size_t at)
{
	size_t end = code_end(l, at);

	if (end == NOT_A_SLOT || is_no_variable(str_sub(l->line, at, end)))
		return end;
	return char_at(l->line, end) == ' ' && isupper((unsigned char)char_at(l->line, end + 1)) ? end : NOT_A_SLOT;
}

static size_t program_end(struct form_line *l, size_t at)
{
	size_t end = at;

	while (end < l->line.n && (is_word(l->line.p[end]) || is_one_of(l->line.p[end], ".+-")))
		end++;
	return end > at && end - at <= WORD_MAX ? end : NOT_A_SLOT;
}

/* A type of exception: its name ends like one. */
static size_t exception_end(struct form_line *l, size_t at)
{
	const struct form_list *ends = &l->words->exceptions;
	size_t end = name_end(l->line, at);
	struct str name = end > at ? str_sub(l->line, at, end) : STR_NONE;

	for (size_t i = 0; i < ends->n; i++)
		if (name.n > ends->at[i].n && str_eq(str_sub(name, name.n - ends->at[i].n, name.n), ends->at[i]))
			return end;
	return NOT_A_SLOT;
}

static size_t one_end(struct form_line *l, size_t at)
{
	bool one = char_at(l->line, at) == ' ' && char_at(l->line, at + 1) != ' ' && char_at(l->line, at + 1) != '\t';

	return one ? at + 1 : NOT_A_SLOT;
}

/* One word of letters that begins with a capital. */
static size_t capital_end(struct form_line *l, size_t at)
{
	size_t end = word_end(l->line, at);

	return end > at + 2 && isupper((unsigned char)l->line.p[at]) && !is_word(char_at(l->line, end)) ? end :
													  NOT_A_SLOT;
}

/* ---- texts ---- */

/* "[4]", "(90% confidence)": what says how sure a linter is. */
static struct str without_confidence(struct str text)
{
	char close = text.n ? text.p[text.n - 1] : '\0';
	size_t open = close == ']' || close == ')' ? str_rchr(text, close == ']' ? '[' : '(') : text.n;

	return open < text.n && open > 1 && text.p[open - 1] == ' ' && is_digit(text.p[open + 1]) ?
		str_rtrim(str_sub(text, 0, open)) :
		text;
}

/* Move a rule's name in brackets at the end of a message to the code. */
static struct str without_tag(struct form_line *l, struct str whole)
{
	struct str text = without_confidence(whole);
	char close = text.n ? text.p[text.n - 1] : '\0';
	size_t open = close == ']' || close == ')' ? str_rchr(text, close == ']' ? '[' : '(') : text.n;
	struct str name = open < text.n ? str_sub(text, open + 1, text.n - 1) : STR_NONE;

	if (!name.n || open < 2 || text.p[open - 1] != ' ' || l->group[GROUP_CODE].p || !is_code(name) ||
		str_chr(name, ' ') < name.n)
		return whole;
	l->group[GROUP_CODE] = name;
	return str_rtrim(str_sub(text, 0, open));
}

static bool words_fit(struct form_line *l, size_t at, struct str text)
{
	(void)l;
	(void)at;
	return str_trim(text).n > 0;
}

static bool text_fits(struct form_line *l, size_t at, struct str text)
{
	size_t letters = 0;

	(void)at;
	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++)
		letters += is_letter(text.p[i]) || (unsigned char)text.p[i] >= 0x80;
	if (letters < TEXT_LEAST || is_one_of(text.p[0], ":=;,)"))
		return false;
	l->group[GROUP_MESSAGE] = without_tag(l, text);
	return true;
}

/* Does one blank precede the text, or does it begin the line? */
static bool one_blank(struct str line, size_t at)
{
	char here = char_at(line, at);

	return here != ' ' && here != '\t' && (at == 0 || (line.p[at - 1] == ' ' && at > 1 && line.p[at - 2] != ' '));
}

/* Behind "12:5:" or "(12):" a sentence may follow at once: what searches for text prints neither a column nor brackets.
 */
static bool is_glued(const struct form_line *l, size_t at)
{
	return at > 1 && l->line.p[at - 1] == ':' && is_letter(char_at(l->line, at)) &&
		(l->group[GROUP_COLUMN].p || l->line.p[at - 2] == ')');
}

/* Does it assign before it quotes anything, and end like an expression? */
static bool is_code_text(struct str text)
{
	static const char *const marks[] = { " = ", " := ", " => " };
	size_t quote = 0;

	if (!is_one_of(text.p[text.n - 1], "\"')]"))
		return false;
	while (quote < text.n && !is_one_of(text.p[quote], "\"'`"))
		quote++;
	struct str before = str_sub(text, 0, quote);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_find(before, str_of(marks[i])) < before.n)
			return true;
	return false;
}

/* A sentence has two words, begins like one, and is no code. */
static bool is_sentence(struct str text)
{
	return text.n > 5 && str_chr(text, ' ') < text.n && !is_one_of(text.p[0], "#/*+=|&{}-;,)") &&
		!is_one_of(text.p[text.n - 1], ";{,") && !is_code_text(text);
}

static bool prose_fits(struct form_line *l, size_t at, struct str text)
{
	text = str_trim(text);
	if (text.n == 0)
		return false;
	struct str code = l->group[GROUP_CODE], rest = without_tag(l, text);
	bool tagged = code.p != l->group[GROUP_CODE].p && l->group[GROUP_CODE].p[-1] == '[';
	bool apart = one_blank(l->line, at) || is_glued(l, at) || (tagged && l->group[GROUP_COLUMN].p);
	if (!apart || !is_sentence(rest)) {
		l->group[GROUP_CODE] = code;
		return false;
	}
	struct vocabulary_verdict v = vocabulary_weigh(l->words->diagnostic, text);
	bool named = l->group[GROUP_CODE].p != NULL && v.score >= 0;
	if (v.score <= 0 && !named) {
		l->group[GROUP_CODE] = code;
		return false;
	}
	if (v.score > 0 && !l->group[GROUP_LEVEL].p)
		l->group[GROUP_LEVEL] = str_of(vocabulary_level(v.level));
	l->group[GROUP_MESSAGE] = rest;
	return true;
}

static struct form_list list_read(struct arena *a, struct node list)
{
	struct form_list out = { arena_alloc(a, (node_list_count(list) + 1) * sizeof(*out.at)), 0 };

	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct str text = node_str(node_list_at(list, i));
		if (text.n)
			out.at[out.n++] = text;
	}
	return out;
}

static bool list_ignores_digits(const struct form_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_has_digit(list->at[i]))
			return false;
	return true;
}

static bool words_ignore_digits(const struct form_words *w)
{
	for (uint32_t i = 0; i < node_count(w->levels); i++)
		if (text_has_digit(node_key(w->levels, i)))
			return false;
	return list_ignores_digits(&w->files) && list_ignores_digits(&w->hosts) && list_ignores_digits(&w->exceptions);
}

void form_words_read(struct arena *a, struct node tables, struct form_words *w)
{
	struct node words = node_get(tables, "diagnostic-words"), files = node_get(tables, "file-names");

	*w = (struct form_words){ .levels = node_get(tables, "levels"), .diagnostic = vocabulary_new(a) };
	vocabulary_add(w->diagnostic, node_get(words, "error"), 1, STR("error"));
	vocabulary_add(w->diagnostic, node_get(words, "warning"), 1, STR("warning"));
	vocabulary_add(w->diagnostic, node_get(words, "harmless"), -100, STR("info"));
	w->exceptions = list_read(a, node_get(words, "exceptions"));
	w->files = list_read(a, node_get(files, "names"));
	w->hosts = list_read(a, node_get(files, "hosts"));
	for (size_t i = 0; i < w->files.n; i++)
		w->begins[(unsigned char)w->files.at[i].p[0]] = true;
	for (uint32_t i = 0; i < node_count(w->levels); i++) {
		struct str level = node_key(w->levels, i);
		if (level.n && level.n <= WORD_MAX)
			w->level_sizes[(unsigned char)level.p[0]] |= (uint64_t)1 << level.n;
	}
	w->ignore_digits = words_ignore_digits(w);
}

/* ---- the slots ---- */

static bool is_blank(char c)
{
	return c == ' ';
}

static bool is_capital(char c)
{
	return isupper((unsigned char)c);
}

static bool begins_file(char c)
{
	return is_word(c) || is_one_of(c, "./~@+\\$%-<{([");
}

static bool begins_name(char c)
{
	return is_word(c) || c == '@';
}

static const struct form_slot slots[] = {
	{ "file", GROUP_FILE, NULL, false, file_end, NULL }, /* quotes may precede anything */
	{ "path", GROUP_FILE, NULL, false, path_end, NULL },
	{ "spaced_file", GROUP_FILE, begins_file, false, spaced_end, NULL },
	{ "line", GROUP_LINE, form_is_digit, false, number_end, NULL },
	{ "column", GROUP_COLUMN, form_is_digit, false, number_end, NULL },
	{ "end_line", GROUP_END_LINE, form_is_digit, false, number_end, NULL },
	{ "end_column", GROUP_END_COLUMN, form_is_digit, false, number_end, NULL },
	{ "number", GROUP_NONE, form_is_digit, false, number_end, NULL },
	{ "one", GROUP_NONE, is_blank, false, one_end, NULL },
	{ "level", GROUP_LEVEL, is_letter, false, level_end, NULL },
	{ "failure", GROUP_LEVEL, is_letter, false, failure_end, NULL },
	{ "letter", GROUP_LEVEL, is_capital, false, letter_end, NULL },
	{ "code", GROUP_CODE, begins_name, false, code_end, NULL },
	{ "id", GROUP_CODE, begins_name, false, id_end, NULL },
	{ "tag", GROUP_CODE, begins_name, false, tag_end, NULL },
	{ "exception", GROUP_CODE, begins_name, false, exception_end, NULL },
	{ "capital", GROUP_NONE, is_capital, false, capital_end, NULL },
	{ "program", GROUP_PROGRAM, begins_name, false, program_end, NULL },
	{ "words", GROUP_NONE, NULL, true, NULL, words_fit },
	{ "text", GROUP_MESSAGE, NULL, true, NULL, text_fits },
	{ "prose", GROUP_MESSAGE, NULL, true, NULL, prose_fits },
};

const struct form_slot *form_slot_find(struct str name)
{
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (str_is(name, slots[i].name))
			return &slots[i];
	return NULL;
}

const char *const *form_slot_groups(void)
{
	static const char *const names[GROUPS + 1] = { "", "file", "line", "column", "end_line", "end_column", "level",
		"code", "program", "message", NULL };

	return names;
}

/* A recursive descent parser of the part of PCRE2's syntax that rules use; what it does not know, it gives up on. */
#include "rules/first_byte.h"

#include <string.h>

enum { DEPTH_MOST = 25 };

/* What a part begins with; `empty`: it may be empty, so that the next part counts, too. */
struct part {
	uint32_t bytes;
	bool empty;
};

struct parse {
	struct str p;
	size_t i;
	bool lost;
	bool nocase;
};

static struct part alternatives(struct parse *s, int depth);

static const struct part no_width = { 0, true }, any = { FIRST_ANY, false };

static struct part given_up(struct parse *s)
{
	s->lost = true;
	s->i = s->p.n;
	return any;
}

static char peek(const struct parse *s)
{
	return s->i < s->p.n ? s->p.p[s->i] : '\0';
}

static bool ahead(const struct parse *s, const char *z)
{
	return str_starts(str_sub(s->p, s->i, s->p.n), z);
}

static struct part of_bytes(const char *bytes)
{
	struct part part = { 0, false };

	while (*bytes)
		part.bytes |= first_bit(*bytes++);
	return part;
}

static struct part one_byte(char c)
{
	return (struct part){ first_bit(c), false };
}

static const char digits[] = "0123456789";

static int hex_digit(char c)
{
	static const char all[] = "0123456789abcdef";
	const char *at = c ? strchr(all, c | 0x20) : NULL;

	return at ? (int)(at - all) : -1;
}

/* \x27 */
static struct part hexadecimal(struct parse *s)
{
	int high = hex_digit(peek(s)), low = s->i + 1 < s->p.n ? hex_digit(s->p.p[s->i + 1]) : -1;

	if (high < 0 || low < 0 || high > 7)
		return given_up(s);
	s->i += 2;
	return one_byte((char)(high << 4 | low));
}

/* Behind "\" and its letter. */
static struct part letter_escape(struct parse *s, char c)
{
	static const char controls[] = "tnrfae", meant[] = "\t\n\r\f\a\033";
	const char *control = strchr(controls, c);

	if (control)
		return one_byte(meant[control - controls]);
	switch (c) {
	case 'd':
		return of_bytes(digits);
	case 's':
		return of_bytes(" \t\n\v\f\r");
	case 'w':
		return of_bytes("abcdefghijklmnopqrstuvwxyz0123456789_");
	case 'x':
		return hexadecimal(s);
	case 'D':
	case 'S':
	case 'W':
	case 'h':
	case 'H':
	case 'R':
		return any;
	case 'b':
	case 'B':
	case 'A':
	case 'Z':
	case 'z':
		return no_width;
	default:
		return given_up(s);
	}
}

static struct part escape(struct parse *s)
{
	char c = peek(s);

	if (s->i >= s->p.n || c == '0')
		return given_up(s);
	s->i++;
	if (c >= '1' && c <= '9') { /* a reference: any text, or none */
		while (peek(s) && strchr(digits, peek(s)))
			s->i++;
		return (struct part){ FIRST_ANY, true };
	}
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return letter ? letter_escape(s, c) : one_byte(c);
}

/* A member of a class, and the bytes up to another if it begins a range. */
static uint32_t class_member(struct parse *s)
{
	char c = peek(s);
	bool escaped = c == '\\';

	s->i++;
	struct part part = escaped ? escape(s) : one_byte(c);
	if (escaped && part.empty)
		return given_up(s).bytes; /* [\b] and the like */
	if (peek(s) != '-' || s->i + 1 >= s->p.n || s->p.p[s->i + 1] == ']')
		return part.bytes;
	char last = s->p.p[s->i + 1];
	if (escaped || last == '\\' || (unsigned char)c >= 0x80 || (unsigned char)last >= 0x80)
		return given_up(s).bytes;
	s->i += 2;
	for (int byte = (unsigned char)c; byte <= (unsigned char)last; byte++)
		part.bytes |= first_bit((char)byte);
	return part.bytes;
}

static struct part class_of(struct parse *s)
{
	struct part part = { 0, false };
	bool inverted = peek(s) == '^';

	s->i += inverted;
	for (bool first = true; s->i < s->p.n && (first || peek(s) != ']'); first = false) {
		if (ahead(s, "[:") || ahead(s, "[.") || ahead(s, "[="))
			return given_up(s);
		part.bytes |= class_member(s);
	}
	if (s->i >= s->p.n)
		return given_up(s);
	s->i++;
	return inverted ? any : part;
}

static struct part closed(struct parse *s, struct part inside)
{
	if (peek(s) != ')')
		return given_up(s);
	s->i++;
	return inside;
}

/* "(?i)", "(?i:": behind "(?". */
static struct part flags(struct parse *s, int depth)
{
	for (; s->i < s->p.n && strchr("iJs-", peek(s)); s->i++)
		s->nocase |= peek(s) == 'i';
	if (peek(s) == ')')
		return closed(s, no_width);
	if (peek(s) != ':')
		return given_up(s);
	s->i++;
	return closed(s, alternatives(s, depth + 1));
}

/* Behind "(". */
static struct part group(struct parse *s, int depth)
{
	if (ahead(s, "*"))
		return given_up(s);
	if (!ahead(s, "?"))
		return closed(s, alternatives(s, depth + 1));
	s->i++;
	if (ahead(s, "=") || ahead(s, "!") || ahead(s, "<=") || ahead(s, "<!")) {
		s->i += ahead(s, "<") ? 2 : 1;
		alternatives(s, depth + 1);
		return closed(s, no_width);
	}
	if (ahead(s, "<") || ahead(s, "P<"))
		s->i += str_chr(str_sub(s->p, s->i, s->p.n), '>') + 1;
	else if (ahead(s, ">") || ahead(s, "|"))
		s->i++;
	else
		return flags(s, depth);
	return closed(s, alternatives(s, depth + 1));
}

static struct part atom(struct parse *s, int depth)
{
	char c = peek(s);

	s->i++;
	switch (c) {
	case '(':
		return group(s, depth);
	case '[':
		return class_of(s);
	case '.':
		return any;
	case '^':
	case '$':
		return no_width;
	case '\\':
		return escape(s);
	case '*':
	case '+':
	case '?':
		return given_up(s);
	default:
		while ((unsigned char)c >= 0x80 && ((unsigned char)peek(s) & 0xc0) == 0x80)
			s->i++; /* a quantifier is that of the character */
		return one_byte(c);
	}
}

/* "{3}", "{3,}", "{3,5}" stand for a quantifier, anything else in braces for itself. */
static size_t count_length(struct str s, bool *none)
{
	size_t i = 1;

	*none = true;
	for (; i < s.n && strchr(digits, s.p[i]) && s.p[i]; i++)
		*none &= s.p[i] == '0';
	if (i > 1 && i < s.n && s.p[i] == ',')
		for (i++; i < s.n && strchr(digits, s.p[i]) && s.p[i]; i++)
			;
	return i > 1 && i < s.n && s.p[i] == '}' ? i + 1 : 0;
}

/* A quantifier: may what it stands behind be absent? */
static bool quantifier(struct parse *s)
{
	bool none = false;
	size_t n = 0;

	if (ahead(s, "{,") || ahead(s, "{ "))
		given_up(s);
	if (peek(s) == '{')
		n = count_length(str_sub(s->p, s->i, s->p.n), &none);
	else if (peek(s) && strchr("*+?", peek(s)))
		n = 1;
	if (n == 0)
		return false;
	none |= peek(s) == '*' || peek(s) == '?';
	s->i += n;
	if (peek(s) == '?' || peek(s) == '+')
		s->i++;
	return none;
}

static struct part sequence(struct parse *s, int depth)
{
	struct part all = no_width;
	bool begins = ahead(s, "^") && !ahead(s, "^*") && !ahead(s, "^?") && !ahead(s, "^{");

	if (depth == 0 && !begins)
		return given_up(s);
	while (s->i < s->p.n && peek(s) != '|' && peek(s) != ')') {
		struct part next = atom(s, depth);
		next.empty |= quantifier(s);
		if (all.empty) {
			all.bytes |= next.bytes;
			all.empty = next.empty;
		}
	}
	return all;
}

static struct part alternatives(struct parse *s, int depth)
{
	if (depth > DEPTH_MOST)
		return given_up(s);
	struct part all = sequence(s, depth);
	while (peek(s) == '|') {
		s->i++;
		struct part next = sequence(s, depth);
		all.bytes |= next.bytes;
		all.empty |= next.empty;
	}
	return all;
}

uint32_t first_bytes(struct str pattern, bool nocase)
{
	struct parse s = { .p = pattern, .nocase = nocase };
	struct part all = alternatives(&s, 0);

	/* Letters that are not ASCII may be equal to others but for case. */
	if (s.lost || s.i < pattern.n || all.empty || (s.nocase && !str_is_ascii(pattern)))
		return FIRST_ANY;
	return all.bytes;
}

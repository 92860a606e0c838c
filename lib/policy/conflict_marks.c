#include "policy/conflict_marks.h"

#include "lang/merge_sides.h"

static bool has_conflict(struct str text)
{
	bool begins = false, ends = false;
	struct str line;

	while (str_line(&text, &line)) {
		begins |= is_conflict_mark(line, '<', NULL);
		ends |= is_conflict_mark(line, '>', NULL);
	}
	return begins || ends;
}

/* The mark may follow the sign of a comment or a quote. */
static bool holds_mark(struct str line)
{
	if (is_conflict_mark(str_trim(line), '=', NULL))
		return true;
	for (size_t i = 0; i < line.n; i++) {
		struct str rest = str_sub(line, i, line.n);
		if (is_conflict_mark(rest, '<', NULL) || is_conflict_mark(rest, '>', NULL) ||
			is_conflict_mark(rest, '|', NULL))
			return true;
	}
	return false;
}

bool conflict_kept(struct str old, struct str new)
{
	struct str line;

	if (!has_conflict(old))
		return false;
	while (str_line(&new, &line))
		if (holds_mark(line))
			return true;
	return false;
}

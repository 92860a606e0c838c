/* grammar.h - the keywords of packs and tables, with their types and contexts
 *
 * The rows are in grammar.def, from which tables in heal-rules(5) are made as well.  The linter, the compiler and the
 * formatter use grammar_child, which gives the type of a value in a value of a known type. */
#ifndef HEAL_RULES_GRAMMAR_H
#define HEAL_RULES_GRAMMAR_H

#include "rules/yaml_tree.h"

enum context {
#define CONTEXT(id, name, doc) CX_##id,
#define KEY(context, name, type, presence, beside, doc)
#define TABLE(name, type, doc)
#include "rules/grammar.def"
#undef CONTEXT
#undef KEY
#undef TABLE
	CX_COUNT
};

enum value_type {
	T_NONE, /* not permitted */
	T_TEXT,
	T_TEMPLATE,   /* a text with slots */
	T_TYPED,      /* each slot has a type */
	T_REGEX,      /* a pattern */
	T_SLOT_REGEX, /* with slots */
	T_PREFIX,     /* without groups, since they are combined */
	T_PATH,       /* into a document */
	T_NUMBER,     /* whole */
	T_DECIMAL,
	T_FLAG, /* true or false */
	T_WORD, /* one of words */
	T_ANYTHING,
	/* lists: one text stands for a list of one, but for T_PAIRS and T_ARGVS */
	T_TEXT_LIST,
	T_WORD_LIST,
	T_ARGV, /* of T_TYPED */
	T_REGEX_LIST,
	T_PREFIXES,
	T_PATHS,
	T_PAIRS, /* of lists of texts */
	T_LIST,  /* of maps of a context */
	T_RECORDS,
	/* maps */
	T_MAP,      /* of a context */
	T_MAP_LIST, /* one or a list of them */
	T_NAMED,    /* from free names to maps of a context */
	T_NAMED_TEXT,
	T_NAMED_TEXTS, /* to lists */
	T_NAMED_WORD,
	T_NAMED_REGEX,
	T_NAMED_SLOT_REGEX,
	T_PATH_TESTS, /* paths, or a map from paths to patterns */
	T_CAPTURES,   /* from names to T_CAPTURE */
	T_CAPTURE,    /* paths, or a map of a context */
	T_RECORD,
	T_KEYWORD, /* a member of a context's map, depends on its keyword */
	T_COUNT
};

struct grammar_value {
	enum value_type type;
	const char *words; /* T_WORD: "a|b" */
	enum context inner;
	double least, most;
};

enum presence { MAY, MUST, ONE };

struct keyword {
	enum context context;
	const char *name;
	struct grammar_value value;
	enum presence presence;
	const char *beside, *doc;
};

/* The permitted forms of a type. */
struct shape {
	enum value_type text, item,
		member;   /* type of a text, of list elements, of map members.  T_NONE: not permitted */
	const char *name; /* "text or a list of texts" */
};

const char *context_name(enum context c);
const char *context_doc(enum context c);
/* The context's rows, `n` of them. */
const struct keyword *context_keywords(enum context c, size_t *n);
const struct shape *value_shape(enum value_type type);

/* The context of a map in a place for c: a rule with `document` is a rule for documents. */
enum context context_of(enum context c, const struct yaml *map);
/* The first row with this name; NULL: none. */
const struct keyword *keyword_find(enum context c, struct str name);
/* Does the map have the member as a keyword of its own, not as a supplement of another one? */
bool keyword_active(enum context c, const struct yaml *map, struct str name);
/* Is one of the words of `beside` active in the map, or is `beside` empty? */
bool keyword_fits(const struct keyword *k, const struct yaml *map);

/* The i-th table that heal reads; NULL: no more. */
struct known_table {
	const char *name;
	struct grammar_value rows;
	const char *doc;
};
const struct known_table *table_known(size_t i);

/* The type of a file, by its first member. */
struct grammar_value file_value(const struct yaml *top);
/* The type of a member or element of a value of this type; T_NONE: unknown. */
struct grammar_value grammar_child(struct grammar_value of, const struct yaml *parent, const struct yaml *child);

#endif

#include "record/header_names.h"

#include <ctype.h>
#include <string.h>

static bool is_name(struct str field)
{
	if (field.n == 0 || field.n > HEADER_NAME_MAX || !isalpha((unsigned char)field.p[0]))
		return false;
	for (size_t i = 1; i < field.n; i++)
		if (!isalnum((unsigned char)field.p[i]) && (!field.p[i] || !strchr(" _-./()#", field.p[i])))
			return false;
	return true;
}

bool header_names_are_valid(const struct str *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (!is_name(names[i]))
			return false;
		for (unsigned k = 0; k < i; k++)
			if (str_eq(names[i], names[k]))
				return false;
	}
	return n >= HEADER_NAMES_LEAST;
}

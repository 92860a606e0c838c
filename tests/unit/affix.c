/* affix - words of which one is the other with something before or behind it */
#include "base/affix.h"

#include "tap.h"

static void added(const char *x, const char *y, size_t want, const char *name)
{
	is_int((long long)word_affix(str_of(x), str_of(y)), (long long)want, name);
	is_int((long long)word_affix(str_of(y), str_of(x)), (long long)want, "and the other way round");
}

int main(void)
{
	added("name", "get_name", 4, "words with underscores");
	added("name", "getName", 3, "the first letter may get another case");
	added("insertAt", "insertAtValue", 5, "a part behind the word");
	added("name", "name2", 1, "a number");
	added("members", "member", 1, "one letter behind a long word");
	added("names", "name", 0, "behind a short one it may be another word");
	added("name", "rename", 0, "letters that begin no part are no affix");
	added("name", "name", 0, "nothing was added");
	added("at", "at_once", 0, "too little remains");
	added("name", "name_of_the_whole_thing", 0, "too much was added");
	ok(word_sibling(STR("size_x"), STR("size_y")), "another letter stands for another thing");
	ok(!word_sibling(STR("sizes"), STR("sized")), "one within a part is a slip");
	return tap_end();
}

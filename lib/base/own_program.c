#include "base/own_program.h"

#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

struct str own_program(struct arena *a, const char *name)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	struct str beside = n > 0 ? path_join(a, path_dir((struct str){ self, (size_t)n }), str_of(name)) : STR("");

	return beside.n && file_exists(beside.p) ? beside : arena_printf(a, "%s/%s", HEAL_LIBEXEC, name);
}

#include "store/libpq.h"

#include <dlfcn.h>

struct libpq pq;

bool libpq_load(struct err *err)
{
	static bool loaded;

	if (loaded)
		return true;
	void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return err_set(err, HEAL_WRONG, "a store on a server needs libpq: %s", dlerror());
#define FUNCTION(name)                              \
	*(void **)&pq.name = dlsym(library, #name); \
	if (!pq.name)                               \
		return err_set(err, HEAL_WRONG, "libpq has no " #name);
#include "store/libpq.def"
#undef FUNCTION
	loaded = true;
	return true;
}

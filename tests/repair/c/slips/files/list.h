#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next;
	bool last;
};

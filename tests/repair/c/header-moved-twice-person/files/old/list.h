struct list {
	struct list *next;
	int value;
};

struct list *list_add(struct list *list, int value);
int list_sum(const struct list *list);

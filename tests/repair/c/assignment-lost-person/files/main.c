struct node {
	struct node *next;
};

static void unlink_next(struct node *node)
{
	node->next  node->next->next;
}

int main(void)
{
	struct node c = { 0 }, b = { &c }, a = { &b };

	unlink_next(&a);
	return a.next == &c ? 0 : 1;
}

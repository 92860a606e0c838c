bool list_empty(const struct list *l)
{
	return l->next == NULL;
}

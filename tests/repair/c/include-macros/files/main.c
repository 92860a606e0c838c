int main(void)
{
	int *p = NULL;

	return p ? EXIT_FAILURE : INT_MAX > 0 ? 0 : 1;
}

int hello(void)
{
	printf("hello\n");
	return 0;
}

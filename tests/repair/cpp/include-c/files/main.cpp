int main()
{
	uint32_t n = strlen("four");
	return n == 4 ? EXIT_SUCCESS : 1;
}

int main(void)
{
	size_t n = strlen("four");

	return n == 4 ? 0 : 1;
}

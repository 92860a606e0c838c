int twice(int x)
{
	return 2 * x
}

int main(void)
{
	return zork.frobnicate + twice(1);
}

int side(void)
{
	return 0;
}

int is_wide(int line, int width)
{
	if (line > 1 width != 80)
		return 1;
	return 0;
}

int log_level(void)
{
	return 1;
}

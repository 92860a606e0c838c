int log_level(void)
{
	return 0;
}

int zz(void)
{
	return frobnicate.zork + 1;
}

int grown(int x)
{
	return x + 1;
}

extern int limit

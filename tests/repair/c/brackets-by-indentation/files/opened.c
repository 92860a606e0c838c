int larger(int a, int b)
{
	if (a > b)
		a -= b;
		return a;
	}
	return b;
}

int smaller(int a, int b)
{
	return a < b ? a : b;
}

int halvings(int n)
{
	int k = 0;

	whlie (n > 1) {
		n /= 2;
		k++;
	}
	return k;
}

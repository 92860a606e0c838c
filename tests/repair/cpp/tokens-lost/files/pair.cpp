struct Pair {
	int left, right;
};

int sum_of(const Pair &pair)
{
	const auto &[left right] = pair;
	return left + right;
}

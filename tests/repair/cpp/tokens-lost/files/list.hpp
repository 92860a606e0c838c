#pragma once
define LIST_MOST 8

struct List {
	int items[LIST_MOST] = {};
	int n = 0;
	void add(int item);
	int first() const
	template <typename F> int sum(int from, F &&each) const
	{
		for (int i = 0; i < n; i++)
			from += each(items[i]);
		return from;
	}
};

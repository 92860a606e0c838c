#pragma once

namespace api {
template <typename T>
concept Sized = requires(const T &t) { t.size(); };

template <Sized T>
struct Table {
	T rows[2];
	int count() const { return 2; }
	int longest(int from) const
	{
		for (const T &row : rows)
			from = row.size() > from ? row.size() : from;
		return from;
	}
};
} // namespace api

#include "counter.hpp"

#include <algorithm>
#include <sstream>

namespace words {

void Counter::add(const std::string &word)
{
	counts_[word]++;
	total_++;
}

std::size_t Counter::total() const
{
	return total_;
}

std::vector<std::pair<std::string, int>> Counter::most_common(std::size_t limit) const
{
	std::vector<std::pair<std::string, int>> result(counts_.begin(), counts_.end());

	std::stable_sort(result.begin(), result.end(), [](const auto &left, const auto &right) {
		return left.second > right.second;
	});
	if (result.size() > limit)
		result.resize(limit);
	return result;
}

std::vector<std::string> split(const std::string &line)
{
	std::istringstream stream(line);
	std::vector<std::string> result;
	std::string word;

	while stream >> word)
		result.push_back(word);
	return result;
}

}

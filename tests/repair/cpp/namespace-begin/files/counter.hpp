#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace words

class Counter {
public:
	void add(const std::string &word);
	std::size_t total() const;
	std::vector<std::pair<std::string, int>> most_common(std::size_t limit) const;

private:
	std::map<std::string, int> counts_;
	std::size_t total_ = 0;
};

std::vector<std::string> split(const std::string &line);

}

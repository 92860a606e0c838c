#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "counter.hpp"

static std::unique_ptr<words::Counter> count_file(const std::string &name)
{
	std::ifstream input(name);

	if (!input)
		throw std::runtime_error("cannot open  + name);
	auto counter = std::make_unique<words::Counter>();
	std::string line;
	while (std::getline(input, line)) {
		for (const auto &word : words::split(line))
			counter->add(word);
	}
	return counter;
}

int main(int argc, char *argv[])
{
	try {
		for (int i = 1; i < argc; i++) {
			auto counter = count_file(argv[i]);
			std::cout << argv[i] << ": " << counter->total() << " words\n";
			for (const auto &[word, count] : counter->most_common(3))
				std::cout << "  " << word << " " << count << std::endl;
		}
	} catch (const std::exception &error) {
		std::cerr << error.what() << std::endl;
		return 1;
	}
	return 0;
}

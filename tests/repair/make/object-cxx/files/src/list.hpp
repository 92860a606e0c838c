#pragma once

namespace list {
class Parser {
public:
	explicit Parser(int base);
	int digit(char c) const;

private:
	int base_;
};
int total(const Parser &parser, const char *digits);
int report(int total);
} // namespace list

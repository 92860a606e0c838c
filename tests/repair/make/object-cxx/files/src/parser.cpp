#include "list.hpp"

namespace list {

Parser::Parser(int base) : base_(base) {}

int Parser::digit(char c) const
{
	return c - '0' < base_ ? c - '0' : 0;
}

} // namespace list

#pragma once
#include <string>

class Shape {
public:
	explicit Shape(const std::string &name) : m_name(name) {}
	const std::string &name() const { return m_name; }

private:
	std::string m_name;
	double m_sides[8;
};

#pragma once
#include <string>

class Shape {
public:
	virtual ~Shape() = default;
	virtual double area(double scale) const = 0;
};

class Square : public Shape {
public:
	explicit Square(double side);
	double area(double scale) const override;
	std::string label() const;

private:
	double side_;
};

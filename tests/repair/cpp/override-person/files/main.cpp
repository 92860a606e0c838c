struct Shape {
	virtual int area() const { return 0; }
	virtual ~Shape() = default;
};

struct Square : Shape {
	int area(int side) override { return side * side; }
};

int main()
{
	return Square().area(0);
}

struct Base {
	virtual ~Base() = default;
	virtual int *first() { return 0; }
};

struct Derived : Base {
	int value = 3;
	virtual int *first() { return value ? &value : 0; }
};

int main()
{
	Derived derived;
	if (*derived.first() == 3)
		return 0;
	return 1;
}

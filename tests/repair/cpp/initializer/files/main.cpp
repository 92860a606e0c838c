class Box {
public:
	Box() : wdith(2), height(3) {}
	int width, height;
};

int main()
{
	return Box().width - 2;
}

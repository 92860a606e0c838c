class Box {
	int width = 0;
};

int main()
{
	Box b;
	return b.width;
}

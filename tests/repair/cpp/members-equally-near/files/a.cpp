struct s {
	int size_x;
	int size_y;
};

int main()
{
	s v = {};
	return v.size_z;
}

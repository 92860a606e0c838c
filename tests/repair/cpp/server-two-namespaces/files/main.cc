namespace red {
struct Store {
	int size = 1;
};
}

namespace blue {
struct Store {
	int size = 2;
};
}

int main()
{
	Store s;

	return s.size;
}

#include <api/table.hpp>

struct Row {
	int length;
	int size() const { return length; }
};

int main()
{
	api::Table<Row> table{{{3}, {5}}};
	auto most = table.longest(LIMIT) + table.count( + 1;
	return most == 8 ? 0 : 1;
}

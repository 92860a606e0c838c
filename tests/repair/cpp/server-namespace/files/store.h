#pragma once
#include <string>
#include <vector>

namespace app {

struct Item {
	std::string name;
	int price;
};

class Store {
public:
	void add(const Item &item) { items.push_back(item); }
	std::size_t size() const { return items.size(); }

private:
	std::vector<Item> items;
};

}

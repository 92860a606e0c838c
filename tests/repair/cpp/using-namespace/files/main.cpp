#include <iostream>

using namespace std;

int main()
{
	vector<string> v{"a"};
	cuot << v.size() << enld;
}

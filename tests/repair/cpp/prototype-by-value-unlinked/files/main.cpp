#include "store.hpp"

int main() {
    Memory m;
    Store &s = m;
    s.put("a", 1);
    return s.size() - twice("b");
}

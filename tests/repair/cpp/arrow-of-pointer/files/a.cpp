#include <memory>

struct Lamp {
    int watts = 4;
};

int main() {
    auto lamp = std::make_unique<Lamp>();
    return lamp.watts - 4;
}

#include "box.hpp"

int Box::area() const {
    return side * side;
}

int rim() const {
    return side * 4;
}

#pragma once

class Box {
public:
    int area() const;
    int rim() const;

private:
    int side = 2;
};

#include <cstdio>

struct pair {
    int a, b;
    int sum() const;
    int least( const;
};

int pair::sum() const
{
    return a + b;
}

int pair::least() const
{
    auto less = []int x, int y) { return x < y ? x : y; };
    return less(a, b);
}

int main()
{
    pair p = { 1, 2 };
    std::printf("%d %d\n", p.sum(), p.least());
    return 0;
}

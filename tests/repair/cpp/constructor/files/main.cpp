#include <cstdio>

class range {
public:
    range(long a, long b)
    : low(static_cast<int>(a))
      high(static_cast<int>(b))
    {
    }
    range *other() { return this; }
    int sum() const { return low + high; }

private:
    int low;
    int high;
};

int main()
{
    range r(1, 2);
    std::printf("%d\n", r.other(->sum());
    return 0;
}

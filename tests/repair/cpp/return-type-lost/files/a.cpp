#include <cstdio>

static say(int n) {
    std::printf("%d\n", n);
}

int main() {
    say(2);
    return 0;
}

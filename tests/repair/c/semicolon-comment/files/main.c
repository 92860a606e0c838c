#include <stdio.h>

int main(void)
{
    int n = 2 // two
    printf("%d; %s\n", n, "// no comment");
    return 0;
}

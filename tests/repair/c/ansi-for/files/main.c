#include <stdio.h>

int main(void)
{
    int n = 3;

    for (int i = 0; i < n; i++)
        printf("%d\n", i);
    return 0;
}

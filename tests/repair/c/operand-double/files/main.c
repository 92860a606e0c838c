#include <stdio.h>

int main(void)
{
    float sum = 3.0f;
    int n = 2;

    mean = sum / n;
    printf("%f\n", mean);
    return 0;
}

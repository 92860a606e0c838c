#define RED 0

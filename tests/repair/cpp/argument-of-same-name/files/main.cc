int area(int width, int height) { return width * height; }
int scale(int width, int height, int factor) { return area(width) * factor; }
int main() { return scale(2, 3, 4) == 0; }

class Main {
    static int area(int width, int height) { return width * height; }
    static int scale(int width, int height, int factor) { return area(width) * factor; }
    public static void main(String[] a) { System.out.println(scale(2, 3, 4)); }
}

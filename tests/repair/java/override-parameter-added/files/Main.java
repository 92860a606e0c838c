class Main {
    public static void main(String[] words) {
        Shape s = new Square(2);
        System.out.println(s.label() + s.area(3) + s);
    }
}

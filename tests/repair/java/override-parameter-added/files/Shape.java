abstract class Shape {
    abstract double area(double scale);

    String label() {
        return "shape";
    }
}

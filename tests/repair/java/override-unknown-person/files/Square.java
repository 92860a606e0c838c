class Square extends Shape {
    private final double side;

    Square(double side) {
        this.side = side;
    }

    @Override
    double area(double scale) {
        return side * side * scale;
    }

    @Override
    String label() {
        return "square";
    }

    @Override
    public String describe() {
        return label() + ' ' + area(1);
    }
}

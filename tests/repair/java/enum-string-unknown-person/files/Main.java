public class Main {
    public static void main(String[] args) {
        Lamp lamp = new Lamp();
        lamp.set("red");
        System.out.println(lamp.mode() + " " + Lamp.lit());
    }
}

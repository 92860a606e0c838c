public class Main {
    private int runs = 0;

    public static void main(String[] args) {
        Lamp lamp = new Lamp();
        lamp.set(Lamp.Mode.BRIGHT);
        runs++;
        System.out.println(lamp.mode() + " " + Lamp.lit());
    }
}

public class Lamp {
    public enum Mode { OFF, BRIGHT }

    private static int lit = 0;
    private Mode mode = Mode.OFF;

    public void set(Mode next) {
        mode = next;
        lit++;
    }

    public Mode mode() {
        return mode;
    }

    public static int lit() {
        return lit;
    }
}

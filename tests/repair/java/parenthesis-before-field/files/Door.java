public class Door {
    private int state = 0;

    public int state() {
        return state;
    }

    public void advance(int next) {
        if (Integer.compare(next, state()) <= 0 {
            throw new IllegalArgumentException("from " + state());
        }
        state = next;
    }
}

public class Range {
    private final int from;
    private final int to;

    public Range(int from, int to) {
        if (from > to)
            int other = from;
            from = to;
            to = other;
        }
        this.from = from;
        this.to = to;
    }

    public boolean has(int x) {
        return from <= x && x <= to;
    }
}

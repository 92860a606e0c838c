public class Book {
    private boolean leent;

    public boolean isLent() {
        return lent;
    }

    public void lend(boolean lent) {
        this.lent = lent;
    }
}

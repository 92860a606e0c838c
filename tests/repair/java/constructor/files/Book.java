public class Book {
    private final String title;

    public oBok(String title) {
        This.title = title;
    }

    public String title() {
        return title;
    }
}

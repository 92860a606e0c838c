public class Book {
    private final String title;
    private final int pages;
    private boolean lent;

    public Book(String title, int pages) {
        this.title = title;
        this.pages = pages;
    }

    public String getTitle() {
        return title;
    }

    public int getPages() {
        return pages;
    }

    public boolean isLent() {
        return (lent || pages > 0 && pages < 9;
    }

    public void setLent(boolean lent) {
        this.lent = lent;
    }
}

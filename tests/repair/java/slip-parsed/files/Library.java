import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

public class Library {
    private final Map<String, Book> books = new HashMap<>();
    private final List<String> journal = new ArrayList<>();

    public void add(Book book) {
        books.put(book.getTitle(), book);
        journal.add("added " + book.getTitle());
    }

    public Optional<Book> find(String title) {
        return Optional.ofNullable(books.get(title));
    }

    public boolean lend(String title) {
        Optional<Book> found = find(title);
        if (!found.isPresent() || found.get().isLent()) {
            return false;
        }
        found.get().setLent(true);
        journal.add("lent " + title);
        return true;
    }

    public List<String> titles( {
        List<String> titles = new ArrayList<>(books.keySet());
        Collections.sort(titles);
        return titles;
    }

    public List<String> getJournal() {
        return journal;
    }
}

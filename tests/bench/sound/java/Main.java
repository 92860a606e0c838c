import java.util.List;

public class Main {
    private static int countPages(Library library, List<String> titles) {
        int total = 0;
        for (String title : titles) {
            total += library.find(title).map(Book::getPages).orElse(0);
        }
        return total;
    }

    public static void main(String[] args) {
        Library library = new Library();
        library.add(new Book("Emma", 474));
        library.add(new Book("Dune", 612));
        System.out.println("lent: " + library.lend("Dune"));
        System.out.println("again: " + library.lend("Dune"));
        String joined = String.join(", ", library.titles());
        System.out.printf("%s: %d pages%n", joined, countPages(library, library.titles()));
        for (String line : library.getJournal()) {
            System.out.println(line);
        }
    }
}

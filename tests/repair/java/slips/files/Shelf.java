import java.util.ArrayList;
import java.uitl.List;

public class Shelf {
	private final List<String> books = new ArrayList<>();

	public List<String> books() {
		return books;
	}
}

public class Wrods {
	private final String text;

	public Words(String text) {
		this.text = text;
	}

	public int count() {
		return text.split(" ").length;
	}
}

public class Counts {
	public static int length(String text) {
		if (text == NULL) {
			return 0;
		}
		return text.length();
	}
}

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;

public class Words {
    private static String first(Reader in) {
        return new BufferedReader(in).readLine();
    }

    public static String read(Reader in) {
        try {
            return first(in);
        } catch (IOException e) {
            return "";
        }
    }
}

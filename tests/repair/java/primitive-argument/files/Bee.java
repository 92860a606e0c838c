import java.util.HashMap;
import java.util.Map;

class Bee {
    final Map<String, int> ages = new HashMap<>();

    @Override
    public String toString() {
        return "bee";
    }
}

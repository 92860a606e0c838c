import java.util.HashMap;
import java.util.Map;

class Bee {
    final Map<String, Integer> ages = new HashMap<>();

    @Override
    String toString() {
        return "bee";
    }
}

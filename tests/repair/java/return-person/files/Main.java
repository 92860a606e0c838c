public class Main {
    static int sign(int n) {
        if (n > 0) {
            return 1;
        }
    }
}

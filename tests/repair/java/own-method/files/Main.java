public class Main {
    static int doubled(int n) {
        return 2 * n;
    }

    public static void main(String[] args) {
        System.out.println(doulbed(2));
    }
}

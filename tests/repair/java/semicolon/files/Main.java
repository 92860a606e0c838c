public class Main {
    public static void main(String[] args) {
        int n = 3 // three
        System.out.println(n)
    }
}

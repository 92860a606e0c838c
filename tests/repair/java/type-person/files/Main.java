public class Main {
    public static void main(String[] args) {
        int n = "7";
        System.out.println(n);
    }
}

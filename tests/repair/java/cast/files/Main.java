public class Main {
    public static void main(String[] args) {
        long big = 3;
        int small = big;
        System.out.println(small);
    }
}

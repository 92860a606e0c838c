public class Main {
    public static void main(String[] args) {
        int height = 3;
        System.out.println(height + weight);
    }
}

public class Main {
    public static void main(String[] args) {
        float f = 1.5;
        System.out.println(f);
    }
}

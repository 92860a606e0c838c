public class Main {
    public static void main(String[] args) {
        String text = 'good morning';
        System.out.println(text);
    }
}

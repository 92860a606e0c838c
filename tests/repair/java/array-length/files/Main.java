public class Main {
    public static void main(String[] args) {
        String text = "x";
        System.out.println(args.length() + text.length);
    }
}

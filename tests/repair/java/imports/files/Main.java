public class Main {
    public static void main(String[] args) {
        List<String> names = new ArrayList<>();
        names.add("x");
        Scanner in = new Scanner(System.in);
        System.out.println(names.size() + in.toString());
    }
}

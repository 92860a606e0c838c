public class Main {
    public static void main(String[] args) {
        int counter = 3;
        Sytem.out.pritnln(conuter);
        string text = "x";
        System.out.println(text.lenght());
    }
}

public class Main {
    public static void main(String[] args) {
<<<<<<< HEAD
        System.out.println("ours");
=======
        System.out.println("theirs");
>>>>>>> topic
    }
}

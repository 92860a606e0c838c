public class Main {
    public static public void main(String[] args) {
        helper();
    }

    private void static helper() {
    }
}
